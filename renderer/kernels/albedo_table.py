"""The tables of `renderer.kernels.albedo` as arrays.

Apart from the kernels that read them, because the layout loads tables without Numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.albedo_data import GGX_A, GGX_B, SHEEN
from renderer.kernels.data import Floats

SIZE = 32
LAYERS = 3
#: Thin fuzz reflects more than arrives at grazing angles; `renderer.kernels.sheen` limits it.
SHEEN_RANGE = 4.0
#: Column behind the cosines: the mean over the hemisphere, 2 * integral of albedo * cosine.
AVERAGE = SIZE


def load_albedo() -> Floats:
    """Return the (32, 33, 3) float32 table; column 32 holds the hemispherical means."""
    layers = []
    for text, largest in ((GGX_A, 1.0), (GGX_B, 1.0), (SHEEN, SHEEN_RANGE)):
        numbers = [int(text[i : i + 4], 16) * largest / 65535.0 for i in range(0, len(text), 4)]
        layers.append(np.array(numbers).reshape(SIZE, SIZE))
    table = np.zeros((SIZE, SIZE + 1, LAYERS), np.float32)
    directional = np.stack(layers, axis=-1)
    table[:, :SIZE] = directional
    table[:, AVERAGE] = _hemispherical_mean(directional)
    return table


def _hemispherical_mean(values: Any) -> Any:
    """Integrate the piecewise linear albedo against 2 * cosine exactly."""
    mu = np.arange(SIZE) / (SIZE - 1)
    step = 1.0 / (SIZE - 1)
    total = np.zeros((SIZE, LAYERS))
    for i in range(SIZE - 1):
        a, b = values[:, i], values[:, i + 1]
        total += step * (mu[i] * (a + b) + step * (a / 3.0 + 2.0 * b / 3.0))
    return total
