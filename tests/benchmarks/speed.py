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
import os
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from renderer.assets import FolderAssets, MappedAssets
from renderer.gltf import load_scene
from renderer.prepare import prepare_scene
from renderer.scene import Scene
from renderer.settings import RenderSettings
from tests.benchmarks.cases import CORNELL, make_cornell_scene
from tests.benchmarks.cycles_process import Cycles
from tests.benchmarks.ours import Ours
from tests.benchmarks.peers import PASS_SAMPLES, Mitsuba
from tests.benchmarks.timing import Run, time_run

SIDE_PX = 512
VARIANTS = ("scalar_rgb", "llvm_ad_rgb")


@dataclass(frozen=True)
class Contender:
    """Somebody who renders a number of samples per pixel and returns the picture."""

    name: str
    render: Callable[[int], Run]
    samples: int


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
        options.side, options.side, PASS_SAMPLES, max_depth=options.depth, roulette_depth=5
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
            contenders = _enter(ours, scene, settings, options, stack)
            _compete(name, contenders, options.rounds, settings)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="speed", description=__doc__)
    parser.add_argument("scenes", nargs="*", help="SCENE.glb or SCENE.glb,SKY.hdr")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--side", type=int, default=SIDE_PX, help="pixels")
    parser.add_argument("--samples", type=int, default=32, help="per pixel, round and renderer")
    parser.add_argument("--variants", nargs="*", default=VARIANTS)
    parser.add_argument("--cycles", default="", help="a Python that has bpy")
    return parser.parse_args(arguments)


def load_scenes(arguments: list[str], settings: RenderSettings) -> list[tuple[str, Scene]]:
    """Return names and complete scenes of `SCENE` or `SCENE,SKY`; Cornell's two without any."""
    if not arguments:
        plain = load_scene(FolderAssets(CORNELL.parent), CORNELL.name)
        return [("Cornell box, diffuse", make_cornell_scene()), ("Cornell box, glTF", plain)]
    found = []
    for argument in arguments:
        scene_path, _, sky = argument.partition(",")
        path = Path(scene_path)
        source = _Beside(path, sky)
        named = replace(settings, environment="sky" if sky else "")
        found.append((path.stem, prepare_scene(source, path.name, named)))
    return found


class _Beside(MappedAssets):
    """The files beside a scene, and a sky from anywhere."""

    def __init__(self, scene: Path, sky: str) -> None:
        super().__init__({"sky": Path(sky)} if sky else {})
        self._folder = FolderAssets(scene.parent)

    def path(self, label: str) -> Path:
        """See `AssetSource`."""
        return super().path(label) if label == "sky" else self._folder.path(label)


def _enter(
    ours: Ours,
    scene: Scene,
    settings: RenderSettings,
    options: argparse.Namespace,
    stack: ExitStack,
) -> list[Contender]:
    """Open the scene in everybody; slow ones get less work, for the sake of time."""
    ours.engine.open_scene(scene, settings)
    stack.callback(ours.engine.close)

    def render(samples: int) -> Run:
        return time_run(lambda: ours.render_open(replace(settings, samples=samples))[0])

    contenders = [Contender("Bucket Brigade", render, options.samples)]
    less = max(2, options.samples // 2)
    for variant in options.variants:
        peer = Mitsuba(variant, scene, settings, options.threads)
        samples = less if variant.startswith("scalar") else options.samples
        contenders.append(Contender(peer.name, partial(_run_mitsuba, peer), samples))
    if options.cycles:
        cycles = stack.enter_context(Cycles(options.cycles, scene, settings, options.threads))
        contenders.append(Contender(cycles.name, cycles.render, less))
    render(4)
    return contenders


def _run_mitsuba(peer: Mitsuba, samples: int) -> Run:
    return time_run(lambda: peer.render(samples))


def _compete(name: str, contenders: list[Contender], rounds: int, settings: RenderSettings) -> None:
    tallies = {contender.name: Tally() for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            _measure(contender, tallies[contender.name], settings.width * settings.height)
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


def _measure(contender: Contender, tally: Tally, pixels: int) -> None:
    run = contender.render(contender.samples)
    tally.rates.append(pixels * contender.samples / run.wall_s / 1e6)
    tally.core_rates.append(pixels * contender.samples / run.core_s / 1e6)
    tally.mean = float(run.picture.mean())


if __name__ == "__main__":
    sys.exit(main())
