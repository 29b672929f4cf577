"""How long an event loop keeps others waiting."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

#: A click is felt at once below some tens of milliseconds: the probe must be finer.
PERIOD_S = 0.002


class LagProbe(QObject):
    """A timer that notes how late it fires, in the thread it was made in.

    A stall of 500 ms delays one shot only, though whoever had asked anything meanwhile would have
    waited too. So a late shot also counts for those that it swallowed: 500, 498, 496 .. ms.

    Attributes:
        lags_s: one for each period that has passed.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lags_s: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._fire)

    def start(self) -> None:
        """Forget what was and begin to measure."""
        self.lags_s.clear()
        self._last_s = time.perf_counter()
        self._timer.start(round(PERIOD_S * 1000))

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def percentile(self, percent: float) -> float:
        """Return the lag that so many per cent of all moments do not exceed, in seconds."""
        return percentile(self.lags_s, percent)

    @property
    def worst_s(self) -> float:
        """The longest stall."""
        return max(self.lags_s)

    def _fire(self) -> None:
        now_s = time.perf_counter()
        lag_s = now_s - self._last_s - PERIOD_S
        self._last_s = now_s
        self.lags_s.append(max(lag_s, 0.0))
        while lag_s > PERIOD_S:
            lag_s -= PERIOD_S
            self.lags_s.append(lag_s)


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest value that so many per cent of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(0, int(rank) - 1)]
