"""Looking a texture up."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import (
    POOL_8,
    POOL_16,
    SLOT_BYTES_SHIFT,
    SLOT_CHANNELS_MASK,
    SLOT_LATER_UV,
    SLOT_MOVED,
    SLOT_NEAREST,
    SLOT_POOL_SHIFT,
    SLOT_SRGB,
    SLOT_UV_NUMBER_SHIFT,
    SLOT_UV_SETS_SHIFT,
    SLOT_WRAP_U_SHIFT,
    SLOT_WRAP_V_SHIFT,
    TEXEL_ALIGNMENT,
    WRAP_MIRROR,
    WRAP_REPEAT,
    Floats,
    Geometry,
    Mask,
    Number,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import (
    any_lane,
    bits_float,
    float_bits,
    select,
    to_float,
    to_int,
    to_long,
)
from renderer.kernels.lane_memory import gather_word, load_rows
from renderer.kernels.math32 import HALF, ONE, TWO, ZERO, F, clamp, floor_int

Color = tuple[Number, Number, Number, Number]

TO_UNIT_8 = F(1.0 / 255.0)
TO_UNIT_16 = F(1.0 / 65535.0)
#: Coordinates beyond this have no fraction left in float32.
FARTHEST = F(1 << 22)
NO, YES = np.int32(0), np.int32(1)
ALIGNMENT = np.int32(TEXEL_ALIGNMENT)
FLAGS_COLUMN = 3
TWO_BITS, FIVE_BITS = np.int32(3), np.int32(31)
CHANNELS, BYTES, POOL = (
    np.int32(SLOT_CHANNELS_MASK),
    np.int32(SLOT_BYTES_SHIFT),
    np.int32(SLOT_POOL_SHIFT),
)
WRAP_U, WRAP_V = np.int32(SLOT_WRAP_U_SHIFT), np.int32(SLOT_WRAP_V_SHIFT)
LATER_UV, MOVED, NEAREST, SRGB = (
    np.int32(SLOT_LATER_UV),
    np.int32(SLOT_MOVED),
    np.int32(SLOT_NEAREST),
    np.int32(SLOT_SRGB),
)
UV_SETS, UV_NUMBER, THREE_BITS = (
    np.int32(SLOT_UV_SETS_SHIFT),
    np.int32(SLOT_UV_NUMBER_SHIFT),
    np.int32(7),
)
REPEAT, MIRROR = np.int32(WRAP_REPEAT), np.int32(WRAP_MIRROR)
EIGHT, SIXTEEN = np.int32(POOL_8), np.int32(POOL_16)
BYTE, HALF_WORD = np.uint32(0xFF), np.uint32(0xFFFF)
SHIFT_8, SHIFT_16, SHIFT_24 = np.uint32(8), np.uint32(16), np.uint32(24)
TWO_CHANNELS, THREE_CHANNELS, FOUR_CHANNELS = np.int32(2), np.int32(3), np.int32(4)


@device
def slot_flags(slots: Floats, which: Any) -> Number:
    """Return the flags of slots."""
    return to_int(float_bits(slots[which, FLAGS_COLUMN]))


@device
def uses_later_uv(flags: Any) -> Mask:
    """Return whether slots with these flags are looked up by another UV set than the first."""
    return (flags & LATER_UV) != NO


@device
def surface_uv(
    geometry: Geometry, triangle: Any, uv_row: Any, flags: Any, u: Any, v: Any
) -> tuple[Number, Number]:
    """Return a slot's texture coordinates at the barycentric point (u, v) of a triangle.

    Args:
        geometry: triangles of the scene.
        triangle: which.
        uv_row: the part's row offset into the later UV sets.
        flags: of the slot.
        u: weight of corner 1.
        v: weight of corner 2.
    """
    x, y = first_uv(geometry, triangle, u, v)
    is_later = uses_later_uv(flags)
    if any_lane(is_later):
        x_2, y_2 = later_uv(geometry, triangle, uv_row, flags, u, v)
        x = select(is_later, x_2, x)
        y = select(is_later, y_2, y)
    return x, y


@device
def first_uv(geometry: Geometry, triangle: Any, u: Any, v: Any) -> tuple[Number, Number]:
    """Return the first set's texture coordinates at the barycentric point (u, v)."""
    w = ONE - u - v
    _, x0, y0, x1 = load_rows(geometry.shading, triangle, 8)
    y1, x2, y2, _ = load_rows(geometry.shading, triangle, 12)
    return x0 * w + x1 * u + x2 * v, y0 * w + y1 * u + y2 * v


@device
def later_uv(
    geometry: Geometry, triangle: Any, uv_row: Any, flags: Any, u: Any, v: Any
) -> tuple[Number, Number]:
    """Return coordinates of the UV set that a slot's flags tell, where it is not the first."""
    w = ONE - u - v
    sets = (flags >> UV_SETS) & THREE_BITS
    number = (flags >> UV_NUMBER) & THREE_BITS
    row = to_int(uv_row + to_int(to_int(triangle) * sets) + number)
    i = select(uses_later_uv(flags), row, NO)
    second = geometry.uvs
    x = second[i, 0] * w + second[i, 2] * u + second[i, 4] * v
    y = second[i, 1] * w + second[i, 3] * u + second[i, 5] * v
    return x, y


@device
def _fold(x: Number, mode: Any) -> Number:
    """Return where in 0..1 an image is looked up for a coordinate, by its wrap mode."""
    limited = min(max(-FARTHEST, x), FARTHEST)  # in this order, NaN becomes a number
    repeated = limited - to_float(floor_int(limited))
    period = limited - TWO * to_float(floor_int(limited * HALF))
    mirrored = min(period, TWO - period)
    return select(
        mode == REPEAT, repeated, select(mode == MIRROR, mirrored, clamp(limited, ZERO, ONE))
    )


@device
def _neighbours(x: Number, size: Any, mode: Any, is_nearest: Any) -> tuple[Any, Any, Number]:
    """Return the two texels beside a coordinate in 0..1 and the weight of the second."""
    place = x * to_float(size) - select(is_nearest, ZERO, HALF)
    low = floor_int(place)
    t = select(is_nearest, ZERO, place - to_float(low))
    last = to_int(size - YES)
    high = to_int(low + YES)
    # Mirrored and clamped images have no neighbours beyond their edges but themselves.
    repeats = mode == REPEAT
    before = select(repeats, last, NO)
    behind = select(repeats, NO, last)
    first = select(low < NO, before, select(low > last, behind, low))
    return first, select(high > last, behind, high), t


@device
def _mix(a: Number, b: Number, c: Number, d: Number, weights: Color) -> Number:
    return a * weights[0] + b * weights[1] + c * weights[2] + d * weights[3]


@device
def _mix_bytes(words: Any, shift: Any, weights: Color) -> Number:
    """Return one 8-bit component of four texels, 0..1, weighted."""
    return TO_UNIT_8 * _mix(
        to_float(to_int((words[0] >> shift) & BYTE)),
        to_float(to_int((words[1] >> shift) & BYTE)),
        to_float(to_int((words[2] >> shift) & BYTE)),
        to_float(to_int((words[3] >> shift) & BYTE)),
        weights,
    )


@device
def _mix_srgb(decoding: Floats, words: Any, shift: Any, weights: Color) -> Number:
    """Return one 8-bit sRGB component of four texels, decoded, then weighted."""
    return _mix(
        decoding[to_int((words[0] >> shift) & BYTE)],
        decoding[to_int((words[1] >> shift) & BYTE)],
        decoding[to_int((words[2] >> shift) & BYTE)],
        decoding[to_int((words[3] >> shift) & BYTE)],
        weights,
    )


@device
def _gather_8(texels: Any, decoding: Floats, at: Any, weights: Color, flags: Any) -> Color:
    """Return four 8-bit texels as one RGBA; alpha is never sRGB."""
    words = (
        gather_word(texels, at[0]),
        gather_word(texels, at[1]),
        gather_word(texels, at[2]),
        gather_word(texels, at[3]),
    )
    channels = flags & CHANNELS
    is_grey = channels < THREE_CHANNELS
    red = _mix_bytes(words, np.uint32(0), weights)
    green = _mix_bytes(words, SHIFT_8, weights)
    blue = _mix_bytes(words, SHIFT_16, weights)
    fourth = _mix_bytes(words, SHIFT_24, weights)
    alpha = select(channels == TWO_CHANNELS, green, select(channels == FOUR_CHANNELS, fourth, ONE))
    is_srgb = (flags & SRGB) != NO
    if any_lane(is_srgb):
        red = select(is_srgb, _mix_srgb(decoding, words, np.uint32(0), weights), red)
        green = select(is_srgb, _mix_srgb(decoding, words, SHIFT_8, weights), green)
        blue = select(is_srgb, _mix_srgb(decoding, words, SHIFT_16, weights), blue)
    return red, select(is_grey, red, green), select(is_grey, red, blue), alpha


@device
def _half_word(texels: Any, place: Any) -> Number:
    """Return the 16-bit number at a byte of the pool."""
    return to_float(to_int(gather_word(texels, place) & HALF_WORD)) * TO_UNIT_16


@device
def _float_word(texels: Any, place: Any) -> Number:
    """Return the float32 at a byte of the pool."""
    return bits_float(gather_word(texels, place))


@device
def _component(texels: Any, at: Any, c: Any, is_16: Any, weights: Color) -> Number:
    """Return one component of four 16-bit or float texels, weighted."""
    step = to_long(select(is_16, to_int(c + c), to_int(c + c + c + c)))
    return _mix(
        select(is_16, _half_word(texels, at[0] + step), _float_word(texels, at[0] + step)),
        select(is_16, _half_word(texels, at[1] + step), _float_word(texels, at[1] + step)),
        select(is_16, _half_word(texels, at[2] + step), _float_word(texels, at[2] + step)),
        select(is_16, _half_word(texels, at[3] + step), _float_word(texels, at[3] + step)),
        weights,
    )


@shared
def _gather_deep(texels: Any, at: Any, weights: Color, flags: Any) -> Color:
    """Return four texels of 16 bits or float32 as one RGBA."""
    is_16 = ((flags >> POOL) & TWO_BITS) == SIXTEEN
    channels = flags & CHANNELS
    is_grey = channels < THREE_CHANNELS
    second = select(is_grey, NO, YES)
    red = _component(texels, at, select(is_grey, NO, NO), is_16, weights)
    green = _component(texels, at, second, is_16, weights)
    blue = _component(texels, at, to_int(second + second), is_16, weights)
    last = select(is_grey, YES, THREE_CHANNELS)
    has_alpha = (channels == TWO_CHANNELS) | (channels == FOUR_CHANNELS)
    alpha = _component(texels, at, select(has_alpha, last, NO), is_16, weights)
    return red, green, blue, select(has_alpha, alpha, ONE)


@shared
def eval_texture(
    slots: Floats, texels: Any, decoding: Floats, which: Any, u: Number, v: Number
) -> Color:
    """Return the RGBA that a slot's texture has at (u, v) of its UV set; colours linear.

    Args:
        slots: `Looks.slots`.
        texels: `Looks.texels`.
        decoding: `Looks.decoding`.
        which: number of the slot.
        u: before the slot's transform.
        v: likewise.
    """
    start, width, height, flags = load_rows(slots, which, 0)
    start = to_long(float_bits(start)) * to_long(ALIGNMENT)
    width, height = to_int(float_bits(width)), to_int(float_bits(height))
    flags = to_int(float_bits(flags))
    is_moved = (flags & MOVED) != NO
    if any_lane(is_moved):
        m00, m01, m02, m10 = load_rows(slots, which, 4)
        m11, m12, _, _ = load_rows(slots, which, 8)
        moved_u = m00 * u + m01 * v + m02
        moved_v = m10 * u + m11 * v + m12
        u = select(is_moved, moved_u, u)
        v = select(is_moved, moved_v, v)
    wrap_u = (flags >> WRAP_U) & TWO_BITS
    wrap_v = (flags >> WRAP_V) & TWO_BITS
    is_nearest = (flags & NEAREST) != NO
    left, right, tx = _neighbours(_fold(u, wrap_u), width, wrap_u, is_nearest)
    top, bottom, ty = _neighbours(_fold(v, wrap_v), height, wrap_v, is_nearest)
    size = to_long((flags >> BYTES) & FIVE_BITS)
    row_0 = top * width
    row_1 = bottom * width
    at = (
        start + to_long(row_0 + left) * size,
        start + to_long(row_0 + right) * size,
        start + to_long(row_1 + left) * size,
        start + to_long(row_1 + right) * size,
    )
    weights = ((ONE - tx) * (ONE - ty), tx * (ONE - ty), (ONE - tx) * ty, tx * ty)
    color = _gather_8(texels, decoding, at, weights, flags)
    is_deep = ((flags >> POOL) & TWO_BITS) != EIGHT
    if any_lane(is_deep):
        deep = _gather_deep(texels, at, weights, flags)
        color = (
            select(is_deep, deep[0], color[0]),
            select(is_deep, deep[1], color[1]),
            select(is_deep, deep[2], color[2]),
            select(is_deep, deep[3], color[3]),
        )
    return color
