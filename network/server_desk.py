"""The server's desk: units it asked for, has, and is rendering for the running job.

The worker renders units as small tiles over all its threads in the order of arrival, so the
oldest leases are the ones in hand and the others wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from network.messages import Assign
from network.pace import SLOWEST_PER_S, Pace

#: Pixels of a tile of the worker, the piece that one thread renders at a time.
TILE_PIXELS = 256
#: `messages.WorkRequest` allows no more at once.
MAX_WANTED = 1024
#: A worker without any progress for this many times the expected time hangs, but ...
HANG_FACTOR = 8.0
#: ... not before this: page faults and other programs make honest pauses.
HANG_S = 30.0


def units_in_hand(threads: int, bucket_pixels: int) -> int:
    """Return how many units `threads` render at the same time."""
    tiles = max(ceil(bucket_pixels / TILE_PIXELS), 1)
    return max(ceil(threads / tiles), 1)


def units_wanted(threads: int, bucket_pixels: int) -> int:
    """Return how many units keep all threads busy while the next ones are on their way.

    One more than in hand, so that threads never run dry at the end of a unit, and one whose
    result or assignment travels.
    """
    return min(units_in_hand(threads, bucket_pixels) + 2, MAX_WANTED)


class Desk:
    """Leases of the running job, oldest first. Made anew for each job."""

    def __init__(self, threads: int, bucket_pixels: int, now_s: float) -> None:
        self._in_hand = units_in_hand(threads, bucket_pixels)
        self._wanted = units_wanted(threads, bucket_pixels)
        self._asked = 0  # units that the client may still assign
        self._leases: dict[int, tuple[Assign, float]] = {}
        self._pace = Pace()
        self._progress_s = now_s
        self._tiles_done = 0

    def __len__(self) -> int:
        return len(self._leases)

    def all(self) -> list[Assign]:
        """Every lease, oldest first."""
        return [assign for assign, _ in self._leases.values()]

    def in_hand(self) -> list[Assign]:
        """The leases that the worker is at."""
        return self.all()[: self._in_hand]

    def ask(self) -> int:
        """Return how many units to ask for now, and count them as asked for."""
        more = max(self._wanted - len(self._leases) - self._asked, 0)
        self._asked += more
        return more

    def take(self, assign: Assign, now_s: float) -> bool:
        """Put a unit on the desk; False if it was not asked for or its lease is taken."""
        if self._asked == 0 or assign.lease in self._leases:
            return False
        self._asked -= 1
        if not self._leases:
            self._progress_s = now_s
        self._leases[assign.lease] = (assign, now_s)
        return True

    def done(self, lease: int, now_s: float) -> bool:
        """The worker rendered a unit; False if nobody waits for it any more."""
        known = self._leases.pop(lease, None)
        self._progress_s = now_s
        if known is None:
            return False
        assign, since_s = known
        self._pace.delivered(assign.width * assign.height * assign.samples, since_s, now_s)
        return True

    def drop(self, leases: Iterable[int]) -> list[int]:
        """Take units off the desk. Returns those that were on it."""
        return [lease for lease in leases if self._leases.pop(lease, None) is not None]

    def clear(self, now_s: float) -> None:
        """Take all units off the desk; the worker begins anew."""
        self._leases.clear()
        self.progress(now_s)
        self._tiles_done = 0

    def progress(self, now_s: float) -> None:
        """The worker is about to do, or did, something."""
        self._progress_s = now_s

    def tiles_done(self, tiles: int, now_s: float) -> None:
        """The worker's progress counter says this; only growth is progress."""
        if tiles > self._tiles_done:
            self._progress_s = now_s
        self._tiles_done = tiles

    def silent_s(self, now_s: float) -> float:
        """Seconds since the last sign of progress."""
        return now_s - self._progress_s

    def stuck_s(self, now_s: float) -> float:
        """Seconds without progress if that means a hang, else 0."""
        work = sum(x.width * x.height * x.samples for x in self.in_hand())
        expected_s = work / (self._pace.per_s or SLOWEST_PER_S)
        idle_s = self.silent_s(now_s)
        hangs = bool(self._leases) and idle_s > max(HANG_S, HANG_FACTOR * expected_s)
        return idle_s if hangs else 0.0
