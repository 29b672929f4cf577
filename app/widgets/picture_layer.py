"""One picture of the frame buffer: its screen pixels, and how they are painted at a zoom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.widgets.display_image import EMPTY, DisplayImage
from app.widgets.view_geometry import ViewGeometry

#: Told the image pixels (x, y, width, height) that changed.
OnChanged = Callable[[int, int, int, int], None]


class PictureLayer:
    """Screen pixels that somebody fills, painted where the view's geometry says.

    Args:
        on_begun: told the size of each new picture.
        on_changed: told which of its pixels changed.
    """

    def __init__(self, on_begun: Callable[[int, int], None], on_changed: OnChanged) -> None:
        self._image: DisplayImage | None = None
        self._on_begun = on_begun
        self._on_changed = on_changed

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, (0, 0) before the first picture."""
        return (self._image.width, self._image.height) if self._image is not None else (0, 0)

    def begin(self, width: int, height: int) -> None:
        """Show an empty picture of this size."""
        self._image = DisplayImage(width, height)
        self._on_begun(width, height)

    def put(self, x: int, y: int, rgb: npt.NDArray[np.uint8]) -> None:
        """Show the pixels of a region, (h, w, 3) uint8, with its top left corner at (x, y)."""
        if self._image is not None:
            self._image.put(x, y, rgb)
            self._on_changed(x, y, rgb.shape[1], rgb.shape[0])

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._image = None

    def picture(self) -> QImage | None:
        """Return a copy of it, None if there is none."""
        return self._image.to_qimage() if self._image is not None else None

    @property
    def pixels(self) -> QImage | None:
        """The picture itself; it shows what is put later too, until another one begins."""
        return self._image.image() if self._image is not None else None

    def paint(self, painter: QPainter, geometry: ViewGeometry, exposed: QRectF) -> None:
        """Paint what is exposed.

        Args:
            painter: scaled to device pixels.
            geometry: where a picture of its size lies.
            exposed: device pixels of the view.
        """
        image = self._image
        if image is None:
            return
        # One device pixel more on each side: rounding must leave no seams.
        shown = geometry.visible_pixels(
            exposed.left() - 1, exposed.top() - 1, exposed.right() + 1, exposed.bottom() + 1
        )
        if shown is None:
            return
        painter.fillRect(QRectF(*geometry.view_rect(*shown)), EMPTY)
        level = image.level_for(geometry.scale)
        step = 1 << level
        pixels = image.image(level)
        if level or geometry.scale < 1:
            # Smooth shrinking reads neighbours: painting the whole picture under a clip gives
            # the same pixels whatever part is exposed.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            target = geometry.view_rect(0, 0, pixels.width() * step, pixels.height() * step)
            painter.drawImage(QRectF(*target), pixels, QRectF(pixels.rect()))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(*geometry.view_rect(*shown)), pixels, QRectF(QRect(*shown)))
