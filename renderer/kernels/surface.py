"""The point where a ray hits: position, geometric and shading normals, tangent frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Geometry, Number, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, float_bits, select, sqrt, to_int, to_word
from renderer.kernels.lane_memory import load_rows
from renderer.kernels.math32 import (
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    clamp,
    cross,
    dot,
    make_basis,
    normalize,
    scale,
    sub,
)
from renderer.kernels.placing import place_normal, place_point, place_vector

#: Rays start this far off the surface, relative to the largest coordinate that took part in
#: computing the point: some 16 float32 rounding steps, which covers Embree's own error.
OFFSET = F(2.0**-19)
#: The shading normal is bent until the viewer sees at least this cosine.
SMALLEST_COSINE = F(0.01)
NO, YES = np.int32(0), np.int32(1)


@device
def fetch_triangle(geometry: Geometry, triangle: Any) -> tuple[Vec3, Vec3, Vec3, Any, Any, Number]:
    """Return corner 0, both edges, part, emitter, and one over twice the area of a triangle."""
    ax, ay, az, bx = load_rows(geometry.triangles, triangle, 0)
    by, bz, cx, cy = load_rows(geometry.triangles, triangle, 4)
    cz, part, emitter, inverse_area = load_rows(geometry.triangles, triangle, 8)
    number, light = to_int(float_bits(part)), to_int(float_bits(emitter))
    return (ax, ay, az), (bx, by, bz), (cx, cy, cz), number, light, inverse_area


@device
def _largest(a: Vec3) -> Number:
    return max(abs(a[0]), max(abs(a[1]), abs(a[2])))


@device
def _find_row(geometry: Geometry, triangle: Any, instance: Any) -> tuple[Any, Any]:
    """Return the row of a triangle that was hit, and the number of its instance's part."""
    is_placed = instance >= NO
    part = instance
    if any_lane(is_placed):
        place = geometry.instances[max(instance, NO)]
        triangle = select(is_placed, triangle + place.first, triangle)
        part = select(is_placed, place.part, instance)
    return triangle, part


@device
def _place(
    geometry: Geometry, instance: Any, v0: Vec3, e1: Vec3, e2: Vec3, inverse_area: Number
) -> Any:
    """Return corner and edges where they stand, one over twice the area, and how far they reach.

    The reach is the largest number that took part in finding the triangle: rounding grows with
    it. Rays to an instance went through its matrix's inverse, which costs them more digits, the
    more it stretches.
    """
    reach = _largest(v0) + _largest(e1) + _largest(e2)
    is_placed = instance >= NO
    if any_lane(is_placed):
        place = geometry.instances[max(instance, NO)]
        v0 = choose_vector(is_placed, place_point(place, v0), v0)
        e1 = choose_vector(is_placed, place_vector(place, e1), e1)
        e2 = choose_vector(is_placed, place_vector(place, e2), e2)
        area = cross(e1, e2)
        length2 = dot(area, area)
        unit = select(length2 > ZERO, place.flip / sqrt(max(length2, ZERO)), ZERO)
        inverse_area = select(is_placed, unit, inverse_area)
        far = _largest((place.m03, place.m13, place.m23))
        placed_reach = (_largest(v0) + _largest(e1) + _largest(e2) + far) * place.stretch
        reach = select(is_placed, placed_reach, reach)
    return v0, e1, e2, inverse_area, reach


@device
def locate(
    surface: Record,
    geometry: Geometry,
    triangle: Any,
    instance: Any,
    origin: Vec3,
    direction: Vec3,
) -> None:
    """Compute where the ray meets the triangle, and the geometric normal.

    Our own arithmetic (Möller and Trumbore 1997), not the ray caster's: the bits then depend
    only on which triangle was hit. The point comes from the barycentric coordinates, whose
    error is bounded by the triangle's size, not by the ray's length. A triangle of an instance
    is brought to where it stands, not the ray to the triangle: so all that follows is the same.
    """
    row, placed_part = _find_row(geometry, triangle, instance)
    row = to_word(row)
    v0, e1, e2, own_part, emitter, inverse_area = fetch_triangle(geometry, row)
    part = select(instance >= NO, placed_part, own_part)
    v0, e1, e2, inverse_area, reach = _place(geometry, instance, v0, e1, e2, inverse_area)
    p = cross(direction, e2)
    determinant = dot(e1, p)
    inverse = select(determinant != ZERO, ONE / determinant, ZERO)
    s = sub(origin, v0)
    q = cross(s, e1)
    u = clamp(dot(s, p) * inverse, ZERO, ONE)
    v = clamp(dot(direction, q) * inverse, ZERO, ONE - u)
    point = add(v0, add(scale(e1, u), scale(e2, v)))
    surface.u = u
    surface.v = v
    surface.t = max(dot(sub(point, origin), direction), ZERO)
    surface.px, surface.py, surface.pz = point
    surface.offset = reach * OFFSET
    normal = scale(cross(e1, e2), inverse_area)
    front = dot(normal, direction) < ZERO
    surface.gx, surface.gy, surface.gz = scale(normal, select(front, ONE, -ONE))
    surface.front = select(front, YES, NO)
    surface.e1x, surface.e1y, surface.e1z = e1
    surface.e2x, surface.e2y, surface.e2z = e2
    surface.triangle = row
    surface.instance = instance
    surface.part = to_word(part)
    surface.emitter = emitter


@device
def smooth_normal(surface: Record, geometry: Geometry) -> Vec3:
    """Return the interpolated normal on the viewer's side, and set the terminator's lift.

    The lift moves the start of reflected rays from the flat triangle to the smooth surface it
    stands for, so that coarse meshes show no faceted shadow edge.

    Source: Hanika 2021, Hacking the Shadow Terminator (Ray Tracing Gems II, chapter 4).
    """
    u = surface.u
    v = surface.v
    w = ONE - u - v
    sign = select(surface.front != NO, ONE, -ONE)
    n0x, n0y, n0z, n1x = load_rows(geometry.shading, surface.triangle, 0)
    n1y, n1z, n2x, n2y = load_rows(geometry.shading, surface.triangle, 4)
    n2z, _, _, _ = load_rows(geometry.shading, surface.triangle, 8)
    n0 = (n0x, n0y, n0z)
    n1 = (n1x, n1y, n1z)
    n2 = (n2x, n2y, n2z)
    e1 = (surface.e1x, surface.e1y, surface.e1z)
    e2 = (surface.e2x, surface.e2y, surface.e2z)
    is_placed = surface.instance >= NO
    if any_lane(is_placed):
        place = geometry.instances[max(surface.instance, NO)]
        n0 = choose_vector(is_placed, place_normal(place, n0), n0)
        n1 = choose_vector(is_placed, place_normal(place, n1), n1)
        n2 = choose_vector(is_placed, place_normal(place, n2), n2)
    n0 = scale(n0, sign)
    n1 = scale(n1, sign)
    n2 = scale(n2, sign)
    from_0 = add(scale(e1, u), scale(e2, v))
    h0 = w * max(ZERO, -dot(from_0, n0))
    h1 = u * max(ZERO, -dot(sub(from_0, e1), n1))
    h2 = v * max(ZERO, -dot(sub(from_0, e2), n2))
    lift = add(scale(n0, h0), add(scale(n1, h1), scale(n2, h2)))
    surface.lx, surface.ly, surface.lz = lift
    return normalize(add(scale(n0, w), add(scale(n1, u), scale(n2, v))))


@device
def set_frame(surface: Record, normal: Vec3, to_viewer: Vec3) -> None:
    """Make the shading frame around `normal`, bent towards the viewer where it must be.

    A normal that looks away from the viewer (interpolated or mapped) would shade black.
    """
    is_turned = (surface.bent != NO) & (geometric_cosine(surface, normal) < ZERO)
    normal = scale(normal, select(is_turned, -ONE, ONE))
    cosine = dot(normal, to_viewer)
    is_low = cosine < SMALLEST_COSINE
    if any_lane(is_low):
        lifted = normalize(add(normal, scale(to_viewer, SMALLEST_COSINE - cosine)))
        normal = choose_vector(is_low, lifted, normal)
        surface.bent = select(is_low, YES, surface.bent)
    surface.nx, surface.ny, surface.nz = normal
    t, b = make_basis(normal)
    surface.tx, surface.ty, surface.tz = t
    surface.bx, surface.by, surface.bz = b


@device
def set_viewer(surface: Record, to_viewer: Vec3) -> None:
    """Set the viewer's direction in the shading frame; it is never below the horizon."""
    x, y, z = to_local(surface, to_viewer)
    surface.wx = x
    surface.wy = y
    surface.wz = max(z, F(1e-4))


@device
def to_local(surface: Record, d: Vec3) -> Vec3:
    """Return a world direction in the shading frame."""
    return (
        surface.tx * d[0] + surface.ty * d[1] + surface.tz * d[2],
        surface.bx * d[0] + surface.by * d[1] + surface.bz * d[2],
        surface.nx * d[0] + surface.ny * d[1] + surface.nz * d[2],
    )


@device
def to_world(surface: Record, d: Vec3) -> Vec3:
    """Return a direction of the shading frame in the world; unit length stays unit length."""
    return (
        surface.tx * d[0] + surface.bx * d[1] + surface.nx * d[2],
        surface.ty * d[0] + surface.by * d[1] + surface.ny * d[2],
        surface.tz * d[0] + surface.bz * d[1] + surface.nz * d[2],
    )


@device
def geometric_cosine(surface: Record, d: Vec3) -> Number:
    """Return the cosine between the geometric normal (viewer's side) and d."""
    return surface.gx * d[0] + surface.gy * d[1] + surface.gz * d[2]


@device
def leave(surface: Record, d: Vec3) -> Vec3:
    """Return where a ray into direction d starts: off the surface on d's side."""
    side = geometric_cosine(surface, d)
    is_above = side >= ZERO
    step = select(is_above, surface.offset, -surface.offset)
    x = surface.px + surface.gx * step
    y = surface.py + surface.gy * step
    z = surface.pz + surface.gz * step
    return (
        x + select(is_above, surface.lx, ZERO),
        y + select(is_above, surface.ly, ZERO),
        z + select(is_above, surface.lz, ZERO),
    )


@device
def leave_below(surface: Record, d: Vec3) -> Vec3:
    """Return where a ray that goes straight on starts: off the flat surface on d's side."""
    step = select(geometric_cosine(surface, d) >= ZERO, surface.offset, -surface.offset)
    return (
        surface.px + surface.gx * step,
        surface.py + surface.gy * step,
        surface.pz + surface.gz * step,
    )


@device
def soften_terminator(surface: Record, d: Vec3, cosine: Number) -> Number:
    """Return the factor that fades reflected light out towards the geometric horizon.

    Source: Chiang, Li, Burley 2019, Taming the Shadow Terminator.

    Args:
        surface: the point.
        d: unit direction to the light, world.
        cosine: between shading normal and d, positive.
    """
    side = geometric_cosine(surface, d)
    agreement = surface.gx * surface.nx + surface.gy * surface.ny + surface.gz * surface.nz
    ratio = max(side, ZERO) / max(cosine * agreement, F(1e-6))
    fade = select(ratio >= ONE, ONE, ratio * (ONE + ratio - ratio * ratio))
    return select(surface.bent == NO, ONE, fade)
