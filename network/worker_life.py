"""Whether the worker process runs, what it proved, and when to start it again after it died."""

from __future__ import annotations

from network.backoff import retry_delay_s
from network.instructions import Level, Log, RestartWorker, ServerInstruction
from network.messages import Canary

#: A worker that dies again and again before it delivers anything is restarted this rarely.
LONGEST_RESTART_S = 30.0
#: Eight minutes without a tile, at least: nobody waits longer for one.
MAX_DOUBLINGS = 4


class WorkerLife:
    """The shell starts the first worker by itself; every other one is asked for here.

    Instructions go to the list given.

    Attributes:
        is_ready: whether it can open a job.
        engine_class: of the worker that runs or ran last.
        canary: the test picture of the worker that runs, once it has rendered it.
    """

    def __init__(self, out: list[ServerInstruction]) -> None:
        self.is_ready = False
        self.engine_class = ""
        self.canary: tuple[Canary, bytes] | None = None
        self._out = out
        self._deaths = 0  # since it last delivered something
        self._hangs = 0
        self._restart_at_s: float | None = None

    def ready(self, engine_class: str) -> None:
        """Its kernels are loaded."""
        self.is_ready = True
        self.engine_class = engine_class
        self._restart_at_s = None
        self._log(Level.INFO, f"the render process is ready ({engine_class})")

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

    def died(self, text: str, now_s: float) -> None:
        """It ended or has to be ended; `text` says how."""
        self.is_ready = False
        self.canary = None
        self._deaths += 1
        delay_s = 0.0
        if self._deaths > 1:
            delay_s = min(retry_delay_s("worker", self._deaths - 2), LONGEST_RESTART_S)
        self._restart_at_s = now_s + delay_s
        self._log(Level.WARNING, f"{text}; another one starts in {delay_s:.0f} s")

    def renew(self, why: str) -> None:
        """It is replaced by a new one at once, for no fault of its own."""
        self.is_ready = False
        self.canary = None
        self._restart_at_s = None
        self._out.append(RestartWorker(why))

    def restart(self, why: str, now_s: float) -> None:
        """Start it again if it is time to."""
        if self.is_due(now_s):
            self._out.append(RestartWorker(why))

    def is_due(self, now_s: float) -> bool:
        """Whether to start a worker now; says so once."""
        if self._restart_at_s is None or now_s < self._restart_at_s:
            return False
        self._restart_at_s = None
        return True

    def _log(self, level: Level, text: str) -> None:
        self._out.append(Log(level, text))
