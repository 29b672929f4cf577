"""Shared meshes look like their copies, whatever ray caster looks."""

from dataclasses import replace

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.embree import is_available
from renderer.engine import TracerEngine
from renderer.layout import sharing
from renderer.scene import Image, Instance, Material, Texture, TextureSlot
from renderer.settings import RenderSettings
from tests.renderer.scenes import make_camera, make_quad, make_scene, make_sphere, place

needs_embree = pytest.mark.skipif(not is_available(), reason="instances are Embree's")
SIDE = 48
SETTINGS = RenderSettings(width=SIDE, height=SIDE, samples=32, max_depth=4)


def make_statues(material):
    """Balls that are moved, mirrored, squashed and modelled in a unit of their own; and a lamp."""
    ball = make_sphere(0, steps=12)
    ball = replace(ball, positions=ball.positions * np.float32(300) + np.float32(1000))
    home = place(-1000 / 300, -1000 / 300, -1000 / 300, 1 / 300)
    places = [
        place(-0.9, 0.5, 0, 0.6) @ home,
        place(0.9, 0.5) @ np.diag([-0.6, 0.6, 0.6, 1.0]) @ home,
        place(-0.8, -0.8) @ np.diag([0.7, 0.2, 0.7, 1.0]) @ home,
        place(0.8, -0.8) @ np.diag([0.5, 0.5, -0.9, 1.0]) @ home,
    ]
    lamp = make_quad(1, half=2.0)
    instances = [Instance(0, where) for where in places] + [Instance(1, place(y=0.3, z=6.0))]
    return make_scene(
        ball,
        lamp,
        materials=(material, Material(emission=(5.0, 5.0, 5.0))),
        instances=tuple(instances),
        cameras=(make_camera(5.0),),
        textures=(Texture(0),),
        images=(Image("bumps", make_bumps()),),
    )


def make_bumps():
    """A normal map that leans to the right and, less, upwards."""
    return np.full((2, 2, 3), (200, 150, 220), np.uint8)


def render(scene, backend):
    engine = TracerEngine(ray_backend=backend)
    engine.open_scene(scene, SETTINGS)
    instances = len(engine._scene.data.geometry.instances)
    out = np.empty((SIDE, SIDE, 4), np.float32)
    engine.render(Region(0, 0, SIDE, SIDE), 0, SETTINGS.samples, out)
    engine.close()
    assert engine.bad_samples == 0
    return out, instances


@needs_embree
@pytest.mark.parametrize(
    "material",
    [
        Material(base_color=(0.8, 0.6, 0.4, 1.0), metallic=0.0, specular=0.0),
        Material(metallic=0.0, roughness=0.4, normal_slot=TextureSlot(0)),
    ],
    ids=["diffuse", "normal map"],
)
def test_instances_look_like_their_copies(monkeypatch, material):
    scene = make_statues(material)
    copies, none = render(scene, "embree")
    monkeypatch.setattr(sharing, "MAX_COPIES", 0)
    shared, some = render(scene, "embree")
    own_tree, without = render(scene, "bvh")

    assert (none, some, without) == (0, 4, 0)
    assert copies[..., :3].mean() > 0.01
    # Rounding differs, and a ray in a thousand meets the neighbour of its triangle.
    assert np.median(np.abs(shared - copies)) < 1e-6
    assert abs(shared.mean() - copies.mean()) < 1e-3 * copies.mean()
    assert np.quantile(np.abs(shared - copies), 0.99) < 1e-3
    assert np.quantile(np.abs(own_tree - copies), 0.99) < 1e-3


@needs_embree
def test_instances_cut_into_tiles_give_the_same_bits(monkeypatch):
    monkeypatch.setattr(sharing, "MAX_COPIES", 0)
    scene = make_statues(Material(metallic=0.0))
    whole, _ = render(scene, "embree")
    engine = TracerEngine()
    engine.open_scene(scene, SETTINGS)
    tiles = np.empty_like(whole)
    for x in range(0, SIDE, 16):
        tile = np.empty((SIDE, 16, 4), np.float32)
        engine.render(Region(x, 0, 16, SIDE), 0, SETTINGS.samples, tile)
        tiles[:, x : x + 16] = tile
    engine.close()

    assert (tiles == whole).all()
