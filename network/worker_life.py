"""Whether the worker process runs, and when to start it again after it died."""

from __future__ import annotations

from network.backoff import retry_delay_s

#: A worker that dies again and again before it delivers anything is restarted this rarely.
LONGEST_RESTART_S = 30.0
#: Eight minutes without a tile, at least: nobody waits longer for one.
MAX_DOUBLINGS = 4


class WorkerLife:
    """The shell starts the first worker by itself; every other one is asked for here."""

    def __init__(self) -> None:
        self.is_ready = False
        self.engine_class = ""
        self._deaths = 0  # since it last delivered something
        self._hangs = 0
        self._restart_at_s: float | None = None

    def ready(self, engine_class: str) -> None:
        """Its kernels are loaded."""
        self.is_ready = True
        self.engine_class = engine_class
        self._restart_at_s = None

    def delivered(self) -> None:
        """It rendered something: it is healthy."""
        self._deaths = self._hangs = 0

    @property
    def patience(self) -> float:
        """How many times the usual time it may show no progress.

        What looks like a hang may be a machine that is slow today: each try has twice the time
        of the one before it, until something is delivered.
        """
        return 2.0 ** min(self._hangs, MAX_DOUBLINGS)

    def hung(self) -> None:
        """It showed no progress for too long and has to be ended."""
        self._hangs += 1

    def died(self, now_s: float) -> float:
        """It ended or has to be ended. Returns the seconds until it should be started again."""
        self.is_ready = False
        self._deaths += 1
        delay_s = 0.0
        if self._deaths > 1:
            delay_s = min(retry_delay_s("worker", self._deaths - 2), LONGEST_RESTART_S)
        self._restart_at_s = now_s + delay_s
        return delay_s

    def renew(self) -> None:
        """It is replaced by a new one at once, for no fault of its own."""
        self.is_ready = False
        self._restart_at_s = None

    def is_due(self, now_s: float) -> bool:
        """Whether to start a worker now; says so once."""
        if self._restart_at_s is None or now_s < self._restart_at_s:
            return False
        self._restart_at_s = None
        return True
