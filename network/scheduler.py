"""Who renders which unit: units, leases, credits and the measured pace of every server.

Pull with credit: a server asks for units, and each grant is a *lease*. A unit is always exactly
one of todo, leased, done or poisoned (`UnitState`); the first valid result sets it, also when it
comes late; a second one changes nothing. Pure bookkeeping: no messages, no clock, no randomness.

    todo ──grant──► leased ──commit──► done        (from todo and poisoned too: late results)
     ▲                │
     └─give back, lost, failed, overdue──► poisoned when it failed too often
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from network.leases import Lease, Share, UnitState
from network.portions import Portions
from network.server_desk import count_in_hand
from network.unit_tree import UnitTree
from network.work import GRAIN_PX, ServerId, Unit

#: What a server may ask for in all, whatever it says: hides any latency and bounds a requeue.
MAX_CREDIT = 1024
#: Ended leases that are remembered to recognize late results: 64 for each of 1,000 servers.
MAX_PAST_LEASES = 65_536
#: A unit that ended this many workers is not handed out again ...
POISON_FAILURES = 3
#: ... and after so many it does not matter any more on how many servers.
POISON_FAILURES_ANYWHERE = 6
#: How many of the slowest leases an idle server considers; bounds the work of a tick.
BACKUP_LOOK = 8
#: Looking for slow leases takes time in proportion to all leases: not at every request.
BACKUP_INTERVAL_S = 0.02


@dataclass(slots=True)
class Committed:
    """What a result set.

    Attributes:
        parts: the units that it set: the lease's own, or open parts of it.
        useless: leases that ended because nothing is left to do for them.
    """

    parts: list[int]
    useless: list[Lease]


class Scheduler:
    """The books of one job.

    Args:
        units: in handing-out order, numbered by place.
        first_lease: leases are numbered from here; a client never uses a number twice.
        grain_px: as in `JobSpec`.
    """

    def __init__(
        self, units: Sequence[Unit], first_lease: int = 0, grain_px: int = GRAIN_PX
    ) -> None:
        self._tree = UnitTree(units, grain_px)
        self.next_lease = first_lease
        self._whole = len(units)
        self._fresh = 0  # whole units from here on were never handed out
        self._returned: deque[int] = deque()  # todo again, and parts; these go first
        self._holders: dict[int, list[Lease]] = {}  # unit -> its leases, late ones too
        self._shares: dict[ServerId, Share] = {}
        self._past: dict[int, tuple[ServerId, int]] = {}  # ended lease -> server, unit
        self._failures: dict[int, list[ServerId]] = {}  # by bucket, whichever part it was
        self._overdue: dict[int, int] = {}  # unit -> how often a lease of it was overdue
        self._portions = Portions(self._tree, self._shares, self._holders)
        self._backed_up_s = float("-inf")
        self._copies: dict[int, tuple[int, tuple[ServerId, ...]]] = {}  # of units, who had them

    # -- questions ------------------------------------------------------------------------------

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
        if server is None:
            for share in self._shares.values():
                yield from share.leases.values()
        elif server in self._shares:
            yield from self._shares[server].leases.values()

    def unit_of(self, server: ServerId, number: int) -> int | None:
        """The unit that this server has or had under this lease; None if it never did."""
        share = self._shares.get(server)
        if share is not None and number in share.leases:
            return share.leases[number].unit
        holder, unit = self._past.get(number, ("", -1))
        return unit if holder == server and unit >= 0 else None

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
        self._give_back(active[in_hand:])
        return active[in_hand:]

    def stop_drain(self, server: ServerId) -> None:
        """The server is to stay after all."""
        if server in self._shares:
            self._shares[server].draining = False

    def set_ready(self, server: ServerId, ready: bool, kind: str = "") -> None:
        """The server has the scene open (again), or is busy opening it.

        Servers of one kind (engine class) render the same bits.
        """
        self._shares[server].ready = ready
        self._shares[server].kind = kind
        self._portions.invalidate()

    def remove_server(self, server: ServerId) -> list[Lease]:
        """The server is gone: all its leases end and their units go to the front."""
        share = self._shares.pop(server, None)
        if share is None:
            return []
        self._portions.invalidate()
        ended = list(share.leases.values())
        self._give_back(ended)
        return ended

    def request(self, server: ServerId, units: int, now_s: float) -> list[Lease]:
        """The server can take `units` more; returns what it gets now."""
        share = self._shares[server]
        share.credit = min(share.credit + units, MAX_CREDIT)
        return self._grant(share, now_s)

    # -- audits ---------------------------------------------------------------------------------

    def original(self, unit: int) -> int | None:
        """The unit that this one is a copy of, made to compare them; None if it is none."""
        return self._copies[unit][0] if unit in self._copies else None

    def audit(self, unit: int, witnesses: Iterable[ServerId]) -> None:
        """Have a done unit rendered again by somebody who did not render it yet."""
        copy = self._tree.add_copy(unit)
        self._copies[copy] = unit, tuple(witnesses)
        self._returned.append(copy)

    def drop_hopeless_audits(self) -> list[int]:
        """Give up copies if nothing else is left and nobody at work may render them.

        Returns the units that they are of.
        """
        if self.count(UnitState.LEASED):
            return []
        waiting = [copy for copy in self._copies if self.state(copy) is UnitState.TODO]
        if len(waiting) != self.count(UnitState.TODO):
            return []
        ready = [share for share in self._shares.values() if share.ready]
        hopeless = [x for x in waiting if not any(self._may_audit(share, x) for share in ready)]
        for copy in hopeless:
            self._returned.remove(copy)
            self._tree.move(copy, UnitState.DONE)
        return [self._copies[copy][0] for copy in hopeless]

    def reopen(self, unit: int) -> None:
        """A done unit's pixels turned out to be false: it is to be rendered again."""
        if self.state(unit) is UnitState.DONE:
            self._tree.move(unit, UnitState.TODO)
            self._returned.appendleft(unit)

    def _may_audit(self, share: Share, copy: int) -> bool:
        """Whether the server gave no opinion yet, and its bits should be the same."""
        witnesses = self._copies[copy][1]
        kinds = {x.kind for x in self._shares.values() if x.server in witnesses}
        return share.server not in witnesses and kinds <= {share.kind}

    # -- leases ---------------------------------------------------------------------------------

    def commit(self, server: ServerId, number: int, now_s: float) -> Committed:
        """A valid result of a unit that is not done, or not all of it: now it is."""
        unit = self.unit_of(server, number)
        assert unit is not None
        parts = self._tree.unfinished(unit)
        assert parts
        share = self._shares.get(server)
        if share is not None and number in share.leases:
            since_s = share.leases[number].since_s
            took_s = share.pace.delivered(self._tree.work(unit), since_s, now_s)
            if self.units[unit].whole >= 0:
                self._portions.took(unit, share, took_s)
            share.probation = share.stuck = False
        ended: list[Lease] = []
        for part in parts:
            if self.state(part) is UnitState.TODO:
                self._returned.remove(part)
            self._tree.move(part, UnitState.DONE)
            ended += self._holders.get(part, ())
        for whole in dict.fromkeys(x for part in parts for x in self._tree.ancestors(part)):
            if whole in self._holders and not self._tree.unfinished(whole):
                ended += self._holders[whole]
        for lease in ended:
            self._end(lease)
        return Committed(parts, ended)

    def drop(self, server: ServerId, numbers: Iterable[int]) -> list[Lease]:
        """The server will not render these leases; nothing is wrong with their units."""
        share = self._shares.get(server)
        if share is None:
            return []
        ended = [share.leases[number] for number in numbers if number in share.leases]
        self._give_back(ended)
        return ended

    def fail(self, server: ServerId, number: int) -> tuple[Lease, bool] | None:
        """The server could not render this lease. Returns it and whether its unit is poisoned."""
        share = self._shares.get(server)
        if share is None or number not in share.leases:
            return None
        lease = share.leases[number]
        share.probation = True
        failures = self._failures.setdefault(self.units[lease.unit].bucket, [])
        failures.append(server)
        others = any(other.ready for other in self._shares.values() if other is not share)
        sure = len(set(failures)) > 1 or not others
        poisoned = len(failures) >= (POISON_FAILURES if sure else POISON_FAILURES_ANYWHERE)
        self._give_back([lease])
        poisoned = poisoned and self.state(lease.unit) is UnitState.TODO
        if poisoned:
            self._set_apart(self.units[lease.unit].bucket)
        return lease, poisoned

    def _set_apart(self, bucket: int) -> None:
        """Poison all of a bucket that waits: each part would take as many workers along."""
        for unit in [x for x in self._returned if self.units[x].bucket == bucket]:
            self._returned.remove(unit)
            self._tree.move(unit, UnitState.POISONED)

    def assign(self, now_s: float) -> list[Lease]:
        """Hand out what there is to all servers with credit, in the order they were added."""
        granted: list[Lease] = []
        for share in self._shares.values():
            if self.count(UnitState.TODO) == 0:
                break
            granted += self._grant(share, now_s)
        return granted

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
                lease.late = True
                self._overdue[lease.unit] = self._overdue.get(lease.unit, 0) + 1
                self._requeue(lease.unit)
                overdue.append(lease)
            elif age_s > 2.0 * limit_s:
                self._end(lease)
                ended.append(lease)
        return overdue, ended

    def relieve(self, now_s: float) -> list[Lease]:
        """Send what waits behind a heavy unit elsewhere; returns leases that ended."""
        self._portions.refresh(now_s)
        ended: list[Lease] = []
        for share in self._shares.values():
            lease = next(iter(share.leases.values()), None)
            if lease is None or lease.late:
                share.stuck = False
                continue
            share.stuck = self._portions.is_stuck(share, lease, now_s)
            if share.stuck:
                waiting = share.active()[1:]
                self._give_back(waiting)
                ended += waiting
        return ended

    def _may_split(self, lease: Lease) -> bool:
        """Whether a leased unit may be handed out in parts to others."""
        alone = len(self._holders[lease.unit]) == 1 and not lease.late
        open_ = alone and self.state(lease.unit) is UnitState.LEASED
        plain = not self._has_failed(lease.unit) and lease.unit not in self._copies
        return open_ and plain and self._tree.can_split(lease.unit)

    def back_up(self, now_s: float) -> list[Lease]:
        """Lease the slowest units of the tail a second time, in parts, to servers that idle."""
        if self._fresh < self._whole or not self.count(UnitState.LEASED):
            return []
        if now_s < self._backed_up_s + BACKUP_INTERVAL_S:
            return []
        idle = [share for share in self._shares.values() if share.is_idle()]
        if not idle:
            return []
        self._backed_up_s = now_s
        self._portions.refresh(now_s)
        idle.sort(key=lambda share: -(self._portions.per_s(share) or 0.0))
        slow = self._portions.slowest(now_s)
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
        for left_s, lease in slow[:BACKUP_LOOK]:
            if not self._portions.gains(share, left_s, lease, now_s):
                continue
            if lease.unit in self._copies and not self._may_audit(share, lease.unit):
                continue
            slow.remove((left_s, lease))
            if self._may_split(lease):
                holder = self._shares[lease.server]
                self._portions.took(lease.unit, holder, holder.at_it_s(lease, now_s))
                self._split(lease.unit)
                return self._grant(share, now_s)
            return [self._lease(share, lease.unit, now_s)]
        return []

    # -- granting -------------------------------------------------------------------------------

    def _grant(self, share: Share, now_s: float) -> list[Lease]:
        granted: list[Lease] = []
        while share.may_get() and self._portions.may_hold_more(share, now_s):
            if any(self._has_failed(lease.unit) for lease in share.leases.values()):
                break  # alone, so that nothing else is suspect when the worker dies again
            unit = self._pick(share)
            if unit is None:
                break
            granted.append(self._lease(share, unit, now_s))
        return granted

    def _pick(self, share: Share) -> int | None:
        """Take the next unit for this server out of the queue, or a part of it."""
        unit = next((x for x in self._returned if self._suits(share, x)), None)
        if unit is not None:
            self._returned.remove(unit)
        elif self._fresh < self._whole:
            unit = self._fresh
            self._fresh += 1
        else:
            return None
        while (
            self._portions.is_too_much(share, unit)
            and self._tree.can_split(unit)
            and not self._is_suspect(unit)
        ):
            unit = self._split(unit)
            self._returned.remove(unit)
        return unit

    def _split(self, unit: int) -> int:
        """Cut a unit in halves, which are todo and go first; returns the first of them."""
        halves = self._tree.split(unit)
        self._returned.extendleft(reversed(halves))
        return halves[0]

    def _has_failed(self, unit: int) -> bool:
        """Whether a worker died over the unit's bucket, or could not render it."""
        return bool(self._failures) and self.units[unit].bucket in self._failures

    def _is_suspect(self, unit: int) -> bool:
        """Whether somebody failed at it: parts would hide how often. Copies stay whole too."""
        return (
            unit in self._copies
            or self._has_failed(unit)
            or unit in self._overdue
            or unit in self._holders
        )

    def _suits(self, share: Share, unit: int) -> bool:
        """Not twice at once on a server; once failed, alone, and there only if nowhere else."""
        if share.leases and self._has(share, unit):
            return False
        if unit in self._copies and not self._may_audit(share, unit):
            return False
        failures = self._failures.get(self.units[unit].bucket, ())
        if failures and share.leases:
            return False  # it is rendered alone
        if share.server not in failures:
            return True
        return not any(
            other.ready and (other.credit or other.leases) and other.server not in failures
            for other in self._shares.values()
            if unit not in self._copies or self._may_audit(other, unit)
        )

    def _has(self, share: Share, unit: int) -> bool:
        """Whether the server has a lease of the unit, or of one that it is a part of."""
        return any(
            lease.server == share.server
            for whole in (unit, *self._tree.ancestors(unit))
            for lease in self._holders.get(whole, ())
        )

    def _lease(self, share: Share, unit: int, now_s: float) -> Lease:
        work = sum(self._tree.work(lease.unit) for lease in share.active())
        work += self._tree.work(unit)
        patience = 2.0 ** self._overdue.get(unit, 0)
        lease = Lease(self.next_lease, unit, share.server, now_s, work, patience)
        self.next_lease += 1
        share.credit -= 1
        share.leases[lease.number] = lease
        self._holders.setdefault(unit, []).append(lease)
        self._tree.move(unit, UnitState.LEASED)
        return lease

    # -- ending ---------------------------------------------------------------------------------

    def _give_back(self, ended: list[Lease]) -> None:
        for lease in reversed(ended):  # so that the oldest is first in the queue again
            self._end(lease)
            self._requeue(lease.unit)

    def _end(self, lease: Lease) -> None:
        holders = self._holders[lease.unit]
        holders.remove(lease)
        if not holders:
            del self._holders[lease.unit]
        share = self._shares.get(lease.server)
        if share is not None:
            share.leases.pop(lease.number, None)
        self._past[lease.number] = (lease.server, lease.unit)
        if len(self._past) > MAX_PAST_LEASES:
            del self._past[next(iter(self._past))]

    def _requeue(self, unit: int) -> None:
        """Put a unit at the front of the queue, unless somebody else is at it."""
        active = any(not lease.late for lease in self._holders.get(unit, ()))
        if self.state(unit) is UnitState.LEASED and not active:
            self._returned.appendleft(unit)
            self._tree.move(unit, UnitState.TODO)
