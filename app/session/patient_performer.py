"""Performing what a client core decides, a few milliseconds at a time.

A thousand servers that are to be connected, or offered a frame, are a thousand instructions at
once; performed in one go they would stall the window for a fifth of a second.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

#: Of each turn of the event loop. What waits is in order, so nothing overtakes anything.
BUDGET_S = 0.008


class PatientPerformer(QObject):
    """Like `Performer`, but what does not fit into a turn of the event loop waits for the next.

    Args:
        performers: function for every type of instruction.
        parent: as always in Qt.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        performers: Mapping[type, Callable[[Any], None]],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._performers = performers
        self._clock = clock
        self._to_do: deque[object] = deque()
        self._busy = False
        self._spent_s = 0.0  # in this turn of the event loop
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._go_on)

    def __call__(self, instructions: Sequence[object]) -> None:
        """Perform these after those that wait already, now or as soon as there is time."""
        self._to_do.extend(instructions)
        self._work(BUDGET_S - self._spent_s)

    def flush(self) -> None:
        """Perform all that waits now. Inside a performer: what waits comes after it, as always."""
        self._work(float("inf"))

    def drop(self) -> None:
        """Forget what waits: the session ends."""
        self._to_do.clear()
        self._next_turn.stop()

    @Slot()
    def _go_on(self) -> None:
        self._spent_s = 0.0
        self._work(BUDGET_S)

    def _work(self, budget_s: float) -> None:
        if self._busy or not self._to_do:
            return
        if not self._next_turn.isActive():
            self._next_turn.start()
        began_s = self._clock()
        self._busy = True
        try:
            while self._to_do and self._clock() < began_s + budget_s:
                order = self._to_do.popleft()
                self._performers[type(order)](order)
        finally:
            self._busy = False
            self._spent_s += self._clock() - began_s
