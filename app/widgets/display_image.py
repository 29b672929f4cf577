"""The picture as the screen shows it: 32-bit pixels that a QImage paints without a copy.

Half-size levels are kept beside it, so that a picture far larger than the view is averaged, not
skipped over, and still paints fast.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.theme import UNRENDERED
from renderer.pages import make_zeros

Bytes = npt.NDArray[np.uint8]
#: Levels of half the size each: an eighth is enough to fit 16K on a screen by at most 1:2.
MAX_LEVELS = 4
#: What lies behind pixels that have not arrived.
EMPTY = QColor(UNRENDERED, UNRENDERED, UNRENDERED)


class DisplayImage:
    """8-bit pixels of a frame, filled region by region.

    Attributes:
        width, height: pixels of the full-size level.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._pixels: list[Bytes] = []
        self._images: list[QImage] = []
        for level in range(MAX_LEVELS):
            wide, high = width >> level, height >> level
            if level and min(wide, high) < 64:
                break
            # Format_ARGB32_Premultiplied is 0xAARRGGBB in host order: B, G, R, A in memory on the
            # little-endian machines that Qt's wheels exist for. 0 is transparent: what is not
            # there yet costs neither time nor memory, and its grey is painted behind.
            pixels = make_zeros((high, wide, 4), np.uint8)
            self._pixels.append(pixels)
            self._images.append(
                QImage(pixels.data, wide, high, wide * 4, QImage.Format.Format_ARGB32_Premultiplied)
            )

    def put(self, x: int, y: int, rgb: Bytes) -> None:
        """Set the pixels of a region whose top left corner is (x, y).

        Args:
            x: column.
            y: row.
            rgb: (h, w, 3) uint8, inside the picture.
        """
        height, width = rgb.shape[:2]
        target = self._pixels[0][y : y + height, x : x + width]
        target[:, :, 2::-1] = rgb
        target[:, :, 3] = 255
        for level in range(1, len(self._pixels)):
            x, y, width, height = self._halve(level, x, y, width, height)
            if not width or not height:
                return

    def level_for(self, scale: float) -> int:
        """Return the level to paint at this scale: never enlarged where it need not be."""
        level = 0
        while level + 1 < len(self._images) and scale <= 0.5 ** (level + 1):
            level += 1
        return level

    def image(self, level: int = 0) -> QImage:
        """Return a level, transparent where nothing was put.

        It shows what is put later too, and is valid as long as this object is.
        """
        return self._images[level]

    def to_qimage(self) -> QImage:
        """Return a copy that lives on its own, for the clipboard."""
        copy = QImage(self.width, self.height, QImage.Format.Format_RGB32)
        copy.fill(EMPTY)
        painter = QPainter(copy)
        painter.drawImage(0, 0, self._images[0])
        painter.end()
        return copy

    def _halve(
        self, level: int, x: int, y: int, width: int, height: int
    ) -> tuple[int, int, int, int]:
        """Average 2x2 pixels of the level above into this one; return what was touched."""
        source, target = self._pixels[level - 1], self._pixels[level]
        x0, y0 = x // 2, y // 2
        x1 = min((x + width + 1) // 2, target.shape[1])
        y1 = min((y + height + 1) // 2, target.shape[0])
        if x0 >= x1 or y0 >= y1:
            return 0, 0, 0, 0
        four = source[2 * y0 : 2 * y1, 2 * x0 : 2 * x1].astype(np.uint16)
        rows = four[0::2] + four[1::2]
        total = rows[:, 0::2] + rows[:, 1::2]
        target[y0:y1, x0:x1] = (total + 2) >> 2
        return x0, y0, x1 - x0, y1 - y0
