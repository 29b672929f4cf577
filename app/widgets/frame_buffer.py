"""The frame buffer: shows the picture as it fills, and who is rendering what."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.widgets.bucket_overlay import BucketMark, paint_buckets, paint_tint
from app.widgets.mark_table import MarkTable
from app.widgets.picture_layer import PictureLayer
from app.widgets.pixel_cursor import PixelCursor
from app.widgets.pixel_numbers import PixelTexts, paint_pixel_numbers
from app.widgets.region_tool import RegionTool
from app.widgets.split_line import Split, paint_split
from app.widgets.theme import SURROUND
from app.widgets.view_geometry import ViewGeometry
from app.widgets.view_gestures import ViewGestures
from app.widgets.zoom_view import ZoomView

#: How long a bucket that was looked for is pointed out.
POINT_OUT_MS = 1500
#: Buckets that come and go are shown together, as often as a screen shows anything: a thousand
#: servers change some thousand outlines a second.
REPAINT_MS = 16


class Outlines(enum.Enum):
    """How buckets in flight are outlined."""

    SERVER = "server"
    WHITE = "white"
    BLACK = "black"
    NONE = "none"


class FrameBuffer(ZoomView):
    """A picture with zoom and pan, and the buckets in flight painted over it.

    It holds 8-bit pixels for the screen only; the float film is the session's. Outlines are
    painted on top and never touch pixels. A second picture can be compared with the first one,
    split by a line that the mouse drags; it lies where the first one lies.

    Attributes:
        gestures: the signals of mouse and keys.
        region_tool: draws the regions that shall be rendered.
        pixel_cursor: goes from pixel to pixel by the keyboard.
        compared: picture B.

    Signals:
        split_dragged(float): the artist moved the split line.
    """

    split_dragged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._main = PictureLayer(self._resize_image, self._update_pixels)
        self.compared = PictureLayer(lambda _w, _h: self.update(), lambda *_area: self.update())
        self._marks = MarkTable()
        self._outlines = Outlines.SERVER
        self._marks_shown = True
        self._tint: Sequence[BucketMark] = ()
        self._pointed_out: BucketMark | None = None
        self._pointing = QTimer(self)
        self._pointing.setSingleShot(True)
        self._pointing.setInterval(POINT_OUT_MS)
        self._pointing.timeout.connect(self._point_no_more)
        self._dirty = QRect()  # widget pixels that the next repaint shows
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(REPAINT_MS)
        self._repaint.timeout.connect(self._show_changes)
        self._split: Split | None = None
        self._peeking = False
        self.setMinimumSize(240, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Rendered image"))
        self.setAccessibleDescription(self.tr("Nothing rendered yet"))
        self.gestures = ViewGestures(self, self)
        self.region_tool = RegionTool(self)  # asked before the gestures
        self.pixel_cursor = PixelCursor(self)  # asked before both
        self._pixel_texts: PixelTexts | None = None

    # -- plain values in ----------------------------------------------------------------------

    def begin(self, width: int, height: int) -> None:
        """Show an empty picture of this size; zoom and pan stay if the size is the same."""
        self._main.begin(width, height)

    def put(self, x: int, y: int, rgb: npt.NDArray[np.uint8]) -> None:
        """Show the pixels of a region, (h, w, 3) uint8, with its top left corner at (x, y)."""
        self._main.put(x, y, rgb)

    def set_mark(self, unit: int, mark: BucketMark) -> None:
        """Outline a bucket that is being rendered."""
        self._marks.put(unit, mark)
        self._update_pixels(mark.x, mark.y, mark.width, mark.height)

    def remove_mark(self, unit: int) -> None:
        """The bucket is rendered, or given back."""
        mark = self._marks.pop(unit)
        if mark is not None:
            self._update_pixels(mark.x, mark.y, mark.width, mark.height)

    def clear_marks(self) -> None:
        """Nobody renders any more."""
        self._marks.clear()
        self.update()

    def show_marks(self, shown: bool) -> None:
        """Whether buckets in flight are seen; they are not where another picture is shown."""
        self._marks_shown = shown
        self.region_tool.set_shown(shown)
        self.update()

    def set_tint(self, patches: Sequence[BucketMark]) -> None:
        """Tint finished buckets with their servers' colours and names."""
        if patches or self._tint:
            self._tint = patches
            self.update()

    def point_out(self, x: int, y: int, width: int, height: int) -> None:
        """Bring a region of the picture into view, and outline it for a moment."""
        self._pointed_out = BucketMark(x, y, width, height, "", QColor("white"))
        self.reveal(x, y, width, height)
        self._pointing.start()
        self.update()

    def _point_no_more(self) -> None:
        self._pointed_out = None
        self.update()

    def set_pixel_texts(self, texts: PixelTexts) -> None:
        """Write these into pixels that are large enough to read them."""
        self._pixel_texts = texts

    def set_outlines(self, outlines: Outlines) -> None:
        """Choose how buckets in flight are outlined."""
        self._outlines = outlines
        self.update()

    def set_split(self, split: Split | None) -> None:
        """Show `compared` beyond a line; None: the main picture alone."""
        self._split = split
        self.update()

    def set_peeking(self, on: bool) -> None:
        """Show `compared` alone while this is on."""
        if on != self._peeking:
            self._peeking = on
            self.update()

    # -- plain values out ---------------------------------------------------------------------

    @property
    def marks(self) -> dict[int, BucketMark]:
        """Buckets in flight by unit."""
        return self._marks.all()

    @property
    def marks_are_shown(self) -> bool:
        """Whether the frame, and no other picture, is seen."""
        return self._marks_shown

    @property
    def tint(self) -> Sequence[BucketMark]:
        """The tinted buckets."""
        return self._tint

    @property
    def outlines(self) -> Outlines:
        """How buckets in flight are outlined."""
        return self._outlines

    @property
    def split(self) -> Split | None:
        """Where A ends and B begins, None while only A is shown."""
        return self._split

    @property
    def split_upright(self) -> bool:
        """True for a line from top to bottom."""
        return self._split is None or self._split.upright

    @property
    def has_picture(self) -> bool:
        """True once a frame has begun."""
        return self._main.size != (0, 0)

    def picture(self) -> QImage | None:
        """Return a copy of the picture as it is shown, without outlines; None if there is none."""
        return self._main.picture()

    def split_distance(self, position: QPointF) -> float | None:
        """Return how far a point is from the split line, logical pixels; None without one."""
        if self._split is None:
            return None
        ratio = self.devicePixelRatioF()
        line = self._split.position(self._picture_rect()) / ratio
        return abs((position.x() if self._split.upright else position.y()) - line)

    # -- split --------------------------------------------------------------------------------

    def drag_split(self, to: QPointF) -> None:
        """Move the split line to a point of the widget."""
        if self._split is not None:
            share = self._split.share_at(self._picture_rect(), to * self.devicePixelRatioF())
            self.set_split(replace(self._split, share=share))
            self.split_dragged.emit(share)

    def _picture_rect(self) -> QRectF:
        """Where the picture lies in the view, device pixels."""
        return QRectF(*self._geometry.view_rect(0, 0, *self._main.size))

    def _resize_image(self, width: int, height: int) -> None:
        self._set_geometry(self._geometry.resize_image(width, height))
        self.pixel_cursor.clip()
        self.update()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed, in device pixels."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        if self.has_picture:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            area = QRectF(event.rect())
            exposed = QRectF(area.topLeft() * ratio, area.size() * ratio)
            self._paint_pictures(painter, exposed)
            self._paint_numbers(painter, exposed, ratio)
            if self._marks_shown:
                self.region_tool.paint(painter, self._geometry, ratio)
            paint_tint(painter, self._geometry, self._tint, exposed, ratio)
            if self._pointed_out is not None:
                paint_buckets(painter, self._geometry, [self._pointed_out], None, 2 * ratio)
            if self._marks_shown and self._outlines is not Outlines.NONE:
                fixed = {Outlines.WHITE: QColor("white"), Outlines.BLACK: QColor("black")}
                color = fixed.get(self._outlines)
                self._marks.paint(painter, self._geometry, color, ratio, exposed)
            if self._split is not None and not self._peeking:
                paint_split(painter, self._split, self._picture_rect(), ratio)
            self.pixel_cursor.paint(painter, self._geometry, ratio)
        painter.end()

    def _paint_numbers(self, painter: QPainter, exposed: QRectF, ratio: float) -> None:
        """Write values into the pixels of the main picture, if it is seen alone."""
        pixels = self._main.pixels
        alone = self._split is None and not self._peeking
        if alone and pixels is not None and self._pixel_texts is not None:
            texts = self._pixel_texts
            paint_pixel_numbers(painter, self._geometry, texts, pixels, exposed, ratio)

    def _paint_pictures(self, painter: QPainter, exposed: QRectF) -> None:
        has_b = self.compared.size != (0, 0)
        if self._peeking and has_b:
            self.compared.paint(painter, self._compared_geometry(), exposed)
            return
        if self._split is None or not has_b:
            self._main.paint(painter, self._geometry, exposed)
            return
        view = QRectF(0, 0, self._geometry.view_width, self._geometry.view_height)
        first, second = self._split.sides(view, self._picture_rect())
        for side, layer, geometry in (
            (first, self._main, self._geometry),
            (second, self.compared, self._compared_geometry()),
        ):
            painter.save()
            painter.setClipRect(side, Qt.ClipOperation.IntersectClip)
            layer.paint(painter, geometry, exposed)
            painter.restore()

    def _compared_geometry(self) -> ViewGeometry:
        """Where B lies: as wide as A, whatever its size."""
        width, height = self.compared.size
        scale = self._geometry.scale * self._geometry.image_width / max(width, 1)
        return replace(self._geometry, image_width=width, image_height=height, scale=scale)

    def _update_pixels(self, x: int, y: int, width: int, height: int) -> None:
        """Repaint soon where image pixels lie, and the outline's width around them."""
        ratio = self.devicePixelRatioF()
        left, top, wide, high = self._geometry.view_rect(x, y, width, height)
        area = QRectF(left / ratio, top / ratio, wide / ratio, high / ratio)
        self._dirty |= area.toAlignedRect().adjusted(-3, -3, 3, 3)
        if not self._repaint.isActive():
            self._repaint.start()

    def _show_changes(self) -> None:
        self.update(self._dirty)
        self._dirty = QRect()
