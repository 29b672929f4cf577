"""A clock that stands still while this process does: sleeping laptop, blocked event loop.

Deadlines measured on it never blame a peer for our own absence.
"""

from __future__ import annotations

from network.limits import PAUSE_S, TICK_S


class AwakeClock:
    """Turns the shell's monotonic time into time during which this process was awake."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._now_s = 0.0
        self.paused_s = 0.0  # length of the last pause seen, for the log

    def advance(self, now_s: float) -> bool:
        """Take a reading in seconds; returns True when there was a pause before it."""
        gap_s = 0.0 if self._last_s is None else max(now_s - self._last_s, 0.0)
        self._last_s = now_s
        paused = gap_s > PAUSE_S
        self._now_s += TICK_S if paused else gap_s
        if paused:
            self.paused_s = gap_s
        return paused

    @property
    def now_s(self) -> float:
        """Seconds awake since the first reading."""
        return self._now_s
