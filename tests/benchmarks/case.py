"""What the judge's scenes are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import resources
from renderer.assets import FolderAssets
from renderer.formats import load_scene
from renderer.scene import Doubles, LightKind, Material, PunctualLight, Scene
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from tests.benchmarks.shapes import (
    look_at,
    make_camera,
    make_quad,
    make_sky,
    make_sphere,
    place_all,
)

WIDTH, HEIGHT = 160, 90
BOX_FILTER = ShotSettings(pixel_filter="box")
CORNELL = Path(resources.__file__).parent / "benchmark" / "cornell.glb"


@dataclass(frozen=True)
class Case:
    """A scene to be judged.

    Attributes:
        scene: complete.
        settings: the frame; samples are those of one round.
    """

    scene: Scene
    settings: RenderSettings


def settings(samples: int = 256, depth: int = 8) -> RenderSettings:
    """A small frame, with roulette from segment 5 and Mitsuba's pixel filter."""
    return RenderSettings(
        WIDTH, HEIGHT, samples, max_depth=depth, roulette_depth=5, shot=BOX_FILTER
    )


def matt(*color: float, **options: object) -> Material:
    """A purely diffuse surface."""
    base = (*color, 1.0)
    plain = Material(base_color=base, metallic=0.0, specular=0.0)  # type: ignore[arg-type]
    return replace(plain, **options)  # type: ignore[arg-type]


def make_cornell_scene() -> Scene:
    """The benchmark box, all diffuse."""
    scene = load_scene(FolderAssets(CORNELL.parent), CORNELL.name)
    materials = tuple(replace(m, specular=0.0) for m in scene.materials)
    return replace(scene, materials=materials)


def floor_and_ball(ball: Material, rotation: float = 0.0, **options: object) -> Scene:
    """A matt floor with a ball of any material under a sky."""
    meshes = (
        make_quad((-4, 0, 4), (8, 0, 0), (0, 0, -8), 0),
        make_sphere((0, 1, 0), 1.0, 1),
    )
    scene = Scene(
        meshes,
        place_all(meshes),
        (matt(0.6, 0.5, 0.4), ball),
        cameras=(make_camera((1.5, 2.0, 5.0), (0, 0.9, 0)),),
        environment=make_sky(rotation),
    )
    return replace(scene, **options)  # type: ignore[arg-type]


def make_light(
    kind: LightKind, rgb: object, eye: object, target: object, **options: float
) -> PunctualLight:
    """A light without area that looks from eye to target."""
    intensity = np.array(rgb, np.float32)
    return PunctualLight(kind, intensity, look_at(eye, target, (0.1, 1, 0.2)), **options)


def make_checker(size: int = 8) -> Doubles:
    """An image without any symmetry, (size, size, 3), 0..1."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:size, 0:size] / size
    image = np.stack([x, y, 1.0 - 0.5 * x - 0.5 * y], axis=2) * 0.7 + 0.3 * rng.random(
        (size, size, 1)
    )
    return np.asarray(image)
