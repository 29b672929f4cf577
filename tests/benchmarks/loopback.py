"""What distribution costs, and how fast failures show: `python -m tests.benchmarks.loopback`.

Three parts, each may be named alone: `wall` (over one local server against `--in-process`, see
`tests.benchmarks.overhead`), `start` (a server ready, the demo scene's first bucket), `faults`
(from SIGKILL or SIGSTOP of a server to the client's `incident` line). Linux and macOS.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.system.demo import benchmark_scene, demo_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.benchmarks import overhead
from tests.end_to_end.farm import Client, Server

FRAME = ("--width", "640", "--height", "360", "--seed", "3")
#: By then both servers are at work.
WARM_BUCKETS = 8
#: Bars of the project: server ready, first bucket, killed, stopped; seconds.
READY_S, FIRST_BUCKET_S, KILLED_S, STOPPED_S = 2.0, 3.0, 0.2, 6.0


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts; 1 where a bar is missed."""
    options = _parse(arguments)
    parts = {"start": measure_start, "wall": measure_wall, "faults": measure_faults}
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder  # an empty asset cache, nobody's settings
        _render(Path(folder), demo_scene(), "--samples", "1", "--in-process")  # compiles
        missed = 0
        print("| what | measured | bar | |\n| --- | --- | --- | --- |", flush=True)
        for name in options.parts or parts:
            missed += parts[name](Path(folder), options)
    return 1 if missed else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="loopback", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["start", "wall", "faults", []])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=22.0, help="of a frame of `wall`")
    return parser.parse_args(arguments)


def _tell(what: str, values: list[float], bar: float, unit: str = "s") -> int:
    """Print a row; 1 when the median is over the bar."""
    middle = statistics.median(values)
    every = ", ".join(f"{value:.3f}" for value in values)
    word = "ok" if middle <= bar else "MISSED"
    print(f"| {what} | {middle:.3f} {unit} ({every}) | <= {bar} {unit} | {word} |", flush=True)
    return middle > bar


def _render(folder: Path, scene: Path, *options: str) -> tuple[dict[str, float], float]:
    """Return (report, seconds from the start of the process to its end)."""
    started = time.monotonic()
    client = Client(scene, folder / "report.json", *options)
    with contextlib.ExitStack() as stack:
        stack.callback(client.stop)
        report = client.finish()
        return report, time.monotonic() - started


def measure_wall(folder: Path, options: argparse.Namespace) -> int:
    """Frames over one local server beside frames in process, each on its core."""
    return overhead.measure(folder, options.rounds, options.seconds)


def measure_start(folder: Path, options: argparse.Namespace) -> int:
    """A server from its start to "is ready"; the demo scene from Render to the first bucket."""
    ready = []
    for _ in range(options.rounds):
        started = time.monotonic()
        server = Server("start", options.threads)
        ready.append(server.log.times[-1] - started)
        server.stop()
    threads = ("--threads", str(options.threads))
    first = []
    for _ in range(options.rounds):
        report, _ = _render(folder, demo_scene(), *threads, "--samples", "16")
        first.append(report["first_bucket_s"])
    missed = _tell("server ready", ready, READY_S)
    return missed + _tell("demo scene, first bucket (a new server)", first, FIRST_BUCKET_S)


def measure_faults(folder: Path, options: argparse.Namespace) -> int:
    """Kill, then stop, one of two servers in the middle of a frame."""
    killed = [
        _fault(folder, lambda server: server.send_signal(signal.SIGKILL))
        for _ in range(options.rounds)
    ]
    stopped = [
        _fault(folder, lambda server: server.send_signal(signal.SIGSTOP))
        for _ in range(options.rounds)
    ]
    missed = _tell("SIGKILL of a server to its incident", killed, KILLED_S)
    return missed + _tell("SIGSTOP of a server to its incident", stopped, STOPPED_S)


def _fault(folder: Path, hurt: Callable[[Server], None]) -> float:
    """Return the seconds from the signal to the client's line about it."""
    with contextlib.ExitStack() as stack:
        servers = [Server(name) for name in ("one", "two")]
        for server in servers:
            stack.callback(server.stop)
        addresses = [part for server in servers for part in ("--server", server.address)]
        frame = (*FRAME, "--samples", "4096", "--bucket-size", "16", "--no-local", *addresses)
        client = Client(benchmark_scene(), folder / "report.json", *frame)
        stack.callback(client.stop)
        client.wait_for(lambda: len(client.events("bucket")) >= WARM_BUCKETS, "some buckets")
        hurt_at = time.monotonic()
        hurt(servers[1])
        client.wait_for(lambda: client.events("incident"), "an incident")
        index = next(i for i, line in enumerate(client.out.lines) if '"incident"' in line)
        return client.out.times[index] - hurt_at


if __name__ == "__main__":
    sys.exit(main())
