"""A cursor over the picture that the keyboard moves from pixel to pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from shiboken6 import isValid

from app.widgets.view_geometry import ViewGeometry
from app.widgets.zoom_view import ZoomView

#: With Shift it goes so many pixels.
FAST_PX = 10
#: The frame around the pixel is at least so wide, and its ticks so long; logical pixels.
FRAME_PX = 9.0
TICK_PX = 7.0
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PixelCursor(QObject):
    """While it is on, the arrows move it instead of the picture.

    Attributes:
        pixel: column and row it is on, None while it is off.

    Signals:
        moved(int, int): it is on another pixel.
    """

    moved = Signal(int, int)

    def __init__(self, view: ZoomView) -> None:
        super().__init__(view)
        self.pixel: tuple[int, int] | None = None
        self._view = view
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.KeyPress: self._key,
            QEvent.Type.ShortcutOverride: self._override,
        }
        view.installEventFilter(self)

    def set_on(self, on: bool, at: tuple[int, int] | None = None) -> bool:
        """Show it at a pixel, or in the middle of what is seen; or hide it.

        Returns:
            Whether it is on now: without a picture it is not.
        """
        seen = self._view.visible_area()
        if not on or seen is None:
            self.pixel = None
            self._view.update()
        else:
            x, y, width, height = seen
            self._go(*(at or (x + width // 2, y + height // 2)))
        return self.pixel is not None

    def clip(self) -> None:
        """Another picture is shown: stay inside."""
        if self.pixel is not None:
            self._go(*self.pixel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the arrows before the view pans."""
        if self.pixel is None or not isValid(self._view):
            return False
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    def paint(self, painter: QPainter, geometry: ViewGeometry, ratio: float) -> None:
        """Draw a frame around the pixel, with ticks outside it.

        Args:
            painter: scaled to device pixels.
            geometry: where the picture lies.
            ratio: device pixels per logical pixel.
        """
        if self.pixel is None:
            return
        area = QRectF(*geometry.view_rect(*self.pixel, 1, 1))
        grow = max(0.0, FRAME_PX * ratio - area.width()) / 2
        frame = area.adjusted(-grow, -grow, grow, grow)
        tick, middle = TICK_PX * ratio, frame.center()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in ((QColor(0, 0, 0, 200), 3.5), (QColor("white"), 1.5)):
            painter.setPen(QPen(ink, width * ratio))
            painter.drawRect(frame)
            for x, dx in ((frame.left(), -tick), (frame.right(), tick)):
                painter.drawLine(int(x), int(middle.y()), int(x + dx), int(middle.y()))
            for y, dy in ((frame.top(), -tick), (frame.bottom(), tick)):
                painter.drawLine(int(middle.x()), int(y), int(middle.x()), int(y + dy))

    def _key(self, event: QKeyEvent) -> bool:
        step = _step(event)
        if step is None or self.pixel is None:
            return False
        self._go(self.pixel[0] + step[0], self.pixel[1] + step[1])
        return True

    def _override(self, event: QKeyEvent) -> bool:
        """The arrows are the cursor's, also those that are shortcuts with Shift."""
        if _step(event) is not None:
            event.accept()
        return False

    def _go(self, x: int, y: int) -> None:
        geometry = self._view.geometry_now
        x = min(max(x, 0), geometry.image_width - 1)
        y = min(max(y, 0), geometry.image_height - 1)
        self.pixel = (x, y)
        self._view.reveal(x, y, 1, 1)
        self._view.update()
        self.moved.emit(x, y)


def _step(event: QKeyEvent) -> tuple[int, int] | None:
    """Return columns and rows that a key goes, None if it is none of the cursor's."""
    step = STEPS.get(Qt.Key(event.key()))
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if step is None or held & ~Qt.KeyboardModifier.ShiftModifier:
        return None
    far = FAST_PX if held else 1
    return step[0] * far, step[1] * far
