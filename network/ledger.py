"""Leases: who has which unit, who had it, and what happens to a unit when a lease ends."""

from __future__ import annotations

from collections.abc import Iterator

from network.leases import Lease, Share, UnitState
from network.unit_queue import UnitQueue
from network.unit_tree import UnitTree
from network.work import ServerId

#: Ended leases that are remembered to recognize late results: 64 for each of 1,000 servers.
MAX_PAST_LEASES = 65_536


class Ledger:
    """The leases of one job.

    Args:
        tree: the job's units.
        queue: where units go whose leases end without a result.
        first_lease: leases are numbered from here.

    Attributes:
        shares: the servers' sides, in the order in which they came.
        holders: unit -> its leases, late ones too.
        overdue: unit -> how often a lease of it was overdue.
    """

    def __init__(self, tree: UnitTree, queue: UnitQueue, first_lease: int) -> None:
        self._tree = tree
        self._queue = queue
        self.next_lease = first_lease
        self.shares: dict[ServerId, Share] = {}
        self.holders: dict[int, list[Lease]] = {}
        self.overdue: dict[int, int] = {}
        self._begun: dict[int, int] = {}  # unit -> how many leases it had
        self._past: dict[int, tuple[ServerId, int, int]] = {}  # lease -> server, unit, attempt

    def leases(self, server: ServerId | None = None) -> Iterator[Lease]:
        """Leases of one server or of all, late ones included."""
        if server is None:
            for share in self.shares.values():
                yield from share.leases.values()
        elif server in self.shares:
            yield from self.shares[server].leases.values()

    def unit_of(self, server: ServerId, number: int) -> int | None:
        """The unit that this server has or had under this lease; None if it never did."""
        share = self.shares.get(server)
        if share is not None and number in share.leases:
            return share.leases[number].unit
        holder, unit, _ = self._past.get(number, ("", -1, 0))
        return unit if holder == server and unit >= 0 else None

    def attempt_of(self, number: int) -> int:
        """How often the unit, or what it is a part of, was handed out up to this ended lease."""
        return self._past[number][2]

    def has(self, share: Share, unit: int) -> bool:
        """Whether the server has a lease of the unit, or of one that it is a part of."""
        return any(
            lease.server == share.server
            for whole in (unit, *self._tree.ancestors(unit))
            for lease in self.holders.get(whole, ())
        )

    def begin(self, share: Share, unit: int, now_s: float) -> Lease:
        """Lease a unit to a server."""
        work = sum(self._tree.work(lease.unit) for lease in share.active())
        work += self._tree.work(unit)
        patience = 2.0 ** self.overdue.get(unit, 0)
        self._begun[unit] = self._begun.get(unit, 0) + 1
        attempt = sum(self._begun.get(x, 0) for x in (unit, *self._tree.ancestors(unit)))
        lease = Lease(self.next_lease, unit, share.server, now_s, work, patience, attempt)
        self.next_lease += 1
        share.credit -= 1
        share.leases[lease.number] = lease
        self.holders.setdefault(unit, []).append(lease)
        self._tree.move(unit, UnitState.LEASED)
        return lease

    def end(self, lease: Lease) -> None:
        """A lease is over; what becomes of its unit is another question."""
        holders = self.holders[lease.unit]
        holders.remove(lease)
        if not holders:
            del self.holders[lease.unit]
        share = self.shares.get(lease.server)
        if share is not None:
            share.leases.pop(lease.number, None)
        self._past[lease.number] = (lease.server, lease.unit, lease.attempt)
        if len(self._past) > MAX_PAST_LEASES:
            del self._past[next(iter(self._past))]

    def give_back(self, ended: list[Lease]) -> None:
        """End leases whose units were not rendered."""
        for lease in reversed(ended):  # so that the oldest is first in the queue again
            self.end(lease)
            self.requeue(lease.unit)

    def give_up(self, lease: Lease) -> None:
        """A lease is overdue: its unit goes elsewhere, a late result is still welcome."""
        lease.late = True
        self.overdue[lease.unit] = self.overdue.get(lease.unit, 0) + 1
        self.requeue(lease.unit)

    def requeue(self, unit: int) -> None:
        """Put a unit at the front of the queue, unless somebody else is at it."""
        active = any(not lease.late for lease in self.holders.get(unit, ()))
        if self._tree.state(unit) is UnitState.LEASED and not active:
            self._queue.put_first(unit)
            self._tree.move(unit, UnitState.TODO)
