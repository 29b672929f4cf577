"""The point where a ray hits: position, geometric and shading normals, tangent frame."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import COLUMN_EMITTER, COLUMN_INVERSE_AREA, COLUMN_PART, Geometry, Record
from renderer.kernels.jit import device
from renderer.kernels.math32 import (
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    clamp,
    cross,
    dot,
    make_basis,
    neg,
    normalize,
    scale,
    sub,
)

#: Rays start this far off the surface, relative to the largest coordinate that took part in
#: computing the point: some 16 float32 rounding steps, which covers Embree's own error.
OFFSET = F(2.0**-19)
#: The shading normal is bent until the viewer sees at least this cosine.
SMALLEST_COSINE = F(0.01)


@device
def corner(geometry: Geometry, triangle: int, column: int) -> Vec3:
    """Return three neighbouring columns of a triangle as a vector."""
    row = geometry.triangles[triangle]
    return (row[column], row[column + 1], row[column + 2])


@device
def _largest(a: Vec3) -> np.float32:
    return max(abs(a[0]), max(abs(a[1]), abs(a[2])))


@device
def locate(
    surface: Record, geometry: Geometry, triangle: int, origin: Vec3, direction: Vec3
) -> None:
    """Compute where the ray meets the triangle, and the geometric normal.

    Our own arithmetic (Möller and Trumbore 1997), not the ray caster's: the bits then depend
    only on which triangle was hit. The point comes from the barycentric coordinates, whose
    error is bounded by the triangle's size, not by the ray's length.
    """
    v0 = corner(geometry, triangle, 0)
    e1 = corner(geometry, triangle, 3)
    e2 = corner(geometry, triangle, 6)
    p = cross(direction, e2)
    determinant = dot(e1, p)
    inverse = ONE / determinant if determinant != ZERO else ZERO
    s = sub(origin, v0)
    q = cross(s, e1)
    u = clamp(dot(s, p) * inverse, ZERO, ONE)
    v = clamp(dot(direction, q) * inverse, ZERO, ONE - u)
    point = add(v0, add(scale(e1, u), scale(e2, v)))
    surface.u = u
    surface.v = v
    surface.t = max(dot(sub(point, origin), direction), ZERO)
    surface.px, surface.py, surface.pz = point
    surface.offset = (_largest(v0) + _largest(e1) + _largest(e2)) * OFFSET
    normal = scale(cross(e1, e2), geometry.triangles[triangle, COLUMN_INVERSE_AREA])
    front = dot(normal, direction) < ZERO
    surface.gx, surface.gy, surface.gz = normal if front else neg(normal)
    surface.front = 1 if front else 0
    surface.triangle = np.uint32(triangle)
    surface.part = np.uint32(geometry.ids[triangle, COLUMN_PART])
    surface.emitter = geometry.ids[triangle, COLUMN_EMITTER]


@device
def smooth_normal(surface: Record, geometry: Geometry) -> Vec3:
    """Return the interpolated normal on the viewer's side, and set the terminator's lift.

    The lift moves the start of reflected rays from the flat triangle to the smooth surface it
    stands for, so that coarse meshes show no faceted shadow edge.

    Source: Hanika 2021, Hacking the Shadow Terminator (Ray Tracing Gems II, chapter 4).
    """
    row = geometry.shading[surface.triangle]
    u = surface.u
    v = surface.v
    w = ONE - u - v
    sign = ONE if surface.front != 0 else -ONE
    n0 = scale((row[0], row[1], row[2]), sign)
    n1 = scale((row[3], row[4], row[5]), sign)
    n2 = scale((row[6], row[7], row[8]), sign)
    e1 = corner(geometry, surface.triangle, 3)
    e2 = corner(geometry, surface.triangle, 6)
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
    if surface.bent != 0 and geometric_cosine(surface, normal) < ZERO:
        normal = neg(normal)
    cosine = dot(normal, to_viewer)
    if cosine < SMALLEST_COSINE:
        normal = normalize(add(normal, scale(to_viewer, SMALLEST_COSINE - cosine)))
        surface.bent = 1
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
def geometric_cosine(surface: Record, d: Vec3) -> np.float32:
    """Return the cosine between the geometric normal (viewer's side) and d."""
    return surface.gx * d[0] + surface.gy * d[1] + surface.gz * d[2]


@device
def leave(surface: Record, d: Vec3) -> Vec3:
    """Return where a ray into direction d starts: off the surface on d's side."""
    side = geometric_cosine(surface, d)
    step = surface.offset if side >= ZERO else -surface.offset
    x = surface.px + surface.gx * step
    y = surface.py + surface.gy * step
    z = surface.pz + surface.gz * step
    if side >= ZERO:
        return (x + surface.lx, y + surface.ly, z + surface.lz)
    return (x, y, z)


@device
def soften_terminator(surface: Record, d: Vec3, cosine: np.float32) -> np.float32:
    """Return the factor that fades reflected light out towards the geometric horizon.

    Source: Chiang, Li, Burley 2019, Taming the Shadow Terminator.

    Args:
        surface: the point.
        d: unit direction to the light, world.
        cosine: between shading normal and d, positive.
    """
    if surface.bent == 0:
        return ONE
    side = geometric_cosine(surface, d)
    if side <= ZERO:
        return ZERO
    agreement = surface.gx * surface.nx + surface.gy * surface.ny + surface.gz * surface.nz
    ratio = side / max(cosine * agreement, F(1e-6))
    if ratio >= ONE:
        return ONE
    return ratio * (ONE + ratio - ratio * ratio)
