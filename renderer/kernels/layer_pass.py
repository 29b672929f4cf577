"""How much of a metal's or a pane's light gets through coat and sheen.

A matt base forgets whence light came, so what leaves a layer above it is the product of what
that lets through on both ways, and a mirror keeps the angle, so that light loses once. In between
is rough metal: each way has a factor of its own, by tables over the base's roughness, the layer's
and the cosine, whose products add up to exactly what the layer has left (`lobe_tables`, by the
balancing of Sinkhorn and Knopp 1967). It is reciprocal, and white stays white.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo_table import FIRST_LAYER
from renderer.kernels.data import HAS_ANISOTROPY, HAS_COAT, HAS_SHEEN, Number, Record, Words
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_float, to_int
from renderer.kernels.layer_table import (
    LAYER_BASES,
    LAYER_COSINES,
    LAYER_ROUGHNESSES,
    PASS_RANGE,
)
from renderer.kernels.math32 import HALF, ONE, ZERO, F, Vec3, clamp, max_component
from renderer.kernels.rare_table import blend, find_cell, read_patch
from renderer.kernels.surface import NO

COLUMN = np.int64(1)
RANGE = F(PASS_RANGE)
LAST_BASE, LAST_ROUGHNESS = F(LAYER_BASES - 1), F(LAYER_ROUGHNESSES - 1)
LAST_COSINE = F(LAYER_COSINES - 1)
BASE_CELL, ROUGHNESS_CELL = np.int32(LAYER_BASES - 2), np.int32(LAYER_ROUGHNESSES - 2)
COSINE_CELL = np.int32(LAYER_COSINES - 2)
BY_ROUGHNESS = np.int32(LAYER_COSINES)
BY_BASE = np.int32(LAYER_COSINES * LAYER_ROUGHNESSES)
#: One over the roughness from which on a base counts as matt.
MATT, THREE = F(1.0 / 0.65), F(3.0)
TABLE = np.int32(FIRST_LAYER)


@shared
def pass_layers(table: Words, surface: Record, coat_cosine: Number, w: Vec3) -> Number:
    """Return the factor of one way through all layers.

    Args:
        table: albedo and all else.
        surface: with its layers.
        coat_cosine: of the direction to the coat's normal.
        w: the direction, local, above.
    """
    has_coat = (surface.flags & HAS_COAT) != NO
    has_sheen = (surface.flags & HAS_SHEEN) != NO
    base = _seen_roughness(surface, w)
    result = ONE + ZERO * base
    if any_lane(has_coat):
        full, _ = _look_up(table, base, surface.coat_roughness, coat_cosine)
        result = select(has_coat, _weaken(full, surface.coat, base), result)
    if any_lane(has_sheen):
        strongest = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b))
        _, full = _look_up(table, base, surface.sheen_roughness, w[2])
        result = select(has_sheen, result * _weaken(full, strongest, base), result)
    return result


@device
def _seen_roughness(surface: Record, w: Vec3) -> Number:
    """Return the base's roughness; of brushed ones about that of the plane of view."""
    is_brushed = (surface.flags & HAS_ANISOTROPY) != NO
    result = surface.roughness
    if any_lane(is_brushed):
        x, y = surface.ax * surface.ax, surface.ay * surface.ay
        seen = x * w[0] * w[0] + y * w[1] * w[1] + (x + y) * HALF * w[2] * w[2]
        result = select(is_brushed, sqrt(sqrt(seen)), result)
    return result


@device
def _weaken(full: Number, strength: Number, base: Number) -> Number:
    """Return the factor of a layer that covers a share only.

    Over a mirror its square loses in proportion to the share, over a matt base it does itself.
    """
    square = sqrt(max(ONE - strength * (ONE - full * full), ZERO))
    plain = ONE - strength * (ONE - full)
    x = min(base * MATT, ONE)
    return square + (plain - square) * (x * x * (THREE - x - x))


@shared
def _look_up(
    table: Words, base: Number, roughness: Number, cosine: Number
) -> tuple[Number, Number]:
    """Return the factors of (coat, sheen)."""
    z = clamp(base, ZERO, ONE) * LAST_BASE
    y = roughness * LAST_ROUGHNESS
    x = sqrt(clamp(cosine, ZERO, ONE)) * LAST_COSINE
    k, j, i = find_cell(z, BASE_CELL), find_cell(y, ROUGHNESS_CELL), find_cell(x, COSINE_CELL)
    t, s = y - to_float(j), x - to_float(i)
    near = to_int(TABLE + k * BY_BASE + j * BY_ROUGHNESS + i)
    upper = read_patch(table, COLUMN, near, BY_ROUGHNESS, t, s)
    lower = read_patch(table, COLUMN, to_int(near + BY_BASE), BY_ROUGHNESS, t, s)
    coat, fuzz = blend(upper, lower, z - to_float(k))
    return coat * RANGE, fuzz * RANGE
