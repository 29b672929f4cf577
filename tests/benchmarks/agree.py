"""Does the tracer show what Mitsuba 3 shows? `python -m tests.benchmarks.agree [NAME ...]`.

Each case is rendered by both in several rounds with different seeds; the mean of each of
16 × 9 blocks must agree within 1 % and three standard errors (taken from the rounds: many
short ones, for an error estimated from few is itself too uncertain to count three of). The
tracer's pixel filter is a box, as the judge's: blocks then have sharp borders.

Needs `pip install mitsuba` and LLVM (DRJIT_LIBLLVM_PATH); ends with status 1 on disagreement.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import mitsuba as mi
import numpy as np

from renderer.scene import Doubles
from tests.benchmarks.ours import Ours

BLOCKS_X, BLOCKS_Y = 16, 9
TOLERANCE = 0.01
STANDARD_ERRORS = 3.0
#: How many standard errors are three depends on how many rounds tell them: of two renderers with
#: three rounds each 4 % of all blocks would differ by more, with 24 each 0.4 %.
ROUNDS = 24
#: Rounds that together have a case's samples.
SHARE = 4


@dataclass(frozen=True)
class Verdict:
    """How two renderers compare on one case.

    Attributes:
        excess: largest difference of any block over what is allowed; above 1 is disagreement.
        bad: blocks (times channels) that disagree.
        ratio: mean of the whole frame, ours over theirs.
        typical: median over lit blocks of the relative difference.
        noise: median relative standard error of the difference.
    """

    excess: float
    bad: int
    ratio: float
    typical: float
    noise: float


def main(arguments: list[str] | None = None) -> int:
    """Render, compare, print a table; 1 where anything disagrees."""
    options = _parse(arguments)
    mi.set_variant("llvm_ad_rgb")
    from tests.benchmarks.cases import CASES

    names = [name for name in CASES if not options.cases or _is_wanted(name, options.cases)]
    ours = Ours(options.threads)
    failed = 0
    print(f"| {'case':30} | verdict | bad blocks | frame ratio | median diff | std. error |")
    print(f"| {'---':30} | ------- | ---------- | ----------- | ----------- | ---------- |")
    for name in names:
        a, b = render_both(ours, CASES[name](), options.rounds)
        verdict = compare(a, b)
        failed += verdict.bad > 0
        word = "agree" if not verdict.bad else f"{verdict.excess:.1f} x"
        print(
            f"| {name:30} | {word:7} | {verdict.bad:6} /432 | {verdict.ratio:11.4f} "
            f"| {verdict.typical:10.3%} | {verdict.noise:9.3%} |",
            flush=True,
        )
        if options.pictures:
            _save(Path(options.pictures), name, a, b)
    return 1 if failed else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="agree", description=__doc__)
    parser.add_argument("cases", nargs="*", help="parts of names (default: all)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--pictures", help="a folder for both pictures and their difference")
    return parser.parse_args(arguments)


def _is_wanted(name: str, parts: list[str]) -> bool:
    return any(part in name for part in parts)


def render_both(ours: Ours, case: object, rounds: int) -> tuple[Doubles, Doubles]:
    """Return (rounds, H, W, 3) of ours and of Mitsuba's."""
    from tests.benchmarks.mitsuba_scene import convert_scene

    scene = case.scene  # type: ignore[attr-defined]
    settings = case.settings  # type: ignore[attr-defined]
    settings = replace(settings, samples=max(settings.samples // SHARE, 1))
    mine = [ours.render(scene, replace(settings, seed=seed)).picture for seed in range(rounds)]
    theirs_scene = convert_scene(scene, settings)
    theirs = [
        np.array(mi.render(theirs_scene, spp=settings.samples, seed=seed))[..., :3]
        for seed in range(rounds)
    ]
    return np.array(mine, np.float64), np.array(theirs, np.float64)


def block_means(frames: Doubles) -> Doubles:
    """(N, 9, 16, 3) means of the blocks of (N, H, W, 3)."""
    count, height, width, channels = frames.shape
    shape = (count, BLOCKS_Y, height // BLOCKS_Y, BLOCKS_X, width // BLOCKS_X, channels)
    means: Doubles = frames.reshape(shape).mean(axis=(2, 4))
    return means


def compare(ours: Doubles, theirs: Doubles) -> Verdict:
    """Compare rounds of frames, block by block."""
    a, b = block_means(ours), block_means(theirs)
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    error = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    difference = np.abs(mean_a - mean_b)
    level = np.maximum(mean_a, mean_b)
    allowed = TOLERANCE * level + STANDARD_ERRORS * error
    excess = difference / np.maximum(allowed, 1e-30)  # black in both: 0
    lit = level > 1e-4
    return Verdict(
        float(excess.max()),
        int(np.sum(excess > 1.0)),
        float(mean_a.mean() / max(mean_b.mean(), 1e-12)),
        float(np.median(difference[lit] / level[lit])),
        float(np.median(error[lit] / level[lit])),
    )


def _save(folder: Path, name: str, ours: Doubles, theirs: Doubles) -> None:
    """Ours above, Mitsuba's in the middle, 5 x the relative difference below."""
    folder.mkdir(parents=True, exist_ok=True)
    a, b = ours.mean(axis=0), theirs.mean(axis=0)
    difference = 0.5 + 2.5 * (a - b) / np.maximum(np.maximum(a, b), 1e-3)
    strip = np.concatenate([a, b, difference]).astype(np.float32)
    picture = mi.Bitmap(np.ascontiguousarray(strip)).convert(
        mi.Bitmap.PixelFormat.RGB, mi.Struct.Type.UInt8, srgb_gamma=True
    )
    picture.write(str(folder / f"{name.replace(' ', '_').replace(',', '')}.png"))


if __name__ == "__main__":
    sys.exit(main())
