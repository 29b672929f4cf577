"""From a pixel and random numbers to a ray."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import CAMERA_ORTHOGRAPHIC, Floats, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import sqrt, to_float, to_int
from renderer.kernels.math32 import (
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    add,
    normalize,
    scale,
    sincos_turns,
)


@device
def sample_filter(table: Floats, u: np.float32) -> np.float32:
    """Return a distance from the pixel's centre, distributed as the pixel filter.

    Each sample stays its own pixel's and has weight 1 (filter importance sampling: Ernst et al.
    2006), so that no pixel depends on another one's samples.
    """
    last = table.shape[0] - 1
    position = u * F(last)
    index = min(to_int(position), to_int(last - 1))
    t = position - to_float(index)
    return table[index] * (ONE - t) + table[index + np.int32(1)] * t


@device
def make_camera_ray(
    camera: Record, film_x: np.float32, film_y: np.float32, lens_u: np.float32, lens_v: np.float32
) -> tuple[Vec3, Vec3]:
    """Return (origin, unit direction) of the ray through a point of the film, in pixels."""
    x = film_x * (TWO / F(camera.width)) - ONE
    y = ONE - film_y * (TWO / F(camera.height))
    origin = (camera.ox, camera.oy, camera.oz)
    forward = (camera.fx, camera.fy, camera.fz)
    right = (camera.rx, camera.ry, camera.rz)
    up = (camera.ux, camera.uy, camera.uz)
    across = add(scale(right, x), scale(up, y))
    if camera.kind == CAMERA_ORTHOGRAPHIC:
        start = add(origin, add(across, scale(forward, camera.near)))
        # One direction for all; added to zeros it becomes as wide as the rays are.
        return start, add(forward, scale(across, ZERO))
    direction = add(forward, across)
    if camera.lens_radius > ZERO:
        return _through_lens(camera, origin, direction, lens_u, lens_v)
    unit = normalize(direction)
    return add(origin, scale(direction, camera.near)), unit


@device
def _through_lens(camera: Any, origin: Vec3, direction: Vec3, u: Any, v: Any) -> tuple[Vec3, Vec3]:
    """Bend the pinhole's ray over a round thin lens; `direction` has length 1 along the axis."""
    radius = sqrt(u) * camera.lens_radius
    sine, cosine = sincos_turns(v)
    right = normalize((camera.rx, camera.ry, camera.rz))
    up = normalize((camera.ux, camera.uy, camera.uz))
    shift = add(scale(right, radius * cosine), scale(up, radius * sine))
    focus = scale(direction, camera.focus)
    aim = (focus[0] - shift[0], focus[1] - shift[1], focus[2] - shift[2])
    return add(origin, shift), normalize(aim)
