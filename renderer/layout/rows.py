"""Per-triangle rows of a mesh: corner and edges for the ray, normals and UVs for the shading."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Floats, Geometry, Ints, Vertices
from renderer.layout.chunks import for_chunks
from renderer.machine_code import Kernel
from renderer.scene import Doubles, Mesh

_PACK_ROWS = Kernel("renderer.kernels.pack_rows", "pack_rows")
#: A call costs some tens of microseconds, a thousandth of what it does.
COMPILED_CHUNK_ROWS = 1 << 17
_NOTHING_3 = np.zeros((0, 3), np.float32)
_NOTHING_2 = np.zeros((0, 2), np.float32)


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


def pack_mesh(
    geometry: Geometry,
    first: int,
    mesh: Mesh,
    points: Floats,
    normals: Floats | None,
    corners: Ints,
) -> None:
    """Fill the rows of a mesh, except for its part's number.

    Args:
        geometry: whose rows.
        first: row of the mesh's first triangle.
        mesh: gives the first UV set.
        points: (V, 3) vertices in the space of the rows.
        normals: (V, 3) there; None for flat shading.
        corners: (T, 3) indices of both.
    """
    vertices = Vertices(
        points,
        _plain(normals if normals is not None else _NOTHING_3),
        _plain(mesh.uv_sets[0] if mesh.uv_sets else _NOTHING_2),
    )
    whole = np.require(corners, np.int32, ("C", "W"))

    def work(piece: slice) -> None:
        _PACK_ROWS(geometry, vertices, whole, first, piece.start, piece.stop)

    for_chunks(len(corners), work, COMPILED_CHUNK_ROWS)


def _plain(values: Floats) -> Floats:
    """Return an array of the one kind for which the kernel is compiled."""
    return np.require(values, np.float32, ("C", "W"))


def oriented(mesh: Mesh, transform: Doubles) -> Ints:
    """Return the triangles wound so that their front is outside also when mirrored."""
    if np.linalg.det(transform[:3, :3]) < 0.0:
        return np.ascontiguousarray(mesh.triangles[:, [0, 2, 1]])
    return mesh.triangles


def normal_matrix(transform: Doubles) -> Doubles:
    """Return the cofactors (3, 3): transforms normals also where the matrix has no inverse.

    Their sign follows the determinant, which is undone, because normals point outside anyway.
    """
    a, b, c = transform[:3, 0], transform[:3, 1], transform[:3, 2]
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    return cofactors if np.linalg.det(transform[:3, :3]) >= 0.0 else -cofactors
