"""The same kernel mapped over the same buckets by dask.distributed, beside our own distribution.

    python -m tests.benchmarks.dask_peer [--rounds 3] [--seconds 20] [--threads N]

Dask (extra `bench`) runs a LocalCluster of one process per core with one thread each, its usual
way for work that shares nothing; every process opens the scene once. Ours is one local server
with as many threads. Both from the start of the process to the film: the rows tell the whole
process, and the frame without the start of Dask's cluster (map and gather alone).
Frames alternate; all have the same hash.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.end_to_end.farm import Client, environment

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
    regions = make_buckets(WIDTH, HEIGHT, BUCKET_PX, BucketOrder.SPIRAL, seed=SEED)
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
    """Measure in turns; 1 where Dask is faster or a hash differs."""
    options = _parse(arguments)
    if options.samples:
        print(json.dumps(render_by_dask(benchmark_scene(), options.samples, options.threads)))
        return 0
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        return _measure(options, Path(folder))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dask_peer", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="of a frame")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--samples", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, folder: Path) -> int:
    threads = ("--threads", str(options.threads))
    trial, _ = _ours(folder, *threads, "--samples", str(TRIAL_SAMPLES), "--in-process")
    samples = round(trial["samples_per_s"] * options.seconds / (WIDTH * HEIGHT))
    whole: dict[str, list[float]] = {"ours": [], "dask": []}
    frame: dict[str, list[float]] = {"ours": [], "dask": []}
    hashes = set()
    for _ in range(options.rounds):
        for name, run in (("ours", _ours), ("dask", _dask)):
            told, took_s = run(folder, *threads, "--samples", str(samples))
            whole[name].append(took_s)
            frame[name].append(told["wall_s"])
            hashes.add(told["frame_sha256"])
    print(f"{WIDTH} x {HEIGHT}, {samples} samples, {options.threads} threads, {len(hashes)} hash")
    print("| seconds | ours | dask.distributed | dask / ours |\n| --- | --- | --- | --- |")
    missed = len(hashes) != 1
    for what, times in (("whole process", whole), ("the frame", frame)):
        ours, dask = (statistics.median(times[name]) for name in ("ours", "dask"))
        every = [", ".join(f"{x:.2f}" for x in times[name]) for name in ("ours", "dask")]
        print(f"| {what} | {ours:.2f} ({every[0]}) | {dask:.2f} ({every[1]}) | {dask / ours:.3f} |")
        missed = missed or dask < ours
    return 1 if missed else 0


def _ours(folder: Path, *options: str) -> tuple[dict[str, Any], float]:
    started_s = time.monotonic()
    client = Client(benchmark_scene(), folder / "report.json", *FRAME, *options)
    with contextlib.ExitStack() as stack:
        stack.callback(client.stop)
        return client.finish(), time.monotonic() - started_s


def _dask(_folder: Path, *options: str) -> tuple[dict[str, Any], float]:
    started_s = time.monotonic()
    command = [sys.executable, "-m", "tests.benchmarks.dask_peer", *options]
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1]), time.monotonic() - started_s


if __name__ == "__main__":
    sys.exit(main())
