"""Handing out: which unit or part of one a server gets next, and who takes over at the end."""

from __future__ import annotations

from network.copies import Copies
from network.leases import Lease, Share, UnitState
from network.ledger import Ledger
from network.portions import Portions
from network.suspects import Suspects
from network.tail import Tail
from network.unit_queue import UnitQueue
from network.unit_tree import UnitTree
from network.work import ServerId


class Granting:
    """Who gets what; the parts of the books are those of one `Scheduler`."""

    def __init__(
        self,
        tree: UnitTree,
        queue: UnitQueue,
        ledger: Ledger,
        suspects: Suspects,
        copies: Copies,
        portions: Portions,
    ) -> None:
        self._tree = tree
        self._queue = queue
        self._ledger = ledger
        self._suspects = suspects
        self._copies = copies
        self._portions = portions
        self._tail = Tail(portions)
        self.paused = False  # who asks is remembered, and nobody gets anything
        self._hungry: dict[ServerId, Share] = {}  # who asked for more than it got

    def request(self, share: Share, now_s: float) -> list[Lease]:
        """The server has credit; returns what it gets now."""
        self._hungry[share.server] = share
        return self._grant(share, now_s)

    def forget(self, server: ServerId) -> None:
        """The server is gone."""
        self._hungry.pop(server, None)

    def assign(self, now_s: float) -> list[Lease]:
        """Hand out what there is to all servers with credit, who asked first comes first."""
        granted: list[Lease] = []
        for share in list(self._hungry.values()):
            if self._tree.count(UnitState.TODO) == 0:
                break
            granted += self._grant(share, now_s)
        return granted

    def relieve(self, now_s: float) -> list[Lease]:
        """Send what waits behind a heavy unit elsewhere; returns leases that ended."""
        if self.paused:
            return []  # there is no elsewhere
        self._portions.refresh(now_s)
        ended: list[Lease] = []
        shares = self._ledger.shares.values()
        # A lone server would get its own buckets again, and nothing while it is at the heavy one.
        alone = sum(share.ready and not share.draining for share in shares) < 2
        for share in shares:
            lease = next(iter(share.leases.values()), None)
            if alone or lease is None or lease.late:
                share.stuck = False
                continue
            share.stuck = self._portions.is_stuck(share, lease, now_s)
            if share.stuck:
                waiting = share.active()[1:]
                self._ledger.give_back(waiting)
                ended += waiting
        return ended

    # -- the end of the frame -------------------------------------------------------------------

    def back_up(self, now_s: float) -> list[Lease]:
        """Lease the slowest units of the tail a second time, in parts, to servers that idle."""
        if self.paused or not self._tail.is_due(now_s):
            return []  # first: thousands of idle servers are not looked through at each request
        if not self._tree.count(UnitState.LEASED) or self._queue.has_fresh():
            return []
        idle = [share for share in self._hungry.values() if share.is_idle()]
        if not idle:
            return []
        slow = self._tail.begin(idle, now_s)
        granted: list[Lease] = []
        for share in idle:
            granted += self._back_up_for(share, slow, now_s)
        return granted

    def _back_up_for(
        self, share: Share, slow: list[tuple[float, Lease]], now_s: float
    ) -> list[Lease]:
        """Give an idle server something of the slowest leases, which shortens their list."""
        granted = self._grant(share, now_s)  # parts that another idle server left
        if granted:
            return granted
        found = self._tail.choose(share, slow, now_s, self._copies.may_get)
        if found is None:
            return []
        slow.remove(found)
        lease = found[1]
        if not self._may_split(lease):
            return [self._lease(share, lease.unit, now_s)]
        holder = self._ledger.shares[lease.server]
        self._portions.took(lease.unit, holder, holder.at_it_s(lease, now_s))
        self._split(lease.unit)
        return self._grant(share, now_s)

    def _may_split(self, lease: Lease) -> bool:
        """Whether a leased unit may be handed out in parts to others."""
        alone = len(self._ledger.holders[lease.unit]) == 1 and not lease.late
        open_ = alone and self._tree.state(lease.unit) is UnitState.LEASED
        plain = not self._suspects.has_failed(lease.unit) and lease.unit not in self._copies
        return open_ and plain and self._tree.can_split(lease.unit)

    # -- granting -------------------------------------------------------------------------------

    def _grant(self, share: Share, now_s: float) -> list[Lease]:
        granted: list[Lease] = []
        while not self.paused and share.may_get() and self._portions.may_hold_more(share, now_s):
            if any(self._suspects.has_failed(x.unit) for x in share.leases.values()):
                break  # alone, so that nothing else is suspect when the worker dies again
            unit = self._pick(share)
            if unit is None:
                break
            granted.append(self._lease(share, unit, now_s))
        return granted

    def _lease(self, share: Share, unit: int, now_s: float) -> Lease:
        lease = self._ledger.begin(share, unit, now_s)
        if not share.credit:
            self._hungry.pop(share.server, None)
        return lease

    def _pick(self, share: Share) -> int | None:
        """Take the next unit for this server out of the queue, or a part of it."""
        unit = self._queue.take(lambda waiting: self._suits(share, waiting))
        while (
            unit is not None
            and self._portions.is_too_much(share, unit)
            and self._tree.can_split(unit)
            and not self._is_suspect(unit)
        ):
            unit = self._split(unit)
            self._queue.remove(unit)
        return unit

    def _split(self, unit: int) -> int:
        """Cut a unit in halves, which are todo and go first; returns the first of them."""
        halves = self._tree.split(unit)
        self._queue.put_first(*halves)
        return halves[0]

    def _is_suspect(self, unit: int) -> bool:
        """Whether somebody failed at it: parts would hide how often. Copies stay whole too."""
        return (
            unit in self._copies
            or self._suspects.has_failed(unit)
            or unit in self._ledger.overdue
            or unit in self._ledger.holders
        )

    def _suits(self, share: Share, unit: int) -> bool:
        """Not twice at once on a server; once failed, alone, and there only if nowhere else."""
        if share.leases and self._ledger.has(share, unit):
            return False
        if not self._copies.may_get(share, unit):
            return False
        return self._suspects.may_try(
            share,
            unit,
            lambda x: self._copies.may_get(x, unit) and not self._ledger.has(x, unit),
        )
