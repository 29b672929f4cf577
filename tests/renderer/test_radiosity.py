"""Light that bounces in a closed box, against the radiosity equation solved without rays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.engine import TracerEngine
from renderer.scene import Instance, Material, Scene
from renderer.settings import RenderSettings
from tests.renderer.scenes import WHITE, make_camera, make_quad, make_scene, place

pytestmark = pytest.mark.slow

#: Faces of the unit cube around the origin: floor (z = -1/2), ceiling, left, right, front, back.
FLOOR, CEILING, LEFT, RIGHT, FRONT, BACK = range(6)
#: Patches along an edge, coarse and fine.
COARSE, FINE = 10, 20


def _turn(axis: int, quarter: float) -> np.ndarray:
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(4)
    cosine, sine = np.cos(quarter * np.pi / 2), np.sin(quarter * np.pi / 2)
    matrix[a, a] = matrix[b, b] = cosine
    matrix[a, b], matrix[b, a] = -sine, sine
    return matrix


PLACES = (
    place(z=-0.5),
    place(z=0.5) @ _turn(0, 2),
    place(x=-0.5) @ _turn(1, 1),
    place(x=0.5) @ _turn(1, -1),
    place(y=-0.5) @ _turn(0, -1),
    place(y=0.5) @ _turn(0, 1),
)


def _make_box(albedo: tuple[float, ...], emission: tuple[float, ...]) -> Scene:
    materials: list[Material] = [
        replace(WHITE, base_color=(a, a, a, 1.0), emission=(e, e, e))
        for a, e in zip(albedo, emission, strict=True)
    ]
    return make_scene(
        *(make_quad(face, 0.5) for face in range(6)),
        instances=tuple(Instance(face, PLACES[face]) for face in range(6)),
        materials=tuple(materials),
        cameras=(make_camera(z=0.4, yfov=None, ymag=0.5),),
    )


def _solve(albedo: tuple[float, ...], emission: tuple[float, ...], patches: int) -> np.ndarray:
    """Return (6,) mean radiance of each face: B = E + rho F B over patches.

    Form factors by midpoints; each row is made to sum to 1, as in a closed box it must.
    """
    steps = (np.arange(patches) + 0.5) / patches - 0.5
    x, y = (values.ravel() for values in np.meshgrid(steps, steps))
    local = np.stack([x, y, np.zeros_like(x), np.ones_like(x)], axis=1)
    points = np.concatenate([(local @ place.T)[:, :3] for place in PLACES])
    normals = np.concatenate([np.tile(p[:3, 2], (len(x), 1)) for p in PLACES])
    way = points[None] - points[:, None]
    distance2 = (way**2).sum(-1)
    np.fill_diagonal(distance2, 1.0)
    leaving = np.maximum((way * normals[:, None]).sum(-1), 0.0)
    arriving = np.maximum(-(way * normals[None]).sum(-1), 0.0)
    factors = leaving * arriving / (np.pi * distance2**2)
    factors /= factors.sum(axis=1, keepdims=True)
    each = patches * patches
    rho, light = (np.repeat(values, each) for values in (albedo, emission))
    radiance = np.linalg.solve(np.eye(6 * each) - rho[:, None] * factors, light)
    return radiance.reshape(6, each).mean(axis=1)


def _render_floor(scene: Scene) -> float:
    settings = RenderSettings(width=32, height=32, samples=128, max_depth=64, roulette_depth=8)
    engine = TracerEngine()
    engine.open_scene(scene, settings)
    out = np.empty((32, 32, 4), np.float32)
    engine.render(Region(0, 0, 32, 32), 0, settings.samples, out)
    engine.close()
    return float(out[..., :3].mean(dtype=np.float64))


def test_glowing_box_is_as_bright_as_its_geometric_series():
    """Walls that all emit e and reflect rho: radiance e / (1 - rho), wherever one looks."""
    scene = _make_box((0.5,) * 6, (1.0,) * 6)

    assert _render_floor(scene) == pytest.approx(2.0, rel=0.005)


def test_floor_below_a_glowing_ceiling_has_the_radiosity_of_the_box():
    albedo = (0.7, 0.2, 0.6, 0.3, 0.5, 0.5)
    emission = (0.0, 4.0, 0.0, 0.0, 0.0, 0.0)

    assert _solve((0.5,) * 6, (1.0,) * 6, COARSE)[FLOOR] == pytest.approx(2.0, rel=1e-6)
    # Where faces meet, midpoints miss light in proportion to the patches' size: two sizes tell
    # what patches without size would (Richardson's extrapolation).
    coarse = _solve(albedo, emission, COARSE)[FLOOR]
    expected = 2.0 * _solve(albedo, emission, FINE)[FLOOR] - coarse

    assert _render_floor(_make_box(albedo, emission)) == pytest.approx(expected, rel=0.005)
