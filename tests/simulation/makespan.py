"""How long frames take on uneven farms, against the fluid bound: all work over all speed.

`python -m tests.simulation.makespan` prints the bars of the scheduler: 64 servers of speeds 1 to
8, buckets whose costs are heavy-tailed, 1 to 30 ms round trip, 20 buckets per server; the same
with units that stay whole and no backups; with an eighth of the servers killed; and one server
of eight that is ten times slower than the others.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from network.client_core import JobSpec, Unit
from network.messages import AssetEntry, Assign
from network.work import GRAIN_PX

from .world import World

BUCKET_PX = 64
TILE_PX = 16
ACROSS = 64  # buckets in a row of the frame
#: Seconds of an average bucket at speed 1.
BUCKET_S = 4.0
LATEST_S = 3600.0


@dataclass(frozen=True)
class Farm:
    """Speeds of the servers, how many buckets each gets, and who is killed when."""

    speeds: tuple[float, ...]
    buckets_each: int = 20
    grain_px: int = GRAIN_PX
    backups: bool = True
    kills: tuple[tuple[float, int], ...] = ()  # (part of the bound, server)


class Costs:
    """Seconds at speed 1 of every 16-pixel tile: heavy-tailed by bucket, uneven inside.

    The cost of a bucket is Pareto-distributed with exponent 1.5, cut off at 50 times the least
    (its variance would be infinite); tiles vary around it by a factor of about 1.6.
    """

    def __init__(self, rng: random.Random, buckets: int) -> None:
        side = BUCKET_PX // TILE_PX
        self._tiles: dict[tuple[int, int], float] = {}
        for bucket in range(buckets):
            base = min(rng.paretovariate(1.5), 50.0)
            for tile in range(side * side):
                x = side * (bucket % ACROSS) + tile % side
                y = side * (bucket // ACROSS) + tile // side
                self._tiles[x, y] = base * rng.lognormvariate(0.0, 0.5)
        scale = buckets * BUCKET_S / sum(self._tiles.values())
        self._tiles = {place: scale * cost for place, cost in self._tiles.items()}

    @property
    def total_s(self) -> float:
        return sum(self._tiles.values())

    def of(self, unit: Assign) -> float:
        columns = range(unit.x // TILE_PX, -(-(unit.x + unit.width) // TILE_PX))
        rows = range(unit.y // TILE_PX, -(-(unit.y + unit.height) // TILE_PX))
        share = min(unit.width / TILE_PX, 1.0) * min(unit.height / TILE_PX, 1.0)
        return share * sum(self._tiles[x, y] for y in rows for x in columns)


def run_frame(seed: int, farm: Farm) -> tuple[float, float]:
    """Return (seconds of the frame, its fluid bound), from the first request to the end."""
    rng = random.Random(seed)
    buckets = farm.buckets_each * len(farm.speeds)
    costs = Costs(rng, buckets)
    world = World(seed, job=_make_job(buckets, farm.grain_px))
    world.checked = False
    world.delays_s = (0.0005, 0.015)
    begun_s = 2.0
    for number, speed in enumerate(farm.speeds):
        node = world.add_node(f"s{number}")
        node.threads, node.speed, node.cost, node.open_s = 1, speed, costs.of, 0.0
        node.cache.update(asset.digest for asset in world.job.assets)
        node.start()
    bound_s = costs.total_s / sum(farm.speeds)
    world.time.at(begun_s, world.start)
    if not farm.backups:
        world.time.at(begun_s + 0.001, lambda: _forbid_backups(world))
    for part, number in farm.kills:
        world.time.at(begun_s + part * bound_s, lambda number=number: world.kill(f"s{number}"))
    world.run(LATEST_S)
    assert world.done is not None
    assert world.done.complete
    return world.time.now_s - begun_s, bound_s


def _forbid_backups(world: World) -> None:
    assert world.client.job is not None
    world.client.job.books.back_up = lambda now_s: []  # type: ignore[method-assign]


def _make_job(buckets: int, grain_px: int) -> JobSpec:
    units = tuple(
        Unit(i, BUCKET_PX * (i % ACROSS), BUCKET_PX * (i // ACROSS), BUCKET_PX, BUCKET_PX, 0, 64)
        for i in range(buckets)
    )
    assets = (AssetEntry("scene", "0" * 64, 1000),)
    height = BUCKET_PX * (1 + buckets // ACROSS)
    return JobSpec("1" * 32, "tracer", "scene", b"{}", 4096, height, 1, assets, units, grain_px)


def mixed_speeds(seed: int) -> tuple[float, ...]:
    rng = random.Random(f"speeds {seed}")
    return tuple(rng.uniform(1.0, 8.0) for _ in range(64))


def whole_buckets(seed: int) -> float:
    took_s, bound_s = run_frame(seed, Farm(mixed_speeds(seed), grain_px=0, backups=False))
    return took_s / bound_s


def uneven_farm(seed: int) -> float:
    took_s, bound_s = run_frame(seed, Farm(mixed_speeds(seed)))
    return took_s / bound_s


def killed_servers(seed: int) -> float:
    """An eighth is killed somewhere between a fifth and four fifths of the frame."""
    speeds = mixed_speeds(seed)
    rng = random.Random(f"kills {seed}")
    victims = rng.sample(range(64), 8)
    kills = tuple((rng.uniform(0.2, 0.8), victim) for victim in victims)
    took_s, bound_s = run_frame(seed, Farm(speeds, kills=kills))
    # What the victims could have done until they died is part of the ideal.
    before = sum(speeds[victim] * part * bound_s for part, victim in kills)
    rest = sum(speed for number, speed in enumerate(speeds) if number not in victims)
    ideal_s = (bound_s * sum(speeds) - before) / rest
    return took_s / ideal_s


def one_slow_server(seed: int) -> float:
    took_s, bound_s = run_frame(seed, Farm((4.0,) * 7 + (0.4,)))
    return took_s / bound_s


BARS: dict[str, tuple[Callable[[int], float], float | None]] = {
    "64 uneven servers, whole buckets, no backup": (whole_buckets, None),
    "64 uneven servers": (uneven_farm, 1.05),
    "64 uneven servers, 8 of them killed": (killed_servers, 1.10),
    "7 servers and one 10 times slower": (one_slow_server, 1.10),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.makespan")
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--seeds", type=int, default=200, metavar="N")
    parser.add_argument("--all", action="store_true", help="print every frame's ratio too")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--only", default="", metavar="WORDS", help="of the name of a case")
    arguments = parser.parse_args()
    missed = 0
    for name, (measure, bar) in BARS.items():
        if arguments.only not in name:
            continue
        with ProcessPoolExecutor(arguments.jobs) as pool:
            seeds = range(arguments.first, arguments.first + arguments.seeds)
            ratios = sorted(pool.map(measure, seeds))
        median = statistics.median(ratios)
        nine_tenths = ratios[int(0.9 * (len(ratios) - 1))]
        text = f"{name:45} median {median:.3f}  p90 {nine_tenths:.3f}  worst {ratios[-1]:.3f}"
        print(text + (f"  bar {bar:.2f}" if bar else ""), flush=True)
        if arguments.all:
            print(" ".join(f"{ratio:.4f}" for ratio in ratios), flush=True)
        missed += bar is not None and median > bar
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
