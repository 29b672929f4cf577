"""Reading the tables of rare lobes: two 16-bit numbers a word, interpolated between four rows."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Number, Words
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import to_float, to_int, to_word
from renderer.kernels.math32 import ONE, F

Pair = tuple[Number, Number]

LOWER = np.uint32(0xFFFF)
UPPER = np.uint32(16)
TO_UNIT = F(1.0 / 65535.0)
NEXT = np.int32(1)
FIRST = np.int32(0)


@shared
def read_patch(
    table: Words, column: np.int64, place: Number, step: Number, p: Number, q: Number
) -> Pair:
    """Return both numbers between `place`, its neighbour, and these two `step` rows on.

    Args:
        table: albedo and all else.
        column: of the words.
        place: row.
        step: rows to the other pair.
        p: share of the other pair.
        q: share of the neighbours.
    """
    s = (ONE - p) * TO_UNIT
    t = p * TO_UNIT
    r = ONE - q
    below = to_int(place + step)
    a, b = table[place, column], table[to_int(place + NEXT), column]
    c, d = table[below, column], table[to_int(below + NEXT), column]
    low = (_low(a) * r + _low(b) * q) * s + (_low(c) * r + _low(d) * q) * t
    return low, (_high(a) * r + _high(b) * q) * s + (_high(c) * r + _high(d) * q) * t


@device
def _low(word: Number) -> Number:
    return to_float(to_int(to_word(word & LOWER)))


@device
def _high(word: Number) -> Number:
    return to_float(to_int(to_word(word >> UPPER)))


@device
def find_cell(x: Number, last: Number) -> Number:
    """Return the cell of a coordinate, valid even for NaN: lanes that idle may hold anything."""
    return max(min(to_int(x), last), FIRST)


@device
def blend(a: Pair, b: Pair, t: Number) -> Pair:
    """Return a at t = 0, b at t = 1."""
    s = ONE - t
    return a[0] * s + b[0] * t, a[1] * s + b[1] * t
