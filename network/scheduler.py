"""Who renders which unit: units, leases, credits and the measured pace of every server.

Pull with credit: a server asks for units, and each grant is a *lease*. A unit is always exactly
one of todo, leased, done or poisoned (`UnitState`); the first valid result sets it, also when it
comes late; a second one changes nothing. Pure bookkeeping: no messages, no clock, no randomness.

    todo ──grant──► leased ──commit──► done        (from todo and poisoned too: late results)
     ▲                │
     └─give back, lost, failed, overdue──► poisoned when it failed too often

What waits is `UnitQueue`'s, who has what `Ledger`'s, who failed where `Suspects`', what is
compared `Copies`', who may have how much `Portions`' and who gets it `Granting`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from network.copies import Copies
from network.focus import Rectangle
from network.granting import Granting
from network.leases import Lease, Share, UnitState
from network.ledger import Ledger
from network.limits import SILENCE_S
from network.portions import Portions
from network.server_desk import count_in_hand
from network.suspects import Suspects
from network.unit_queue import UnitQueue
from network.unit_tree import UnitTree
from network.work import GRAIN_PX, ServerId, Unit

#: What a server may ask for in all, whatever it says: hides any latency and bounds a requeue.
MAX_CREDIT = 1024


@dataclass(slots=True)
class Committed:
    """What a result set.

    Attributes:
        parts: the units that it set: the lease's own, or open parts of it.
        useless: leases that ended because nothing is left to do for them.
        attempt: as in `Lease`, of the one that delivered.
    """

    parts: list[int]
    useless: list[Lease]
    attempt: int = 1


class Scheduler:
    """The books of one job.

    Args:
        units: in handing-out order, numbered by place.
        first_lease: leases are numbered from here; a client never uses a number twice.
        grain_px: as in `JobSpec`.
        done: so many of the last units are done already.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        first_lease: int = 0,
        grain_px: int = GRAIN_PX,
        done: int = 0,
    ) -> None:
        self._tree = UnitTree(units, grain_px)
        self._all_work = self._tree.open_work
        self._queue = UnitQueue(self._tree)
        for unit in range(len(units) - done, len(units)):
            self._queue.remove(unit)
            self._tree.move(unit, UnitState.DONE)
        self._ledger = Ledger(self._tree, self._queue, first_lease)
        self._shares = self._ledger.shares
        self._suspects = Suspects(self._tree, self._shares)
        self._copies = Copies(self._tree, self._queue, self._shares)
        self._portions = Portions(self._tree, self._shares, self._ledger.holders)
        self._granting = Granting(
            self._tree, self._queue, self._ledger, self._suspects, self._copies, self._portions
        )

    # -- questions ------------------------------------------------------------------------------

    @property
    def next_lease(self) -> int:
        """The number of the next lease."""
        return self._ledger.next_lease

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to hand out or to wait for."""
        return self.count(UnitState.TODO) + self.count(UnitState.LEASED) == 0

    @property
    def units(self) -> Sequence[Unit]:
        """The job's units, and then all parts that were made of them."""
        return self._tree.units

    @property
    def states(self) -> Sequence[UnitState]:
        """Where every unit is, by index; for reading only."""
        return self._tree.states

    def count(self, state: UnitState) -> int:
        """Number of units in this state."""
        return self._tree.count(state)

    def progress(self) -> float:
        """Return how much of the work is done or set apart, 0 to 1."""
        return 1.0 - self._tree.open_work / self._all_work

    def state(self, unit: int) -> UnitState:
        """State of a unit."""
        return self._tree.state(unit)

    def unfinished(self, unit: int) -> list[int]:
        """What of a unit a result could still set: itself, or parts of it."""
        return self._tree.unfinished(unit)

    def poisoned(self) -> tuple[int, ...]:
        """Units that were set apart, in handing-out order."""
        return tuple(
            unit
            for unit, state in enumerate(self.states)
            if state is UnitState.POISONED and unit not in self._copies
        )

    def leases(self, server: ServerId | None = None) -> Iterator[Lease]:
        """Leases of one server or of all, late ones included."""
        return self._ledger.leases(server)

    def unit_of(self, server: ServerId, number: int) -> int | None:
        """The unit that this server has or had under this lease; None if it never did."""
        return self._ledger.unit_of(server, number)

    # -- servers --------------------------------------------------------------------------------

    def add_server(self, server: ServerId, *, probation: bool = False) -> None:
        """A server takes part; it gets nothing before it is ready and asks.

        On probation it holds one unit at a time until it delivers one.
        """
        self._shares.setdefault(server, Share(server, probation=probation))

    def drain(self, server: ServerId, threads: int) -> list[Lease]:
        """The server gets nothing more; returns leases that it has not begun and that ended."""
        share = self._shares.get(server)
        if share is None:
            return []
        share.draining = True
        active = share.active()
        in_hand = count_in_hand([self.units[lease.unit] for lease in active], threads)
        self._ledger.give_back(active[in_hand:])
        return active[in_hand:]

    def stop_drain(self, server: ServerId) -> None:
        """The server is to stay after all."""
        if server in self._shares:
            self._shares[server].draining = False

    def set_ready(
        self, server: ServerId, ready: bool, kind: str = "", now_s: float = 0.0
    ) -> list[Lease]:
        """The server has the scene open (again), or is busy opening it.

        Servers of one kind (engine class) render the same bits.

        Returns:
            Leases that ended: when it began to open the scene anew it gave back, or told as failed,
            whatever it held. If a lease is left that had surely arrived there before, then its
            result got lost; it would use up the server's credit until it is overdue.
        """
        share = self._shares[server]
        lost: list[Lease] = []
        if share.ready and not ready:
            share.closed_s = now_s
        elif ready and not share.ready:
            arrived_s = share.closed_s - SILENCE_S  # no living link takes longer
            lost = [lease for lease in share.leases.values() if lease.since_s < arrived_s]
            self._ledger.give_back(lost)
        share.ready, share.kind = ready, kind
        self._portions.invalidate()
        return lost

    def remove_server(self, server: ServerId) -> list[Lease]:
        """The server is gone: all its leases end and their units go to the front."""
        share = self._shares.pop(server, None)
        if share is None:
            return []
        self._granting.forget(server)
        self._portions.invalidate()
        ended = list(share.leases.values())
        self._ledger.give_back(ended)
        return ended

    def request(self, server: ServerId, units: int, now_s: float) -> list[Lease]:
        """The server can take `units` more; returns what it gets now."""
        share = self._shares[server]
        share.credit = min(share.credit + units, MAX_CREDIT)
        return self._granting.request(share, now_s) if share.credit else []

    @property
    def paused(self) -> bool:
        """Nothing is handed out; what servers have in hand they finish."""
        return self._granting.paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._granting.paused = paused

    def focus(self, around: Rectangle | None) -> None:
        """Hand out first what is nearest to this; None: in the usual order again."""
        self._queue.focus(around)

    # -- audits ---------------------------------------------------------------------------------

    def original(self, unit: int) -> int | None:
        """The unit that this one is a copy of, made to compare them; None if it is none."""
        return self._copies.original(unit)

    def audit(self, unit: int, witnesses: Iterable[ServerId]) -> None:
        """Have a done unit rendered again by somebody who did not render it yet."""
        self._copies.add(unit, witnesses)

    def drop_hopeless_audits(self) -> list[int]:
        """Give up copies that nobody at work may render, when nothing else is left.

        Returns the units that they are of.
        """
        return self._copies.drop_hopeless()

    def reopen(self, unit: int) -> None:
        """A done unit's pixels turned out to be false: it is to be rendered again."""
        if self.state(unit) is UnitState.DONE:
            self._tree.move(unit, UnitState.TODO)
            self._queue.put_first(unit)

    # -- leases ---------------------------------------------------------------------------------

    def commit(self, server: ServerId, number: int, now_s: float) -> Committed:
        """A valid result of a unit that is not done, or not all of it: now it is."""
        unit = self.unit_of(server, number)
        assert unit is not None
        parts = self._tree.unfinished(unit)
        assert parts
        self._measure(server, number, now_s)
        ended: list[Lease] = []
        for part in parts:
            if self.state(part) is UnitState.TODO:
                self._queue.remove(part)
            self._tree.move(part, UnitState.DONE)
            ended += self._ledger.holders.get(part, ())
        for whole in dict.fromkeys(x for part in parts for x in self._tree.ancestors(part)):
            if whole in self._ledger.holders and not self._tree.unfinished(whole):
                ended += self._ledger.holders[whole]
        for lease in ended:
            self._ledger.end(lease)
        return Committed(parts, ended, self._ledger.attempt_of(number))

    def _measure(self, server: ServerId, number: int, now_s: float) -> None:
        """Take the server's pace by a lease that it still has."""
        share = self._shares.get(server)
        if share is None or number not in share.leases:
            return
        lease = share.leases[number]
        took_s = share.pace.delivered(self._tree.work(lease.unit), lease.since_s, now_s)
        if self.units[lease.unit].whole >= 0:
            self._portions.took(lease.unit, share, took_s)
        share.probation = share.stuck = False

    def drop(self, server: ServerId, numbers: Iterable[int]) -> list[Lease]:
        """The server will not render these leases; nothing is wrong with their units."""
        share = self._shares.get(server)
        if share is None:
            return []
        ended = [share.leases[number] for number in numbers if number in share.leases]
        self._ledger.give_back(ended)
        return ended

    def fail(self, server: ServerId, number: int) -> tuple[Lease, bool] | None:
        """The server could not render this lease. Returns it and whether its unit is poisoned."""
        share = self._shares.get(server)
        if share is None or number not in share.leases:
            return None
        lease = share.leases[number]
        share.probation = True
        too_often = self._suspects.fail(lease.unit, server)
        self._ledger.give_back([lease])
        poisoned = too_often and self.state(lease.unit) is UnitState.TODO
        if poisoned:
            self._set_apart(self.units[lease.unit].bucket)
        return lease, poisoned

    def _set_apart(self, bucket: int) -> None:
        """Poison all of a bucket that waits: each part would take as many workers along."""
        for unit in [x for x in self._queue.returned() if self.units[x].bucket == bucket]:
            self._queue.remove(unit)
            self._tree.move(unit, UnitState.POISONED)

    def assign(self, now_s: float) -> list[Lease]:
        """Hand out what there is to all servers with credit, who asked first comes first."""
        return self._granting.assign(now_s)

    def give_up_overdue(self, now_s: float) -> tuple[list[Lease], list[Lease]]:
        """Return (leases overdue from now on, leases hopelessly overdue and ended).

        The unit of the first kind goes back to the queue, while the server may still deliver.
        After twice the time the lease ends, so that the unit may even go to the same server.
        """
        overdue: list[Lease] = []
        ended: list[Lease] = []
        self._portions.refresh(now_s)
        for lease in list(self.leases()):
            age_s = now_s - lease.since_s
            limit_s = self._portions.limit_s(lease)
            if age_s > limit_s and not lease.late:
                self._ledger.give_up(lease)
                overdue.append(lease)
            elif age_s > 2.0 * limit_s:
                self._ledger.end(lease)
                ended.append(lease)
        return overdue, ended

    def relieve(self, now_s: float) -> list[Lease]:
        """Send what waits behind a heavy unit elsewhere; returns leases that ended."""
        return self._granting.relieve(now_s)

    def back_up(self, now_s: float) -> list[Lease]:
        """Lease the slowest units of the tail a second time, in parts, to servers that idle."""
        return self._granting.back_up(now_s)
