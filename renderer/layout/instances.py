"""Instances of shared meshes, as records for the kernels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from renderer.kernels.data import INSTANCE, Records
from renderer.layout.rows import is_mirrored, normal_matrices
from renderer.layout.sharing import stretch
from renderer.layout.space import Space
from renderer.scene import Doubles, Mesh


@dataclass(frozen=True)
class MeshSpace:
    """Where a shared mesh lies in its own rows: centred, and about one unit large.

    So the rounding of its vertices is relative to its own size, whatever the modeller's origin
    and unit were; the scale is a power of two and changes no digit.

    Attributes:
        matrix: (3, 4) float64 from the scene's mesh to the rows.
        back: (4, 4) float64, its inverse.
        first: row of its first triangle.
    """

    matrix: Doubles
    back: Doubles
    first: int


def make_mesh_space(mesh: Mesh, first: int) -> MeshSpace:
    """Choose the space of a shared mesh whose rows begin at `first`."""
    low = mesh.positions.min(axis=0).astype(np.float64)
    high = mesh.positions.max(axis=0).astype(np.float64)
    center = (low + high) / 2.0
    half = float((high - low).max()) / 2.0
    scale = math.ldexp(1.0, -math.frexp(half)[1]) if half > 0.0 else 1.0
    matrix = np.zeros((3, 4))
    matrix[:, :3] = np.eye(3) * scale
    matrix[:, 3] = -center * scale
    back = np.eye(4)
    back[:3, :3] = np.eye(3) / scale
    back[:3, 3] = center
    return MeshSpace(matrix, back, first)


def pack_instances(
    placed: Sequence[tuple[MeshSpace, Doubles]], space: Space, first_part: int
) -> Records:
    """Return a record of type INSTANCE for each pair of a mesh and its transform (4, 4).

    Args:
        placed: what stands where in the world.
        space: of the tracer.
        first_part: number of the first one's part; the others follow.
    """
    records = np.zeros(len(placed), INSTANCE)
    if not placed:
        return records
    transforms = np.stack([transform for _, transform in placed])
    matrices = transforms @ np.stack([mesh.back for mesh, _ in placed])
    linear = matrices[:, :3, :3] * space.scale
    moved = (matrices[:, :3, 3] - space.center) * space.scale
    turns = normal_matrices(linear)
    turns /= np.abs(turns).max(axis=(1, 2))[:, None, None]
    for row in range(3):
        for column in range(3):
            records[f"m{row}{column}"] = linear[:, row, column]
            records[f"n{row}{column}"] = turns[:, row, column]
        records[f"m{row}3"] = moved[:, row]
    records["flip"] = np.where(is_mirrored(linear), -1.0, 1.0)
    records["stretch"] = stretch(transforms)
    records["first"] = [mesh.first for mesh, _ in placed]
    records["part"] = np.arange(first_part, first_part + len(placed))
    return records
