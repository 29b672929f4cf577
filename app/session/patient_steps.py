"""Doing something long in steps, a few milliseconds of each turn of the event loop.

A list of thousands of servers that is pasted, emptied or taken back is thousands of rows to make or
to forget; done in one go they would stall the window for half a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Slot

#: So many steps are done before `begin` returns, however long they take: short lists are done then.
AT_ONCE = 64
#: Of each later turn; what the steps set going has a budget of its own (`PatientPerformer`).
BUDGET_S = 0.004


class PatientSteps(QObject):
    """Runs one generator, a step each time that it yields.

    Args:
        parent: as always in Qt.
        clock: monotonic seconds.
    """

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._steps: Iterator[None] | None = None
        self._next_turn = QTimer(self)
        self._next_turn.timeout.connect(self._go_on)

    def begin(self, steps: Iterator[None]) -> None:
        """Do this now; what is left of something begun before is given up."""
        self._steps = steps
        for _ in range(AT_ONCE):
            if not self._step(steps):
                return
        self._next_turn.start()

    def finish(self) -> None:
        """Do all that is left now."""
        steps = self._steps
        while steps is not None and self._step(steps):
            pass

    def drop(self) -> None:
        """Give up what is left."""
        self._steps = None
        self._next_turn.stop()

    @property
    def busy(self) -> bool:
        """Whether something is left to do."""
        return self._steps is not None

    @Slot()
    def _go_on(self) -> None:
        end_s = self._clock() + BUDGET_S
        steps = self._steps
        while steps is not None and self._step(steps):
            if self._clock() >= end_s:
                return

    def _step(self, steps: Iterator[None]) -> bool:
        """Do one step; False if that was the last, or a step has begun something else."""
        ended = next(steps, self) is self
        if self._steps is not steps:
            return False
        if ended:
            self.drop()
        return not ended
