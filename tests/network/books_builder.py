"""Schedulers with units and servers, for the tests of handing out."""

from __future__ import annotations

from job_builder import make_units

from network.leases import Lease
from network.scheduler import Scheduler


def make_books(units: int = 6, servers: str = "ab") -> Scheduler:
    books = Scheduler(make_units(units))
    for server in servers:
        books.add_server(server)
        books.set_ready(server, True)
    return books


def units_of(leases: list[Lease]) -> list[int]:
    return [lease.unit for lease in leases]


def measure(books: Scheduler, server: str, seconds: float) -> None:
    """Let a server render one unit in that time, starting at 0."""
    (lease,) = books.request(server, 1, 0.0)
    books.commit(server, lease.number, seconds)
