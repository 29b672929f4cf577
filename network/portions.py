"""How much a server should get at a time, and whose leases are slow: judgements by pace.

Questions only: nothing here changes the books (`network.scheduler`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from network.leases import Lease, Share
from network.pace import SLOWEST_PER_S, PaceTable
from network.server_desk import TILE_PIXELS
from network.unit_tree import UnitTree
from network.work import ServerId

#: A unit is split when it is more than this part of the server's fair portion of the queue. So
#: small because costs are not known before: buckets of 30 times the mean are not rare, and
#: what begins last must end with the others.
PORTION = 1 / 64
#: What is as small as a worker's tile is split further only if it is so many times as costly as
#: usual pixels.
HEAVY = 4.0
#: A lease is overdue after this many times its expected time, but not before `PATIENCE_S`.
PATIENCE_FACTOR = 8.0
PATIENCE_S = 30.0
#: At the end of the frame a lease gets a backup after this many times its expected time.
BACKUP_FACTOR = 1.0
#: Shorter delays are jitter of the network, not a slow server.
BACKUP_MIN_S = 0.1
#: A half of a unit takes half of its time.
SPLIT_GAIN = 0.5
#: So many servers may be at a unit at once, and ...
MAX_HOLDERS = 3
#: ... the third only if it is so much faster than the others.
FASTER = 1.2
#: A server is stuck at a unit after so many times its expected time: what waits behind it there
#: is better off elsewhere.
STUCK_FACTOR = 2.0
STUCK_MIN_S = 0.3


class Portions:
    """Judges with the paces of the servers that take part.

    Args:
        tree: the job's units.
        shares: the servers' sides of the books, as they change.
        holders: the leases of every unit that has any, as they change.
    """

    def __init__(
        self,
        tree: UnitTree,
        shares: Mapping[ServerId, Share],
        holders: Mapping[int, Sequence[Lease]],
    ) -> None:
        self._tree = tree
        self._shares = shares
        self._holders = holders
        self._paces = PaceTable()
        self._ready = 0
        self._densities: dict[int, float] = {}  # bucket in parts -> cost of its pixels, 1: usual

    def invalidate(self) -> None:
        """A server came, left or changed its readiness."""
        self._paces.invalidate()

    def refresh(self, now_s: float) -> None:
        """Bring the paces up to date; cheap while they are young."""
        if self._paces.is_stale(now_s):
            ready = [share for share in self._shares.values() if share.ready]
            self._ready = len(ready)
            self._paces.refresh([share.pace for share in ready], now_s)

    def per_s(self, share: Share) -> float | None:
        """Pace of a server in pixel samples per second; the mean while it has none."""
        return self._paces.per_s(share.pace)

    def cost(self, unit: int) -> float:
        """What a unit is likely to cost, in pixel samples of usual pixels.

        Parts of a bucket are alike: what one of them took tells about the others.
        """
        return self._tree.work(unit) * self._density(unit)

    def _density(self, unit: int) -> float:
        return self._densities.get(self._tree.units[unit].bucket, 1.0)

    def took(self, unit: int, share: Share, seconds: float) -> None:
        """A server needed so long for a unit, or has been at it for so long."""
        per_s = self.per_s(share)
        if per_s is not None and seconds > 0.0:
            density = seconds * per_s / self._tree.work(unit)
            bucket = self._tree.units[unit].bucket
            self._densities[bucket] = max(density, self._densities.get(bucket, 1.0))

    def is_too_much(self, share: Share, unit: int) -> bool:
        """Whether a unit should be split before this server gets it."""
        if self._ready < 2:
            return False  # the threads of one server share the tiles of a unit
        if self._tree.units[unit].pixels <= TILE_PIXELS and self._density(unit) < HEAVY:
            return False
        portion = self._paces.share(share.pace) * self._tree.todo_work
        return self.cost(unit) > PORTION * portion

    def may_hold_more(self, share: Share, now_s: float) -> bool:
        """Near the end nobody may hold more than its part of what is left."""
        self.refresh(now_s)
        active = share.active()
        if not active:
            return True
        if share.probation or share.stuck:
            return False
        held = sum(self._tree.work(lease.unit) for lease in active)
        return held < self._paces.share(share.pace) * self._tree.open_work * (1.0 - 1e-6)

    def slowest(self, now_s: float) -> list[tuple[float, Lease]]:
        """Units that may get a backup: seconds they may still take, a lease; slowest first."""
        found: dict[int, tuple[float, Lease]] = {}
        for share in self._shares.values():
            per_s = self._paces.per_s(share.pace)
            if per_s is None:
                continue
            for lease in share.active():
                unit = lease.unit
                if self._tree.is_split(unit) or len(self._holders[unit]) >= MAX_HOLDERS:
                    continue
                # Once late, it is as far from its end as it is behind: the best guess.
                left_s = abs(lease.since_s + lease.queued_work / per_s - now_s)
                if unit not in found or left_s < found[unit][0]:
                    found[unit] = left_s, lease
        return sorted(found.values(), key=lambda x: (-x[0], x[1].number))

    def gains(self, share: Share, left_s: float, lease: Lease, now_s: float) -> bool:
        """Whether an idle server is likely to be done with a leased unit before its holders."""
        own_per_s = self.per_s(share) or SLOWEST_PER_S
        others = [x for x in self._holders[lease.unit] if x.server in self._shares]
        if len(others) > 1:
            best = max(self.per_s(self._shares[x.server]) or 0.0 for x in others)
            return own_per_s > FASTER * best
        own_s = self.cost(lease.unit) / own_per_s
        if self._tree.can_split(lease.unit):
            own_s *= SPLIT_GAIN  # it takes a part of it
        lasted_s = now_s - lease.since_s
        behind = lasted_s > max(BACKUP_FACTOR * self.expected_s(lease), BACKUP_MIN_S)
        return behind or left_s > max(BACKUP_FACTOR * own_s, BACKUP_MIN_S)

    def is_stuck(self, share: Share, lease: Lease, now_s: float) -> bool:
        """Whether a server is at its oldest lease for far longer than expected."""
        expected_s = self.cost(lease.unit) / (self.per_s(share) or SLOWEST_PER_S)
        return share.at_it_s(lease, now_s) > max(STUCK_FACTOR * expected_s, STUCK_MIN_S)

    def limit_s(self, lease: Lease) -> float:
        """After how many seconds the lease is overdue."""
        return max(PATIENCE_S, PATIENCE_FACTOR * self.expected_s(lease)) * lease.patience

    def expected_s(self, lease: Lease) -> float:
        """From assignment to result; a guess while nothing is known about any server."""
        per_s = self._paces.per_s(self._shares[lease.server].pace) or SLOWEST_PER_S
        return lease.queued_work / per_s
