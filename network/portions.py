"""How much a server should get at a time, and whose leases are slow: judgements by pace.

Questions only: nothing here changes the books (`network.scheduler`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from network.leases import Lease, Share
from network.pace import SLOWEST_PER_S, PaceTable
from network.unit_tree import UnitTree
from network.work import ServerId

#: A unit is split when it is more than this part of the server's fair portion of the queue:
#: what costs several times the mean then still ends with the others.
PORTION = 0.25
#: A lease is overdue after this many times its expected time, but not before `PATIENCE_S`.
PATIENCE_FACTOR = 8.0
PATIENCE_S = 30.0
#: At the end of the frame a lease gets a backup after this many times its expected time.
BACKUP_FACTOR = 2.0
#: Shorter delays are jitter of the network, not a slow server.
BACKUP_MIN_S = 0.1
#: Less than what is left of it is no reason to do it again elsewhere.
SPLIT_GAIN = 0.5


class Portions:
    """Judges with the paces of the servers that take part.

    Args:
        tree: the job's units.
        shares: the servers' sides of the books, as they change.
        holders: how many leases a unit has.
    """

    def __init__(
        self, tree: UnitTree, shares: Mapping[ServerId, Share], holders: Callable[[int], int]
    ) -> None:
        self._tree = tree
        self._shares = shares
        self._holders = holders
        self._paces = PaceTable()
        self._ready = 0

    def invalidate(self) -> None:
        """A server came, left or changed its readiness."""
        self._paces.invalidate()

    def refresh(self, now_s: float) -> None:
        """Bring the paces up to date; cheap while they are young."""
        if self._paces.is_stale(now_s):
            ready = [share for share in self._shares.values() if share.ready]
            self._ready = len(ready)
            reliable = [share.pace for share in ready if share.is_reliable()]
            self._paces.refresh([share.pace for share in ready], reliable, now_s)

    def per_s(self, share: Share) -> float | None:
        """Pace of a server in pixel samples per second; the mean while it has none."""
        return self._paces.per_s(share.pace)

    def is_too_much(self, share: Share, unit: int) -> bool:
        """Whether a unit should be split before this server gets it."""
        if self._ready < 2:
            return False  # the threads of one server share the tiles of a unit
        portion = self._paces.share(share.pace) * self._tree.todo_work
        return self._tree.work(unit) > PORTION * portion

    def may_hold_more(self, share: Share, now_s: float) -> bool:
        """Near the end nobody may hold more than its part of what is left."""
        self.refresh(now_s)
        active = share.active()
        if not active:
            return True
        if share.probation:
            return False
        held = sum(self._tree.work(lease.unit) for lease in active)
        return held < self._paces.share(share.pace) * self._tree.open_work * (1.0 - 1e-6)

    def would_delay(self, share: Share, unit: int) -> bool:
        """Whether the others would be done with everything long before this server with the unit.

        It is not for such a server then, unless it failed elsewhere: nobody else may want it.
        """
        per_s, best = self._paces.per_s(share.pace), self._paces.best
        if per_s is None or best is None or per_s >= best:
            return False
        work = self._tree.work(unit)
        others_s = self._tree.open_work / self._paces.total + work / best
        return work / per_s > others_s

    def slowest(self, now_s: float) -> list[tuple[float, Lease]]:
        """Leases without a backup with the seconds they may still take, slowest first."""
        found: list[tuple[float, Lease]] = []
        for share in self._shares.values():
            per_s = self._paces.per_s(share.pace)
            if per_s is None:
                continue
            for lease in share.active():
                if self._holders(lease.unit) == 1 and not self._tree.is_split(lease.unit):
                    # Once late, it is as far from its end as it is behind: the best guess.
                    left_s = abs(lease.since_s + lease.queued_work / per_s - now_s)
                    found.append((left_s, lease))
        return sorted(found, key=lambda x: (-x[0], x[1].number))

    def gains(self, share: Share, left_s: float, lease: Lease, now_s: float) -> bool:
        """Whether an idle server is likely to be done with a leased unit before its holder."""
        own_s = self._tree.work(lease.unit) / (self.per_s(share) or SLOWEST_PER_S)
        if self._tree.can_split(lease.unit):
            own_s *= SPLIT_GAIN  # it takes a part of it
        lasted_s = now_s - lease.since_s
        behind = lasted_s > max(BACKUP_FACTOR * self.expected_s(lease), BACKUP_MIN_S)
        return behind or left_s > max(BACKUP_FACTOR * own_s, BACKUP_MIN_S)

    def limit_s(self, lease: Lease) -> float:
        """After how many seconds the lease is overdue."""
        return max(PATIENCE_S, PATIENCE_FACTOR * self.expected_s(lease)) * lease.patience

    def expected_s(self, lease: Lease) -> float:
        """From assignment to result; a guess while nothing is known about any server."""
        per_s = self._paces.per_s(self._shares[lease.server].pace) or SLOWEST_PER_S
        return lease.queued_work / per_s
