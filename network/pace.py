"""How fast servers are, measured from the units that they deliver."""

from __future__ import annotations

#: Weight that a result keeps when the next one arrives: a window of about ten results, long
#: enough for uneven buckets and short enough for a machine that somebody starts to use.
MEMORY = 0.9
#: Pixel samples per second of a slow core with long paths; judges leases while nothing has been
#: measured, with the scheduler's patience of eight times that.
SLOWEST_PER_S = 100_000.0


class Pace:
    """Throughput of one server in pixel samples per second."""

    def __init__(self) -> None:
        self._work = 0.0
        self._time_s = 0.0
        self._last_s = float("-inf")

    def delivered(self, pixel_samples: int, since_s: float, now_s: float) -> float:
        """Count a unit that the server had since `since_s` and delivered now.

        Returns how many seconds it was at it.

        Units queue up on a server, so the time of a unit begins when the one before it ended.
        """
        begun_s = max(since_s, self._last_s)
        self._work = self._work * MEMORY + pixel_samples
        self._time_s = self._time_s * MEMORY + max(now_s - begun_s, 0.0)
        self._last_s = now_s
        return max(now_s - begun_s, 0.0)

    @property
    def last_s(self) -> float:
        """When it delivered last; -inf if never."""
        return self._last_s

    @property
    def per_s(self) -> float | None:
        """Pixel samples per second, None while unknown."""
        return self._work / self._time_s if self._time_s > 0.0 else None


class PaceTable:
    """The servers' paces relative to each other, recomputed at most once per interval.

    With a thousand servers a sum per result would cost more than the result.
    """

    #: Shares move slowly; four times a second follows them closely enough.
    INTERVAL_S = 0.25

    def __init__(self) -> None:
        self._mean: float | None = None
        self._total = 0.0
        self._stale_at_s = float("-inf")

    def invalidate(self) -> None:
        """Recompute at the next question: a server came, left or changed its readiness."""
        self._stale_at_s = float("-inf")

    def refresh(self, paces: list[Pace], now_s: float) -> None:
        """Take the paces of all servers at work."""
        known = [pace.per_s for pace in paces]
        measured = [per_s for per_s in known if per_s is not None]
        self._mean = sum(measured) / len(measured) if measured else None
        guess = self._mean or 1.0
        self._total = sum(guess if per_s is None else per_s for per_s in known)
        self._stale_at_s = now_s + self.INTERVAL_S

    def is_stale(self, now_s: float) -> bool:
        """Whether `refresh` is due."""
        return now_s >= self._stale_at_s

    def per_s(self, pace: Pace) -> float | None:
        """The server's pace; the mean of the others while it has delivered nothing."""
        own = pace.per_s
        return self._mean if own is None else own

    @property
    def total(self) -> float:
        """Pace of all servers together."""
        return self._total

    def share(self, pace: Pace) -> float:
        """The server's part of the pace of all servers, 0 to 1."""
        per_s = self.per_s(pace) or 1.0
        return min(per_s / self._total, 1.0) if self._total > 0.0 else 1.0
