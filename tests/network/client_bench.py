"""A client core on a bench: servers that are connected, and a clock that stands still."""

import struct
from collections.abc import Sequence
from typing import TypeVar

from job_builder import (
    JOB,
    PICTURE,
    WELCOME,
    make_client_core,
    make_job,
)

from network import instructions as do
from network.client_core import JobSpec, Unit
from network.instructions import Phase
from network.messages import (
    Assign,
    Canary,
    JobStatus,
    Message,
    Result,
    WorkRequest,
)

T = TypeVar("T")
GOOD = struct.pack("<128f", *[1.0] * 128)  # 8 x 8 pixels of 2 components
BAD = struct.pack("<128f", *[float("nan")] * 128)


def check(unit: Unit, payload: bytes) -> str | None:
    return "128 values are not finite" if payload == BAD else None


class Bench:
    """A client core, the list of all that it wanted, and a clock that stands still."""

    def __init__(self, servers: str = "ab", max_servers: int = 0) -> None:
        self.core = make_client_core(check_result=check, max_servers=max_servers)
        self.now_s = 0.0
        for server in servers:
            self.core.add_server(server, f"node-{server}", self.now_s)
            self.link_up(server)

    def link_up(
        self, server: str, engine_class: str = "engine-a", picture: bytes = PICTURE
    ) -> list:
        out = self.core.link_up(server, WELCOME, self.now_s)
        return out + self.say(server, Canary(engine_class), picture)

    def start(self, job: JobSpec | None = None) -> list[do.ClientInstruction]:
        return self.core.start(job or make_job(), self.now_s)

    def say(self, server: str, message: Message, payload: bytes = b"") -> list:
        return self.core.message(server, message, payload, self.now_s)

    def ready(self, server: str, units: int = 0) -> list[Assign]:
        """The server opened the scene and asks for units; returns what it gets."""
        out = self.say(server, JobStatus(JOB, "ready", 1.0, "engine-a"))
        if units:
            out += self.say(server, WorkRequest(JOB, units))
        return [order.message for order in sent(out, Assign)]

    def pass_time(self, seconds: float) -> list:
        """Tick as a shell does, for so long."""
        out: list[do.ClientInstruction] = []
        for _ in range(round(seconds / 0.25)):
            self.now_s += 0.25
            out += self.core.tick(self.now_s)
        return out

    def phases(self) -> list[Phase]:
        return [record.phase for record in self.core.servers()]


def of(orders: Sequence[object], kind: type[T]) -> list[T]:
    return [order for order in orders if isinstance(order, kind)]


def sent(orders: Sequence[object], kind: type[Message]) -> list[do.Send]:
    return [order for order in of(orders, do.Send) if isinstance(order.message, kind)]


def result(assign: Assign) -> Result:
    return Result(assign.job, assign.unit, assign.lease, 0.5)
