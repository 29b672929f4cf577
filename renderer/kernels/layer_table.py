"""The tables of `renderer.kernels.layer_pass` as an array; apart: the layout needs no Numba."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Words
from renderer.kernels.layer_data import COAT_PASS, FUZZ_PASS
from renderer.kernels.packed_numbers import unpack_numbers

#: Steps of the base's roughness and of the layer's, from 0 to 1, and of the cosine's square root.
LAYER_BASES, LAYER_ROUGHNESSES, LAYER_COSINES = 11, 8, 16
#: No factor is larger.
PASS_RANGE = 2.0


def load_layers() -> Words:
    """Return the factors over (base, layer's roughness, cosine): a coat's below, sheen's above."""
    coat, fuzz = unpack_numbers(COAT_PASS), unpack_numbers(FUZZ_PASS)
    return (coat | fuzz << np.uint32(16)).astype(np.uint32)
