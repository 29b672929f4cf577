"""Tracing rays through a scene of few triangles: each ray meets all of them, without a tree.

Sixteen rays at once are held against one triangle after the other: with few triangles faster
than a walk through a tree, where each ray goes its own way. What a ray meets depends on no other
ray: all of them meet all triangles in the same order, and of equally near ones the first wins.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Floats, Ints, Mask, Number
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, bits_float, float_bits, select, to_word
from renderer.kernels.math32 import INFINITY, ONE, ZERO, Vec3, cross, dot, sub

NOTHING = np.int32(-1)
SIGN = np.uint32(0x80000000)


@device
def _meet(
    few: Floats, i: int, origin: Vec3, direction: Vec3, far: Number
) -> tuple[Mask, Number, Number]:
    """Hold rays against one triangle.

    Returns:
        (whether it lies before `far`, its distance's numerator, and denominator).

    Source: Möller and Trumbore 1997, with the triangle's normal computed beforehand.
    """
    e1 = (few[i, 3], few[i, 4], few[i, 5])
    e2 = (few[i, 6], few[i, 7], few[i, 8])
    normal = (few[i, 9], few[i, 10], few[i, 11])
    c = sub((few[i, 0], few[i, 1], few[i, 2]), origin)
    r = cross(c, direction)
    determinant = dot(normal, direction)
    sign = to_word(float_bits(determinant) & SIGN)
    size = abs(determinant)
    u = bits_float(to_word(float_bits(dot(r, e2)) ^ sign))
    v = bits_float(to_word(float_bits(-dot(r, e1)) ^ sign))
    t = bits_float(to_word(float_bits(dot(normal, c)) ^ sign))
    is_inside = (u >= ZERO) & (v >= ZERO) & (u + v <= size)
    return is_inside & (t > ZERO) & (t < far * size), t, size


@shared
def nearest_of_few(few: Floats, mask: Mask, origin: Vec3, direction: Vec3, far: Number) -> Ints:
    """Return the number of the nearest triangle before `far`, -1 for none and in idle lanes.

    Args:
        few: (T, 12): corner, both edges, their cross product.
        mask: lanes that ask.
        origin: of the rays.
        direction: unit length.
        far: how far they reach.
    """
    far = select(mask, far, -ONE)
    found = select(mask, NOTHING, NOTHING)
    for i in range(few.shape[0]):
        hit, t, size = _meet(few, i, origin, direction, far)
        if any_lane(hit):
            # Rounded once more than the products above: else a twin would often be nearer.
            distance = t / size
            is_nearer = hit & (distance < far)
            far = select(is_nearer, distance, far)
            found = select(is_nearer, np.int32(i), found)
    return found


@shared
def few_occlude(few: Floats, mask: Mask, origin: Vec3, direction: Vec3, far: Number) -> Mask:
    """Tell whether any triangle lies before `far`; False in idle lanes. Arguments as above."""
    far = select(mask, far, -ONE)
    blocked = far > INFINITY  # nowhere
    for i in range(few.shape[0]):
        hit, _, _ = _meet(few, i, origin, direction, far)
        blocked = blocked | hit
    return blocked
