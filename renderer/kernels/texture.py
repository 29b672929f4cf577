"""Looking a texture up."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import (
    POOL_8,
    POOL_16,
    WRAP_MIRROR,
    WRAP_REPEAT,
    Geometry,
    Looks,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.math32 import HALF, ONE, ZERO, F, clamp, floor_int

Color = tuple[np.float32, np.float32, np.float32, np.float32]

TO_UNIT_8 = F(1.0 / 255.0)
TO_UNIT_16 = F(1.0 / 65535.0)
#: Coordinates beyond this have no fraction left in float32.
FARTHEST = F(1 << 22)


@device
def surface_uv(
    geometry: Geometry, triangle: int, uv_row: int, uv_set: int, u: Any, v: Any
) -> tuple[np.float32, np.float32]:
    """Return texture coordinates at the barycentric point (u, v) of a triangle.

    Args:
        geometry: triangles of the scene.
        triangle: which.
        uv_row: the part's row offset into the second UV set.
        uv_set: 0 or 1.
        u: weight of corner 1.
        v: weight of corner 2.
    """
    w = ONE - u - v
    if uv_set == 0:
        s = geometry.shading[triangle]
        return s[9] * w + s[11] * u + s[13] * v, s[10] * w + s[12] * u + s[14] * v
    s = geometry.uvs[uv_row + triangle]
    return s[0] * w + s[2] * u + s[4] * v, s[1] * w + s[3] * u + s[5] * v


@device
def _wrap(x: np.int32, size: np.int32, mode: np.int32) -> Any:
    """Return the texel inside the image that stands for texel x."""
    if np.int32(0) <= x < size:
        return x
    if mode == WRAP_REPEAT:
        x = np.int32(x % size)
        return np.int32(x + size) if x < 0 else x
    if mode == WRAP_MIRROR:
        both = np.int32(size + size)
        x = np.int32(x % both)
        x = np.int32(x + both) if x < 0 else x
        return np.int32(both - np.int32(1) - x) if x >= size else x
    return np.int32(0) if x < 0 else np.int32(size - np.int32(1))


@device
def _mix(texels: Any, at: Any, weights: Color, c: int) -> np.float32:
    """Return component c of four texels, weighted, as stored."""
    return (
        F(texels[at[0] + np.uint64(c)]) * weights[0]
        + F(texels[at[1] + np.uint64(c)]) * weights[1]
        + F(texels[at[2] + np.uint64(c)]) * weights[2]
        + F(texels[at[3] + np.uint64(c)]) * weights[3]
    )


@device
def _mix_decoded(looks: Looks, at: Any, weights: Color, c: int) -> np.float32:
    """Return component c of four 8-bit sRGB texels, decoded, then weighted."""
    return (
        looks.srgb[looks.texels_8[at[0] + np.uint64(c)]] * weights[0]
        + looks.srgb[looks.texels_8[at[1] + np.uint64(c)]] * weights[1]
        + looks.srgb[looks.texels_8[at[2] + np.uint64(c)]] * weights[2]
        + looks.srgb[looks.texels_8[at[3] + np.uint64(c)]] * weights[3]
    )


@device
def _mix_texels(texels: Any, at: Any, weights: Color, channels: int, unit: np.float32) -> Color:
    """Return four texels as one RGBA; grey becomes RGB, absent alpha 1."""
    red = _mix(texels, at, weights, 0) * unit
    if channels <= 2:
        alpha = _mix(texels, at, weights, 1) * unit if channels == 2 else ONE
        return red, red, red, alpha
    green = _mix(texels, at, weights, 1) * unit
    blue = _mix(texels, at, weights, 2) * unit
    alpha = _mix(texels, at, weights, 3) * unit if channels == 4 else ONE
    return red, green, blue, alpha


@device
def _mix_srgb(looks: Looks, at: Any, weights: Color, channels: int) -> Color:
    """Return four 8-bit sRGB texels as one linear RGBA; alpha is never sRGB."""
    red = _mix_decoded(looks, at, weights, 0)
    if channels <= 2:
        grey_alpha = ONE
        if channels == 2:
            grey_alpha = _mix(looks.texels_8, at, weights, 1) * TO_UNIT_8
        return red, red, red, grey_alpha
    green = _mix_decoded(looks, at, weights, 1)
    blue = _mix_decoded(looks, at, weights, 2)
    alpha = _mix(looks.texels_8, at, weights, 3) * TO_UNIT_8 if channels == 4 else ONE
    return red, green, blue, alpha


@shared
def eval_slot(looks: Looks, which: int, u: np.float32, v: np.float32) -> Color:
    """Return the RGBA that a slot's texture has at (u, v) of its UV set; colours linear."""
    slot = looks.slots[which]
    tu = slot.m00 * u + slot.m01 * v + slot.m02
    tv = slot.m10 * u + slot.m11 * v + slot.m12
    x = clamp(tu * F(slot.width), -FARTHEST, FARTHEST)
    y = clamp(tv * F(slot.height), -FARTHEST, FARTHEST)
    if slot.nearest == 0:
        x = x - HALF
        y = y - HALF
    left = floor_int(x)
    top = floor_int(y)
    tx = ZERO if slot.nearest != 0 else x - F(left)
    ty = ZERO if slot.nearest != 0 else y - F(top)
    column_0 = np.int64(_wrap(left, slot.width, slot.wrap_u))
    column_1 = np.int64(_wrap(np.int32(left + np.int32(1)), slot.width, slot.wrap_u))
    row_0 = np.int64(_wrap(top, slot.height, slot.wrap_v)) * slot.width
    row_1 = np.int64(_wrap(np.int32(top + np.int32(1)), slot.height, slot.wrap_v)) * slot.width
    at = (
        np.uint64(slot.offset + (row_0 + column_0) * slot.channels),
        np.uint64(slot.offset + (row_0 + column_1) * slot.channels),
        np.uint64(slot.offset + (row_1 + column_0) * slot.channels),
        np.uint64(slot.offset + (row_1 + column_1) * slot.channels),
    )
    weights = ((ONE - tx) * (ONE - ty), tx * (ONE - ty), (ONE - tx) * ty, tx * ty)
    if slot.pool == POOL_8:
        if slot.srgb != 0:
            return _mix_srgb(looks, at, weights, slot.channels)
        return _mix_texels(looks.texels_8, at, weights, slot.channels, TO_UNIT_8)
    if slot.pool == POOL_16:
        return _mix_texels(looks.texels_16, at, weights, slot.channels, TO_UNIT_16)
    return _mix_texels(looks.texels_f, at, weights, slot.channels, ONE)
