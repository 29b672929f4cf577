"""From a pixel and random numbers to a ray.

Every camera is an axis and a thin lens: a ray's axis has length 1 along the view direction (of a
panorama: length 1), so that the clip planes and the plane of focus are multiples of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import CAMERA_PANORAMA, Floats, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import sqrt, to_float, to_int
from renderer.kernels.math32 import (
    HALF,
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    add,
    dot,
    floor_int,
    normalize,
    scale,
    sincos_turns,
    sub,
)

QUARTER = F(0.25)


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
) -> tuple[Vec3, Vec3, np.float32]:
    """Return (origin, unit direction, how far to look) of the ray through a point of the film.

    Args:
        camera: the CAMERA record.
        film_x: from the frame's left edge, pixels; may lie outside of the frame.
        film_y: from its top edge, pixels.
        lens_u: where on the lens, 0..1; used where the lens has a size.
        lens_v: likewise.
    """
    x = film_x * (TWO / F(camera.width)) - ONE
    y = ONE - film_y * (TWO / F(camera.height))
    origin = (camera.ox, camera.oy, camera.oz)
    right = (camera.rx, camera.ry, camera.rz)
    up = (camera.ux, camera.uy, camera.uz)
    if camera.kind == CAMERA_PANORAMA:
        axis, across, along = _look_around(camera, x, y)
        return _start(camera, origin, axis, across, along, lens_u, lens_v)
    place = add(scale(right, x), scale(up, y))
    base = add(origin, scale(place, camera.flat))
    axis = add((camera.fx, camera.fy, camera.fz), scale(place, ONE - camera.flat))
    return _start(camera, base, axis, normalize(right), normalize(up), lens_u, lens_v)


@device
def _look_around(camera: Any, x: Any, y: Any) -> tuple[Vec3, Vec3, Vec3]:
    """Return the direction of a point of the panorama, and the lens's axes there.

    Beyond a pole the picture goes on down the other side, as it does beyond its left and right
    edges: a filter that reaches there finds the neighbours on the sphere.
    """
    sine, cosine = sincos_turns((x + camera.turn_x) * HALF)
    rise, level = sincos_turns((y + camera.turn_y) * QUARTER)
    forward = (camera.fx, camera.fy, camera.fz)
    right = (camera.rx, camera.ry, camera.rz)
    up = (camera.ux, camera.uy, camera.uz)
    heading = add(scale(forward, cosine), scale(right, sine))
    across = sub(scale(right, cosine), scale(forward, sine))
    axis = add(scale(heading, level), scale(up, rise))
    return axis, across, sub(scale(up, level), scale(heading, rise))


@device
def _start(
    camera: Any, base: Vec3, axis: Vec3, right: Vec3, up: Vec3, u: Any, v: Any
) -> tuple[Vec3, Vec3, np.float32]:
    """Bend the ray over the lens, if there is one: what lies at `focus` stays where it is."""
    if camera.lens_radius > ZERO:
        x, y = sample_lens(camera, u, v)
        shift = add(scale(right, x), scale(up, y))
        bent = sub(axis, scale(shift, ONE / camera.focus))
        return _clip(camera, add(base, shift), bent)
    return _clip(camera, base, axis)


@device
def _clip(camera: Any, base: Vec3, axis: Vec3) -> tuple[Vec3, Vec3, np.float32]:
    """Start at the near plane and end at the far one."""
    length = sqrt(dot(axis, axis))
    origin = add(base, scale(axis, camera.near))
    return origin, scale(axis, ONE / length), (camera.far - camera.near) * length


@device
def sample_lens(camera: Any, u: Any, v: Any) -> tuple[np.float32, np.float32]:
    """Return a point of the aperture, distributed evenly; its corners lie on the lens's rim."""
    if camera.blades > ZERO:
        position = u * camera.blades
        blade = to_float(floor_int(position))
        radius = sqrt(position - blade) * camera.lens_radius
        near = radius * (ONE - v)
        far = radius * v
        y0, x0 = sincos_turns(blade / camera.blades + camera.blade_turn)
        y1, x1 = sincos_turns((blade + ONE) / camera.blades + camera.blade_turn)
        return x0 * near + x1 * far, y0 * near + y1 * far
    radius = sqrt(u) * camera.lens_radius
    sine, cosine = sincos_turns(v)
    return radius * cosine, radius * sine
