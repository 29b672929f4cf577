"""Light from infinitely far away: an equirectangular map, sampled by its brightness."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Floats, Record
from renderer.kernels.jit import device, shared
from renderer.kernels.math32 import (
    HALF,
    ONE,
    PI,
    TWO_PI,
    ZERO,
    F,
    Vec3,
    acos,
    atan2,
    clamp,
    floor_int,
    sincos_turns,
    sqrt,
)

#: Solid angle of the unit square's area element is 2 pi^2 sin(theta).
SQUARE_TO_SPHERE = F(1.0 / (2.0 * np.pi * np.pi))
SMALLEST_SINE = F(1e-6)


@device
def direction_to_square(environment: Record, d: Vec3) -> tuple[np.float32, np.float32, np.float32]:
    """Return (u, v, sin theta) of a world direction; `scene.Environment` defines u and v."""
    x = environment.cos_turn * d[0] - environment.sin_turn * d[2]
    z = environment.sin_turn * d[0] + environment.cos_turn * d[2]
    u = HALF + atan2(x, -z) / TWO_PI
    v = acos(d[1]) / PI
    sine = sqrt(max(ZERO, ONE - d[1] * d[1]))
    return u, v, sine


@device
def square_to_direction(
    environment: Record, u: np.float32, v: np.float32
) -> tuple[Vec3, np.float32]:
    """Return the world direction of a point of the map, and sin theta."""
    sine, cosine = sincos_turns(v * HALF)
    x, minus_z = sincos_turns(u - HALF)
    x = x * sine
    z = -minus_z * sine
    world_x = environment.cos_turn * x + environment.sin_turn * z
    world_z = environment.cos_turn * z - environment.sin_turn * x
    return (world_x, cosine, world_z), sine


@shared
def eval_environment(radiance: Floats, environment: Record, d: Vec3) -> Vec3:
    """Return the radiance from direction d, texels interpolated."""
    u, v, _ = direction_to_square(environment, d)
    height = environment.height
    width = environment.width
    x = u * F(width) - HALF
    y = clamp(v * F(height) - HALF, ZERO, F(height - 1))
    left = floor_int(x)
    tx = x - F(left)
    x0 = int(left) % width
    x1 = (x0 + 1) % width
    y0 = int(y)
    y1 = min(y0 + 1, height - 1)
    ty = y - F(y0)
    w00 = (ONE - tx) * (ONE - ty) * environment.strength
    w10 = tx * (ONE - ty) * environment.strength
    w01 = (ONE - tx) * ty * environment.strength
    w11 = tx * ty * environment.strength
    return (
        _blend(radiance, y0, y1, x0, x1, 0, w00, w10, w01, w11),
        _blend(radiance, y0, y1, x0, x1, 1, w00, w10, w01, w11),
        _blend(radiance, y0, y1, x0, x1, 2, w00, w10, w01, w11),
    )


@device
def _blend(
    radiance: Any,
    y0: Any,
    y1: Any,
    x0: Any,
    x1: Any,
    c: Any,
    w00: Any,
    w10: Any,
    w01: Any,
    w11: Any,
) -> np.float32:
    return (
        radiance[y0, x0, c] * w00
        + radiance[y0, x1, c] * w10
        + radiance[y1, x0, c] * w01
        + radiance[y1, x1, c] * w11
    )


@device
def _find(cumulative: Floats, u: np.float32) -> tuple[int, np.float32]:
    """Return (interval, place in it 0..1) of u in a cumulative distribution that ends at 1."""
    low = 0
    high = cumulative.shape[0] - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if cumulative[middle] <= u:
            low = middle
        else:
            high = middle
    width = cumulative[low + 1] - cumulative[low]
    t = (u - cumulative[low]) / width if width > ZERO else HALF
    return low, clamp(t, ZERO, F(0.9999999))


@shared
def sample_environment(
    rows: Floats, columns: Floats, density: Floats, environment: Record, u1: Any, u2: Any
) -> tuple[Vec3, np.float32]:
    """Return (direction, pdf over solid angle), distributed as the map's brightness."""
    y, ty = _find(rows, u2)
    x, tx = _find(columns[y], u1)
    u = (F(x) + tx) / F(environment.width)
    v = (F(y) + ty) / F(environment.height)
    direction, sine = square_to_direction(environment, u, v)
    pdf = density[y, x] * SQUARE_TO_SPHERE / max(sine, SMALLEST_SINE)
    return direction, pdf


@shared
def sample_environment_pdf(density: Floats, environment: Record, d: Vec3) -> np.float32:
    """Return the density over solid angle with which `sample_environment` chooses d."""
    u, v, sine = direction_to_square(environment, d)
    x = min(max(int(u * F(environment.width)), 0), environment.width - 1)
    y = min(max(int(v * F(environment.height)), 0), environment.height - 1)
    return density[y, x] * SQUARE_TO_SPHERE / max(sine, SMALLEST_SINE)
