"""Signals of the operating system as Qt signals: Ctrl+C, the stop of a service manager."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

#: Python sees a signal only when it runs: the event loop wakes it so often.
CHECK_MS = 200


class SignalRelay(QObject):
    """Notes signals whatever Python is at, and tells of them from the event loop.

    Python calls a handler between any two steps of the main thread: in the middle of what a core
    decides too, or while its instructions are performed. Nothing may change under those.

    Args:
        numbers: of the signals; whatever else would have handled them does not any more.
        parent: as always in Qt.

    Signals:
        caught(int): its number; one that came before the event loop began is told as well.
    """

    caught = Signal(int)

    def __init__(self, numbers: Iterable[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: deque[int] = deque()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tell)
        self._timer.start(CHECK_MS)
        for number in numbers:
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: object) -> None:
        self._seen.append(number)

    @Slot()
    def _tell(self) -> None:
        while self._seen:
            self.caught.emit(self._seen.popleft())
