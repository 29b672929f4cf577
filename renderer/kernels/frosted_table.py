"""The table of `renderer.kernels.frosted` as an array; apart, so that the layout needs no Numba."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Words
from renderer.kernels.frosted_data import FROSTED_KEPT
from renderer.kernels.packed_numbers import unpack_numbers

#: Steps of the roughness, from 0 to 1, and of the square root of the cosine.
FROSTED_ROUGHNESSES, FROSTED_COSINES = 16, 16
#: Steps of (n - 1) / (n + 1) from -STEEPEST to STEEPEST, for the refractive index n from the
#: viewer's side to the other; beyond 2.6 the last one stands for all.
PLANES = 15
STEEPEST = 0.45


def load_frosted() -> Words:
    """Return shares over (plane, roughness, cosine): a plane's own below, the next one's above."""
    kept = unpack_numbers(FROSTED_KEPT).reshape(PLANES, -1)
    above = np.concatenate([kept[1:], kept[-1:]])
    return (kept | above << np.uint32(16)).astype(np.uint32).ravel()
