"""What must hold after every single event, whatever fails."""

from __future__ import annotations

from collections.abc import Collection

from network import instructions as do
from network.client_core import ClientCore, JobSpec
from network.leases import UnitState


class Film:
    """The picture of a job, and the view's idea of who has which bucket."""

    def __init__(self, job: JobSpec) -> None:
        self._job = job
        self.pixels: dict[int, bytes] = {}
        self.in_flight: set[tuple[str, int]] = set()
        self._ever_leased: set[tuple[str, int]] = set()

    def perform(self, order: do.Commit | do.Leased | do.Released) -> None:
        key = (order.server, order.unit.index)
        if isinstance(order, do.Leased):
            assert key not in self.in_flight, f"{key} was leased twice"
            self.in_flight.add(key)
            self._ever_leased.add(key)
        elif isinstance(order, do.Released):
            assert key in self.in_flight, f"{key} was released without a lease"
            self.in_flight.remove(key)
        else:
            assert order.unit.index not in self.pixels, f"{key} was committed twice"
            assert key in self._ever_leased, f"{key} was committed, but never leased"
            self.pixels[order.unit.index] = order.payload
            self.in_flight.discard(key)  # not there if the lease was given back before

    def check(self, client: ClientCore, linked: Collection[str]) -> None:
        running = client.job
        if running is None or running.spec.job != self._job.job:
            assert not self.in_flight, f"left in flight at the end: {self.in_flight}"
            return
        books = running.books
        states = [books.state(unit.index) for unit in self._job.units]
        for state in UnitState:
            assert books.count(state) == states.count(state)
        leases = list(books.leases())
        active = [lease for lease in leases if not lease.late]
        leased = {lease.unit for lease in active}
        for index, state in enumerate(states):
            assert (state is UnitState.LEASED) == (index in leased)
            assert (state is UnitState.DONE) == (index in self.pixels)
        assert {(lease.server, lease.unit) for lease in active} == self.in_flight
        assert len({(lease.server, lease.unit) for lease in leases}) == len(leases)
        for lease in leases:
            assert states[lease.unit] is not UnitState.DONE, "a lease outlived its unit"
            assert lease.server in linked or lease.server in self._lost_unseen(client)

    def _lost_unseen(self, client: ClientCore) -> Collection[str]:
        """Servers whose link is gone, while the client has not been told yet."""
        return [record.uid for record in client.servers() if record.linked]
