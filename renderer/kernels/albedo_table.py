"""The table of `renderer.kernels.albedo` as an array.

Apart from the kernels that read it, because the layout loads tables without Numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from renderer.kernels.albedo_data import GGX_A, GGX_B, SHEEN
from renderer.kernels.brushed_table import COSINES, ROUGHNESSES, STRENGTHS, TURNS, load_brushed
from renderer.kernels.data import Words
from renderer.kernels.frosted_table import (
    FROSTED_COSINES,
    FROSTED_ROUGHNESSES,
    PLANES,
    load_frosted,
)
from renderer.kernels.layer_table import load_layers

SIZE = 32
#: Thin fuzz reflects more than arrives at grazing angles; `renderer.kernels.layers` limits it.
SHEEN_RANGE = 4.0
#: Rows behind the plain table: brushed surfaces in column 0, frosted glass and layers in column 1.
FIRST_BRUSHED = FIRST_FROSTED = SIZE * (SIZE + 1)
FIRST_BRUSHED_MEAN = FIRST_BRUSHED + ROUGHNESSES * STRENGTHS * COSINES * TURNS
FIRST_LAYER = FIRST_FROSTED + PLANES * FROSTED_ROUGHNESSES * FROSTED_COSINES


def load_albedo() -> Words:
    """Return the (N, 2) uint32 table: row 33 * roughness + cosine, means in each 33rd row.

    Behind these 32 * 33 rows follow those of `brushed_table`, `frosted_table` and `layer_table`.
    """
    a, b, fuzz = (
        np.array([int(text[i : i + 4], 16) for i in range(0, len(text), 4)]).reshape(SIZE, SIZE)
        for text in (GGX_A, GGX_B, SHEEN)
    )
    limited = np.minimum(fuzz, int(65535 / SHEEN_RANGE))
    a, b = _with_mean(a, a), _with_mean(b, b)
    words = np.stack([a | b << 16, _with_mean(fuzz, limited)], axis=-1)
    brushed, others = load_brushed(), np.concatenate([load_frosted(), load_layers()])
    rare = np.zeros((max(len(brushed), len(others)), 2), np.uint32)
    rare[: len(brushed), 0] = brushed
    rare[: len(others), 1] = others
    return np.concatenate([words.reshape(-1, 2).astype(np.uint32), rare])


def _with_mean(values: npt.NDArray[np.int64], averaged: npt.NDArray[np.int64]) -> Any:
    """Append the piecewise linear values' exact integral against 2 * cosine as a column."""
    mu = np.arange(SIZE) / (SIZE - 1)
    step = 1.0 / (SIZE - 1)
    total = np.zeros(SIZE)
    for i in range(SIZE - 1):
        low, high = averaged[:, i], averaged[:, i + 1]
        total += step * (mu[i] * (low + high) + step * (low / 3.0 + 2.0 * high / 3.0))
    return np.concatenate([values, np.rint(total).astype(np.int64)[:, None]], axis=1)
