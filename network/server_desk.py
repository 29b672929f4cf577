"""The server's desk: units it asked for, has, and is rendering for the running job.

The worker renders units as small tiles over all its threads in the order of arrival, so the
oldest leases are the ones in hand and the others wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from network.messages import Assign
from network.pace import SLOWEST_PER_S, Pace
from network.work import Unit

#: Pixels of a tile of the worker, the piece that one thread renders at a time.
TILE_PIXELS = 256
#: An answer that takes longer was not on its way all the time.
MAX_ROUND_TRIP_S = 1.0
#: The measured round trip grows at most so fast: one late answer proves nothing.
ROUND_TRIP_GROWTH = 1.25
#: `messages.WorkRequest` allows no more at once.
MAX_WANTED = 1024
#: A worker without any progress for this many times the expected time hangs, but ...
HANG_FACTOR = 8.0
#: ... not before this: page faults and other programs make honest pauses.
HANG_S = 30.0


def count_tiles(pixels: int) -> int:
    """Return into how many tiles the worker cuts a unit."""
    return max(ceil(pixels / TILE_PIXELS), 1)


def count_in_hand(units: Sequence[Assign | Unit], threads: int) -> int:
    """Return how many of the units, oldest first, `threads` render at the same time."""
    tiles = 0
    for number, unit in enumerate(units):
        if tiles >= threads:
            return number
        tiles += count_tiles(unit.width * unit.height)
    return len(units)


def count_lacking(units: Sequence[Assign], threads: int, next_pixels: int) -> int:
    """Return how many units of a size would give every thread a tile, beside those there are."""
    tiles = sum(count_tiles(unit.width * unit.height) for unit in units)
    return ceil(max(threads - tiles, 0) / count_tiles(next_pixels))


class Desk:
    """Leases of the running job, oldest first. Made anew for each job."""

    def __init__(self, threads: int, bucket_pixels: int, now_s: float) -> None:
        self._threads = threads
        self._next_pixels = bucket_pixels  # what the next unit will have: as many as the last
        self._asked = 0  # units that the client may still assign
        self._asked_s: float | None = None  # since when the first of them is awaited
        self._round_trip_s = 0.0  # from asking to getting
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
        units = self.all()
        return units[: count_in_hand(units, self._threads)]

    def ask(self, now_s: float) -> int:
        """Return how many units to ask for now, and count them as asked for.

        As many as keep all threads busy, one more so that they never run dry at the end of a
        unit, and as many as are rendered while an answer travels.
        """
        units = self.all()
        lacking = count_lacking(units, self._threads, self._next_pixels)
        waiting = len(units) - count_in_hand(units, self._threads)
        ahead = 1 + max(ceil(self._units_per_s() * self._round_trip_s), 1)
        more = max(min(lacking + ahead, MAX_WANTED) - waiting - self._asked, 0)
        if more and not self._asked:
            self._asked_s = now_s
        self._asked += more
        return more

    def take(self, assign: Assign, now_s: float) -> bool:
        """Put a unit on the desk; False if it was not asked for or its lease is taken."""
        if self._asked == 0 or assign.lease in self._leases:
            return False
        self._asked -= 1
        self._measure_round_trip(now_s)
        self._next_pixels = assign.width * assign.height
        if not self._leases:
            self._progress_s = now_s
        self._leases[assign.lease] = (assign, now_s)
        return True

    def _measure_round_trip(self, now_s: float) -> None:
        if self._asked_s is None:
            return
        # The client may have had nothing to give: a long wait is hardly the network's.
        waited_s = min(now_s - self._asked_s, MAX_ROUND_TRIP_S)
        known_s = self._round_trip_s or waited_s
        self._round_trip_s = min(waited_s, ROUND_TRIP_GROWTH * known_s)
        self._asked_s = None

    def _units_per_s(self) -> float:
        units = self.all()
        if not units or not self._pace.per_s:
            return 0.0
        last = units[-1]
        return self._pace.per_s / (last.width * last.height * last.samples)

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

    def stuck_s(self, now_s: float, patience: float = 1.0) -> float:
        """Seconds without progress if that means a hang, else 0.

        Args:
            now_s: of the clock.
            patience: multiplies the time until it means one.
        """
        work = sum(x.width * x.height * x.samples for x in self.in_hand())
        expected_s = work / (self._pace.per_s or SLOWEST_PER_S)
        idle_s = self.silent_s(now_s)
        hangs = bool(self._leases) and idle_s > patience * max(HANG_S, HANG_FACTOR * expected_s)
        return idle_s if hangs else 0.0
