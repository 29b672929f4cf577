"""Jobs, units and servers for the tests of the cores."""

from __future__ import annotations

from network.client_core import JobSpec, Unit
from network.messages import AssetEntry, Welcome

JOB = "0" * 31 + "1"
OTHER_JOB = "0" * 31 + "2"
DIGEST = "ab" * 32
OTHER_DIGEST = "cd" * 32
WELCOME = Welcome("node", "1.0", "engine-a", 4, "instance")


def make_units(count: int, side: int = 8, samples: int = 10) -> tuple[Unit, ...]:
    return tuple(Unit(i, side * i, 0, side, side, 0, samples) for i in range(count))


def make_job(
    units: int = 4, job: str = JOB, assets: tuple[AssetEntry, ...] | None = None
) -> JobSpec:
    if assets is None:
        assets = (AssetEntry("scene.gltf", DIGEST, 1000),)
    return JobSpec(job, "tracer", "scene.gltf", b"{}", 1024, 8, 2, assets, make_units(units))
