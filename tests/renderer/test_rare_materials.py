"""Whole pictures of prisms, thin films, brushed and coated balls."""

from dataclasses import replace

import numpy as np
import pytest

from renderer.scene import (
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
from tests.renderer.frames import render
from tests.renderer.kernels.lobes import make_lobes
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

BALL = RenderSettings(width=24, height=24, samples=256, max_depth=64, roulette_depth=64)
GLASS = {"metallic": 0.0, "transmission": 1.0, "thickness": 1.0}


@pytest.mark.parametrize(
    ("what", "loss"),
    [
        (Material(roughness=0.0, dispersion=5.0, **GLASS), 0.0),
        (Material(roughness=0.0, iridescence=1.0, **GLASS), 0.0),
        (Material(metallic=0.0, specular=0.0, clearcoat=1.0), 0.0),
        (Material(roughness=0.4, anisotropy=0.5), 0.0),
        (Material(roughness=0.5, **GLASS), 0.0),
    ],
    ids=["prism", "film", "coat", "brushed", "frosted"],
)
def test_white_ball_of_rare_kind_vanishes_in_a_white_sky(what, loss):
    scene = make_scene(make_sphere(0), materials=(what,), environment=make_sky())

    means = render(scene, BALL)[..., :3].mean(axis=(0, 1))

    assert (means < 1.02).all()
    assert (means > 0.98 - loss).all()


def test_prism_gives_a_picture_coloured_edges():
    """Half of the sky is white: what a ball shows of its border is split into colours."""
    radiance = np.zeros((2, 8, 3), np.float32)
    radiance[:, 4:] = 1.0

    def chroma(dispersion):
        glass = Material(roughness=0.0, dispersion=dispersion, **GLASS)
        scene = make_scene(make_sphere(0), materials=(glass,), environment=Environment(radiance))
        out = render(scene, RenderSettings(width=24, height=24, samples=1024))
        return np.abs(out[..., 0] - out[..., 2]).mean()

    assert chroma(0.0) < 1e-6
    assert chroma(5.0) > 0.01


def test_light_through_a_soap_film_has_the_colours_it_does_not_reflect():
    soap = Material(metallic=0.0, roughness=0.0, transmission=1.0, iridescence=1.0)
    light = PunctualLight(LightKind.DIRECTIONAL, np.ones(3, np.float32), place(z=2.0))
    scene = make_scene(
        make_quad(0, 4.0),
        make_quad(1, 4.0),
        instances=(Instance(0, np.eye(4)), Instance(1, place(z=1.0))),
        materials=(WHITE, soap),
        lights=(light,),
        cameras=(make_camera(z=0.5, yfov=None, ymag=0.01),),
    )

    out = render(scene, RenderSettings(width=8, height=8, samples=4, max_depth=2))

    directions, weights, _ = make_lobes(soap, 1.0).sample(1_000_000)
    through = np.where(directions[:, 2:] < 0.0, weights, 0.0).mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(out[..., :3].mean(axis=(0, 1)) * np.pi, through, atol=2e-3)


def test_every_slot_is_looked_up_by_its_own_uv_set():
    """Red comes from the third set, what shines from the fourth; both see one texel only."""
    texels = np.array([[[255, 255, 255], [0, 255, 0]], [[0, 0, 255], [255, 0, 0]]], np.uint8)

    def at(x, y):
        return np.tile(np.array([x, y], np.float32), (4, 1))

    quad = make_quad(0)
    sets = (at(0.25, 0.25), at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75))
    what = Material(
        base_color_slot=TextureSlot(0, uv_set=2),
        emission=(1.0, 1.0, 1.0),
        emission_slot=TextureSlot(0, uv_set=3),
        metallic=0.0,
        specular=0.0,
    )
    scene = make_scene(
        replace(quad, uv_sets=sets),
        materials=(what,),
        textures=(Texture(0, nearest=True),),
        images=(Image("four colours", texels),),
        environment=make_sky(),
    )

    out = render(scene, RenderSettings(width=8, height=8, samples=64))[..., :3]

    lit = out[3:5, 3:5].mean(axis=(0, 1))
    np.testing.assert_allclose(lit, (0.0, 1.0, 1.0), atol=0.02)
