"""How much two threads help: `python -m tests.benchmarks.scaling [SCENE[,ENV] ...]`.

One and several threads render the same frame in turn, kernels warm, opening not counted; the
ratio of the medians' times. Ends with status 1 below 0.95 per thread (1.9 for two).
Needs no peer, but a quiet machine: the second core must be free.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys

from renderer.settings import RenderSettings
from tests.benchmarks.contenders import load_scenes
from tests.benchmarks.ours import Ours

BAR_PER_THREAD = 0.95


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table; 1 below the bar."""
    options = _parse(arguments)
    side, samples = options.side, options.samples
    settings = RenderSettings(side, side, samples, max_depth=options.depth, roulette_depth=5)
    ours = Ours(options.threads)
    bar = BAR_PER_THREAD * options.threads
    print(
        f"{side}², {samples} samples, depth {options.depth}, medians of {options.rounds} rounds\n"
    )
    print(f"| scene | 1 thread, s | {options.threads} threads, s | ratio | bar | |")
    print("| --- | --- | --- | --- | --- | --- |")
    lowest = bar
    for name, scene in load_scenes(options.scenes, settings):
        ours.engine.open_scene(scene, settings)
        times = _measure(ours, settings, (1, options.threads), options.rounds)
        ours.engine.close()
        alone, together = (statistics.median(values) for values in times)
        ratio = alone / together
        lowest = min(lowest, ratio)
        word = "ok" if ratio >= bar else "MISSED"
        print(
            f"| {name:22} | {alone:.3f} | {together:.3f} | {ratio:.3f} | {bar:.2f} | {word} |",
            flush=True,
        )
    return 1 if lowest < bar else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scaling", description=__doc__)
    parser.add_argument("scenes", nargs="*", help="SCENE.glb or SCENE.glb,SKY.hdr")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--side", type=int, default=512, help="pixels")
    parser.add_argument("--samples", type=int, default=32, help="per pixel")
    return parser.parse_args(arguments)


def _measure(
    ours: Ours, settings: RenderSettings, counts: tuple[int, ...], rounds: int
) -> list[list[float]]:
    """Seconds of each round for each number of threads; one round more warms caches."""
    times: list[list[float]] = [[] for _ in counts]
    for number in range(rounds + 1):
        for threads, found in zip(counts, times, strict=True):
            ours.threads = threads
            wall_s = ours.render_open(settings).wall_s
            if number:
                found.append(wall_s)
    return times


if __name__ == "__main__":
    sys.exit(main())
