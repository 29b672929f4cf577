"""The end of a frame: which of the slowest leases an idle server takes over."""

from __future__ import annotations

from collections.abc import Callable

from network.leases import Lease, Share
from network.portions import Portions

#: How many of the slowest leases an idle server considers; bounds the work of a tick.
BACKUP_LOOK = 8
#: Looking for slow leases takes time in proportion to all leases: not at every request.
BACKUP_INTERVAL_S = 0.02

Slow = tuple[float, Lease]


class Tail:
    """Chooses; what is split and leased is the scheduler's business.

    Args:
        portions: knows paces.
    """

    def __init__(self, portions: Portions) -> None:
        self._portions = portions
        self._last_s = float("-inf")

    def is_due(self, now_s: float) -> bool:
        """Whether to look for slow leases again."""
        return now_s >= self._last_s + BACKUP_INTERVAL_S

    def begin(self, idle: list[Share], now_s: float) -> list[Slow]:
        """Sort the idle servers, the fastest first; returns the leases, the slowest first."""
        self._last_s = now_s
        self._portions.refresh(now_s)
        idle.sort(key=lambda share: -(self._portions.per_s(share) or 0.0))
        return self._portions.slowest(now_s)

    def choose(
        self,
        share: Share,
        slow: list[Slow],
        now_s: float,
        may_get: Callable[[Share, int], bool],
    ) -> Slow | None:
        """Return what the idle server is likely to be done with before who has it."""
        for left_s, lease in slow[:BACKUP_LOOK]:
            gains = self._portions.gains(share, left_s, lease, now_s)
            if gains and may_get(share, lease.unit):
                return left_s, lease
        return None
