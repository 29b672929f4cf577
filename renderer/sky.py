"""The physical sky: an environment map of clear air, and the sun as a light of its own.

Unit: radiance 1 is what a white matt surface has under 100,000 lux (31,800 cd/m²), so that a
sunny noon needs no exposure and dusk needs as much as in front of a real camera.
"""

from __future__ import annotations

import math

import numpy as np

from renderer.atmosphere import (
    EARTH_RADIUS_M,
    OBSERVER_M,
    WAVELENGTHS_UM,
    Air,
    Inscatter,
    haze_phase,
    inscatter,
    make_air,
    rayleigh_phase,
    scatter_often,
    sun_transmittance,
)
from renderer.scene import Doubles, Environment, Floats, Sun
from renderer.sky_settings import SkySettings

HEIGHT, WIDTH = 512, 1024
CD_PER_M2_PER_UNIT = 1e5 / math.pi
#: Airglow and stars of a moonless night, cd/m²: nothing is ever quite black.
_NIGHT_CD_PER_M2 = 2e-4
#: The sun as a black body of the IAU's nominal temperature (Resolution B3, 2015), seen from 1 au.
_SUN_KELVIN = 5772.0
_SOLID_ANGLE = math.pi * 0.004652**2
_LUMENS_PER_WATT = 683.002
#: XYZ to linear Rec. 709 (ITU-R BT.709 primaries, D65).
_TO_RGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
_ROWS_ABOVE, _ROWS_BELOW, _COLUMNS = 64, 12, 40
#: Results are rounded to this many bits, so that the last one of a platform's exponential
#: function cannot show: every server must bake the same map.
_KEPT_BITS = 16


def make_sky(settings: SkySettings, strength: float = 1.0, rotation: float = 0.0) -> Environment:
    """Return the sky with its sun.

    Args:
        settings: where the sun stands and what the air is like.
        strength: multiplies all light.
        rotation: turn about +Y, radians. Without it north is -Z and east +X.
    """
    elevation = math.radians(settings.sun_elevation_deg)
    azimuth = math.radians(settings.sun_azimuth_deg)
    air = make_air(settings.turbidity, settings.ground_albedo)
    radiance = _bake(air, elevation, azimuth) + _NIGHT_CD_PER_M2 / CD_PER_M2_PER_UNIT
    sun = _make_sun(air, settings, elevation, azimuth)
    return Environment(_round(radiance), rotation, strength, sun=sun)


def _make_sun(air: Air, settings: SkySettings, elevation: float, azimuth: float) -> Sun | None:
    """Return the sun's disc as it shines through the air; None when it has set."""
    radius = np.array(EARTH_RADIUS_M + OBSERVER_M)
    left = sun_transmittance(air, radius, np.array(math.sin(elevation)))
    irradiance = _round(_to_rgb(left * _sunlight()) * settings.sun_strength)
    if not irradiance.max() > 0.0:
        return None
    direction = np.array(
        [
            math.cos(elevation) * math.sin(azimuth),
            math.sin(elevation),
            -math.cos(elevation) * math.cos(azimuth),
        ]
    )
    size = math.radians(settings.sun_size_deg)
    red, green, blue = (float(x) for x in irradiance)
    return Sun(direction, size / 2.0, (red, green, blue))


def _bake(air: Air, elevation: float, azimuth: float) -> Doubles:
    """Return (HEIGHT, WIDTH, 3): the map's radiance without the disc."""
    view = _view_elevations()
    away = math.pi * np.linspace(0.0, 1.0, _COLUMNS) ** 2  # azimuth from the sun's
    up = np.sin(view)[:, None] * np.ones(_COLUMNS)
    toward = _toward_sun(view[:, None], away, elevation)
    light = inscatter(air, scatter_often(air), up, toward, math.sin(elevation))
    ground = _ground(air, light, view, away, toward, elevation)
    sun = _sunlight()
    far = np.where((view < 0.0)[:, None, None], light.transmittance * ground, 0.0)
    steady = light.many * sun + far
    parts = np.stack([_to_rgb(x) for x in (light.molecules * sun, light.haze * sun, steady)])

    map_view = math.pi / 2.0 - (np.arange(HEIGHT) + 0.5) * math.pi / HEIGHT
    map_away = (np.arange(WIDTH) + 0.5) * 2.0 * math.pi / WIDTH - math.pi - azimuth
    map_away = np.abs((map_away + math.pi) % (2.0 * math.pi) - math.pi)
    rows = _interpolate(parts, 1, map_view, view)
    molecules, haze, steady = _interpolate(rows, 2, map_away, away)
    cosine = _toward_sun(map_view[:, None], map_away, elevation)[..., None]
    radiance: Doubles = molecules * rayleigh_phase(cosine) + haze * haze_phase(cosine) + steady
    return np.maximum(radiance, 0.0)


def _ground(
    air: Air, light: Inscatter, view: Doubles, away: Doubles, toward: Doubles, elevation: float
) -> Doubles:
    """Return (L,): radiance of the matt ground under sun and sky."""
    radiance = (
        light.molecules * rayleigh_phase(toward)[..., None]
        + light.haze * haze_phase(toward)[..., None]
        + light.many
    )
    above = view >= 0.0
    rings = np.trapezoid(radiance[above], away, axis=1) * 2.0
    weight = (np.sin(view) * np.cos(view))[above, None]
    sky = np.trapezoid(rings * weight, view[above], axis=0)
    sun = sun_transmittance(air, np.array(EARTH_RADIUS_M), np.array(math.sin(elevation)))
    irradiance = sky + sun * max(0.0, math.sin(elevation))
    result: Doubles = irradiance * _sunlight() * (air.ground_albedo / math.pi)
    return result


def _view_elevations() -> Doubles:
    """Return elevations from the nadir to the zenith, radians, dense at the horizon."""
    below = -math.pi / 2.0 * np.linspace(1.0, 0.0, _ROWS_BELOW, endpoint=False) ** 2
    above = math.pi / 2.0 * np.linspace(0.0, 1.0, _ROWS_ABOVE) ** 2
    return np.concatenate([below, [-2e-3], above])


def _toward_sun(view: Doubles, away: Doubles, elevation: float) -> Doubles:
    cosine: Doubles = math.sin(elevation) * np.sin(view) + math.cos(elevation) * np.cos(
        view
    ) * np.cos(away)
    return cosine


def _interpolate(values: Doubles, axis: int, x: Doubles, known: Doubles) -> Doubles:
    """Return `values`, whose axis is sampled at `known`, at the places x."""
    place = np.interp(x, known, np.arange(len(known)))
    low = np.minimum(place.astype(np.int64), len(known) - 2)
    shape = [1] * values.ndim
    shape[axis] = -1
    t = (place - low).reshape(shape)
    result: Doubles = values.take(low, axis) * (1.0 - t) + values.take(low + 1, axis) * t
    return result


def _sunlight() -> Doubles:
    """Return (L,): spectral irradiance outside the air, W/m²/nm, by Planck's law."""
    w = WAVELENGTHS_UM * 1e-6
    planck = 2.0 * 6.62607015e-34 * 299792458.0**2 / w**5
    planck = planck / np.expm1(6.62607015e-34 * 299792458.0 / (w * 1.380649e-23 * _SUN_KELVIN))
    irradiance: Doubles = planck * _SOLID_ANGLE * 1e-9
    return irradiance


def _to_rgb(spectrum: Doubles) -> Doubles:
    """Return linear Rec. 709 of spectra (..., L) in W/m²/sr/nm, in the map's unit."""
    nanometres = np.arange(360.0, 781.0)
    bands = np.stack(
        [np.interp(nanometres, WAVELENGTHS_UM * 1e3, row) for row in np.eye(len(WAVELENGTHS_UM))]
    )
    bands[:, (nanometres < WAVELENGTHS_UM[0] * 1e3) | (nanometres > WAVELENGTHS_UM[-1] * 1e3)] = 0.0
    weights = bands @ _color_matching(nanometres).T * (_LUMENS_PER_WATT / CD_PER_M2_PER_UNIT)
    result: Doubles = spectrum @ weights @ _TO_RGB.T
    return result


def _color_matching(nanometres: Doubles) -> Doubles:
    """Return (3, N): the CIE 1931 observer.

    Source: Wyman, Sloan & Shirley 2013, Simple Analytic Approximations to the CIE XYZ Color
    Matching Functions (JCGT 2, 2), the multi-lobe fit.
    """

    def lobe(peak: float, center: float, left: float, right: float) -> Doubles:
        width = np.where(nanometres < center, left, right)
        return peak * np.exp(-0.5 * ((nanometres - center) / width) ** 2)

    return np.stack(
        [
            lobe(1.056, 599.8, 37.9, 31.0)
            + lobe(0.362, 442.0, 16.0, 26.7)
            + lobe(-0.065, 501.1, 20.4, 26.2),
            lobe(0.821, 568.8, 46.9, 40.5) + lobe(0.286, 530.9, 16.3, 31.1),
            lobe(1.217, 437.0, 11.8, 36.0) + lobe(0.681, 459.0, 26.0, 13.8),
        ]
    )


def _round(values: Doubles) -> Floats:
    """Return values >= 0 as float32 of `_KEPT_BITS` significant bits."""
    mantissa, exponent = np.frexp(np.maximum(values, 0.0))
    kept = np.ldexp(np.round(np.ldexp(mantissa, _KEPT_BITS)), exponent - _KEPT_BITS)
    result: Floats = kept.astype(np.float32)
    return result
