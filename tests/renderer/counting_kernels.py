"""Small kernels for the tests of machine code; `renderer.kernels` is not asked for them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renderer.kernels.jit import device, program

RECORD = np.dtype([("weight", "<f4"), ("kind", "<i4")])


class Inner(NamedTuple):
    numbers: np.ndarray  # (N, 3) float32
    records: np.ndarray  # (N,) RECORD


class Outer(NamedTuple):
    inner: Inner
    words: np.ndarray  # (N,) uint32


@device
def weigh(number, axis):
    """Return a number times its axis' weight."""
    return number * (axis + 1)


@program
def add_up(outer, first, out):
    """Write sums of everything to `out` (2, 2) and return a number made of all of it."""
    for i in range(first, outer.inner.numbers.shape[0]):
        for axis in range(3):
            out[0, 0] += weigh(outer.inner.numbers[i, axis], axis)
        out[0, 1] += outer.inner.records[i].weight
        out[1, 0] += outer.inner.records[i].kind
        out[1, 1] += outer.words[i]
    return first * 1000 + outer.words.shape[0]


@program
def fail(outer, first, out):
    """Raise, as no kernel must."""
    raise ValueError("never")
