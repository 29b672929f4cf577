"""Jobs, units and servers for the tests of the cores."""

from __future__ import annotations

from network.client_core import ClientCore, JobSpec, Unit
from network.messages import AssetEntry, Canary, Welcome

JOB = "0" * 31 + "1"
OTHER_JOB = "0" * 31 + "2"
DIGEST = "ab" * 32
OTHER_DIGEST = "cd" * 32
CANARY = Canary("engine-a")
PICTURE = b"right"
WELCOME = Welcome("node", "1.0", "engine-a", 4, "instance")


def make_units(count: int, side: int = 8, samples: int = 10) -> tuple[Unit, ...]:
    return tuple(Unit(i, side * i, 0, side, side, 0, samples) for i in range(count))


def make_job(
    units: int = 4, job: str = JOB, assets: tuple[AssetEntry, ...] | None = None
) -> JobSpec:
    if assets is None:
        assets = (AssetEntry("scene.gltf", DIGEST, 1000),)
    return JobSpec(job, "tracer", "scene.gltf", b"{}", 1024, 8, 2, assets, make_units(units))


def check_canary(picture: bytes) -> str | None:
    return None if picture.startswith(b"right") else "it is black"


def compare_canaries(one: bytes, other: bytes) -> str | None:
    return "it is green" if b"green" in one + other else None


def make_client_core(**options: object) -> ClientCore:
    """Return a core that takes every result, and test pictures that begin with b"right"."""
    tests = {
        "check_result": lambda unit, payload: None,
        "check_canary": check_canary,
        "compare_canaries": compare_canaries,
    }
    return ClientCore(**{**tests, **options})
