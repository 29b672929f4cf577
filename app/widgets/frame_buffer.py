"""The frame buffer: shows the picture as it fills, and who is rendering what."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.widgets.bucket_overlay import BucketMark, paint_buckets
from app.widgets.display_image import DisplayImage
from app.widgets.theme import SURROUND
from app.widgets.view_geometry import WHEEL_STEP, ViewGeometry

#: One key press pans by this many logical pixels, with Shift by ten times as many.
PAN_STEP_PX = 32
WHEEL_NOTCH = 120.0


class Outlines(enum.Enum):
    """How buckets in flight are outlined."""

    SERVER = "server"
    WHITE = "white"
    BLACK = "black"
    NONE = "none"


@dataclass(frozen=True)
class _Drag:
    button: Qt.MouseButton
    at: QPointF


class FrameBuffer(QWidget):
    """A picture with zoom and pan, and the buckets in flight painted over it.

    It holds 8-bit pixels for the screen only; the float film is the session's. Outlines are
    painted on top and never touch pixels.

    Signals:
        pixel_hovered(int, int): column and row under the pointer, (-1, -1) when it left.
        zoom_changed(float): device pixels per image pixel.
        focus_requested(float, float): the place of a Ctrl click, from the picture's left and
            top edge, 0..1.
    """

    pixel_hovered = Signal(int, int)
    zoom_changed = Signal(float)
    focus_requested = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display: DisplayImage | None = None
        self._geometry = ViewGeometry()
        self._marks: dict[int, BucketMark] = {}
        self._outlines = Outlines.SERVER
        self._drag: _Drag | None = None
        self._space_held = False
        self.setMinimumSize(240, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Rendered image"))
        self.setAccessibleDescription(self.tr("Nothing rendered yet"))

    # -- plain values in ----------------------------------------------------------------------

    def begin(self, width: int, height: int) -> None:
        """Show an empty frame of this size; zoom and pan stay if the size is the same."""
        self._display = DisplayImage(width, height)
        self._marks.clear()
        self._set_geometry(self._geometry.resize_image(width, height))
        self.update()

    def put(self, x: int, y: int, rgb: npt.NDArray[np.uint8]) -> None:
        """Show the pixels of a region, (h, w, 3) uint8, with its top left corner at (x, y)."""
        if self._display is None:
            return
        self._display.put(x, y, rgb)
        self._update_pixels(x, y, rgb.shape[1], rgb.shape[0])

    def set_mark(self, unit: int, mark: BucketMark) -> None:
        """Outline a bucket that is being rendered."""
        self._marks[unit] = mark
        self._update_pixels(mark.x, mark.y, mark.width, mark.height)

    def remove_mark(self, unit: int) -> None:
        """The bucket is rendered, or given back."""
        mark = self._marks.pop(unit, None)
        if mark is not None:
            self._update_pixels(mark.x, mark.y, mark.width, mark.height)

    def clear_marks(self) -> None:
        """Nobody renders any more."""
        self._marks.clear()
        self.update()

    def set_outlines(self, outlines: Outlines) -> None:
        """Choose how buckets in flight are outlined."""
        self._outlines = outlines
        self.update()

    # -- plain values out ---------------------------------------------------------------------

    @property
    def geometry_now(self) -> ViewGeometry:
        """Zoom and pan as they are."""
        return self._geometry

    @property
    def marks(self) -> dict[int, BucketMark]:
        """Buckets in flight by unit."""
        return dict(self._marks)

    @property
    def outlines(self) -> Outlines:
        """How buckets in flight are outlined."""
        return self._outlines

    @property
    def has_picture(self) -> bool:
        """True once a frame has begun."""
        return self._display is not None

    def picture(self) -> QImage | None:
        """Return a copy of the picture as it is shown, without outlines; None if there is none."""
        return self._display.to_qimage() if self._display else None

    def visible_rows(self) -> tuple[int, int]:
        """First and last-plus-one image row that the view shows."""
        shown = self._geometry.visible_pixels(
            0, 0, self._geometry.view_width, self._geometry.view_height
        )
        return (shown[1], shown[1] + shown[3]) if shown else (0, 0)

    # -- zoom and pan -------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole picture."""
        self._set_geometry(self._geometry.fit())

    def actual_size(self) -> None:
        """Show one image pixel as one device pixel."""
        self._set_geometry(self._geometry.actual_size())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a point of the widget (logical pixels), or in the middle."""
        ratio = self.devicePixelRatioF()
        point = at * ratio if at is not None else self._middle()
        self._set_geometry(self._geometry.zoom(factor, point.x(), point.y()))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        ratio = self.devicePixelRatioF()
        self._set_geometry(self._geometry.pan(dx * ratio, dy * ratio))

    def _middle(self) -> QPointF:
        return QPointF(self._geometry.view_width / 2, self._geometry.view_height / 2)

    def _set_geometry(self, geometry: ViewGeometry) -> None:
        if geometry == self._geometry:
            return
        zoomed = geometry.scale != self._geometry.scale
        self._geometry = geometry
        self.update()
        if zoomed:
            self.zoom_changed.emit(geometry.scale)

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed, in device pixels."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        if self._display is not None:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            self._paint_picture(painter, QRectF(event.rect()), ratio)
            if self._outlines is not Outlines.NONE:
                fixed = {Outlines.WHITE: QColor("white"), Outlines.BLACK: QColor("black")}
                paint_buckets(
                    painter, self._geometry, self._marks.values(), fixed.get(self._outlines), ratio
                )
        painter.end()

    def _paint_picture(self, painter: QPainter, exposed: QRectF, ratio: float) -> None:
        assert self._display is not None
        geometry = self._geometry
        # One device pixel more on each side: rounding must leave no seams.
        shown = geometry.visible_pixels(
            exposed.left() * ratio - 1,
            exposed.top() * ratio - 1,
            exposed.right() * ratio + 1,
            exposed.bottom() * ratio + 1,
        )
        if shown is None:
            return
        level = self._display.level_for(geometry.scale)
        step = 1 << level
        image = self._display.image(level)
        if level or geometry.scale < 1:
            # Smooth shrinking reads neighbours: painting the whole picture under a clip gives
            # the same pixels whatever part is exposed.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            target = QRectF(*geometry.view_rect(0, 0, image.width() * step, image.height() * step))
            painter.drawImage(target, image, QRectF(image.rect()))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(*geometry.view_rect(*shown)), image, QRectF(QRect(*shown)))

    def _update_pixels(self, x: int, y: int, width: int, height: int) -> None:
        """Repaint where image pixels lie, and the outline's width around them."""
        ratio = self.devicePixelRatioF()
        left, top, wide, high = self._geometry.view_rect(x, y, width, height)
        area = QRectF(left / ratio, top / ratio, wide / ratio, high / ratio)
        self.update(area.toAlignedRect().adjusted(-3, -3, 3, 3))

    # -- input --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        self._measure()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the screen's scale factor."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        self._set_geometry(self._geometry.resize_view(size.width(), size.height()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; touchpads zoom by as much as they move."""
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches:
            self.zoom_by(WHEEL_STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan; with Ctrl, ask for the focus there."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._ask_for_focus(event.position())
            event.accept()
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag = _Drag(event.button(), event.position())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, and tell which pixel is under the pointer."""
        if self._drag is not None:
            moved = event.position() - self._drag.at
            self._drag = _Drag(self._drag.button, event.position())
            self.pan_by(moved.x(), moved.y())
        self.pixel_hovered.emit(*(self._pixel_at(event.position()) or (-1, -1)))

    def _pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        at = position * self.devicePixelRatioF()
        return self._geometry.image_point(at.x(), at.y())

    def _ask_for_focus(self, position: QPointF) -> None:
        pixel = self._pixel_at(position)
        if pixel is not None:
            width, height = self._geometry.image_width, self._geometry.image_height
            self.focus_requested.emit((pixel[0] + 0.5) / width, (pixel[1] + 0.5) / height)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End panning."""
        if self._drag is not None and event.button() == self._drag.button:
            self._drag = None
            self._show_cursor()
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit on a double click of the middle button."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """No pixel is under the pointer any more."""
        self.pixel_hovered.emit(-1, -1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan by the arrows, and show the hand while Space is held."""
        step = PAN_STEP_PX * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        moves = {
            Qt.Key.Key_Left: (step, 0),
            Qt.Key.Key_Right: (-step, 0),
            Qt.Key.Key_Up: (0, step),
            Qt.Key.Key_Down: (0, -step),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.pan_by(*move)
        elif event.key() == Qt.Key.Key_Space:
            self._space_held = True
            self._show_cursor()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space was let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_cursor()
        else:
            super().keyReleaseEvent(event)

    def _show_cursor(self) -> None:
        if self._drag is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()
