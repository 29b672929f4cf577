"""What the scheduler's books are made of: the states of a unit, leases, and a server's side."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from network.pace import Pace
from network.work import ServerId


class UnitState(Enum):
    """Where a unit is."""

    TODO = "todo"
    LEASED = "leased"
    DONE = "done"
    POISONED = "poisoned"
    SPLIT = "split"  # its parts stand for it


@dataclass(slots=True)
class Lease:
    """One server's permission to render one unit.

    Attributes:
        queued_work: pixel samples the server had to render up to the end of this unit.
        patience: multiplies the time until it is overdue; grows with every failed attempt.
        attempt: so often was the unit, or what it is a part of, handed out until now.
        late: overdue: the unit went back, but a result of this lease is still welcome.
    """

    number: int
    unit: int
    server: ServerId
    since_s: float
    queued_work: int
    patience: float = 1.0
    attempt: int = 1
    late: bool = False


@dataclass(slots=True)
class Share:
    """A server's side of the books.

    Attributes:
        closed_s: when it was last busy opening the scene anew.
        kind: servers of one kind render the same bits.
        probation: it failed lately and holds one unit at a time until it delivers one.
        draining: it finishes what is in hand and gets nothing more.
        stuck: its oldest lease takes far longer than expected; the others wait elsewhere.
    """

    server: ServerId
    ready: bool = False
    closed_s: float = 0.0
    kind: str = ""
    credit: int = 0
    probation: bool = False
    draining: bool = False
    stuck: bool = False
    leases: dict[int, Lease] = field(default_factory=dict)  # oldest first, late ones too
    pace: Pace = field(default_factory=Pace)

    def active(self) -> list[Lease]:
        """Return its leases that are not overdue, oldest first."""
        return [lease for lease in self.leases.values() if not lease.late]

    def at_it_s(self, lease: Lease, now_s: float) -> float:
        """For how long the server has been at this lease; 0 while it waits its turn."""
        if next(iter(self.leases), None) != lease.number:
            return 0.0
        return now_s - max(lease.since_s, self.pace.last_s)

    def may_get(self) -> bool:
        """Whether it can take another unit at all."""
        return self.credit > 0 and self.ready and not self.draining

    def is_idle(self) -> bool:
        """Whether it waits for work."""
        return self.may_get() and not self.leases
