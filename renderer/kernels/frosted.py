"""What single scattering between the facets of frosted solid glass loses, and gives back here.

Light that meets a second facet goes somewhere after all: what one facet scatters, to both sides,
is scaled so that all of it adds up to one, for the view's angle, the roughness, the refractive
index and the side. That keeps the lobes' shape; it is not reciprocal where much was lost.

Source: Turquin 2019, Practical multiple scattering compensation for microfacet models.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo_table import FIRST_FROSTED
from renderer.kernels.data import HAS_ANISOTROPY, Number, Record, Words
from renderer.kernels.frosted_table import (
    FROSTED_COSINES,
    FROSTED_ROUGHNESSES,
    PLANES,
    STEEPEST,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_float, to_int
from renderer.kernels.math32 import HALF, ONE, ZERO, F, Vec3, clamp, dot, sincos_turns
from renderer.kernels.microfacet import (
    fresnel_dielectric,
    ggx_stretch,
    reflect,
    refract,
    sample_visible_normal,
)
from renderer.kernels.rare_table import find_cell, read_patch
from renderer.kernels.surface import NO

RARE = np.int64(1)
LAST_ROUGHNESS, LAST_COSINE = F(FROSTED_ROUGHNESSES - 1), F(FROSTED_COSINES - 1)
ROUGHNESS_CELL, COSINE_CELL = np.int32(FROSTED_ROUGHNESSES - 2), np.int32(FROSTED_COSINES - 2)
ROW = np.int32(FROSTED_COSINES)
PLANE = np.int32(FROSTED_COSINES * FROSTED_ROUGHNESSES)
TABLE = np.int32(FIRST_FROSTED)
LAST_PLANE, PLANE_CELL = F(PLANES - 1), np.int32(PLANES - 2)
TO_PLANES = F(0.5 / STEEPEST)
#: The table holds nothing smaller.
LEAST_KEPT = F(0.2)
#: Directions over which brushed glass is integrated: off by up to 2 %.
STEPS = 96
STEP = F(1.0 / STEPS)
GOLDEN = F(0.61803399)
SMALLEST = F(1e-12)


@shared
def frosted_gain(table: Words, surface: Record) -> Number:
    """Return how much brighter than single scattering frosted solid glass is to its viewer."""
    kept = _look_up(table, surface)
    is_brushed = (surface.flags & HAS_ANISOTROPY) != NO
    if any_lane(is_brushed):
        kept = select(is_brushed, _integrate(surface), kept)
    return ONE / max(kept, LEAST_KEPT)


@device
def _look_up(table: Words, surface: Record) -> Number:
    """Return what facets of one roughness reflect and let through, of light met once."""
    eta = surface.eta
    z = clamp((eta - ONE) / (eta + ONE) * TO_PLANES + HALF, ZERO, ONE) * LAST_PLANE
    plane = find_cell(z, PLANE_CELL)
    y = surface.roughness * LAST_ROUGHNESS
    x = sqrt(clamp(surface.wz, ZERO, ONE)) * LAST_COSINE
    row, column = find_cell(y, ROUGHNESS_CELL), find_cell(x, COSINE_CELL)
    place = to_int(TABLE + plane * PLANE + row * ROW + column)
    own, above = read_patch(table, RARE, place, ROW, y - to_float(row), x - to_float(column))
    return own + (above - own) * (z - to_float(plane))


@device
def _integrate(surface: Record) -> Number:
    """Return the same of brushed glass, too rare for a table of six dimensions."""
    w = (surface.wx, surface.wy, surface.wz)
    ax, ay, eta = surface.ax, surface.ay, surface.eta
    stretch = ggx_stretch(w, ax, ay)
    kept = ZERO * stretch
    u = kept + HALF * STEP  # as lanes where the surface is
    turn = kept
    for _ in range(STEPS):
        h = sample_visible_normal(w, ax, ay, u, sincos_turns(turn))
        u += STEP
        turn += GOLDEN
        facing = clamp(dot(w, h), ZERO, ONE)
        reflectance = fresnel_dielectric(facing, eta)
        back = _masked(surface, stretch, reflect(w, h), ONE)
        through = _masked(surface, stretch, refract(w, h, eta), -ONE)
        kept += reflectance * back + (ONE - reflectance) * through
    return kept * STEP


@device
def _masked(surface: Record, stretch: Number, i: Vec3, side: Number) -> Number:
    """Return the weight of a sampled direction: masking on both ways over one; 0 if astray."""
    z = i[2] * side
    other = ggx_stretch(i, surface.ax, surface.ay)
    both = stretch * z + other * surface.wz
    return select(z > ZERO, z * (surface.wz + stretch) / max(both, SMALLEST), ZERO)
