"""Time to equal error: `python -m tests.benchmarks.equal_error --references DIR [SCENE[,ENV] ...]`.

Everybody is measured against a converged picture of their own, so that a difference of models
is no error. The error is the relative mean squared error, mean((x - r)² / (r² + 0.01)) over
pixels and channels (Rousselle, Knaus, Zwicker 2011); *trimmed* leaves out the worst thousandth
of each picture, which a few fireflies can fill. How long until the error that Mitsuba
`llvm_ad_rgb` has at `--samples`? Errors at a quarter of the samples and at all of them give
each contender's curve, error = c · samples^-k, and rounds side by side the time of a sample.

References take minutes; they are kept in DIR as long as scene, frame and samples stay.
Ends with status 1 below the bars: 1.3 as geometric mean over the scenes, 1.0 on every one.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from renderer.scene import Doubles, Floats
from renderer.settings import RenderSettings
from tests.benchmarks.case import BOX_FILTER
from tests.benchmarks.contenders import Contender, add_arguments, enter, load_scenes
from tests.benchmarks.ours import Ours

SIDE_PX = 256
RIVAL = "Mitsuba llvm_ad_rgb"
MEAN_BAR, EACH_BAR = 1.3, 1.0
#: Keeps black pixels from counting without end.
EPSILON = 0.01
#: The share of a picture's values that the trimmed error leaves out.
TRIMMED = 1e-3
#: A reference is made of so many pictures, as a film of one would round (and lanes overflow).
REFERENCE_PARTS = 8


@dataclass(frozen=True)
class Error:
    """Relative mean squared errors of one picture, or the means of several."""

    full: float
    trimmed: float


@dataclass
class Tally:
    """What a contender did.

    Attributes:
        errors: per number of samples, one for each round.
        wall_s, core_s: of each round at full samples, per sample of every pixel.
    """

    errors: dict[int, list[Error]] = field(default_factory=dict)
    wall_s: list[float] = field(default_factory=list)
    core_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Speedup:
    """How many times sooner than the rival: by the clock and by the processor's time."""

    wall: float
    core: float
    wall_trimmed: float
    core_trimmed: float


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table; 1 below the bars."""
    options = _parse(arguments)
    settings = RenderSettings(
        options.side,
        options.side,
        options.samples,
        max_depth=options.depth,
        roulette_depth=5,
        shot=BOX_FILTER,
    )
    options.references.mkdir(parents=True, exist_ok=True)
    ours = Ours(options.threads)
    print(f"{options.side}², depth {options.depth}, {options.threads} threads, errors against")
    print(
        f"{options.reference_samples} samples, {options.rounds} rounds; sooner: ours than theirs\n"
    )
    print(
        "| scene | who | error | trimmed | wall s | core s "
        "| sooner, wall | core | trimmed, wall, core |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    speedups = []
    for name, scene in load_scenes(options.scenes, settings):
        with ExitStack() as stack:
            contenders = enter(ours, scene, settings, options, stack)
            references = [_load_reference(name, one, options) for one in contenders]
            tallies = _compete(contenders, references, options)
        speedups += _report(name, tallies, options.samples)
    return _conclude(speedups)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="equal_error", description=__doc__)
    add_arguments(parser, ("llvm_ad_rgb",))
    parser.add_argument("--references", type=Path, required=True, help="a folder to keep them in")
    parser.add_argument("--reference-samples", type=int, default=2048)
    parser.add_argument("--side", type=int, default=SIDE_PX, help="pixels")
    parser.add_argument("--samples", type=int, default=64, help="per pixel and round")
    return parser.parse_args(arguments)


def _load_reference(name: str, contender: Contender, options: argparse.Namespace) -> Doubles:
    """The converged picture of a contender, from the folder or made now."""
    kind = f"{options.side}px_{options.depth}deep_{options.reference_samples}spp"
    file = f"{name}_{contender.name}_{kind}.npy".replace(" ", "_").replace(",", "")
    path: Path = options.references / file
    if not path.exists():
        samples = options.reference_samples // REFERENCE_PARTS
        parts = [
            contender.render(samples).picture.astype(np.float64) for _ in range(REFERENCE_PARTS)
        ]
        np.save(path, np.mean(parts, axis=0))
    reference: Doubles = np.load(path)
    return reference


def measure_error(picture: Floats, reference: Doubles) -> Error:
    """Compare (H, W, 3) pictures."""
    error = (picture - reference) ** 2 / (reference**2 + EPSILON)
    kept = np.sort(error.ravel())[: math.ceil(error.size * (1.0 - TRIMMED))]
    return Error(float(error.mean()), float(kept.mean()))


def _compete(
    contenders: list[Contender], references: list[Doubles], options: argparse.Namespace
) -> dict[str, Tally]:
    tallies = {contender.name: Tally() for contender in contenders}
    for _ in range(options.rounds):
        for contender, reference in zip(contenders, references, strict=True):
            tally = tallies[contender.name]
            for samples in (options.samples // 4, options.samples):
                run = contender.render(samples)
                error = measure_error(run.picture, reference)
                tally.errors.setdefault(samples, []).append(error)
            tally.wall_s.append(run.wall_s / samples)
            tally.core_s.append(run.core_s / samples)
    return tallies


def _report(name: str, tallies: dict[str, Tally], samples: int) -> list[Speedup]:
    """Print a row for each; return our speedup over the rival, if it took part."""
    first = next(iter(tallies.values()))
    speedups = []
    for who, tally in tallies.items():
        error = mean_error(tally.errors[samples])
        wall_s, core_s = statistics.median(tally.wall_s), statistics.median(tally.core_s)
        speedup = compare(first, tally, samples)
        if who == RIVAL:
            speedups.append(speedup)
        trimmed = f"{speedup.wall_trimmed:5.2f}, {speedup.core_trimmed:5.2f} x"
        print(
            f"| {name:22} | {who:19} | {error.full:.3e} | {error.trimmed:.3e} "
            f"| {wall_s * samples:6.2f} | {core_s * samples:6.2f} "
            f"| {speedup.wall:5.2f} x | {speedup.core:5.2f} x | {trimmed} |",
            flush=True,
        )
    return speedups


def mean_error(errors: list[Error]) -> Error:
    """The mean of both kinds."""
    return Error(
        statistics.mean(error.full for error in errors),
        statistics.mean(error.trimmed for error in errors),
    )


def compare(ours: Tally, other: Tally, samples: int) -> Speedup:
    """How much sooner we reach the error that the other has at `samples`."""
    ratios = []
    for kind in ("full", "trimmed"):
        goal = getattr(mean_error(other.errors[samples]), kind)
        points = [(n, getattr(mean_error(errors), kind)) for n, errors in ours.errors.items()]
        share = samples / samples_until(goal, points)
        for clock in ("wall_s", "core_s"):
            theirs = statistics.median(getattr(other, clock))
            ratios.append(share * theirs / statistics.median(getattr(ours, clock)))
    wall, core, wall_trimmed, core_trimmed = ratios
    return Speedup(wall, core, wall_trimmed, core_trimmed)


def samples_until(goal: float, points: list[tuple[int, float]]) -> float:
    """Where the power curve through two points (samples, error) comes down to the goal.

    Raises:
        ValueError: the curve does not come down: too few rounds for such noise.
    """
    (few, high), (many, low) = points
    slope = math.log(high / low) / math.log(many / few)
    if slope <= 0.0:
        raise ValueError(f"error grew from {high:.3g} to {low:.3g}; take more rounds")
    return many * float((low / goal) ** (1.0 / slope))


def _conclude(speedups: list[Speedup]) -> int:
    if not speedups:
        return 0
    failed = False
    for what in ("wall", "core", "wall_trimmed", "core_trimmed"):
        values = [getattr(speedup, what) for speedup in speedups]
        mean = statistics.geometric_mean(values)
        is_short = mean < MEAN_BAR or min(values) < EACH_BAR
        failed = failed or (what == "wall" and is_short)
        word = "MISSED" if is_short else "ok"
        print(f"\n{what}: geometric mean {mean:.2f} x, lowest {min(values):.2f} x: {word}", end="")
    print(f" (bars {MEAN_BAR} and {EACH_BAR})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
