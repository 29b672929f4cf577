"""What must hold after every single event, whatever fails."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from network import instructions as do
from network.client_core import ClientCore, JobSpec, Unit
from network.leases import UnitState

from .node import SIDE_PX

if TYPE_CHECKING:
    from .world import World


DONE = UnitState.DONE


class Film:
    """The picture of a job, and the view's idea of who has which unit."""

    def __init__(self, job: JobSpec) -> None:
        self._job = job
        self.pixels: dict[int, tuple[Unit, bytes]] = {}
        self.in_flight: set[tuple[str, int]] = set()
        self._ever_leased: set[tuple[str, int]] = set()
        self._covered = [0] * len(job.units)  # bits of the pixels of each bucket

    def perform(self, order: do.Commit | do.Leased | do.Released | do.Revoked) -> None:
        key = (order.server, order.unit.index)
        if isinstance(order, do.Leased):
            assert key not in self.in_flight, f"{key} was leased twice"
            self.in_flight.add(key)
            self._ever_leased.add((order.server, order.unit.bucket))
        elif isinstance(order, do.Released):
            assert key in self.in_flight, f"{key} was released without a lease"
            self.in_flight.remove(key)
        elif isinstance(order, do.Revoked):
            del self.pixels[order.unit.index]
            self._covered[order.unit.bucket] &= ~_bits_of(order.unit)
        else:
            unit = order.unit
            assert (order.server, unit.bucket) in self._ever_leased, f"{key} was never leased"
            pixels = _bits_of(unit)
            assert not self._covered[unit.bucket] & pixels, f"{key} was committed twice"
            self._covered[unit.bucket] |= pixels
            self.pixels[unit.index] = unit, order.payload
            self.in_flight.discard(key)  # not there if the lease was given back before

    def restore(self, unit: Unit, payload: bytes) -> None:
        """Pixels of a unit that was done before the job began."""
        self.pixels[unit.index] = unit, payload
        self._covered[unit.index] = _bits_of(unit)

    def has_all_of(self, unit: Unit) -> bool:
        return self._covered[unit.index] == _bits_of(unit)

    def check(self, client: ClientCore, linked: Collection[str]) -> None:
        running = client.job
        if running is None or running.spec.job != self._job.job:
            assert not self.in_flight, f"left in flight at the end: {self.in_flight}"
            return
        books = running.books
        leases = list(books.leases())
        active = [lease for lease in leases if not lease.late]
        states = books.states
        for state in UnitState:
            assert books.count(state) == states.count(state)
        leased = {x.unit for x in active if states[x.unit] is not UnitState.SPLIT}
        assert all(states[unit] is UnitState.LEASED for unit in leased)
        assert books.count(UnitState.LEASED) == len(leased)
        assert [states[index] for index in self.pixels].count(DONE) == len(self.pixels)
        copies = 0
        if self._job.audit:
            found = (x for x in range(len(states)) if books.original(x) is not None)
            copies = sum(states[x] is DONE for x in found)
        assert books.count(DONE) == len(self.pixels) + copies
        assert {(lease.server, lease.unit) for lease in active} == self.in_flight
        assert len({(lease.server, lease.unit) for lease in leases}) == len(leases)
        known = {record.uid for record in client.servers() if record.linked}  # or not told yet
        for lease in leases:
            split = states[lease.unit] is UnitState.SPLIT
            over = not books.unfinished(lease.unit) if split else states[lease.unit] is DONE
            assert not over, "a lease outlived its unit"
            assert lease.server in linked or lease.server in known


def check_servers(world: World) -> None:
    """Nobody is blamed for what it did not do."""
    for record in world.client.servers():
        assert record.strikes == 0 or not world.nodes[record.uid].honest, (
            f"{record.uid} never did wrong and is blamed"
        )


def _bits_of(unit: Unit) -> int:
    """One bit for every pixel of the unit, by its place in the bucket's cell of the frame."""
    row = ((1 << unit.width) - 1) << (unit.x % SIDE_PX)
    first = unit.y % SIDE_PX
    return sum(row << (SIDE_PX * y) for y in range(first, first + unit.height))
