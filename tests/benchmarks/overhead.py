"""What distribution costs: a frame over a server on loopback against the same in process.

    python -m tests.benchmarks.overhead [--rounds 8] [--seconds 20]

Both at the same time, one thread and one core each (`tests.benchmarks.side_by_side`): client,
server and worker of the distributed side share theirs. Judged is the frame, from the click on
*Render* to its last pixel, over a server that runs already, as servers do. Beside it stands the
local server that `brigade render` starts for one frame: two more starts of the interpreter, on the
same core in the same seconds; whole processes, and the processor time of all of them. Unix.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.benchmarks.side_by_side import (
    Lap,
    can_pin,
    cores,
    geometric_mean,
    on_core,
    race,
    standard_error,
)
from tests.end_to_end.farm import Server, command, unwind_on_sigterm

FRAME = ("--width", "640", "--height", "360", "--seed", "3", "--threads", "1")
TRIAL_SAMPLES = 64
#: Of the frame; the bar of the project.
RATIO = 1.02
#: A lone process is at its core all the time but for its start and end. Where others take more,
#: they take it unevenly: the system moves them to the core with fewer processes.
QUIET = 0.05


@dataclass(frozen=True)
class Round:
    """One frame of each side: how the process went, and the frame's report."""

    alone: Lap
    served: Lap
    alone_told: dict
    served_told: dict


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where the bar is missed or a hash differs."""
    parser = argparse.ArgumentParser(prog="overhead", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0, help="of a frame")
    options = parser.parse_args(arguments)
    unwind_on_sigterm()
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder  # nobody's settings and caches
        print("| what | measured | bar | |\n| --- | --- | --- | --- |", flush=True)
        return measure(Path(folder), options.rounds, options.seconds)


def measure(folder: Path, rounds: int, seconds: float) -> int:
    """Print the rows; returns how many bars are missed."""
    trial = _round(folder, 0, TRIAL_SAMPLES, ())  # compiles, fills the servers' cache of files
    # By processor time: a crowded machine makes the clock's second worth less.
    samples = max(TRIAL_SAMPLES, round(TRIAL_SAMPLES * seconds / trial.alone.core_s))
    with contextlib.ExitStack() as stack:
        over = [_to_server(stack, core) for core in cores()[:2]]
        _round(folder, 0, TRIAL_SAMPLES, over[1])  # each has had a job before it counts
        _round(folder, 1, TRIAL_SAMPLES, over[0])
        # The served side is the second of two: in round 0 it is on the second core.
        running = [_round(folder, k, samples, over[(k + 1) % 2]) for k in range(rounds)]
    starting = [_round(folder, k, samples, ()) for k in range(rounds)]
    pinned = "a core each" if can_pin() else "NOT pinned: this system cannot"
    about = f"{samples} samples, {running[0].alone_told['wall_s']:.0f} s, {pinned}"
    missed = _tell_quiet(running + starting)
    missed += _tell_rounds(f"server that runs / in process, {about}", running, RATIO)
    missed += _tell_rounds("local server started for the frame / in process", starting)
    told = [x for done in running + starting for x in (done.alone_told, done.served_told)]
    hashes = {one["frame_sha256"] for one in told}
    print(f"| hashes of all these frames | {len(hashes)} different | 1 | |", flush=True)
    return missed + (len(hashes) != 1)


def _to_server(stack: contextlib.ExitStack, core: int) -> tuple[str, ...]:
    """Start a server on that core; return what makes a client use it alone."""
    with on_core(core):
        server = Server(f"core-{core}", 1)
    stack.callback(server.stop)
    return "--no-local", "--server", server.address


def _tell_quiet(done: Sequence[Round]) -> int:
    taken = 1.0 - sum(x.alone.core_s for x in done) / sum(x.alone.wall_s for x in done)
    word = "ok" if taken <= QUIET else "NOT QUIET: the clock decides nothing"
    print(f"| taken from the lone process by others | {taken:.1%} | <= {QUIET:.0%} | {word} |")
    return int(taken > QUIET)


def _tell_rounds(what: str, done: Sequence[Round], bar: float | None = None) -> int:
    """Print the rows of one kind of server; returns how many bars are missed."""
    frame = [x.served_told["wall_s"] / x.alone_told["wall_s"] for x in done]
    missed = tell(f"{what}: the frame", frame, bar)
    tell("the same, whole processes", [x.served.wall_s / x.alone.wall_s for x in done])
    if bar is None:  # a server that runs is no child whose processor time we are told
        more = [x.served.core_s - x.alone.core_s for x in done]
        every = ", ".join(f"{x:.2f} s" for x in more)
        print(f"| processor time more, per frame | {statistics.mean(more):.2f} s ({every}) | | |")
    return missed


def tell(what: str, ratios: Sequence[float], bar: float | None = None) -> int:
    """Print a row of ratios; 1 when their geometric mean is over the bar."""
    middle, error = geometric_mean(ratios), standard_error(ratios)
    every = ", ".join(f"{value:.3f}" for value in ratios)
    missed = bar is not None and middle > bar
    words = "" if bar is None else "MISSED" if missed else "ok"
    limit = "" if bar is None else f"<= {bar} x"
    print(f"| {what} | {middle:.3f} x +- {error:.3f} ({every}) | {limit} | {words} |", flush=True)
    return missed


def render_command(report: Path, *options: str) -> list[str]:
    """Return the command that renders the benchmark's frame and writes a report."""
    output = ("-o", str(report.with_suffix(".exr")), "--report", str(report), "--quiet")
    return command("render", str(benchmark_scene()), *output, *options)


def _round(folder: Path, number: int, samples: int, servers: Sequence[str]) -> Round:
    frame = (*FRAME, "--samples", str(samples))
    reports = folder / "alone.json", folder / "served.json"
    commands = (
        render_command(reports[0], *frame, "--in-process"),
        render_command(reports[1], *frame, *servers),
    )
    alone, served = race(commands, first_core=number)
    told = [json.loads(report.read_text()) for report in reports]
    ratio = told[1]["wall_s"] / told[0]["wall_s"]
    print(
        f"{samples} samples: frames {told[0]['wall_s']:.2f} and {told[1]['wall_s']:.2f} s, "
        f"{ratio:.4f}; processes {alone.wall_s:.2f} and {served.wall_s:.2f} s, of the "
        f"processor {alone.core_s:.2f} and {served.core_s:.2f} s",
        file=sys.stderr, flush=True,
    )  # fmt: skip
    return Round(alone, served, *told)


if __name__ == "__main__":
    sys.exit(main())
