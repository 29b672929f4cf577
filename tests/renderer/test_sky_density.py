"""Where rays to the sky go must follow what they will see: texels interpolated."""

from __future__ import annotations

import numpy as np

from renderer.layout.geometry import pack_geometry
from renderer.layout.lights import pack_lights
from renderer.layout.space import make_space
from renderer.scene import Environment, Material
from tests.renderer.scenes import make_quad, make_scene

SUN_ROW, SUN_COLUMN = 7, 12


def test_sky_expects_light_beside_its_sun() -> None:
    radiance = np.full((16, 32, 3), 0.01, np.float32)
    radiance[SUN_ROW, SUN_COLUMN] = 10_000.0

    scene = make_scene(make_quad(0), materials=(Material(),), environment=Environment(radiance))
    space = make_space(scene)

    lights = pack_lights(scene, pack_geometry(scene, space), space)
    density = lights.radiance[:, 3].reshape(16, 32)  # beside each texel's colour

    sun = density[SUN_ROW, SUN_COLUMN]
    # The mean of a tent over the texel beside its own: an eighth against three quarters; rows
    # that are nearer to a pole cover less of the sphere.
    for row, column in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        beside = density[SUN_ROW + row, SUN_COLUMN + column]
        np.testing.assert_allclose(beside / sun, 1.0 / 6.0, rtol=0.05)
