"""What distribution costs: a frame over this computer's own server against the same in process.

    python -m tests.benchmarks.overhead [--rounds 8] [--seconds 20]

Both at the same time, one thread and one core each (`tests.benchmarks.side_by_side`): client,
server and worker of the distributed side share theirs. Judged is the frame, from the click on
*Render* to its last pixel; beside it stand the whole processes, which have three starts of the
interpreter in place of one, and the processor time of all processes. Unix.
"""

from __future__ import annotations

import argparse
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
from tests.benchmarks.side_by_side import Lap, can_pin, geometric_mean, race, standard_error
from tests.end_to_end.farm import command

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
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder  # nobody's settings and caches
        print("| what | measured | bar | |\n| --- | --- | --- | --- |", flush=True)
        return measure(Path(folder), options.rounds, options.seconds)


def measure(folder: Path, rounds: int, seconds: float) -> int:
    """Print the rows; returns how many bars are missed."""
    trial = _round(folder, 0, TRIAL_SAMPLES)  # compiles, fills the server's cache of files
    # By processor time: a crowded machine makes the clock's second worth less.
    samples = max(TRIAL_SAMPLES, round(TRIAL_SAMPLES * seconds / trial.alone.core_s))
    done = [_round(folder, number, samples) for number in range(rounds)]
    frame = [x.served_told["wall_s"] / x.alone_told["wall_s"] for x in done]
    hashes = {told["frame_sha256"] for x in done for told in (x.alone_told, x.served_told)}
    pinned = "a core each" if can_pin() else "NOT pinned: this system cannot"
    about = f"{samples} samples, {done[0].alone_told['wall_s']:.0f} s, {pinned}"
    taken = 1.0 - sum(x.alone.core_s for x in done) / sum(x.alone.wall_s for x in done)
    word = "ok" if taken <= QUIET else "NOT QUIET: the clock decides nothing"
    print(f"| taken from the lone process by others | {taken:.1%} | <= {QUIET:.0%} | {word} |")
    missed = tell(f"local server / in process, the frame, {about}", frame, RATIO) + (taken > QUIET)
    tell("the same, whole processes", [x.served.wall_s / x.alone.wall_s for x in done])
    tell("the same, processor time", [x.served.core_s / x.alone.core_s for x in done])
    more = [x.served.core_s - x.alone.core_s for x in done]
    fixed = trial.served.core_s - trial.alone.core_s
    every = ", ".join(f"{x:.2f} s" for x in more)
    about = f"processor time more, per frame; of {TRIAL_SAMPLES} samples {fixed:.2f} s"
    print(f"| {about} | {statistics.mean(more):.2f} s ({every}) | | |")
    print(f"| hashes of all these frames | {len(hashes)} different | 1 | |", flush=True)
    return missed + (len(hashes) != 1)


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


def _round(folder: Path, number: int, samples: int) -> Round:
    frame = (*FRAME, "--samples", str(samples))
    reports = folder / "alone.json", folder / "served.json"
    commands = (
        render_command(reports[0], *frame, "--in-process"),
        render_command(reports[1], *frame),
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
