"""Writing the rows of triangles; compiled, because a million of them must not take a second."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import (
    COLUMN_EMITTER,
    COLUMN_INVERSE_AREA,
    Floats,
    Geometry,
    Ints,
    Vertices,
)
from renderer.kernels.jit import device, program
from renderer.kernels.math32 import ZERO, F

#: Twice the area below which a triangle counts as degenerate, in the unit of its rows squared.
SMALLEST_AREA = 1e-36


@program
def pack_rows(
    geometry: Geometry, vertices: Vertices, corners: Ints, first_row: int, first: int, last: int
) -> None:
    """Write the rows of some triangles of a mesh: everything but the part's number.

    Args:
        geometry: `triangles`, `ids` and `shading` are filled.
        vertices: of the mesh, in the space of the rows.
        corners: (T, 3) its triangles.
        first_row: row of the mesh's first triangle.
        first: number of the first triangle to write.
        last: number behind the last.
    """
    for number in range(first, last):
        row = first_row + number
        a, b, c = corners[number, 0], corners[number, 1], corners[number, 2]
        _pack_triangle(geometry.triangles[row], vertices.points, a, b, c)
        geometry.ids[row, COLUMN_EMITTER] = np.int32(-1)
        _pack_shading(geometry.shading[row], vertices, a, b, c)


@device
def _pack_triangle(row: Floats, points: Floats, a: int, b: int, c: int) -> None:
    for axis in range(3):
        row[axis] = points[a, axis]
        row[3 + axis] = points[b, axis] - points[a, axis]
        row[6 + axis] = points[c, axis] - points[a, axis]
    ax, ay, az = np.float64(row[3]), np.float64(row[4]), np.float64(row[5])
    bx, by, bz = np.float64(row[6]), np.float64(row[7]), np.float64(row[8])
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    length = np.sqrt(x * x + y * y + z * z)
    row[COLUMN_INVERSE_AREA] = F(1.0 / length) if length > SMALLEST_AREA else ZERO


@device
def _pack_shading(row: Floats, vertices: Vertices, a: int, b: int, c: int) -> None:
    has_normals = vertices.normals.shape[0] > 0
    for axis in range(3):
        row[axis] = vertices.normals[a, axis] if has_normals else ZERO
        row[3 + axis] = vertices.normals[b, axis] if has_normals else ZERO
        row[6 + axis] = vertices.normals[c, axis] if has_normals else ZERO
    has_uvs = vertices.uvs.shape[0] > 0
    for axis in range(2):
        row[9 + axis] = vertices.uvs[a, axis] if has_uvs else ZERO
        row[11 + axis] = vertices.uvs[b, axis] if has_uvs else ZERO
        row[13 + axis] = vertices.uvs[c, axis] if has_uvs else ZERO
    row[15] = ZERO
