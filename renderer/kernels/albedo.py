"""How much light a rough surface reflects in all: tables over (roughness, cosine).

For GGX with Schlick's Fresnel term the directional albedo is f0 * A + f90 * B; A and B are the
first two layers, the albedo of sheen the third. Both axes run from 0 to 1 in equal steps. The
numbers were integrated numerically (`tests/renderer/kernels/test_albedo.py` does it again) and
are stored as text, so that every computer has the same ones.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo_table import AVERAGE, SIZE
from renderer.kernels.data import Floats
from renderer.kernels.jit import device
from renderer.kernels.math32 import ONE, F, Vec3

LAST = F(SIZE - 1)


@device
def eval_albedo(table: Floats, roughness: np.float32, cosine: np.float32) -> Vec3:
    """Return (A, B, sheen) at a roughness and a cosine, both 0..1."""
    y = roughness * LAST
    x = cosine * LAST
    y0 = min(int(y), SIZE - 2)
    x0 = min(int(x), SIZE - 2)
    ty = y - F(y0)
    tx = x - F(x0)
    w00 = (ONE - tx) * (ONE - ty)
    w01 = tx * (ONE - ty)
    w10 = (ONE - tx) * ty
    w11 = tx * ty
    low = table[y0]
    high = table[y0 + 1]
    return (
        low[x0, 0] * w00 + low[x0 + 1, 0] * w01 + high[x0, 0] * w10 + high[x0 + 1, 0] * w11,
        low[x0, 1] * w00 + low[x0 + 1, 1] * w01 + high[x0, 1] * w10 + high[x0 + 1, 1] * w11,
        low[x0, 2] * w00 + low[x0 + 1, 2] * w01 + high[x0, 2] * w10 + high[x0 + 1, 2] * w11,
    )


@device
def average_albedo(table: Floats, roughness: np.float32) -> Vec3:
    """Return the hemispherical means of (A, B, sheen) at a roughness."""
    y = roughness * LAST
    y0 = min(int(y), SIZE - 2)
    t = y - F(y0)
    s = ONE - t
    return (
        table[y0, AVERAGE, 0] * s + table[y0 + 1, AVERAGE, 0] * t,
        table[y0, AVERAGE, 1] * s + table[y0 + 1, AVERAGE, 1] * t,
        table[y0, AVERAGE, 2] * s + table[y0 + 1, AVERAGE, 2] * t,
    )
