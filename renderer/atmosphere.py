"""How air scatters sunlight: the sky's radiance, computed from physical constants.

Light is followed along each view ray through molecules, haze and ozone at a few wavelengths:
once scattered light by quadrature (Nishita et al. 1993, Display of the Earth Taking into Account
Atmospheric Scattering), light scattered more often by the closed form of Hillaire 2020 (A
Scalable and Production Ready Sky and Atmosphere Rendering Technique). Nothing is tabulated from
measured skies, so dawn, dusk and night come out of the same integral as noon.

Lengths are metres, wavelengths micrometres, angles radians.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from renderer.scene import Doubles

EARTH_RADIUS_M = 6_371_000.0
ATMOSPHERE_M = 100_000.0
#: Eyes of somebody who stands; it keeps the horizon's ground beyond the first texel.
OBSERVER_M = 2.0
SUN_RADIUS_RAD = math.radians(0.533 / 2.0)

#: Every 34 nm from violet to red; smooth spectra need no more.
WAVELENGTHS_UM: Doubles = np.arange(0.385, 0.7251, 0.034)

_RAYLEIGH_SCALE_M = 8_000.0
_HAZE_SCALE_M = 1_200.0
_HAZE_ALBEDO = 0.93
#: Forward scattering of haze.
_HAZE_G = 0.76
_ANGSTROM = 1.3
#: 300 Dobson units, molecules per square metre.
_OZONE_COLUMN = 300.0 * 2.687e20
_OZONE_CENTER_M, _OZONE_HALF_WIDTH_M = 25_000.0, 15_000.0

_VIEW_STEPS = 40
_SUN_STEPS = 24
_SECOND_STEPS = 16
_SECOND_HEIGHTS = 12
_SECOND_COSINES = 32
_SECOND_DIRECTIONS = 32


@dataclass(frozen=True)
class Air:
    """Coefficients per wavelength (L,), at sea level, 1/m.

    Attributes:
        molecules: scattered by molecules.
        haze: scattered and absorbed by haze.
        ozone: absorbed where ozone is densest.
        ground_albedo: share of light that the ground sends back.
    """

    molecules: Doubles
    haze: Doubles
    ozone: Doubles
    ground_albedo: float


@dataclass(frozen=True)
class Inscatter:
    """Light that view rays collect, per unit of sunlight outside the air, (..., L) each.

    Attributes:
        molecules, haze: once scattered, to be multiplied by the phase function.
        many: scattered more often, phase function included.
        transmittance: what is left of light from the ray's far end.
    """

    molecules: Doubles
    haze: Doubles
    many: Doubles
    transmittance: Doubles


def make_air(turbidity: float, ground_albedo: float) -> Air:
    """Return the air of a turbidity: optical depth of all air over that of its molecules.

    Sources: molecules: Hansen & Travis 1974, Light Scattering in Planetary Atmospheres, eq. 2.30.
    Haze: Ångström's law. Ozone: a Gaussian fit of the Chappuis band (peak 5e-25 m² at 590 nm,
    after Serdyuchenko et al. 2014).
    """
    w = WAVELENGTHS_UM
    depth = 0.008569 * w**-4 * (1.0 + 0.0113 * w**-2 + 0.00013 * w**-4)
    at_550 = 0.008569 * 0.55**-4 * (1.0 + 0.0113 * 0.55**-2 + 0.00013 * 0.55**-4)
    haze_depth = (turbidity - 1.0) * at_550 * (w / 0.55) ** -_ANGSTROM
    cross_section = 5.0e-25 * np.exp(-0.5 * ((w - 0.590) / 0.055) ** 2)
    return Air(
        depth / _RAYLEIGH_SCALE_M,
        haze_depth / _HAZE_SCALE_M,
        cross_section * _OZONE_COLUMN / _OZONE_HALF_WIDTH_M,
        ground_albedo,
    )


def rayleigh_phase(cosine: Doubles) -> Doubles:
    """Return the share of light that molecules scatter per steradian."""
    phase: Doubles = 3.0 / (16.0 * math.pi) * (1.0 + cosine**2)
    return phase


def haze_phase(cosine: Doubles) -> Doubles:
    """Return the share of light that haze scatters per steradian (Cornette & Shanks 1992)."""
    g2 = _HAZE_G**2
    scale = 3.0 / (8.0 * math.pi) * (1.0 - g2) / (2.0 + g2)
    phase: Doubles = scale * (1.0 + cosine**2) / (1.0 + g2 - 2.0 * _HAZE_G * cosine) ** 1.5
    return phase


def sun_transmittance(air: Air, radius: Doubles, cosine: Doubles) -> Doubles:
    """Return (..., L): what is left of sunlight at places in the atmosphere.

    Args:
        air: its coefficients.
        radius: distance from the Earth's centre.
        cosine: of the angle between the sun and the zenith there.
    """
    horizon = -np.sqrt(np.maximum(0.0, 1.0 - (EARTH_RADIUS_M / radius) ** 2))
    # The disc sets gradually; the width is its diameter.
    seen = np.clip((cosine - horizon) / (2.0 * SUN_RADIUS_RAD) + 0.5, 0.0, 1.0)
    length = _distance_to_top(radius, np.maximum(cosine, horizon))
    ends = np.linspace(0.0, 1.0, _SUN_STEPS + 1) ** 2
    middles, widths = (ends[1:] + ends[:-1]) / 2.0, np.diff(ends)
    t = length[..., None] * middles
    height = _height(radius[..., None], np.maximum(cosine, horizon)[..., None], t)
    columns = [(d * widths).sum(axis=-1) * length for d in _densities(height)]
    depth = sum(c[..., None] * k for c, k in zip(columns, _extinctions(air), strict=True))
    result: Doubles = np.exp(-depth) * seen[..., None]
    return result


def scatter_often(air: Air) -> Doubles:
    """Return (heights, cosines, L): light scattered at least twice, per unit of sunlight.

    Hillaire 2020, eqs. 5 to 10: the second scattering is integrated over the sphere, the others
    are a geometric series of it, all taken as isotropic.
    """
    heights, cosines = _second_heights(), _second_cosines()
    radius = EARTH_RADIUS_M + np.repeat(heights, len(cosines))
    sun_cosine = np.tile(cosines, len(heights))
    up, around = _spread_directions()
    sun_sine = np.sqrt(1.0 - sun_cosine**2)
    toward_sun = up * sun_cosine[:, None] + np.sqrt(1.0 - up**2) * around * sun_sine[:, None]
    places = np.broadcast_to(radius[:, None], toward_sun.shape)
    ray = _Rays(places, np.broadcast_to(up, toward_sun.shape), toward_sun, sun_cosine[:, None])
    once, share = _gather_once(air, ray)
    light = once.mean(axis=1)
    again = share.mean(axis=1)
    many: Doubles = light / (1.0 - again)
    return many.reshape(len(heights), len(cosines), -1)


def inscatter(
    air: Air, often: Doubles, view_up: Doubles, toward_sun: Doubles, sun_up: float
) -> Inscatter:
    """Return what view rays from the observer collect.

    Args:
        air: its coefficients.
        often: of `scatter_often`.
        view_up: cosine between view ray and zenith.
        toward_sun: cosine between view ray and sun.
        sun_up: cosine between sun and zenith.
    """
    radius = np.full(view_up.shape, EARTH_RADIUS_M + OBSERVER_M)
    rays = _Rays(radius, view_up, toward_sun, np.full(view_up.shape, sun_up))
    scattering = (air.molecules, air.haze * _HAZE_ALBEDO)
    sums = [np.zeros((*view_up.shape, len(WAVELENGTHS_UM))) for _ in range(3)]
    depth = np.zeros_like(sums[0])
    for step in _march(air, rays, _VIEW_STEPS):
        sun = sun_transmittance(air, step.radius, step.sun_cosine)
        gain = np.exp(-depth) * step.gain
        both = sum(d[..., None] * k for d, k in zip(step.densities, scattering, strict=False))
        for total, d, k in zip(sums, step.densities, scattering, strict=False):
            total += gain * sun * d[..., None] * k
        sums[2] += gain * both * _look_up(often, step.radius, step.sun_cosine)
        depth += step.depth
    return Inscatter(sums[0], sums[1], sums[2], np.exp(-depth))


@dataclass(frozen=True)
class _Rays:
    """Rays through the atmosphere: all that its symmetry leaves of them."""

    radius: Doubles
    up: Doubles
    toward_sun: Doubles
    sun_cosine: Doubles


@dataclass(frozen=True)
class _Step:
    """A step of all rays: `gain` is the integral of the transmittance over it, metres."""

    radius: Doubles
    sun_cosine: Doubles
    densities: tuple[Doubles, Doubles, Doubles]
    depth: Doubles
    gain: Doubles


def _march(air: Air, rays: _Rays, steps: int) -> Iterator[_Step]:
    """Yield the steps of rays to the ground or out of the air, short ones first."""
    length = _distance_to_end(rays.radius, rays.up)
    ends = np.linspace(0.0, 1.0, steps + 1) ** 2
    for near, far in pairwise(ends):
        t = length * (near + far) / 2.0
        height = _height(rays.radius, rays.up, t)
        radius = EARTH_RADIUS_M + height
        sun_cosine = (rays.radius * rays.sun_cosine + t * rays.toward_sun) / radius
        densities = _densities(height)
        extinction = sum(
            d[..., None] * k for d, k in zip(densities, _extinctions(air), strict=True)
        )
        width = (length * (far - near))[..., None]
        depth = extinction * width
        gain = -np.expm1(-depth) / np.maximum(extinction, 1e-30)
        yield _Step(radius, sun_cosine, densities, depth, np.where(depth > 1e-9, gain, width))


def _gather_once(air: Air, rays: _Rays) -> tuple[Doubles, Doubles]:
    """Return (P, D, L): light scattered once on its way, and the share of light from everywhere.

    All phases are isotropic.
    """
    light = np.zeros((*rays.up.shape, len(WAVELENGTHS_UM)))
    share = np.zeros_like(light)
    depth = np.zeros_like(light)
    for step in _march(air, rays, _SECOND_STEPS):
        sun = sun_transmittance(air, step.radius, step.sun_cosine)
        scattered = (
            step.densities[0][..., None] * air.molecules
            + step.densities[1][..., None] * air.haze * _HAZE_ALBEDO
        )
        gain = np.exp(-depth) * step.gain * scattered
        light += gain * sun / (4.0 * math.pi)
        share += gain
        depth += step.depth
    length = _distance_to_end(rays.radius, rays.up)
    end_cosine = (rays.radius * rays.sun_cosine + length * rays.toward_sun) / EARTH_RADIUS_M
    ground = sun_transmittance(air, np.full(end_cosine.shape, EARTH_RADIUS_M), end_cosine)
    lit = ground * np.maximum(end_cosine, 0.0)[..., None] * (air.ground_albedo / math.pi)
    light += np.where(_meets_ground(rays.radius, rays.up)[..., None], lit * np.exp(-depth), 0.0)
    return light, share


def _look_up(often: Doubles, radius: Doubles, sun_cosine: Doubles) -> Doubles:
    """Interpolate the table of `scatter_often`."""
    y = np.interp(radius - EARTH_RADIUS_M, _second_heights(), np.arange(_SECOND_HEIGHTS))
    x = np.interp(sun_cosine, _second_cosines(), np.arange(_SECOND_COSINES))
    y0 = np.minimum(y.astype(np.int64), _SECOND_HEIGHTS - 2)
    x0 = np.minimum(x.astype(np.int64), _SECOND_COSINES - 2)
    ty, tx = (y - y0)[..., None], (x - x0)[..., None]
    low = often[y0, x0] * (1.0 - tx) + often[y0, x0 + 1] * tx
    high = often[y0 + 1, x0] * (1.0 - tx) + often[y0 + 1, x0 + 1] * tx
    result: Doubles = low * (1.0 - ty) + high * ty
    return result


def _second_heights() -> Doubles:
    heights: Doubles = ATMOSPHERE_M * np.linspace(0.0, 1.0, _SECOND_HEIGHTS) ** 3
    return heights


def _second_cosines() -> Doubles:
    """Cosines of the sun's angle, denser around the horizon where twilight changes fast."""
    x = np.linspace(-1.0, 1.0, _SECOND_COSINES)
    cosines: Doubles = 0.25 * x + 0.75 * x**3
    return cosines


def _spread_directions() -> tuple[Doubles, Doubles]:
    """Return (cosine to the zenith, cosine of the azimuth) of an even spread (Fibonacci)."""
    number = np.arange(_SECOND_DIRECTIONS) + 0.5
    golden = math.pi * (3.0 - math.sqrt(5.0))
    return 1.0 - 2.0 * number / _SECOND_DIRECTIONS, np.cos(number * golden)


def _extinctions(air: Air) -> tuple[Doubles, Doubles, Doubles]:
    return air.molecules, air.haze, air.ozone


def _densities(height: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Return densities of molecules, haze and ozone, relative to where they are densest."""
    ozone = np.maximum(0.0, 1.0 - np.abs(height - _OZONE_CENTER_M) / _OZONE_HALF_WIDTH_M)
    return np.exp(-height / _RAYLEIGH_SCALE_M), np.exp(-height / _HAZE_SCALE_M), ozone


def _height(radius: Doubles, up: Doubles, t: Doubles) -> Doubles:
    """Return the height above the ground after a way t."""
    distance = np.sqrt(np.maximum(0.0, radius**2 + t * (t + 2.0 * radius * up)))
    height: Doubles = np.maximum(0.0, distance - EARTH_RADIUS_M)
    return height


def _distance_to_top(radius: Doubles, up: Doubles) -> Doubles:
    top = EARTH_RADIUS_M + ATMOSPHERE_M
    root = np.sqrt(np.maximum(0.0, top**2 - radius**2 * (1.0 - up**2)))
    distance: Doubles = np.maximum(0.0, root - radius * up)
    return distance


def _meets_ground(radius: Doubles, up: Doubles) -> npt.NDArray[np.bool_]:
    inside = EARTH_RADIUS_M**2 - radius**2 * (1.0 - up**2)
    meets: npt.NDArray[np.bool_] = (up < 0.0) & (inside >= 0.0)
    return meets


def _distance_to_end(radius: Doubles, up: Doubles) -> Doubles:
    """Return the distance to the ground, or to where the air ends."""
    root = np.sqrt(np.maximum(0.0, EARTH_RADIUS_M**2 - radius**2 * (1.0 - up**2)))
    ground = np.maximum(0.0, -radius * up - root)
    distance: Doubles = np.where(_meets_ground(radius, up), ground, _distance_to_top(radius, up))
    return distance
