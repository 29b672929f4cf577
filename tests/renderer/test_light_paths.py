"""Light on difficult ways: from coarse curved surfaces to oblique lamps, and through glass."""

from dataclasses import replace

import numpy as np
import pytest
from scenes import WHITE, make_camera, make_quad, make_scene, make_sphere, place

from renderer.buckets import Region
from renderer.engine import TracerEngine
from renderer.scene import Instance, LightKind, Material, PunctualLight, Scene
from renderer.settings import RenderSettings

pytestmark = pytest.mark.slow

BLACK = Material(base_color=(0.0, 0.0, 0.0, 1.0), metallic=0.0, specular=0.0)
CLEAR = Material(metallic=0.0, roughness=0.0, transmission=1.0, ior=1.5)
#: Of a face of glass of index 1.5, met straight on: ((1.5 - 1) / (1.5 + 1)) squared.
REFLECTED = 0.04


def render(scene: Scene, size=24, samples=256, max_depth=8):
    """Return linear RGB of a square frame."""
    settings = RenderSettings(size, size, samples, max_depth=max_depth)
    engine = TracerEngine()
    engine.open_scene(scene, settings)
    out = np.empty((size, size, 4), np.float32)
    engine.render(Region(0, 0, size, size), 0, samples, out)
    engine.close()
    assert engine.bad_samples == 0
    return out[:, :, :3]


def tilted(x, y, z, degrees) -> np.ndarray:
    """A place whose +z axis is turned towards +x."""
    a = np.radians(degrees)
    transform = place(x, y, z)
    transform[:3, :3] = [[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]]
    return transform


def test_coarse_smooth_sphere_is_lit_by_an_oblique_lamp_as_by_a_point_light():
    """Where the smooth surface is lifted off its flat triangles, a shadow ray must aim anew.

    With the old direction it would end behind a lamp that it meets obliquely, whose own shadow
    then blackens whole faces.
    """
    sphere = make_sphere(0, 1.0, steps=5)
    camera = (make_camera(z=4.0, yfov=0.6),)
    half, radiance, at = 0.05, 400.0, (-1.6, 0.0, 1.6)
    lamp = Instance(1, tilted(*at, 85.0))
    glow = replace(BLACK, emission=(radiance,) * 3)
    by_lamp = make_scene(
        sphere,
        make_quad(1, half),
        materials=(WHITE, glow),
        instances=(Instance(0, np.eye(4)), lamp),
        cameras=camera,
    )
    light = PunctualLight(
        LightKind.POINT, np.full(3, radiance * (2 * half) ** 2, np.float32), place(*at)
    )
    by_point = make_scene(sphere, materials=(WHITE,), lights=(light,), cameras=camera)

    lamp_picture = render(by_lamp, max_depth=2)[:, :, 0]
    point_picture = render(by_point, max_depth=2)[:, :, 0]

    lit = point_picture > 0.05 * point_picture.max()
    # The lamp shines less towards where it is seen obliquely: its cosine, 0.02 to 0.75 here.
    ratio = lamp_picture[lit] / point_picture[lit]
    assert lit.sum() > 60
    assert ratio.min() > 0.01
    assert np.median(ratio) > 0.2


@pytest.mark.parametrize("thickness", [0.0, 0.2], ids=["pane", "slab"])
def test_lamp_behind_glass_is_seen_through_it(thickness):
    """Both faces let 96 % pass, and of what they mirror to and fro a little more."""
    glass = replace(CLEAR, thickness=thickness)
    half = 3.0
    pane = make_quad(0, half)
    instances = [Instance(0, place(z=1.0))]
    if thickness:
        instances.append(Instance(0, tilted(0, 0, 1.0 - thickness, 180.0)))
    lamp = Instance(1, place(z=0.0))
    glow = replace(BLACK, emission=(2.0, 2.0, 2.0))
    scene = make_scene(
        pane, make_quad(1, half), materials=(glass, glow), instances=(*instances, lamp)
    )

    seen = render(scene, size=8, samples=1024, max_depth=12).mean()

    through = (1 - REFLECTED) / (1 + REFLECTED)
    assert seen == pytest.approx(2.0 * through, rel=0.02)


@pytest.mark.parametrize("thickness", [0.0, 0.2], ids=["pane", "slab"])
def test_floor_is_lit_by_a_lamp_that_shines_through_glass_only(thickness):
    """The light arrives straight through, as strong as the glass lets it pass."""
    glass = replace(CLEAR, thickness=thickness)
    lamp = Instance(1, tilted(0, 0, 2.0, 180.0))
    floor = Instance(0, np.eye(4))
    glow = replace(BLACK, emission=(4.0, 4.0, 4.0))
    meshes = (make_quad(0, 4.0), make_quad(1, 0.2), make_quad(2, 4.0))
    panes = [Instance(2, place(z=1.0))]
    if thickness:
        panes.append(Instance(2, tilted(0, 0, 1.0 - thickness, 180.0)))
    camera = (make_camera(z=0.7, yfov=0.4),)
    materials = (WHITE, glow, glass)
    free = make_scene(*meshes, materials=materials, instances=(floor, lamp), cameras=camera)
    covered = replace(free, instances=(floor, lamp, *panes))

    light = render(free, size=8, max_depth=2).mean()
    share = render(covered, size=8, max_depth=2).mean() / light

    assert light > 0.02
    assert share == pytest.approx((1 - REFLECTED) ** 2, abs=0.04)
