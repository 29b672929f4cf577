"""How much light a rough surface reflects in all: tables over (roughness, cosine).

For GGX with Schlick's Fresnel term the directional albedo is f0 * A + f90 * B. The table holds A
and B as two 16-bit numbers of one word, so that one lookup reads both, and the albedo of sheen as
a second word. Both axes run from 0 to 1 in equal steps. The numbers were integrated numerically
(`tests/renderer/kernels/test_albedo.py` does it again) and are stored as text, so that every
computer has the same ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.albedo_table import SHEEN_RANGE, SIZE
from renderer.kernels.albedo_table import load_albedo as load_albedo
from renderer.kernels.data import Number, Words
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import to_float, to_int, to_word
from renderer.kernels.math32 import ONE, F

LAST = F(SIZE - 1)
LAST_CELL = np.int32(SIZE - 2)
#: Column behind the cosines: the mean over the hemisphere, 2 * integral of albedo * cosine.
AVERAGE = np.int32(SIZE)
COLUMNS = np.int32(SIZE + 1)
#: Columns of the table's words.
GGX, FUZZ = 0, 1
LOWER = np.uint32(0xFFFF)
UPPER = np.uint32(16)
NEXT = np.int32(1)
TO_UNIT = F(1.0 / 65535.0)
TO_SHEEN = F(SHEEN_RANGE / 65535.0)


@device
def _low(word: Any) -> Number:
    return to_float(to_int(to_word(word & LOWER)))


@device
def _high(word: Any) -> Number:
    return to_float(to_int(to_word(word >> UPPER)))


@device
def eval_albedo(table: Words, roughness: Number, cosine: Number) -> tuple[Number, Number]:
    """Return (A, B) at a roughness and a cosine, both 0..1."""
    y = roughness * LAST
    x = cosine * LAST
    y0 = min(to_int(y), LAST_CELL)
    x0 = min(to_int(x), LAST_CELL)
    ty = (y - to_float(y0)) * TO_UNIT
    tx = x - to_float(x0)
    sy = TO_UNIT - ty
    sx = ONE - tx
    row = to_int(y0 * COLUMNS + x0)
    below = to_int(row + COLUMNS)
    w00 = table[row, GGX]
    w01 = table[to_int(row + NEXT), GGX]
    w10 = table[below, GGX]
    w11 = table[to_int(below + NEXT), GGX]
    return (
        (_low(w00) * sx + _low(w01) * tx) * sy + (_low(w10) * sx + _low(w11) * tx) * ty,
        (_high(w00) * sx + _high(w01) * tx) * sy + (_high(w10) * sx + _high(w11) * tx) * ty,
    )


@device
def average_albedo(table: Words, roughness: Number) -> tuple[Number, Number]:
    """Return the hemispherical means of (A, B) at a roughness."""
    y = roughness * LAST
    y0 = min(to_int(y), LAST_CELL)
    t = (y - to_float(y0)) * TO_UNIT
    s = TO_UNIT - t
    row = to_int(y0 * COLUMNS + AVERAGE)
    w0 = table[row, GGX]
    w1 = table[to_int(row + COLUMNS), GGX]
    return _low(w0) * s + _low(w1) * t, _high(w0) * s + _high(w1) * t


@device
def eval_fuzz_albedo(table: Words, roughness: Number, cosine: Number) -> Number:
    """Return the albedo of white sheen at a roughness and a cosine; may exceed 1."""
    y = roughness * LAST
    x = cosine * LAST
    y0 = min(to_int(y), LAST_CELL)
    x0 = min(to_int(x), LAST_CELL)
    ty = y - to_float(y0)
    tx = x - to_float(x0)
    row = to_int(y0 * COLUMNS + x0)
    below = to_int(row + COLUMNS)
    upper = _low(table[row, FUZZ]) * (ONE - tx) + _low(table[to_int(row + NEXT), FUZZ]) * tx
    lower = _low(table[below, FUZZ]) * (ONE - tx) + _low(table[to_int(below + NEXT), FUZZ]) * tx
    return (upper * (ONE - ty) + lower * ty) * TO_SHEEN


@device
def average_fuzz_albedo(table: Words, roughness: Number) -> Number:
    """Return the hemispherical mean of sheen's albedo, limited to 1, at a roughness."""
    y = roughness * LAST
    y0 = min(to_int(y), LAST_CELL)
    t = y - to_float(y0)
    row = to_int(y0 * COLUMNS + AVERAGE)
    low = _low(table[row, FUZZ])
    return (low * (ONE - t) + _low(table[to_int(row + COLUMNS), FUZZ]) * t) * TO_SHEEN
