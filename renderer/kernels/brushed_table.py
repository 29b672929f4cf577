"""The tables of `renderer.kernels.brushed` as arrays; apart, so that the layout needs no Numba."""

from __future__ import annotations

import numpy as np

from renderer.kernels.brushed_data import GRAZING, KEPT, MEANS
from renderer.kernels.data import Words
from renderer.kernels.packed_numbers import unpack_numbers

#: Steps of the roughness across the brushing, and of the strength; both from 0 to 1.
ROUGHNESSES, STRENGTHS = 10, 8
#: Steps of the square root of the cosine, and of `renderer.kernels.brushed`'s turn.
COSINES, TURNS = 12, 5


def load_brushed() -> Words:
    """Return A + B and B in one word each: (R, S, C, T) in a row, then means (R, S)."""
    kept, grazing = unpack_numbers(KEPT), unpack_numbers(GRAZING)
    means = unpack_numbers(MEANS).reshape(-1, 2)
    low = np.concatenate([kept, means[:, 0]])
    high = np.concatenate([grazing, means[:, 1]])
    return (low | high << np.uint32(16)).astype(np.uint32)
