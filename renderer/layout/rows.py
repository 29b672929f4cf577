"""Per-triangle rows of a mesh: corner and edges for the ray, normals and UVs for the shading."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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


class RowWriter:
    """Fills the rows of meshes, except for their parts' numbers.

    Args:
        geometry: whose rows.
    """

    def __init__(self, geometry: Geometry) -> None:
        nothing = Vertices(_NOTHING_3, _NOTHING_3, _NOTHING_2)
        corners = np.zeros((0, 3), np.int32)
        self._pack = _PACK_ROWS.bind(geometry, example=(nothing, corners, 0, 0, 0))

    def write(
        self, first: int, mesh: Mesh, points: Floats, normals: Floats | None, corners: Ints
    ) -> None:
        """Fill the rows of one mesh.

        Args:
            first: row of its first triangle.
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
            self._pack(vertices, whole, first, piece.start, piece.stop)

        for_chunks(len(corners), work, COMPILED_CHUNK_ROWS)


def _plain(values: Floats) -> Floats:
    """Return an array of the one kind for which the kernel is compiled."""
    return np.require(values, np.float32, ("C", "W"))


def is_mirrored(transforms: Doubles) -> npt.NDArray[np.bool_]:
    """Tell which of the transforms (N, 4, 4) turn left into right."""
    mirrored: npt.NDArray[np.bool_] = np.linalg.det(transforms[:, :3, :3]) < 0.0
    return mirrored


def oriented(mesh: Mesh, *, mirrored: bool) -> Ints:
    """Return the triangles wound so that their front is outside also when mirrored."""
    return np.ascontiguousarray(mesh.triangles[:, [0, 2, 1]]) if mirrored else mesh.triangles


def normal_matrices(transforms: Doubles) -> Doubles:
    """Return the cofactors (N, 3, 3): transform normals also where a matrix has no inverse.

    Their sign follows the determinant, which is undone, because normals point outside anyway.
    """
    a, b, c = np.moveaxis(transforms[:, :3, :3], 2, 0)
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=2)
    return np.where(is_mirrored(transforms)[:, None, None], -cofactors, cofactors)
