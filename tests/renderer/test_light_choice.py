"""Sun and light tree in the whole tracer: right on the mean, whatever chooses the lights."""

import numpy as np
import pytest

from renderer.layout import lights
from renderer.scene import Environment, Material, Mesh, Sun
from renderer.settings import RenderSettings
from tests.renderer.frames import render
from tests.renderer.scenes import WHITE, make_quad, make_scene

pytestmark = pytest.mark.slow

BLACK = np.zeros((4, 8, 3), np.float32)


def make_sparks(count=60):
    """Triangles of many sizes between the camera and the wall, shining to both sides."""
    rng = np.random.default_rng(12)
    centers = rng.uniform((-2, -2, 0.3), (2, 2, 1.5), (count, 3))[:, None]
    corners = centers + rng.normal(size=(count, 3, 3)) * rng.uniform(0.01, 0.06, (count, 1, 1))
    triangles = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), triangles, 1)


def wall_with_sparks(**more):
    spark = Material(base_color=(0, 0, 0, 1), specular=0.0, emission=(9.0, 6.0, 3.0))
    return make_scene(make_quad(0, 2.5), make_sparks(), materials=(WHITE, spark), **more)


@pytest.mark.parametrize("sky", [None, Environment(np.full((2, 4, 3), 0.2, np.float32))])
def test_tree_and_choice_by_power_light_the_wall_alike(monkeypatch, sky):
    settings = RenderSettings(width=32, height=24, samples=256, max_depth=3)
    by_tree = render(wall_with_sparks(environment=sky), settings)
    monkeypatch.setattr(lights, "FEW_LIGHTS", 1000)
    by_power = render(wall_with_sparks(environment=sky), settings)

    blocks = [
        image[..., :3].reshape(4, 6, 4, 8, 3).mean(axis=(1, 3)) for image in (by_tree, by_power)
    ]
    np.testing.assert_allclose(blocks[0], blocks[1], rtol=0.06)
    assert by_tree[..., :3].mean() == pytest.approx(by_power[..., :3].mean(), rel=0.01)


def test_tree_lights_glass_from_both_sides(monkeypatch):
    """A frosted pane between sparks and wall takes light from behind it too."""
    pane = Material(metallic=0.0, roughness=0.4, transmission=1.0)
    spark = Material(base_color=(0, 0, 0, 1), specular=0.0, emission=(9.0, 6.0, 3.0))
    quad = make_quad(2, 2.5)
    moved = quad.positions + np.array([0, 0, 0.15], np.float32)
    glass = Mesh(moved, quad.triangles, 2, normals=quad.normals)
    scene = make_scene(make_quad(0, 2.5), make_sparks(), glass, materials=(WHITE, spark, pane))
    settings = RenderSettings(width=32, height=24, samples=256, max_depth=5)

    by_tree = render(scene, settings)
    monkeypatch.setattr(lights, "FEW_LIGHTS", 1000)
    by_power = render(scene, settings)

    assert by_tree[..., :3].mean() == pytest.approx(by_power[..., :3].mean(), rel=0.02)


@pytest.mark.parametrize("radius", [0.00465, 0.2])
def test_sun_gives_a_wall_its_irradiance(radius):
    """A white wall facing +z: irradiance times the cosine, over pi."""
    direction = np.array([0.6, 0.0, 0.8])
    sun = Sun(direction, radius, (3.0, 2.0, 1.0))
    scene = make_scene(
        make_quad(0, 2.0), materials=(WHITE,), environment=Environment(BLACK, sun=sun)
    )

    image = render(scene, RenderSettings(width=8, height=8, samples=64, max_depth=2))

    expected = np.array([3.0, 2.0, 1.0]) * 0.8 / np.pi
    np.testing.assert_allclose(image[..., :3].mean(axis=(0, 1)), expected, rtol=0.01)


def test_camera_and_mirror_see_the_disc():
    """The sun stands behind the camera, a flat mirror before it; and the camera itself looks up."""
    sun = Sun(np.array([0.0, 0.0, 1.0]), 0.2, (1.0, 1.0, 1.0))
    mirror = Material(base_color=(1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=0.0)
    scene = make_scene(
        make_quad(0, 50.0), materials=(mirror,), environment=Environment(BLACK, sun=sun)
    )

    image = render(scene, RenderSettings(width=64, height=64, samples=16, max_depth=3))

    bright = image[32, 32, 0]
    assert bright == pytest.approx(1.0 / (np.pi * 4.0 * np.sin(0.1) ** 2), rel=1e-3)
    assert image[2, 2, 0] == 0.0
