"""The tracer as a whole: light where physics puts it."""

from dataclasses import replace

import numpy as np
import pytest

from renderer.scene import (
    AlphaMode,
    Environment,
    Image,
    Instance,
    LightKind,
    Material,
    PunctualLight,
    Texture,
    TextureSlot,
)
from renderer.settings import RenderSettings
from tests.renderer.frames import SMALL, make_mixed_scene, render
from tests.renderer.scenes import (
    WHITE,
    make_camera,
    make_quad,
    make_scene,
    make_sky,
    make_sphere,
    place,
)

pytestmark = pytest.mark.slow


def test_white_ball_vanishes_in_a_white_sky():
    scene = make_scene(make_sphere(0), materials=(WHITE,), environment=make_sky())
    settings = RenderSettings(width=24, height=24, samples=256, max_depth=64, roulette_depth=64)

    out = render(scene, settings)

    np.testing.assert_allclose(out[..., :3].mean(), 1.0, atol=0.005)
    np.testing.assert_allclose(out[8:16, 8:16, :3], 1.0, atol=0.06)


def test_clear_glass_ball_vanishes_in_a_white_sky():
    glass = Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0)
    scene = make_scene(make_sphere(0), materials=(glass,), environment=make_sky())
    settings = RenderSettings(width=24, height=24, samples=64, max_depth=256, roulette_depth=256)

    out = render(scene, settings)

    np.testing.assert_allclose(out[..., :3], 1.0, atol=0.01)


def test_plane_below_a_sphere_light_is_as_bright_as_computed():
    """Irradiance below a sphere of radiance L: E = pi L (r / d)^2 (Lambert's form factor)."""
    radius, height, radiance = 0.5, 2.0, 3.0
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(radiance,) * 3, specular=0.0)
    gray = replace(WHITE, base_color=(0.5, 0.5, 0.5, 1.0))
    scene = make_scene(
        make_quad(0, 4.0),
        make_sphere(1, radius, steps=64),
        instances=(Instance(0, np.eye(4)), Instance(1, place(z=height))),
        materials=(gray, replace(lamp, metallic=0.0)),
        cameras=(make_camera(z=1.0, yfov=None, ymag=0.02),),
    )
    settings = RenderSettings(width=8, height=8, samples=512, max_depth=2)

    out = render(scene, settings)

    expected = 0.5 / np.pi * np.pi * radiance * (radius / height) ** 2
    assert out[..., :3].mean() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(LightKind.POINT, 4.0 / 4.0), (LightKind.SPOT, 4.0 / 4.0), (LightKind.DIRECTIONAL, 4.0)],
)
def test_punctual_light_gives_the_irradiance_of_its_definition(kind, expected):
    """Candela over distance squared for point and spot lights, lux for the directional one."""
    light = PunctualLight(kind, np.full(3, 4.0, np.float32), place(z=2.0))
    scene = make_scene(
        make_quad(0, 4.0),
        materials=(WHITE,),
        lights=(light,),
        cameras=(make_camera(z=1.0, yfov=None, ymag=0.01),),
    )

    out = render(scene, replace(SMALL, max_depth=2))

    np.testing.assert_allclose(out[..., :3].mean(), expected / np.pi, rtol=1e-3)


def test_lamp_seen_directly_has_its_own_radiance():
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(2.0, 1.0, 0.5))
    scene = make_scene(make_quad(0, 4.0), materials=(lamp,))

    out = render(scene, replace(SMALL, max_depth=1))

    np.testing.assert_allclose(out[16, 24], [2.0, 1.0, 0.5, 1.0], rtol=1e-6)


def test_light_reaches_the_floor_through_a_pane_as_computed():
    """A thin wall reflects 2R / (1 + R) of the light at right angles, R = 4 %."""
    pane = Material(metallic=0.0, roughness=0.0, transmission=1.0)
    light = PunctualLight(LightKind.DIRECTIONAL, np.ones(3, np.float32), place(z=2.0))
    scene = make_scene(
        make_quad(0, 4.0),
        make_quad(1, 4.0),
        instances=(Instance(0, np.eye(4)), Instance(1, place(z=1.0))),
        materials=(WHITE, pane),
        lights=(light,),
        cameras=(make_camera(z=0.5, yfov=None, ymag=0.01),),
    )

    out = render(scene, replace(SMALL, max_depth=2, samples=4))

    np.testing.assert_allclose(out[..., :3].mean(), (1.0 - 0.08 / 1.04) / np.pi, rtol=1e-3)


def test_light_reaches_the_floor_through_solid_glass_once_only():
    """Straight rays to the sky and paths through the glass must not both count."""
    glass = Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=0.1)
    scene = make_scene(
        make_quad(0, 40.0),
        make_quad(1, 40.0),
        make_quad(1, 40.0),
        instances=(
            Instance(0, np.eye(4)),
            Instance(1, place(z=0.5)),
            Instance(1, place(z=0.4) @ np.diag([1.0, -1.0, -1.0, 1.0])),
        ),
        materials=(replace(WHITE, base_color=(0.5, 0.5, 0.5, 1.0)), glass),
        environment=make_sky(),
        cameras=(make_camera(z=0.2, yfov=None, ymag=0.01),),
    )
    bare = replace(scene, meshes=scene.meshes[:1], instances=scene.instances[:1])
    settings = RenderSettings(width=8, height=8, samples=1024, max_depth=2)

    covered, open_sky = (render(s, settings)[..., :3].mean() for s in (scene, bare))

    assert 0.78 < covered / open_sky < 0.9  # two boundaries, averaged over the hemisphere


def test_cut_out_shows_what_is_behind_and_lets_light_through():
    mask = np.zeros((2, 2, 4), np.uint8)
    mask[..., :3] = 255
    mask[:, 0, 3] = 255  # the left half is solid
    leaf = replace(WHITE, alpha_mode=AlphaMode.MASK, base_color_slot=TextureSlot(0), unlit=True)
    scene = make_scene(
        make_quad(0),
        materials=(leaf,),
        textures=(Texture(0, nearest=True),),
        images=(Image("mask", mask),),
        environment=replace(make_sky(0.25), visible=True),
        cameras=(make_camera(yfov=None, ymag=0.9),),
    )

    out = render(scene, replace(SMALL, width=32, height=32))

    np.testing.assert_allclose(out[16, 4, :3], 1.0, rtol=1e-5)
    np.testing.assert_allclose(out[16, 27, :3], 0.25, rtol=1e-5)


def test_half_transparent_surface_shows_half_of_what_is_behind():
    film = replace(WHITE, alpha_mode=AlphaMode.BLEND, base_color=(1.0, 1.0, 1.0, 0.5), unlit=True)
    scene = make_scene(make_quad(0, 4.0), materials=(film,), environment=make_sky(0.2))

    out = render(scene, replace(SMALL, samples=256))

    assert out[..., :3].mean() == pytest.approx(0.6, abs=0.01)


def test_invisible_sky_lights_but_leaves_alpha_empty():
    sky = Environment(np.ones((2, 4, 3), np.float32), visible=False)
    scene = make_scene(make_sphere(0, 0.3), materials=(WHITE,), environment=sky)

    out = render(scene)

    np.testing.assert_array_equal(out[0, 0], 0.0)
    np.testing.assert_allclose(out[16, 24, 3], 1.0)
    assert out[16, 24, 0] > 0.5


def test_environment_map_stands_where_its_definition_puts_it():
    """Column W/2 looks to -z, columns grow to +x, row 0 looks up."""
    sky = np.zeros((4, 8, 3), np.float32)
    sky[1:3, 4] = (1.0, 0.0, 0.0)  # just right of -z
    sky[1:3, 3] = (1.0, 0.0, 0.0)
    sky[:, 6] = (0.0, 1.0, 0.0)  # +x is at three quarters
    sky[0] = (0.0, 0.0, 1.0)
    scene = make_scene(make_sphere(0, 0.001), materials=(WHITE,), environment=Environment(sky))
    wide = replace(make_camera(), transform=place(z=50.0), yfov=2.6)
    out = render(replace(scene, cameras=(wide,)), replace(SMALL, width=90, height=30))

    assert out[15, 45, 0] > 0.9
    assert out[15, 45, 1] < 0.05
    assert out[15, 88, 1] > 0.2
    assert out[15, 1, 1] < 0.05
    assert out[1, 45, 2] > out[28, 45, 2]


def test_mirrored_instance_is_lit_like_its_image():
    scene = make_mixed_scene()
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    instances = tuple(Instance(i.mesh, flip @ i.transform) for i in scene.instances)

    one = render(scene, replace(SMALL, samples=64))
    other = render(replace(scene, instances=instances), replace(SMALL, samples=64))

    assert np.abs(one.mean(axis=0) - other[:, ::-1].mean(axis=0)).max() < 0.12
    assert one[..., :3].mean() == pytest.approx(other[..., :3].mean(), rel=0.01)


def test_scene_without_any_light_is_black_and_finite():
    out = render(make_scene(make_quad(0), materials=(WHITE,)))

    np.testing.assert_array_equal(out[16, 24], [0.0, 0.0, 0.0, 1.0])


def test_coarse_ball_near_a_lamp_is_not_in_the_shadow_of_that_lamp():
    """The lifted start of a shadow ray must not make it end behind the light."""
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(5.0, 5.0, 5.0), specular=0.0)
    turn = place(x=0.9, y=0.9, z=0.3)
    turn[:3, :3] = [[0.6, 0.0, 0.8], [0.0, 1.0, 0.0], [-0.8, 0.0, 0.6]]
    scene = make_scene(
        make_sphere(0, 0.6, steps=6),
        make_quad(1, 0.8),
        instances=(Instance(0, np.eye(4)), Instance(1, turn)),
        materials=(WHITE, replace(lamp, metallic=0.0)),
    )
    settings = replace(SMALL, width=32, height=32, samples=256, max_depth=2)

    coarse = render(scene, settings)
    fine = render(replace(scene, meshes=(make_sphere(0, 0.6, steps=48), scene.meshes[1])), settings)

    inside = (slice(12, 20), slice(14, 20))
    assert coarse[inside][..., 0].mean() == pytest.approx(fine[inside][..., 0].mean(), rel=0.1)
