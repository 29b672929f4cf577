"""From the space of a shared mesh to the tracer's: points, directions and normals of instances.

A `place` is a record of `Geometry.instances`, or one per lane.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Geometry, Number, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, sqrt
from renderer.kernels.math32 import ONE, ZERO, Vec3, choose_vector, dot, scale

#: What stands for the instance of a flat triangle.
FLAT = np.int32(-1)
FIRST = np.int32(0)


@device
def place_vector(place: Record, d: Vec3) -> Vec3:
    """Return a direction or an edge in the tracer's space."""
    return (
        place.m00 * d[0] + place.m01 * d[1] + place.m02 * d[2],
        place.m10 * d[0] + place.m11 * d[1] + place.m12 * d[2],
        place.m20 * d[0] + place.m21 * d[1] + place.m22 * d[2],
    )


@device
def place_point(place: Record, p: Vec3) -> Vec3:
    """Return a point in the tracer's space."""
    x, y, z = place_vector(place, p)
    return (x + place.m03, y + place.m13, z + place.m23)


@device
def place_normal(place: Record, n: Vec3) -> Vec3:
    """Return a normal in the tracer's space, unit length; zero for none."""
    moved = (
        place.n00 * n[0] + place.n01 * n[1] + place.n02 * n[2],
        place.n10 * n[0] + place.n11 * n[1] + place.n12 * n[2],
        place.n20 * n[0] + place.n21 * n[1] + place.n22 * n[2],
    )
    return unit_or_zero(moved)


@device
def unit_or_zero(a: Vec3) -> Vec3:
    """Return a at unit length; zero where it has no direction."""
    length2 = dot(a, a)
    return scale(a, select(length2 > ZERO, ONE / sqrt(max(length2, ZERO)), ZERO))


@device
def place_tangent(geometry: Geometry, instance: Any, tangent: Vec3, handedness: Number) -> Any:
    """Return a tangent of a triangle's rows in the tracer's space, and its handedness there.

    Args:
        geometry: with its instances.
        instance: number of the instance, or FLAT.
        tangent: any length.
        handedness: 1 or -1; an instance that mirrors turns it round.
    """
    is_placed = instance >= FIRST
    if any_lane(is_placed):
        place = geometry.instances[max(instance, FIRST)]
        tangent = choose_vector(is_placed, place_vector(place, tangent), tangent)
        handedness = select(is_placed, handedness * place.flip, handedness)
    return tangent, handedness
