"""What the light tree gains over a choice by power: `python -m tests.benchmarks.many_lights`.

A field of lamps, two triangles each, over a floor with balls. Both ways render it with equally
many samples; the ratio is that of the times to equal error (relative mean square).
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from app.system.paths import kernel_dir
from renderer import kernel_cache
from renderer.buckets import Region
from renderer.engine import TracerEngine
from renderer.layout import lights
from renderer.scene import Doubles, Material, Mesh, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.shapes import make_camera, make_quad, make_sphere, place_all

WIDTH, HEIGHT = 256, 144
KINDS = 5
FIELD_M = 60.0
BLACK = (0.0, 0.0, 0.0, 1.0)


def make_field(lamps: int) -> Scene:
    """Lamps of five colours and strengths, a hundredfold apart, in all directions."""
    rng = np.random.default_rng(1)
    grey = Material(base_color=(0.6, 0.6, 0.6, 1.0), metallic=0.0, specular=0.0)
    blue = Material(base_color=(0.3, 0.5, 0.8, 1.0), metallic=0.0, specular=0.0)
    meshes = [make_quad((-80, 0, 80), (160, 0, 0), (0, 0, -160), 0)]
    for _ in range(60):
        place = (rng.uniform(-30, 30), 1, rng.uniform(-50, 0))
        meshes.append(make_sphere(place, 1.0, 1, 24))
    materials = [grey, blue]
    for _ in range(KINDS):
        meshes.append(_make_lamps(rng, lamps // KINDS, len(materials)))
        red, green, blue_light = rng.uniform(0.3, 1.0, 3) * 10.0 ** rng.uniform(0.5, 2.0)
        emission = (float(red), float(green), float(blue_light))
        materials.append(Material(base_color=BLACK, specular=0.0, emission=emission))
    camera = make_camera((0, 7, 20), (0, 0, -8))
    parts = tuple(meshes)
    return Scene(parts, place_all(parts), tuple(materials), cameras=(camera,))


def _make_lamps(rng: np.random.Generator, count: int, material: int) -> Mesh:
    center = np.stack(
        [
            rng.uniform(-FIELD_M, FIELD_M, count),
            rng.uniform(0.3, 4.0, count),
            rng.uniform(-FIELD_M, FIELD_M, count),
        ],
        axis=1,
    )
    a = rng.normal(size=(count, 3))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(a, rng.normal(size=(count, 3)))
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    half = rng.uniform(0.03, 0.12, (count, 1))
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = np.stack([center + (a * x + b * y) * half for x, y in signs], axis=1)
    first = np.arange(count)[:, None, None] * 4
    triangles = (first + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3).astype(np.int32)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), triangles, material)


def _render(engine: TracerEngine, scene: Scene, samples: int, seed: int) -> tuple[Doubles, float]:
    """Return the picture and the processor's seconds."""
    settings = RenderSettings(WIDTH, HEIGHT, samples, max_depth=4, seed=seed)
    engine.open_scene(scene, settings)
    out = np.empty((HEIGHT, WIDTH, engine.components), np.float32)
    started = time.process_time()
    engine.render(Region(0, 0, WIDTH, HEIGHT), 0, samples, out)
    return out[..., :3].astype(np.float64), time.process_time() - started


def main() -> None:
    """Print both errors, times and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lamps", type=int, default=5000)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--reference", type=int, default=1024, help="its samples")
    arguments = parser.parse_args()
    kernel_cache.configure(kernel_dir())
    engine, scene = TracerEngine(), make_field(arguments.lamps)
    _render(engine, scene, 1, 0)
    reference, _ = _render(engine, scene, arguments.reference, 1)
    costs = []
    for name, few in (("light tree", lights.FEW_LIGHTS), ("by power", 1 << 30)):
        lights.FEW_LIGHTS = few
        image, seconds = _render(engine, scene, arguments.samples, 0)
        scale = reference**2 + 1e-2 * reference.mean() ** 2
        error = float(np.mean((image - reference) ** 2 / scale))
        costs.append(error * seconds)
        print(f"{name}: relative MSE {error:.4f} in {seconds:.2f} s, mean {image.mean():.4f}")
    print(f"time to equal error: {costs[1] / costs[0]:.2f} x faster with the tree")


if __name__ == "__main__":
    main()
