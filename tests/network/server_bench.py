"""A server core on a bench: one client, a worker that is ready, and time that is told."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from job_builder import DIGEST, JOB, OTHER_DIGEST

from network import instructions as do
from network.messages import (
    AssetEntry,
    Assign,
    Job,
    JobStatus,
    Message,
    WorkerOpened,
)
from network.server_core import ServerCore

T = TypeVar("T")
SCENE = AssetEntry("scene.gltf", DIGEST, 1000)
IMAGE = AssetEntry("wood.png", OTHER_DIGEST, 500)


def offer(job: str = JOB, **changes: object) -> Job:
    fields = {
        "job": job,
        "engine": "tracer",
        "scene": "scene.gltf",
        "settings": b"{}",
        "width": 640,
        "height": 480,
        "components": 4,
        "bucket_pixels": 4096,
    }
    return Job(**{**fields, **changes})


def manifest(*assets: AssetEntry) -> bytes:
    return msgspec.msgpack.encode(list(assets or (SCENE,)))


def assign(lease: int, job: str = JOB, **changes: int) -> Assign:
    place = {"x": 0, "y": 0, "width": 64, "height": 64, "first_sample": 0, "samples": 4}
    return Assign(job=job, unit=lease, lease=lease, **{**place, **changes})


class Bench:
    """A server core with client 1 connected and a worker that is ready."""

    def __init__(self, *, worker: bool = True, **options: object) -> None:
        self.core = ServerCore(**{"threads": 2, "cache_limit_bytes": 10_000, **options})
        self.now_s = 0.0
        self.core.client_joined(1, "artist", 0.0)
        if worker:
            self.core.worker_ready("engine-a", 0.0)

    def say(self, message: Message, payload: bytes = b"", client: int = 1) -> list:
        return self.core.message(client, message, payload, self.now_s)

    def worker(self, message: Message, payload: bytes = b"") -> list:
        return self.core.worker_message(message, payload, self.now_s)

    def open(self, job: str = JOB) -> list:
        """Bring the job to its units."""
        self.say(offer(job), manifest())
        self.core.assets_found(job, {DIGEST}, self.now_s)
        return self.worker(WorkerOpened(job, "", "3 triangles"))

    def pass_time(self, seconds: float) -> list:
        out: list[do.ServerInstruction] = []
        for _ in range(round(seconds / 0.25)):
            self.now_s += 0.25
            out += self.core.tick(self.now_s)
        return out


def of(orders: Sequence[object], kind: type[T]) -> list[T]:
    return [order for order in orders if isinstance(order, kind)]


def told(orders: Sequence[object], kind: type[Message]) -> list:
    return [x.message for x in of(orders, do.SendTo) if isinstance(x.message, kind)]


def states(orders: Sequence[object]) -> list[str]:
    return [x.state for x in told(orders, JobStatus)]
