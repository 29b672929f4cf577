"""Per-triangle rows of a mesh: corner and edges for the ray, normals and UVs for the shading."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import COLUMN_INVERSE_AREA, Floats, Ints
from renderer.layout.chunks import for_chunks
from renderer.scene import Doubles, Mesh

#: Twice the area below which a triangle counts as degenerate, in the tracer's unit squared.
SMALLEST_AREA = 1e-36


def transform_points(matrix: Doubles, points: Floats, out: Floats) -> None:
    """Write points (V, 3) after a (3, 4) matrix, computed in float64.

    Spelt out, here and below: a library's product of so narrow a matrix rounds differently from
    processor to processor, and bits of a picture must not.
    """

    def work(rows: slice) -> None:
        x, y, z = points[rows].T.astype(np.float64)
        for axis, (a, b, c, d) in enumerate(matrix):
            out[rows, axis] = x * a + y * b + z * c + d

    for_chunks(len(points), work)


def transform_normals(matrix: Doubles, normals: Floats) -> Floats:
    """Return unit normals (V, 3) after a (3, 3) matrix; zeros where there is no direction."""
    result = np.empty((len(normals), 3), np.float32)

    def work(rows: slice) -> None:
        x, y, z = normals[rows].T.astype(np.float64)
        moved = [x * a + y * b + z * c for a, b, c in matrix]
        length = np.sqrt(moved[0] * moved[0] + moved[1] * moved[1] + moved[2] * moved[2])
        length[length == 0.0] = 1.0
        for axis in range(3):
            result[rows, axis] = moved[axis] / length

    for_chunks(len(normals), work)
    return result


def pack_triangles(rows: Floats, points: Floats, corners: Ints) -> None:
    """Fill columns 0..8 and the inverse area of `Geometry.triangles`.

    Args:
        rows: (T, 12) to be filled.
        points: (V, 3) vertices.
        corners: (T, 3) indices of them.
    """

    def work(piece: slice) -> None:
        out, three = rows[piece], corners[piece]
        first = points[three[:, 0]]
        out[:, 0:3] = first
        e1 = points[three[:, 1]] - first
        e2 = points[three[:, 2]] - first
        out[:, 3:6] = e1
        out[:, 6:9] = e2
        ax, ay, az = e1.T.astype(np.float64)
        bx, by, bz = e2.T.astype(np.float64)
        x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        length = np.sqrt(x * x + y * y + z * z)
        usable = length > SMALLEST_AREA
        length[~usable] = 1.0
        out[:, COLUMN_INVERSE_AREA] = np.where(usable, 1.0 / length, 0.0)

    for_chunks(len(rows), work)


def pack_shading(rows: Floats, mesh: Mesh, normals: Floats | None, corners: Ints) -> None:
    """Fill `Geometry.shading` (T, 16) with normals and the first UV set, where there are any.

    Args:
        rows: (T, 16) to be filled; zeros.
        mesh: gives the UVs.
        normals: (V, 3) in the space of the rows; None for flat shading.
        corners: (T, 3) indices of both.
    """
    uvs = mesh.uv_sets[0] if mesh.uv_sets else None

    def work(piece: slice) -> None:
        three = corners[piece]
        if normals is not None:
            rows[piece, 0:9] = normals[three].reshape(-1, 9)
        if uvs is not None:
            rows[piece, 9:15] = uvs[three].reshape(-1, 6)

    for_chunks(len(rows), work)


def oriented(mesh: Mesh, transform: Doubles) -> Ints:
    """Return the triangles wound so that their front is outside also when mirrored."""
    if np.linalg.det(transform[:3, :3]) < 0.0:
        return mesh.triangles[:, [0, 2, 1]]
    return mesh.triangles


def normal_matrix(transform: Doubles) -> Doubles:
    """Return the cofactors (3, 3): transforms normals also where the matrix has no inverse.

    Their sign follows the determinant, which is undone, because normals point outside anyway.
    """
    a, b, c = transform[:3, 0], transform[:3, 1], transform[:3, 2]
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    return cofactors if np.linalg.det(transform[:3, :3]) >= 0.0 else -cofactors
