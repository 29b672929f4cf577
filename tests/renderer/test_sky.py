"""The physical sky against what photometers find."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from renderer.sky import CD_PER_M2_PER_UNIT, make_sky
from renderer.sky_settings import SkySettings

pytestmark = pytest.mark.slow  # half a second per sky

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@cache
def sky(elevation=60.0, azimuth=0.0, **air):
    settings = SkySettings(sun_elevation_deg=elevation, sun_azimuth_deg=azimuth, **air)
    return make_sky(settings)


def sky_lux(environment):
    """Illuminance of a level surface by the map alone."""
    luminance = environment.radiance.astype(np.float64) @ LUMINANCE
    height, width = luminance.shape
    polar = (np.arange(height) + 0.5) / height * math.pi
    weight = np.sin(polar) * np.maximum(np.cos(polar), 0.0) * 2.0 * math.pi**2 / (height * width)
    return float((luminance * weight[:, None]).sum()) * CD_PER_M2_PER_UNIT


def sun_lux(environment):
    """Illuminance of a level surface by the disc alone."""
    if environment.sun is None:
        return 0.0
    facing = float(np.array(environment.sun.irradiance) @ LUMINANCE) * CD_PER_M2_PER_UNIT
    return facing * float(environment.sun.direction[1])


def at(environment, elevation_deg, azimuth_deg):
    height, width = environment.radiance.shape[:2]
    row = min(int((90.0 - elevation_deg) / 180.0 * height), height - 1)
    column = int((azimuth_deg / 360.0 + 0.5) * width) % width
    return environment.radiance[row, column].astype(np.float64)


def test_summer_noon_is_some_hundred_kilolux_mostly_of_the_sun():
    noon = sky(60.0)

    assert 80e3 < sun_lux(noon) + sky_lux(noon) < 125e3
    assert 4.0 < sun_lux(noon) / sky_lux(noon) < 8.0


@pytest.mark.parametrize(
    ("elevation", "low", "high"),
    [(0.0, 200.0, 1200.0), (-6.0, 1.0, 10.0), (-12.0, 0.002, 0.05), (-18.0, 3e-4, 3e-3)],
)
def test_twilight_fades_as_measured(elevation, low, high):
    """Civil twilight ends at some 3.4 lux, nautical at 0.008, astronomical at 0.0006."""
    assert low < sky_lux(sky(elevation)) < high


def test_light_fades_from_noon_to_night_without_a_step():
    lux = [sky_lux(sky(e)) + sun_lux(sky(e)) for e in (60.0, 30.0, 10.0, 3.0, 0.0, -3.0, -6.0)]

    assert all(a > b for a, b in pairwise(lux))


@pytest.mark.parametrize(
    ("elevation", "turbidity"), [(90.0, 1.0), (0.1, 10.0), (-0.2, 1.0), (-10.0, 10.0), (-90.0, 1.0)]
)
def test_no_texel_is_negative_or_not_a_number(elevation, turbidity):
    environment = sky(elevation, turbidity=turbidity)

    assert np.isfinite(environment.radiance).all()
    assert environment.radiance.min() > 0.0  # even at night a little


def test_sky_is_blue_above_and_pale_at_the_horizon():
    noon = sky(45.0)
    above, horizon = at(noon, 80.0, 180.0), at(noon, 2.0, 180.0)

    assert above[2] > 1.5 * above[0]
    assert horizon[2] / horizon[0] < 0.75 * above[2] / above[0]
    assert horizon @ LUMINANCE > 1.3 * (above @ LUMINANCE)


def test_low_sun_is_red_and_so_is_the_sky_around_it():
    evening = sky(3.0)
    red, green, blue = evening.sun.irradiance
    glow = at(evening, 2.0, 0.0)

    assert red > 2.0 * green > 4.0 * blue
    assert glow[0] > 1.5 * glow[2]
    assert glow @ LUMINANCE > 5.0 * (at(evening, 2.0, 180.0) @ LUMINANCE)


def test_haze_whitens_the_sky_and_dims_the_sun():
    clear, hazy = sky(45.0, turbidity=1.5), sky(45.0, turbidity=6.0)

    assert sun_lux(hazy) < 0.7 * sun_lux(clear)
    assert sky_lux(hazy) > 1.3 * sky_lux(clear)
    blue, white = at(clear, 60.0, 120.0), at(hazy, 60.0, 120.0)
    assert white[2] / white[0] < 0.8 * blue[2] / blue[0]


def test_bright_ground_brightens_itself_and_the_sky():
    dark, snow = sky(45.0, ground_albedo=0.0), sky(45.0, ground_albedo=0.8)
    below = at(snow, -60.0, 90.0) @ LUMINANCE

    assert at(dark, -60.0, 90.0) @ LUMINANCE < 0.01
    total = (sun_lux(snow) + sky_lux(snow)) / CD_PER_M2_PER_UNIT
    assert below == pytest.approx(0.8 * total / math.pi, rel=0.05)
    assert 1.02 * sky_lux(dark) < sky_lux(snow) < 1.6 * sky_lux(dark)


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 235.0])
def test_sun_stands_where_the_map_is_brightest(azimuth):
    """North is -Z and the map's middle; east is +X."""
    environment = sky(30.0, azimuth)
    direction = environment.sun.direction
    angle = math.radians(azimuth)

    expected = [
        math.cos(math.pi / 6) * math.sin(angle),
        0.5,
        -math.cos(math.pi / 6) * math.cos(angle),
    ]
    np.testing.assert_allclose(direction, expected, atol=1e-9)
    row, column = np.unravel_index((environment.radiance @ LUMINANCE).argmax(), (512, 1024))
    assert 90.0 - (row + 0.5) * 180.0 / 512 == pytest.approx(
        29.0, abs=2.5
    )  # a little below: more air
    turn = ((column + 0.5) / 1024 - 0.5) * 360.0 - azimuth
    assert (turn + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1.0)


def test_size_of_the_disc_changes_no_light():
    small = make_sky(SkySettings(sun_size_deg=0.533)).sun
    large = make_sky(SkySettings(sun_size_deg=5.0)).sun

    assert large.irradiance == small.irradiance
    assert large.radius == pytest.approx(math.radians(2.5))


def test_sun_that_has_set_is_gone():
    assert sky(-2.0).sun is None
    assert sky(0.0).sun is not None


def test_strength_and_rotation_are_the_environments():
    environment = make_sky(SkySettings(), strength=2.0, rotation=0.5)

    assert (environment.strength, environment.rotation) == (2.0, 0.5)


@pytest.mark.parametrize(
    "value", [{"turbidity": 0.5}, {"sun_elevation_deg": float("nan")}, {"sun_size_deg": 0.0}]
)
def test_value_out_of_range_is_named(value):
    with pytest.raises(ValueError, match=next(iter(value))):
        SkySettings(**value)
