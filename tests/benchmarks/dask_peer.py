"""The same kernel mapped over the same buckets by dask.distributed, beside our own distribution.

    python -m tests.benchmarks.dask_peer [--rounds 8] [--seconds 20]

Dask (extra `bench`) runs a LocalCluster of one process with one thread, its usual way for work
that shares nothing; the process opens the scene once. Ours is one local server with one thread.
Both render at the same time, each with all of its processes on one core
(`tests.benchmarks.side_by_side`). The rows tell the whole process from its start to the film, the
frame without the start of Dask's cluster (map and gather alone), and processor time. All frames
have the same hash.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from renderer.bucket_size import square
from tests.benchmarks.overhead import render_command, tell
from tests.benchmarks.side_by_side import Lap, can_pin, geometric_mean, race
from tests.end_to_end.farm import command

WIDTH, HEIGHT, SEED, BUCKET_PX = 640, 360, 3, 64
FRAME = ("--width", str(WIDTH), "--height", str(HEIGHT), "--seed", str(SEED))
TRIAL_SAMPLES = 64
_engines: dict[str, Any] = {}  # of a Dask worker process


def render_bucket(scene: str, samples: int, region: tuple[int, int, int, int]) -> Any:
    """Render one bucket, in a process of Dask's; gives the pixels."""
    import numpy as np

    from renderer.buckets import Region

    engine = _engines.get(scene) or _open(scene, samples)
    area = Region(*region)
    out = np.empty((area.height, area.width, engine.components), np.float32)
    engine.render(area, 0, samples, out)
    return out


def _open(scene: str, samples: int) -> Any:
    from renderer import kernel_cache

    kernel_cache.configure(kernel_dir())
    from renderer.assets import FolderAssets
    from renderer.engine import TracerEngine

    path = Path(scene)
    engine = TracerEngine(threads_hint=1)
    engine.warm_up()
    engine.open(FolderAssets(path.parent), path.name, _settings(samples))
    _engines[scene] = engine
    return engine


def _settings(samples: int) -> Any:
    from renderer.settings import RenderSettings

    return RenderSettings(width=WIDTH, height=HEIGHT, samples=samples, seed=SEED)


def render_by_dask(scene: Path, samples: int, threads: int) -> dict[str, Any]:
    """Render a frame in this process by a LocalCluster; returns hash and seconds."""
    import dask
    from distributed import Client as DaskClient
    from distributed import LocalCluster, as_completed

    from renderer.buckets import BucketOrder, make_buckets
    from renderer.film import Film

    dask.config.set({"distributed.admin.tick.limit": "60s"})  # kernels of seconds are no fault
    regions = make_buckets(WIDTH, HEIGHT, square(BUCKET_PX), BucketOrder.SPIRAL, seed=SEED)
    film = Film(WIDTH, HEIGHT)
    places = [(r.x, r.y, r.width, r.height) for r in regions]
    with (
        LocalCluster(n_workers=threads, threads_per_worker=1, dashboard_address=None) as cluster,
        DaskClient(cluster) as client,
    ):
        started_s = time.monotonic()
        calls = [client.submit(render_bucket, str(scene), samples, p, pure=False) for p in places]
        where = {call.key: region for call, region in zip(calls, regions, strict=True)}
        for call, pixels in as_completed(calls, with_results=True):
            film.put(where[call.key], pixels)
        wall_s = time.monotonic() - started_s
    return {"frame_sha256": film.sha256(), "wall_s": wall_s}


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where Dask is faster or a hash differs."""
    options = _parse(arguments)
    if options.samples:
        print(json.dumps(render_by_dask(benchmark_scene(), options.samples, 1)))
        return 0
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        return _measure(options, Path(folder))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dask_peer", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0, help="of a frame")
    parser.add_argument("--samples", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, folder: Path) -> int:
    (trial, _), _ = _round(folder, 0, TRIAL_SAMPLES)
    samples = max(TRIAL_SAMPLES, round(TRIAL_SAMPLES * options.seconds / trial.core_s))
    done = [_round(folder, number, samples) for number in range(options.rounds)]
    hashes = {told["frame_sha256"] for _, both in done for told in both}
    pinned = "a core each" if can_pin() else "NOT pinned: this system cannot"
    print(f"{WIDTH} x {HEIGHT}, {samples} samples, one thread, {pinned}, {len(hashes)} hash")
    print("| dask.distributed / ours | measured | bar | |\n| --- | --- | --- | --- |")
    whole = [dask.wall_s / ours.wall_s for (ours, dask), _ in done]
    frame = [dask["wall_s"] / ours["wall_s"] for _, (ours, dask) in done]
    for what, ratios in (("whole process", whole), ("the frame", frame)):
        tell(what, ratios)
    tell("processor time", [dask.core_s / ours.core_s for (ours, dask), _ in done])
    slower = min(geometric_mean(whole), geometric_mean(frame)) < 1.0
    return 1 if slower or len(hashes) != 1 else 0


def _round(
    folder: Path, number: int, samples: int
) -> tuple[tuple[Lap, Lap], tuple[dict[str, Any], dict[str, Any]]]:
    """Render one frame each; returns (ours, Dask's): how the processes went, what they told."""
    report = folder / "ours.json"
    amount = ("--samples", str(samples))
    commands = (
        render_command(report, *FRAME, "--threads", "1", *amount),
        command(*amount, module="tests.benchmarks.dask_peer"),
    )
    ours, dask = race(commands, first_core=number)
    told = json.loads(report.read_text()), json.loads(dask.out.splitlines()[-1])
    return (ours, dask), told


if __name__ == "__main__":
    sys.exit(main())
