"""A key that switches something on and off: tapped for good, held only while it is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

#: Whoever holds a key for longer wants to peek.
HOLD_MS = 300


class HeldKey(QObject):
    """Makes the shortcut of a checkable action a peek when it is held.

    The action itself answers the press, by its shortcut; here its answer is taken back at the
    release of a key that was held.

    Args:
        view: has the keyboard's focus while the shortcut works.
        action: checkable; held, its key must not repeat.

    Attributes:
        timer: runs until a press is a hold.
    """

    def __init__(self, view: QWidget, action: QAction) -> None:
        super().__init__(view)
        self._view, self._action = view, action
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(HOLD_MS)
        self._down: int | None = None  # the key
        action.setAutoRepeat(False)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch the key; nothing is taken."""
        if not isValid(self._view):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._press(event)
        elif event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if event.key() == self._down and not event.isAutoRepeat():
                self._release()
        elif event.type() == QEvent.Type.FocusOut:
            self._release()
        return False

    def _press(self, event: QKeyEvent) -> None:
        is_its = QKeySequence(event.keyCombination()) in self._action.shortcuts()
        if is_its and not event.isAutoRepeat():
            self._down = event.key()
            self.timer.start()

    def _release(self) -> None:
        peeked = self._down is not None and not self.timer.isActive()
        self._down = None
        self.timer.stop()
        if peeked:
            self._action.trigger()
