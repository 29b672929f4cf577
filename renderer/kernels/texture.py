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
    Record,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.math32 import HALF, ONE, F, clamp, floor_int

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
def _wrap(x: Any, size: int, mode: int) -> Any:
    """Return the texel inside the image that stands for texel x."""
    if mode == WRAP_REPEAT:
        x = x % size
        return x + size if x < 0 else x
    if mode == WRAP_MIRROR:
        x = x % (2 * size)
        x = x + 2 * size if x < 0 else x
        return 2 * size - 1 - x if x >= size else x
    return min(max(x, 0), size - 1)


@device
def _component(looks: Looks, slot: Record, index: int, is_color: bool) -> np.float32:
    if slot.pool == POOL_8:
        texel = looks.texels_8[index]
        if is_color and slot.srgb != 0:
            return looks.srgb[texel]
        return F(texel) * TO_UNIT_8
    if slot.pool == POOL_16:
        value = F(looks.texels_16[index]) * TO_UNIT_16
        if is_color and slot.srgb != 0:
            return _decode_srgb(looks, value)
        return value
    return looks.texels_f[index]


@device
def _decode_srgb(looks: Looks, value: np.float32) -> np.float32:
    """Return the linear value of a 16-bit sRGB value, interpolated in the 8-bit table."""
    position = value * F(255.0)
    low = min(int(position), 254)
    t = position - F(low)
    return looks.srgb[low] * (ONE - t) + looks.srgb[low + 1] * t


@device
def _texel(looks: Looks, slot: Record, x: Any, y: Any) -> Color:
    """Return one texel as RGBA; grey becomes RGB, absent alpha 1."""
    channels = slot.channels
    row = np.int64(_wrap(y, slot.height, slot.wrap_v))
    column = np.int64(_wrap(x, slot.width, slot.wrap_u))
    index = slot.offset + (row * slot.width + column) * channels
    red = _component(looks, slot, index, True)
    if channels <= 2:
        alpha = _component(looks, slot, index + 1, False) if channels == 2 else ONE
        return red, red, red, alpha
    green = _component(looks, slot, index + 1, True)
    blue = _component(looks, slot, index + 2, True)
    alpha = _component(looks, slot, index + 3, False) if channels == 4 else ONE
    return red, green, blue, alpha


@shared
def eval_slot(looks: Looks, which: int, u: np.float32, v: np.float32) -> Color:
    """Return the RGBA that a slot's texture has at (u, v) of its UV set; colours linear."""
    slot = looks.slots[which]
    tu = slot.m00 * u + slot.m01 * v + slot.m02
    tv = slot.m10 * u + slot.m11 * v + slot.m12
    x = clamp(tu * F(slot.width), -FARTHEST, FARTHEST)
    y = clamp(tv * F(slot.height), -FARTHEST, FARTHEST)
    if slot.nearest != 0:
        return _texel(looks, slot, np.int64(floor_int(x)), np.int64(floor_int(y)))
    x = x - HALF
    y = y - HALF
    left = floor_int(x)
    top = floor_int(y)
    tx = x - F(left)
    ty = y - F(top)
    x0 = np.int64(left)
    y0 = np.int64(top)
    total = (F(0.0), F(0.0), F(0.0), F(0.0))
    for corner in range(4):
        dx = corner & 1
        dy = corner >> 1
        texel = _texel(looks, slot, x0 + dx, y0 + dy)
        weight = (tx if dx else ONE - tx) * (ty if dy else ONE - ty)
        total = (
            total[0] + texel[0] * weight,
            total[1] + texel[1] * weight,
            total[2] + texel[2] * weight,
            total[3] + texel[3] * weight,
        )
    return total
