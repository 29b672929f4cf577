"""The frames of the simulation: their buckets, their pixels, and a look at a result."""

from __future__ import annotations

import random
import struct

from network.client_core import JobSpec, Unit
from network.messages import AssetEntry

from .node import PER_ROW, SIDE_PX

#: Of buckets: flat, tall and odd ones too, and those that no grain divides.
SIDES_PX = (3, SIDE_PX // 2, 7, SIDE_PX)


def make_job(units: int, rng: random.Random, name: int = 1) -> JobSpec:
    assets = tuple(
        AssetEntry(f"file-{i}", f"{16 * name + i:064x}", rng.choice((0, 1000, 300_000, 2_500_000)))
        for i in range(rng.randrange(1, 5))
    )
    sides = [(rng.choice(SIDES_PX), rng.choice(SIDES_PX)) for _ in range(units)]
    places = [(SIDE_PX * (i % PER_ROW), SIDE_PX * (i // PER_ROW)) for i in range(units)]
    return JobSpec(
        job=f"{name:032x}",
        engine="tracer",
        scene="file-0",
        settings=b"{}",
        width=4096,
        height=4096,
        components=1,
        assets=assets,
        units=tuple(
            Unit(i, *places[i], *sides[i], 0, rng.choice((40, 100, 400))) for i in range(units)
        ),
        grain_px=rng.choice((0, 2, 4)),
        audit=rng.choice((0.0, 0.0, 0.3)),
        use_cache=units % 8 != 5,
        introduce=units % 8 != 3,
    )


def render(x: int, y: int, width: int, height: int) -> bytes:
    """Every pixel has its own value, so that a part in the wrong place shows."""
    rows = (range(row << 16 | x, (row << 16 | x) + width) for row in range(y, y + height))
    return b"".join(struct.pack(f"<{width}I", *row) for row in rows)


def check_result(unit: Unit, payload: bytes) -> str | None:
    return "a value is not finite" if payload.startswith(b"\xff\xff\xff\xff") else None
