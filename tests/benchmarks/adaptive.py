"""What a noise threshold gains and what it darkens: `python -m tests.benchmarks.adaptive`.

The benchmark box and the demo, 60 × 40 pixels, at most 512 samples. For each threshold: mean
samples, seconds of one processor, how many equal samples (and seconds) give the same error, and
how much too dark the mean is. The error is that of the threshold itself: of the mean brightness
m, relative to sqrt(m (m + 0.18)), against other samples of the same pixels.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

import resources
from renderer.assets import FolderAssets
from renderer.buckets import Region
from renderer.formats import load_scene
from renderer.kernels.noise import DARKEST, MIDDLE_GREY
from renderer.scene import Doubles, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.ours import Ours

WIDTH, HEIGHT, MOST = 60, 40, 512
COUNTS = (16, 32, 64, 128, 256, 512)
THRESHOLDS = (0.1, 0.05, 0.03)
FILES = {"Cornell box": "benchmark/cornell.glb", "demo": "demo/demo.glb"}
REPEATS = 3


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="adaptive", description=__doc__)
    parser.add_argument("--reference", type=int, default=4096)
    options = parser.parse_args()
    ours = Ours(1)
    print("| scene | threshold | samples | s | equal samples | s | gain | in time | mean |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, file in FILES.items():
        path = Path(resources.__file__).parent / file
        _measure(ours, name, load_scene(FolderAssets(path.parent), path.name), options.reference)


def _measure(ours: Ours, name: str, scene: Scene, reference: int) -> None:
    truth, _, _ = _render(ours, scene, MOST, reference, 0.0)
    errors, seconds = [], []
    for count in COUNTS:
        picture, _, core_s = _render(ours, scene, 0, count, 0.0)
        errors.append(_error(picture, truth))
        seconds.append(core_s)
    for threshold in THRESHOLDS:
        picture, samples, core_s = _render(ours, scene, 0, MOST, threshold)
        error = np.log(_error(picture, truth))
        # Errors fall: turned round, they rise as interpolation wants them.
        known = np.log(errors[::-1])
        equal = np.exp(np.interp(error, known, np.log(COUNTS[::-1])))
        equal_s = np.exp(np.interp(error, known, np.log(seconds[::-1])))
        print(
            f"| {name} | {threshold} | {samples:.0f} | {core_s:.2f} | {equal:.0f} | {equal_s:.2f} "
            f"| {equal / samples:.2f} | {equal_s / core_s:.2f} "
            f"| {picture.mean() / truth.mean() - 1.0:+.2%} |",
            flush=True,
        )


def _error(picture: Doubles, truth: Doubles) -> float:
    scale = np.maximum(truth, DARKEST) * (truth + MIDDLE_GREY)
    return float(np.mean((picture - truth) ** 2 / scale))


def _render(
    ours: Ours, scene: Scene, first: int, samples: int, threshold: float
) -> tuple[Doubles, float, float]:
    """Return brightness, mean samples and the processor seconds of the fastest of some runs."""
    settings = RenderSettings(
        WIDTH, HEIGHT, samples, channels=("samples",), noise_threshold=threshold
    )
    ours.engine.open_scene(scene, settings)
    out = np.zeros((HEIGHT, WIDTH, ours.engine.components), np.float32)
    best = np.inf
    for _ in range(REPEATS if first == 0 else 1):
        started = time.thread_time()
        ours.engine.render(Region(0, 0, WIDTH, HEIGHT), first, samples, out)
        best = min(best, time.thread_time() - started)
    ours.engine.close()
    brightness = out[..., :3].mean(axis=2, dtype=np.float64)
    return brightness, float(out[..., 4].mean()), best


if __name__ == "__main__":
    main()
