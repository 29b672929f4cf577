"""Samples per second, side by side: `python -m tests.benchmarks.speed [SCENE[,ENV] ...]`.

The tracer (in this process, its render pool, kernels warm) against Mitsuba 3 `scalar_rgb` and
`llvm_ad_rgb`, and against Cycles where `--cycles` names a Python that has `bpy`; in interleaved
rounds with equal frame, depth, roulette and threads; medians.
Without scenes: the Cornell box, diffuse as in the literature, and with glTF's dielectric.
Mitsuba gets its `principled`, Cycles its Principled BSDF for each metallic-roughness surface.

Needs `pip install mitsuba` and LLVM (DRJIT_LIBLLVM_PATH).
"""

from __future__ import annotations

import argparse
import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field

from renderer.settings import RenderSettings
from tests.benchmarks.contenders import Contender, add_arguments, enter, load_scenes
from tests.benchmarks.ours import Ours

SIDE_PX = 512
VARIANTS = ("scalar_rgb", "llvm_ad_rgb")


@dataclass
class Tally:
    """What a contender did in each round.

    Attributes:
        rates: Msamples per second of the clock.
        core_rates: Msamples per second of the processor, all threads together: says what a
            crowded machine would allow.
        mean: of the last picture.
    """

    rates: list[float] = field(default_factory=list)
    core_rates: list[float] = field(default_factory=list)
    mean: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    options = _parse(arguments)
    settings = RenderSettings(
        options.side, options.side, options.samples, max_depth=options.depth, roulette_depth=5
    )
    ours = Ours(options.threads)
    print(f"{options.side}², depth {options.depth}, roulette 5, {options.threads} threads;")
    print(f"Msamples/s, medians of {options.rounds} interleaved rounds (lowest to highest)\n")
    print(
        f"| {'scene':22} | {'who':19} | Msamples/s         | ours is | per core, ours is | mean  |"
    )
    print(f"| {'---':22} | {'---':19} | ------------------ | ------- | ----------------- | ----- |")
    for name, scene in load_scenes(options.scenes, settings):
        with ExitStack() as stack:
            contenders = enter(ours, scene, settings, options, stack)
            _compete(name, contenders, options.rounds, settings)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="speed", description=__doc__)
    add_arguments(parser, VARIANTS)
    parser.add_argument("--side", type=int, default=SIDE_PX, help="pixels")
    parser.add_argument("--samples", type=int, default=32, help="per pixel, round and renderer")
    return parser.parse_args(arguments)


def _compete(name: str, contenders: list[Contender], rounds: int, settings: RenderSettings) -> None:
    tallies = {contender.name: Tally() for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            pixels = settings.width * settings.height
            _measure(contender, tallies[contender.name], settings.samples, pixels)
    first = tallies[contenders[0].name]
    for who, tally in tallies.items():
        middle = statistics.median(tally.rates)
        core = statistics.median(tally.core_rates)
        span = f"{middle:5.2f} ({min(tally.rates):.2f} - {max(tally.rates):.2f})"
        ratio = statistics.median(first.rates) / middle
        core_ratio = statistics.median(first.core_rates) / core
        print(
            f"| {name:22} | {who:19} | {span:18} | {ratio:5.2f} x "
            f"| {core:6.2f}, {core_ratio:6.2f} x | {tally.mean:.3f} |",
            flush=True,
        )


def _measure(contender: Contender, tally: Tally, samples: int, pixels: int) -> None:
    samples = max(2, round(samples * contender.share))
    run = contender.render(samples)
    tally.rates.append(pixels * samples / run.wall_s / 1e6)
    tally.core_rates.append(pixels * samples / run.core_s / 1e6)
    tally.mean = float(run.picture.mean())


if __name__ == "__main__":
    sys.exit(main())
