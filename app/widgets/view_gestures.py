"""Mouse, wheel and keys over the picture: what each gesture asks of the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from shiboken6 import isValid

from app.widgets.view_geometry import WHEEL_STEP
from app.widgets.zoom_view import ZoomView

#: One key press pans by this many logical pixels, with Shift or Ctrl by ten times as many.
PAN_STEP_PX = 32
FAST = 10
WHEEL_NOTCH = 120.0
#: The split line is taken hold of within this distance, logical pixels.
SPLIT_REACH_PX = 6.0
#: A right button that moved less than this was a click: it opens the menu.
CLICK_REACH_PX = 4.0
#: A Ctrl click that moves so far takes the picture along.
TAKE_REACH_PX = 12.0
#: Letters as in tev and vi; J, which would be down, is the history's.
PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_H: (1, 0),
    Qt.Key.Key_L: (-1, 0),
    Qt.Key.Key_K: (0, 1),
}
#: Ctrl and an arrow pan fast, too: Shift and a sideways arrow choose the view transform.
ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})


class SplitLine(Protocol):
    """A line between two pictures, which the mouse drags."""

    @property
    def split_upright(self) -> bool:
        """True for a line from top to bottom."""

    def split_distance(self, position: QPointF) -> float | None:
        """Return how far a point is from the line, logical pixels; None without one."""

    def drag_split(self, to: QPointF) -> None:
        """Move the line to a point of the widget."""


@dataclass(frozen=True)
class _Drag:
    """A button that is held: what it drags, and where it was last."""

    button: Qt.MouseButton
    what: str  # "pan", "split", "card" or "take"
    start: QPointF
    at: QPointF


class ViewGestures(QObject):
    """Turns the input events of one frame buffer into calls and signals.

    Signals:
        pixel_hovered(int, int): column and row under the pointer, (-1, -1) when it left.
        focus_requested(float, float): the place of a Ctrl click, from the picture's left and
            top edge, 0..1.
        pin_requested(int, int): Ctrl and Alt were held for a click on this pixel.
        card_requested(int, int, QPoint): the right button is held over this pixel; the point
            is the widget's.
        card_dismissed(): it was let go.
        menu_requested(QPoint): it was clicked there, in global coordinates.
        peek_requested(bool): Shift is held or was let go.
        take_requested(): the picture is dragged out, by Ctrl and the left button.
    """

    pixel_hovered = Signal(int, int)
    focus_requested = Signal(float, float)
    pin_requested = Signal(int, int)
    card_requested = Signal(int, int, QPoint)
    card_dismissed = Signal()
    menu_requested = Signal(QPoint)
    peek_requested = Signal(bool)
    take_requested = Signal()

    def __init__(self, view: ZoomView, line: SplitLine) -> None:
        super().__init__(view)
        self._view = view
        self._line = line
        self._drag: _Drag | None = None
        self._space_held = False
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.Wheel: self._wheel,
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.KeyPress: self._key_press,
            QEvent.Type.KeyRelease: self._key_release,
            QEvent.Type.Leave: self._leave,
            QEvent.Type.FocusOut: self._lose_focus,
        }
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the event if it is a gesture."""
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    # -- mouse --------------------------------------------------------------------------------

    def _wheel(self, event: QWheelEvent) -> bool:
        """Zoom at the pointer; touchpads zoom by as much as they move."""
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches:
            self._view.zoom_by(WHEEL_STEP**notches, event.position())
        event.accept()
        return True

    def _press(self, event: QMouseEvent) -> bool:
        button, at = event.button(), event.position()
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier and held & Qt.KeyboardModifier.AltModifier:
            pixel = self._view.pixel_at(at)
            if pixel is not None:
                self.pin_requested.emit(*pixel)
        elif held & Qt.KeyboardModifier.ControlModifier:
            self._begin_drag(button, "take", at)
        elif button is Qt.MouseButton.LeftButton and self._is_at_split(at):
            self._begin_drag(button, "split", at)
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._begin_drag(button, "pan", at)
        elif button is Qt.MouseButton.RightButton:
            self._begin_drag(button, "card", at)
            self._ask_for_card(at)
        else:
            return False
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()
        return True

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position()
        drag = self._drag
        if drag is not None:
            self._drag = _Drag(drag.button, drag.what, drag.start, at)
            if drag.what == "pan":
                self._view.pan_by(at.x() - drag.at.x(), at.y() - drag.at.y())
            elif drag.what == "split":
                self._line.drag_split(at)
            elif drag.what == "take":
                self._take(drag, at)
            else:
                self._ask_for_card(at)
        self.pixel_hovered.emit(*(self._view.pixel_at(at) or (-1, -1)))
        self._show_cursor(at)
        return False

    def _release(self, event: QMouseEvent) -> bool:
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return False
        self._drag = None
        if drag.what == "take":
            self._ask_for_focus(drag.start)
        if drag.what == "card":
            self.card_dismissed.emit()
            moved = event.position() - drag.start
            if moved.manhattanLength() < CLICK_REACH_PX:
                self.menu_requested.emit(event.globalPosition().toPoint())
        self._show_cursor(event.position())
        event.accept()
        return True

    def _double_click(self, event: QMouseEvent) -> bool:
        """Fit on a double click of the middle button."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._view.fit()
            return True
        return self._press(event)

    def _leave(self, _event: QEvent) -> bool:
        """No pixel is under the pointer any more."""
        self.pixel_hovered.emit(-1, -1)
        return False

    def _begin_drag(self, button: Qt.MouseButton, what: str, at: QPointF) -> None:
        self._drag = _Drag(button, what, at, at)
        self._show_cursor(at)

    def _take(self, drag: _Drag, at: QPointF) -> None:
        """A Ctrl click that moves takes the picture along."""
        if (at - drag.start).manhattanLength() >= TAKE_REACH_PX:
            self._drag = None
            self.take_requested.emit()

    def _ask_for_focus(self, at: QPointF) -> None:
        pixel = self._view.pixel_at(at)
        if pixel is not None:
            geometry = self._view.geometry_now
            self.focus_requested.emit(
                (pixel[0] + 0.5) / geometry.image_width, (pixel[1] + 0.5) / geometry.image_height
            )

    def _ask_for_card(self, at: QPointF) -> None:
        pixel = self._view.pixel_at(at)
        if pixel is None:
            self.card_dismissed.emit()
        else:
            self.card_requested.emit(*pixel, at.toPoint())

    def _is_at_split(self, at: QPointF) -> bool:
        distance = self._line.split_distance(at)
        return distance is not None and distance <= SPLIT_REACH_PX

    # -- keys ---------------------------------------------------------------------------------

    def _key_press(self, event: QKeyEvent) -> bool:
        """Pan, show the hand while Space is held, peek while Shift is."""
        key = Qt.Key(event.key())
        step = _pan_step(key, event.modifiers())
        if step:
            dx, dy = PAN_KEYS[key]
            self._view.pan_by(dx * step, dy * step)
        elif key is Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = True
            self._show_cursor(None)
        elif key is Qt.Key.Key_Shift and not event.isAutoRepeat():
            self.peek_requested.emit(True)
        else:
            return False
        return True

    def _key_release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return False
        if event.key() == Qt.Key.Key_Space:
            self._space_held = False
            self._show_cursor(None)
        elif event.key() == Qt.Key.Key_Shift:
            self.peek_requested.emit(False)
        else:
            return False
        return True

    def _lose_focus(self, _event: QEvent) -> bool:
        """Keys that are held now are let go elsewhere."""
        if not isValid(self._view):  # a view that is destroyed loses the focus too
            return False
        self._space_held = False
        self.peek_requested.emit(False)
        self._show_cursor(None)
        return False

    def _show_cursor(self, at: QPointF | None) -> None:
        what = self._drag.what if self._drag is not None else ""
        if what == "pan":
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif what == "split" or (not what and at is not None and self._is_at_split(at)):
            upright = self._line.split_upright
            self._view.setCursor(
                Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.SplitVCursor
            )
        elif self._space_held:
            self._view.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._view.tool_cursor is not None:
            self._view.setCursor(self._view.tool_cursor)
        else:
            self._view.unsetCursor()


def _pan_step(key: Qt.Key, held: Qt.KeyboardModifier) -> int:
    """Return by how many logical pixels a key pans, 0 if it does not."""
    modifiers = held & ~Qt.KeyboardModifier.KeypadModifier
    if key not in PAN_KEYS:
        return 0
    if modifiers == Qt.KeyboardModifier.NoModifier:
        return PAN_STEP_PX
    fast = modifiers == Qt.KeyboardModifier.ShiftModifier or (
        key in ARROWS and modifiers == Qt.KeyboardModifier.ControlModifier
    )
    return PAN_STEP_PX * FAST if fast else 0
