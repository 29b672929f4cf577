"""How large scenes may be, and how long they take to show: `python -m tests.benchmarks.scale`.

Parts, each may be named alone: `load` (time and memory of opening large scenes, made by script;
further scene files may be given), `first` (a million triangles from Render to the first bucket,
by a server that runs), `start` (a worker from its start to ready, and its first compile).
Memory is what the process holds more after opening than before (Linux only).
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

from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from network.framing import PIPE_CAPS, FrameParser
from network.messages import WorkerReady
from tests.benchmarks.big_scenes import write_field, write_single
from tests.end_to_end.farm import Client, Server, environment

#: Bars of the project.
BYTES_PER_TRIANGLE, FIRST_BUCKET_S, READY_S, COMPILE_S = 250.0, 2.0, 1.0, 30.0
THREADS = os.cpu_count() or 1
READ_BYTES = 1 << 16


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts; 1 where a bar is missed."""
    options = _parse(arguments)
    if options.open is not None:
        print(json.dumps(open_scene(options.open, shared=not options.copies)))
        return 0
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    parts = {"start": measure_start, "load": measure_load, "first": measure_first}
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        for name in options.parts or parts:
            missed += parts[name](Path(folder), options)
    return 1 if missed else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["start", "load", "first", []])
    parser.add_argument("--scene", type=Path, action="append", default=[], help="also load this")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--copies", action="store_true", help="load without instances")
    return parser.parse_args(arguments)


# -- load -------------------------------------------------------------------------------------


def measure_load(folder: Path, options: argparse.Namespace) -> int:
    """Open each scene in a process of its own and print a row."""
    single = write_single(folder / "2 M single.glb", 2_000_000)
    scenes = [
        single,
        write_field(folder / "100 x 100,000.glb", 100, 100_000),
        write_field(folder / "10,000 x 1,000.glb", 10_000, 1_000),
        write_field(folder / "10,000 x 1,000, a node each.glb", 10_000, 1_000, nodes=True),
        *options.scene,
    ]
    print("| scene | triangles | open, s | of cores, s | MB | bytes / triangle | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    missed = 0
    for scene in scenes:
        facts = _in_a_process(scene, copies=options.copies)
        each = facts["bytes"] / facts["triangles"]
        print(
            f"| {scene.stem} | {facts['triangles']:,} | {facts['wall_s']:.2f} | "
            f"{facts['cpu_s']:.2f} | {facts['bytes'] / 1e6:.0f} | {each:.1f} | "
            f"{facts['peak_bytes'] / 1e6:.0f} |",
            flush=True,
        )
        missed += scene == single and each > BYTES_PER_TRIANGLE
    return missed


def _in_a_process(scene: Path, *, copies: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.scale", "--open", str(scene)]
    if copies:
        command.append("--copies")
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    facts: dict[str, Any] = json.loads(run.stdout)
    return facts


def open_scene(path: Path, *, shared: bool) -> dict[str, float]:
    """Open a scene in this process and return what that took; memory in bytes."""
    from renderer import kernel_cache

    kernel_cache.configure(kernel_dir())
    from renderer.assets import FolderAssets
    from renderer.engine import TracerEngine
    from renderer.layout import sharing
    from renderer.settings import RenderSettings

    if not shared:
        sharing.MAX_COPIES = 1 << 60
    engine = TracerEngine()
    engine.warm_up()
    before, _ = _memory()
    started, used = time.perf_counter(), time.process_time()
    summary = engine.open(FolderAssets(path.parent), path.name, RenderSettings())
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - used
    after, peak = _memory()
    return {
        "triangles": summary.triangles,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "bytes": after - before,
        "peak_bytes": peak - before,
    }


def _memory() -> tuple[int, int]:
    """Return the bytes that this process holds in memory now, and held at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    values = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return int(values["VmRSS"]) * 1024, int(values["VmHWM"]) * 1024


# -- first ------------------------------------------------------------------------------------


def measure_first(folder: Path, options: argparse.Namespace) -> int:
    """A million triangles: hashed, sent, loaded, and a bucket rendered and sent back."""
    scene = write_single(folder / "1 M.glb", 1_000_000)
    seconds = []
    for number in range(options.rounds):
        # A server with an empty cache each time: the file must travel.
        with contextlib.ExitStack() as stack:
            server = Server(f"first-{number}", THREADS, "--cache-dir", str(folder / f"c{number}"))
            stack.callback(server.stop)
            frame = ("--no-local", "--server", server.address, "--samples", "16")
            client = Client(scene, folder / "report.json", *frame)
            stack.callback(client.stop)
            seconds.append(client.finish()["first_bucket_s"])
    return _tell("1 M triangles in a .glb, Render to first bucket", seconds, FIRST_BUCKET_S)


# -- start ------------------------------------------------------------------------------------


def measure_start(folder: Path, options: argparse.Namespace) -> int:
    """A worker with an empty kernel folder, then with a full one."""
    kernels = folder / "kernels"
    first, _ = start_worker(kernels)
    runs = [start_worker(kernels) for _ in range(options.rounds)]
    missed = _tell("kernels, first compile ever", [first], COMPILE_S)
    missed += _tell("worker to ready, kernels warm", [wall_s for wall_s, _ in runs], READY_S)
    _tell("the same, of one core", [cpu_s for _, cpu_s in runs], READY_S)
    return missed


def start_worker(kernels: Path) -> tuple[float, float]:
    """Start a worker, wait until it is ready; return seconds of wall and of processor."""
    command = [sys.executable, "-m", "app.serving.worker", "--kernels", str(kernels)]
    before = os.times()
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    parser = FrameParser(PIPE_CAPS)
    ready_s = 0.0
    while data := os.read(process.stdout.fileno(), READ_BYTES):
        parser.receive(data)
        if any(isinstance(message, WorkerReady) for message, _ in parser.frames()):
            ready_s = time.monotonic() - started
            break
    process.stdin.close()
    process.wait()
    process.stdout.close()
    after = os.times()
    used_s = after.children_user - before.children_user
    return ready_s, used_s + after.children_system - before.children_system


def _tell(what: str, values: list[float], bar: float) -> int:
    """Print a row; 1 when the median is over the bar."""
    middle = statistics.median(values)
    every = ", ".join(f"{value:.2f}" for value in values)
    word = "ok" if middle <= bar else "MISSED"
    print(f"| {what} | {middle:.2f} s ({every}) | <= {bar} s | {word} |", flush=True)
    return middle > bar


if __name__ == "__main__":
    sys.exit(main())
