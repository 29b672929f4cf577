"""Light from infinitely far away: an equirectangular map, sampled by its brightness, and a sun.

Both are one light: a direction is chosen for the map or for the sun's disc, and weighs what both
together would have chosen it with. So a small bright disc costs no more noise than a lamp.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Floats, Ints, Lights, Number, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_float, to_int
from renderer.kernels.lane_memory import load_rows
from renderer.kernels.math32 import (
    HALF,
    ONE,
    PI,
    TWO,
    TWO_PI,
    ZERO,
    F,
    Vec3,
    acos,
    add,
    atan2,
    choose_vector,
    clamp,
    dot,
    floor_int,
    make_basis,
    scale,
    sincos_turns,
    sub,
)

#: Solid angle of the unit square's area element is 2 pi^2 sin(theta).
SQUARE_TO_SPHERE = F(1.0 / (2.0 * np.pi * np.pi))
SMALLEST_SINE = F(1e-6)
ALMOST_ONE = F(0.9999999)
NO, YES = np.int32(0), np.int32(1)


@device
def direction_to_square(environment: Record, d: Vec3) -> tuple[Number, Number, Number]:
    """Return (u, v, sin theta) of a world direction; `scene.Environment` defines u and v."""
    x = environment.cos_turn * d[0] - environment.sin_turn * d[2]
    z = environment.sin_turn * d[0] + environment.cos_turn * d[2]
    u = HALF + atan2(x, -z) / TWO_PI
    v = acos(d[1]) / PI
    sine = sqrt(max(ZERO, ONE - d[1] * d[1]))
    return u, v, sine


@device
def square_to_direction(environment: Record, u: Number, v: Number) -> tuple[Vec3, Number]:
    """Return the world direction of a point of the map, and sin theta."""
    sine, cosine = sincos_turns(v * HALF)
    x, minus_z = sincos_turns(u - HALF)
    x = x * sine
    z = -minus_z * sine
    world_x = environment.cos_turn * x + environment.sin_turn * z
    world_z = environment.cos_turn * z - environment.sin_turn * x
    return (world_x, cosine, world_z), sine


@device
def _eval_map(lights: Lights, u: Number, v: Number) -> tuple[Vec3, Number]:
    """Return the radiance at a point of the map, texels interpolated, and the texel's density."""
    environment = lights.environment[0]
    width = to_int(environment.width)
    height = to_int(environment.height)
    x = u * to_float(width) - HALF
    y = clamp(v * to_float(height) - HALF, ZERO, to_float(to_int(height - YES)))
    left = floor_int(x)
    tx = x - to_float(left)
    x0 = select(left < NO, to_int(left + width), left)
    x0 = select(x0 >= width, to_int(x0 - width), x0)
    x1 = select(to_int(x0 + YES) >= width, NO, to_int(x0 + YES))
    y0 = to_int(y)
    y1 = min(to_int(y0 + YES), to_int(height - YES))
    ty = y - to_float(y0)
    row_0 = to_int(y0 * width)
    row_1 = to_int(y1 * width)
    r00, g00, b00, d00 = load_rows(lights.radiance, to_int(row_0 + x0), 0)
    r10, g10, b10, d10 = load_rows(lights.radiance, to_int(row_0 + x1), 0)
    r01, g01, b01, d01 = load_rows(lights.radiance, to_int(row_1 + x0), 0)
    r11, g11, b11, d11 = load_rows(lights.radiance, to_int(row_1 + x1), 0)
    strength = environment.strength
    w00 = (ONE - tx) * (ONE - ty) * strength
    w10 = tx * (ONE - ty) * strength
    w01 = (ONE - tx) * ty * strength
    w11 = tx * ty * strength
    radiance = (
        r00 * w00 + r10 * w10 + r01 * w01 + r11 * w11,
        g00 * w00 + g10 * w10 + g01 * w01 + g11 * w11,
        b00 * w00 + b10 * w10 + b01 * w01 + b11 * w11,
    )
    # The texel that the point lies in is the nearest of the four; at the poles there are two.
    is_right = tx >= HALF
    is_lower = ty >= HALF
    upper, lower = select(is_right, d10, d00), select(is_right, d11, d01)
    return radiance, select(is_lower, lower, upper)


@device
def eval_environment(lights: Lights, d: Vec3) -> tuple[Vec3, Number]:
    """Return the radiance from direction d and the density with which it is chosen.

    Returns:
        Radiance, and what `sample_environment` has for d: a density over solid angle, without
        the probability of choosing the environment among the lights.
    """
    u, v, sine = direction_to_square(lights.environment[0], d)
    return _eval_at(lights, d, u, v, sine)


@device
def _eval_at(lights: Lights, d: Vec3, u: Number, v: Number, sine: Number) -> tuple[Vec3, Number]:
    """Like `eval_environment`, for a direction whose place on the map is known."""
    environment = lights.environment[0]
    radiance, density = _eval_map(lights, u, v)
    share = ONE - environment.sun_share
    pdf = density * (SQUARE_TO_SPHERE * share) / max(sine, SMALLEST_SINE)
    if environment.sun_share > ZERO:
        off = sub(d, (environment.sun_x, environment.sun_y, environment.sun_z))
        is_sun = dot(off, off) <= environment.sun_chord2
        pdf = pdf + select(is_sun, environment.sun_pdf, ZERO)
        sun = (environment.sun_r, environment.sun_g, environment.sun_b)
        radiance = choose_vector(is_sun, add(radiance, sun), radiance)
    return radiance, pdf


@device
def _search(cumulative: Floats, first: Any, low: Any, high: Any, u: Number) -> tuple[Any, Number]:
    """Return (interval, place in it 0..1) of u in a distribution, between two of its entries.

    Args:
        cumulative: distributions behind each other.
        first: where the wanted one begins.
        low: entry not above u.
        high: entry above u.
        u: 0..1.
    """
    active = high - low > YES
    while any_lane(active):
        middle = to_int((low + high) >> YES)
        value = cumulative[to_int(first + middle)]
        low = select(active & (value <= u), middle, low)
        high = select(active & (value > u), middle, high)
        active = high - low > YES
    at = to_int(first + low)
    start = cumulative[at]
    width = cumulative[to_int(at + YES)] - start
    t = (u - start) / select(width > ZERO, width, ONE)
    return low, clamp(t, ZERO, ALMOST_ONE)


@device
def _find(
    cumulative: Floats, first: Any, guide: Ints, guide_first: Any, steps: Any, u: Number
) -> Any:
    """Like `_search`, in a whole distribution.

    The guide says for `steps` equal steps of u where to begin (Chen & Asau 1974): the search
    that is left takes a step or two.
    """
    step = min(to_int(u * to_float(steps)), to_int(steps - YES))
    place = to_int(guide_first + step)
    low = guide[place]
    high = to_int(guide[to_int(place + YES)] + YES)
    return _search(cumulative, first, low, high, u)


@device
def sample_environment(lights: Lights, u1: Number, u2: Number) -> tuple[Vec3, Vec3, Number]:
    """Choose a direction, distributed as the brightness of map and sun together.

    Returns:
        (direction, radiance from there, density), the latter two as of `eval_environment`.
    """
    environment = lights.environment[0]
    sun_share = environment.sun_share
    is_sun = u1 < sun_share
    v1 = max((u1 - sun_share) / (ONE - sun_share), ZERO)
    rows = to_int(environment.height)
    columns = to_int(environment.width)
    steps = to_int(environment.guide_steps)
    y, ty = _find(lights.rows, NO, lights.rows_guide, NO, rows, u2)
    row = to_int(y * to_int(columns + YES))
    guide_row = to_int(y * to_int(steps + YES))
    x, tx = _find(lights.columns, row, lights.columns_guide, guide_row, steps, min(v1, ALMOST_ONE))
    u = (to_float(x) + tx) / to_float(columns)
    v = (to_float(y) + ty) / to_float(rows)
    direction, sine = square_to_direction(environment, u, v)
    if any_lane(is_sun):
        w1 = min(u1 / max(sun_share, F(1e-6)), ONE)
        direction = choose_vector(is_sun, _sample_disc(environment, w1, u2), direction)
        place = choose_vector(is_sun, direction_to_square(environment, direction), (u, v, sine))
        u, v, sine = place
    radiance, pdf = _eval_at(lights, direction, u, v, sine)
    return direction, radiance, pdf


@device
def _sample_disc(environment: Record, u1: Number, u2: Number) -> Vec3:
    """Return a direction to the sun's disc, uniform over its solid angle."""
    axis = (environment.sun_x, environment.sun_y, environment.sun_z)
    # The squared chord is twice one minus the cosine, which float32 could not hold itself.
    versine = u1 * environment.sun_chord2 * HALF
    radius = sqrt(versine * (TWO - versine))
    sine, cosine = sincos_turns(u2)
    t, b = make_basis(axis)
    side = add(scale(t, radius * cosine), scale(b, radius * sine))
    return add(scale(axis, ONE - versine), side)
