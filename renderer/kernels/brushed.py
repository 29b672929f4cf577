"""How much light a brushed surface reflects in all, by the view's angle to the brushing.

As `renderer.kernels.albedo`, for GGX of two roughnesses: tables over the roughness across the
brushing, the strength of KHR_materials_anisotropy, the square root of the view's cosine, and
a coordinate of its turn that is nearly linear in what the facets lose. Smooth metal brushed
strongly loses half of the light at one angle and a tenth at its neighbour, so that neither one
equal roughness nor the two main directions tell enough (measured: off by up to 0.4 and 0.3).
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo import average_albedo, eval_albedo
from renderer.kernels.albedo_table import FIRST_BRUSHED, FIRST_BRUSHED_MEAN
from renderer.kernels.brushed_table import COSINES, ROUGHNESSES, STRENGTHS, TURNS
from renderer.kernels.data import HAS_ANISOTROPY, Number, Record, Words
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_float, to_int
from renderer.kernels.math32 import ONE, ZERO, F, Vec3, clamp
from renderer.kernels.rare_table import Pair, blend, find_cell, read_patch
from renderer.kernels.surface import NO

RARE = np.int64(0)
LAST_ROUGHNESS, LAST_STRENGTH = F(ROUGHNESSES - 1), F(STRENGTHS - 1)
LAST_COSINE, LAST_TURN = F(COSINES - 1), F(TURNS - 1)
ROUGHNESS_CELL, STRENGTH_CELL = np.int32(ROUGHNESSES - 2), np.int32(STRENGTHS - 2)
COSINE_CELL, TURN_CELL = np.int32(COSINES - 2), np.int32(TURNS - 2)
BY_COSINE = np.int32(TURNS)
BY_STRENGTH = np.int32(TURNS * COSINES)
BY_ROUGHNESS = np.int32(TURNS * COSINES * STRENGTHS)
ROW = np.int32(STRENGTHS)
TABLE, MEAN = np.int32(FIRST_BRUSHED), np.int32(FIRST_BRUSHED_MEAN)
#: Makes the turn's coordinate nearly linear; found by search.
SPREAD = F(3.0)
SMALLEST = F(1e-6)


@device
def eval_base_albedo(table: Words, surface: Record, w: Vec3) -> Pair:
    """Return (A, B) of a surface's own lobe, brushed or not, for a local direction above."""
    a, b = eval_albedo(table, surface.roughness, clamp(w[2], ZERO, ONE))
    is_brushed = (surface.flags & HAS_ANISOTROPY) != NO
    if any_lane(is_brushed):
        kept, grazing = _eval_brushed(table, surface, w)
        a = select(is_brushed, kept - grazing, a)
        b = select(is_brushed, grazing, b)
    return a, b


@shared
def average_base_albedo(table: Words, surface: Record) -> Pair:
    """Return the hemispherical means of (A, B) of a surface's own lobe."""
    a, b = average_albedo(table, surface.roughness)
    is_brushed = (surface.flags & HAS_ANISOTROPY) != NO
    if any_lane(is_brushed):
        row, s, column, t = _find_cell(surface)
        place = to_int(MEAN + row * ROW + column)
        kept, grazing = read_patch(table, RARE, place, ROW, s, t)
        a = select(is_brushed, kept - grazing, a)
        b = select(is_brushed, grazing, b)
    return a, b


@device
def _find_cell(surface: Record) -> tuple[Number, Number, Number, Number]:
    """Return (row, share of the next one) of the roughness, and likewise of the strength."""
    y = sqrt(surface.ay) * LAST_ROUGHNESS
    gap = max(ONE - surface.ay, SMALLEST)
    x = sqrt(clamp((surface.ax - surface.ay) / gap, ZERO, ONE)) * LAST_STRENGTH
    row = find_cell(y, ROUGHNESS_CELL)
    column = find_cell(x, STRENGTH_CELL)
    return row, y - to_float(row), column, x - to_float(column)


@shared
def _eval_brushed(table: Words, surface: Record, w: Vec3) -> Pair:
    """Return (A + B, B)."""
    row, s, column, t = _find_cell(surface)
    z = clamp(w[2], ZERO, ONE)
    x = sqrt(z) * LAST_COSINE
    i = find_cell(x, COSINE_CELL)
    y = clamp(_turn(surface, w, z), ZERO, ONE) * LAST_TURN
    j = find_cell(y, TURN_CELL)
    p, q = x - to_float(i), y - to_float(j)
    near = to_int(TABLE + row * BY_ROUGHNESS + column * BY_STRENGTH + i * BY_COSINE + j)
    far = to_int(near + BY_STRENGTH)
    upper = blend(_read(table, near, p, q), _read(table, far, p, q), t)
    near, far = to_int(near + BY_ROUGHNESS), to_int(far + BY_ROUGHNESS)
    return blend(upper, blend(_read(table, near, p, q), _read(table, far, p, q), t), s)


@device
def _read(table: Words, place: Number, p: Number, q: Number) -> Pair:
    """Interpolate over cosine and turn."""
    return read_patch(table, RARE, place, BY_COSINE, p, q)


@device
def _turn(surface: Record, w: Vec3, z: Number) -> Number:
    """Return where a direction lies between across the brushing, 0, and along it, 1."""
    x = abs(w[0])
    sine = sqrt(max(w[0] * w[0] + w[1] * w[1], SMALLEST * SMALLEST))
    y = surface.ay * w[1]
    rest = sqrt(SPREAD * (z * z + y * y))
    return x / sine * (surface.ax * sine + rest) / max(surface.ax * x + rest, SMALLEST)
