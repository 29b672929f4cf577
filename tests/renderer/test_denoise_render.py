"""Denoising what the tracer renders: the error against a converged picture.

`tests.benchmarks.denoising` measures the same on larger pictures, against 4096 samples.
"""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import resources
from renderer.assets import FolderAssets
from renderer.buckets import Region
from renderer.channels import channel_offsets, count_components, engine_channels
from renderer.denoise import Guides, denoise
from renderer.engine import TracerEngine
from renderer.formats import load_scene
from renderer.scene import Scene
from renderer.settings import RenderSettings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("mitsuba_oidn") is None,
        reason="Open Image Denoise is not installed",
    ),
]
SIDE_PX = 64
CONVERGED_SAMPLES = 512


def render(engine: TracerEngine, scene: Scene, settings: RenderSettings) -> np.ndarray:
    engine.open_scene(scene, settings)
    components = count_components(engine_channels(settings.channels))
    out = np.empty((SIDE_PX, SIDE_PX, components), np.float32)
    engine.render(Region(0, 0, SIDE_PX, SIDE_PX), 0, settings.samples, out)
    engine.close()
    return out


def relative_error(picture: np.ndarray, truth: np.ndarray) -> float:
    return float(np.mean((picture[..., :3] - truth) ** 2 / (truth**2 + 0.01)))


def test_error_against_a_converged_picture_falls_to_a_fifth():
    scene = load_scene(FolderAssets(Path(resources.__file__).parent / "benchmark"), "cornell.glb")
    settings = RenderSettings(SIDE_PX, SIDE_PX, 4, channels=("albedo", "normal"))
    engine = TracerEngine()
    film = render(engine, scene, settings)
    converged = replace(settings, samples=CONVERGED_SAMPLES, seed=1, channels=())
    truth = render(engine, scene, converged)[..., :3]
    offsets = channel_offsets(engine_channels(settings.channels))

    guides = {name: film[..., offsets[name] : offsets[name] + 3] for name in settings.channels}
    clean = denoise(film[..., :3], Guides(**guides), threads=1)

    noisy = relative_error(film, truth)
    assert truth.mean() > 0.05
    assert relative_error(clean, truth) < noisy / 5
    assert clean.mean() == pytest.approx(truth.mean(), rel=0.05)
