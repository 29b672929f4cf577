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
from math import ceil

from network.leases import Lease, Share, UnitState
from network.pace import SLOWEST_PER_S, PaceTable
from network.work import ServerId, Unit

#: What a server may ask for in all, whatever it says: hides any latency and bounds a requeue.
MAX_CREDIT = 1024
#: Ended leases that are remembered to recognize late results: 64 for each of 1,000 servers.
MAX_PAST_LEASES = 65_536
#: A unit that ended this many workers is not handed out again ...
POISON_FAILURES = 3
#: ... and after so many it does not matter any more on how many servers.
POISON_FAILURES_ANYWHERE = 6
#: A lease is overdue after this many times its expected time, but not before `PATIENCE_S`.
PATIENCE_FACTOR = 8.0
PATIENCE_S = 30.0
#: At the end of the frame a lease gets a backup after this many times its expected time.
BACKUP_FACTOR = 2.0
#: Shorter delays are jitter of the network, not a slow server.
BACKUP_MIN_S = 0.2
#: How many of the slowest leases an idle server considers; bounds the work of a tick.
BACKUP_LOOK = 8

_OPEN = (UnitState.TODO, UnitState.LEASED)


class Scheduler:
    """The books of one job.

    Args:
        units: in handing-out order, numbered by place.
        first_lease: leases are numbered from here; a client never uses a number twice.
    """

    def __init__(self, units: Sequence[Unit], first_lease: int = 0) -> None:
        self.units = units
        self.next_lease = first_lease
        self._states = [UnitState.TODO] * len(units)
        self._fresh = 0  # units from here on were never handed out
        self._returned: deque[int] = deque()  # todo again; these go first
        self._holders: dict[int, list[Lease]] = {}  # unit -> its leases, late ones too
        self._shares: dict[ServerId, Share] = {}
        self._past: dict[int, tuple[ServerId, int]] = {}  # ended lease -> server, unit
        self._failures: dict[int, list[ServerId]] = {}
        self._overdue: dict[int, int] = {}  # unit -> how often a lease of it was overdue
        self._paces = PaceTable()
        self._open_work = sum(unit.pixel_samples for unit in units)  # todo and leased
        self._counts = dict.fromkeys(UnitState, 0)
        self._counts[UnitState.TODO] = len(units)

    # -- questions ------------------------------------------------------------------------------

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to hand out or to wait for."""
        return self._counts[UnitState.TODO] + self._counts[UnitState.LEASED] == 0

    def count(self, state: UnitState) -> int:
        """Number of units in this state."""
        return self._counts[state]

    def state(self, unit: int) -> UnitState:
        """State of a unit."""
        return self._states[unit]

    def poisoned(self) -> tuple[int, ...]:
        """Units that were set apart, in handing-out order."""
        return tuple(
            unit for unit in sorted(self._failures) if self._states[unit] is UnitState.POISONED
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

    def add_server(self, server: ServerId) -> None:
        """A server takes part; it gets nothing before it is ready and asks."""
        self._shares.setdefault(server, Share(server))

    def set_ready(self, server: ServerId, ready: bool) -> None:
        """The server has the scene open (again), or is busy opening it."""
        self._shares[server].ready = ready
        self._paces.invalidate()

    def remove_server(self, server: ServerId) -> list[Lease]:
        """The server is gone: all its leases end and their units go to the front."""
        share = self._shares.pop(server, None)
        if share is None:
            return []
        self._paces.invalidate()
        ended = list(share.leases.values())
        self._give_back(ended)
        return ended

    def request(self, server: ServerId, units: int, now_s: float) -> list[Lease]:
        """The server can take `units` more; returns what it gets now."""
        share = self._shares[server]
        share.credit = min(share.credit + units, MAX_CREDIT)
        return self._grant(share, now_s)

    # -- leases ---------------------------------------------------------------------------------

    def commit(self, server: ServerId, number: int, now_s: float) -> list[Lease]:
        """A valid result for an open unit: it is done. Returns other servers' useless leases."""
        unit = self.unit_of(server, number)
        assert unit is not None
        assert self._states[unit] is not UnitState.DONE
        share = self._shares.get(server)
        if share is not None and number in share.leases:
            work = self.units[unit].pixel_samples
            share.pace.delivered(work, share.leases[number].since_s, now_s)
        if self._states[unit] is UnitState.TODO:
            self._returned.remove(unit)
        self._move(unit, UnitState.DONE)
        ended = list(self._holders.get(unit, ()))
        for lease in ended:
            self._end(lease)
        return [lease for lease in ended if lease.number != number]

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
        failures = self._failures.setdefault(lease.unit, [])
        failures.append(server)
        others = any(other.ready for other in self._shares.values() if other is not share)
        sure = len(set(failures)) > 1 or not others
        poisoned = len(failures) >= (POISON_FAILURES if sure else POISON_FAILURES_ANYWHERE)
        self._give_back([lease])
        poisoned = poisoned and self._states[lease.unit] is UnitState.TODO
        if poisoned:
            self._returned.remove(lease.unit)
            self._move(lease.unit, UnitState.POISONED)
        return lease, poisoned

    def assign(self, now_s: float) -> list[Lease]:
        """Hand out what there is to all servers with credit, in the order they were added."""
        granted: list[Lease] = []
        for share in self._shares.values():
            if self._counts[UnitState.TODO] == 0:
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
        self._refresh_paces(now_s)
        for lease in list(self.leases()):
            age_s = now_s - lease.since_s
            limit_s = self._limit_s(lease)
            if age_s > limit_s and not lease.late:
                lease.late = True
                self._overdue[lease.unit] = self._overdue.get(lease.unit, 0) + 1
                self._requeue(lease.unit)
                overdue.append(lease)
            elif age_s > 2.0 * limit_s:
                self._end(lease)
                ended.append(lease)
        return overdue, ended

    def back_up(self, now_s: float) -> list[Lease]:
        """Lease the slowest units of the tail a second time, to servers that idle."""
        if self._counts[UnitState.TODO] or not self._counts[UnitState.LEASED]:
            return []
        idle = [s for s in self._shares.values() if s.ready and s.credit and not s.leases]
        self._refresh_paces(now_s)
        idle.sort(key=lambda share: -(self._paces.per_s(share.pace) or 0.0))
        slow = self._slowest(now_s) if idle else []
        granted: list[Lease] = []
        for share in idle:
            chosen = next((x for x in slow[:BACKUP_LOOK] if self._gains(share, *x, now_s)), None)
            if chosen is not None:
                slow.remove(chosen)
                granted.append(self._lease(share, chosen[1].unit, now_s))
        return granted

    # -- the tail -------------------------------------------------------------------------------

    def _slowest(self, now_s: float) -> list[tuple[float, Lease]]:
        """Leases without a backup with the seconds they may still take, slowest first."""
        found: list[tuple[float, Lease]] = []
        for share in self._shares.values():
            per_s = self._paces.per_s(share.pace)
            for lease in share.active():
                if per_s is None or len(self._holders[lease.unit]) > 1:
                    continue
                # Once it is late, it is as far from its end as it is behind: the best guess.
                left_s = abs(lease.since_s + lease.queued_work / per_s - now_s)
                found.append((left_s, lease))
        return sorted(found, key=lambda x: (-x[0], x[1].number))

    def _gains(self, share: Share, left_s: float, lease: Lease, now_s: float) -> bool:
        per_s = self._paces.per_s(share.pace) or SLOWEST_PER_S
        expected_s = self._expected_s(lease)
        own_s = self.units[lease.unit].pixel_samples / per_s
        lasted_s = now_s - lease.since_s
        return lasted_s > max(BACKUP_FACTOR * expected_s, BACKUP_MIN_S) or left_s > max(
            BACKUP_FACTOR * own_s, BACKUP_MIN_S
        )

    def _limit_s(self, lease: Lease) -> float:
        return max(PATIENCE_S, PATIENCE_FACTOR * self._expected_s(lease)) * lease.patience

    def _expected_s(self, lease: Lease) -> float:
        """From assignment to result; a guess while nothing is known about any server."""
        per_s = self._paces.per_s(self._shares[lease.server].pace) or SLOWEST_PER_S
        return lease.queued_work / per_s

    # -- granting -------------------------------------------------------------------------------

    def _grant(self, share: Share, now_s: float) -> list[Lease]:
        granted: list[Lease] = []
        while share.credit and share.ready and self._may_hold_more(share, now_s):
            unit = self._pick(share)
            if unit is None:
                break
            granted.append(self._lease(share, unit, now_s))
        return granted

    def _may_hold_more(self, share: Share, now_s: float) -> bool:
        """Near the end nobody may hold more than its part of what is left."""
        self._refresh_paces(now_s)
        held = len(share.active())
        if held == 0:
            return True
        left = self._counts[UnitState.TODO] + self._counts[UnitState.LEASED]
        # Less a little: 0.1 * 30 is 3.0000000000000004, and its ceiling is not meant.
        return held < ceil(self._paces.share(share.pace) * left - 1e-6)

    def _would_delay(self, share: Share, unit: int) -> bool:
        """Whether the others would be done with everything long before this server with the unit.

        It is not for such a server then, unless it failed elsewhere: nobody else may want it.
        """
        per_s, best = self._paces.per_s(share.pace), self._paces.best
        if per_s is None or best is None or per_s >= best:
            return False
        work = self.units[unit].pixel_samples
        others_s = self._open_work / self._paces.total + work / best
        return work / per_s > others_s

    def _refresh_paces(self, now_s: float) -> None:
        if self._paces.is_stale(now_s):
            ready = [share for share in self._shares.values() if share.ready]
            reliable = [share.pace for share in ready if share.is_reliable()]
            self._paces.refresh([share.pace for share in ready], reliable, now_s)

    def _pick(self, share: Share) -> int | None:
        """Take the next unit for this server out of the queue."""
        for unit in self._returned:
            if self._suits(share, unit):
                self._returned.remove(unit)
                return unit
        if self._fresh == len(self.units) or self._would_delay(share, self._fresh):
            return None
        self._fresh += 1
        return self._fresh - 1

    def _suits(self, share: Share, unit: int) -> bool:
        """Not twice at once on a server; where it failed, only if nobody else could take it."""
        if any(lease.server == share.server for lease in self._holders.get(unit, ())):
            return False
        failures = self._failures.get(unit, ())
        if not failures:
            return not self._would_delay(share, unit)
        if share.server not in failures:
            return True
        return not any(
            other.ready and (other.credit or other.leases) and other.server not in failures
            for other in self._shares.values()
        )

    def _lease(self, share: Share, unit: int, now_s: float) -> Lease:
        work = sum(self.units[lease.unit].pixel_samples for lease in share.active())
        work += self.units[unit].pixel_samples
        patience = 2.0 ** self._overdue.get(unit, 0)
        lease = Lease(self.next_lease, unit, share.server, now_s, work, patience)
        self.next_lease += 1
        share.credit -= 1
        share.leases[lease.number] = lease
        self._holders.setdefault(unit, []).append(lease)
        self._move(unit, UnitState.LEASED)
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
        if self._states[unit] is UnitState.LEASED and not active:
            self._returned.appendleft(unit)
            self._move(unit, UnitState.TODO)

    def _move(self, unit: int, state: UnitState) -> None:
        before = self._states[unit]
        if before in _OPEN and state not in _OPEN:
            self._open_work -= self.units[unit].pixel_samples
        self._counts[before] -= 1
        self._counts[state] += 1
        self._states[unit] = state
