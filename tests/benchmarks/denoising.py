"""What denoising gains: `python -m tests.benchmarks.denoising [SCENE[,ENV] ...]`.

Each scene is rendered with few samples and denoised without guides, with albedo and normal as
they are, and with both cleaned first (what the program does). The error is `equal_error`'s
relative mean squared one, against a picture of `--reference-samples` with another seed.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from renderer.channels import channel_offsets, film_channels
from renderer.denoise import Guides, denoise
from renderer.scene import Doubles, Floats, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.contenders import load_scenes
from tests.benchmarks.equal_error import measure_error
from tests.benchmarks.ours import Ours

GUIDES = ("albedo", "normal")
REFERENCE_SEED = 1


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    options = _parse(arguments)
    ours = Ours(options.threads)
    frame = RenderSettings(options.side, options.side, channels=GUIDES)
    print(f"{options.side}², error against {options.reference_samples} samples; times less error\n")
    print("| scene | samples | error | denoised | with guides | with cleaned guides | s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, scene in load_scenes(options.scenes, frame):
        reference = _make_reference(ours, scene, frame, options.reference_samples)
        for samples in options.samples:
            film = ours.render_film(scene, replace(frame, samples=samples))
            _report(f"{name:22} | {samples:4}", film, frame, reference)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="denoising", description=__doc__)
    parser.add_argument("scenes", nargs="*", help="SCENE.glb or SCENE.glb,SKY.hdr")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--side", type=int, default=256, help="pixels")
    parser.add_argument("--samples", type=int, nargs="*", default=(4, 16, 64))
    parser.add_argument("--reference-samples", type=int, default=4096)
    return parser.parse_args(arguments)


def _make_reference(ours: Ours, scene: Scene, frame: RenderSettings, samples: int) -> Doubles:
    settings = replace(frame, samples=samples, seed=REFERENCE_SEED, channels=())
    return ours.render(scene, settings).picture.astype(np.float64)


def _report(name: str, film: Floats, frame: RenderSettings, reference: Doubles) -> None:
    offsets = channel_offsets(film_channels(frame.channels))
    guides = Guides(**{name: film[..., offsets[name] : offsets[name] + 3] for name in GUIDES})
    noisy = measure_error(film[..., :3], reference).full
    gains = []
    for work in (
        lambda: denoise(film[..., :3]),
        lambda: denoise(film[..., :3], guides, clean_guides=False),
        lambda: denoise(film[..., :3], guides),
    ):
        picture, took_s = _time(work)
        gains.append(noisy / measure_error(picture, reference).full)
    plain, raw, cleaned = gains
    print(
        f"| {name} | {noisy:.2e} | {plain:5.1f} x | {raw:5.1f} x | {cleaned:5.1f} x "
        f"| {took_s:.2f} |",
        flush=True,
    )


def _time(work: Callable[[], Floats]) -> tuple[Floats, float]:
    started = time.perf_counter()
    picture = work()
    return picture, time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
