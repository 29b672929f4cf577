"""Triangles and their vertices: what to do with indices, normals and morph targets.

Plain array functions; none of them knows of glTF's JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from renderer.scene import Doubles, Floats, Ints

#: UVs beyond this have lost all precision in float32, and would overflow a texel index.
MAX_UV = 1e6


@dataclass(frozen=True)
class Vertices:
    """The vertices of one primitive; arrays may be shared with others.

    Attributes:
        positions: (V, 3) float32.
        normals: (V, 3) float32 or None.
        tangents: (V, 4) float32 or None.
        uv_sets: each (V, 2) float32.
        colors: (V, 4) float32 or None.
    """

    positions: Floats
    normals: Floats | None = None
    tangents: Floats | None = None
    uv_sets: tuple[Floats, ...] = ()
    colors: Floats | None = None


def split_strip(indices: Ints) -> Ints:
    """The triangles of a strip, (N,) to (N - 2, 3), all with the winding of the first."""
    triangles = np.stack([indices[:-2], indices[1:-1], indices[2:]], axis=1)
    triangles[1::2, 1:] = triangles[1::2, :0:-1]
    return triangles


def split_fan(indices: Ints) -> Ints:
    """The triangles of a fan, (N,) to (N - 2, 3)."""
    first = np.full(max(len(indices) - 2, 0), indices[0])
    return np.stack([indices[1:-1], indices[2:], first], axis=1)


def drop_unused(vertices: Vertices, triangles: Ints) -> tuple[Vertices, Ints]:
    """Keeps only the vertices that triangles use, where that halves them or better.

    Exporters like to share one vertex array among all the materials of a model; a copy of all of
    it for each would multiply the scene.
    """
    low, high = int(triangles.min()), int(triangles.max()) + 1
    total = len(vertices.positions)
    used = np.zeros(high - low, dtype=bool)
    used[triangles - low] = True
    count = int(used.sum())
    if count * 2 > total:
        return vertices, triangles
    rows = np.flatnonzero(used) + low
    renumbered = (np.cumsum(used, dtype=np.int32) - 1)[triangles - low]
    return Vertices(
        positions=vertices.positions[rows],
        normals=None if vertices.normals is None else vertices.normals[rows],
        tangents=None if vertices.tangents is None else vertices.tangents[rows],
        uv_sets=tuple(uv[rows] for uv in vertices.uv_sets),
        colors=None if vertices.colors is None else vertices.colors[rows],
    ), renumbered.astype(np.int32)


def clean(vertices: Vertices, triangles: Ints) -> Vertices:
    """Brings the attributes into the ranges that `renderer.scene.Mesh` promises."""
    normals = vertices.normals
    if normals is not None:
        normals = make_unit_normals(normals, vertices.positions, triangles)
    tangents = vertices.tangents
    if tangents is not None and normals is not None:
        tangents = make_unit_tangents(tangents, normals)
    return replace(
        vertices,
        normals=normals,
        tangents=tangents if normals is not None else None,
        uv_sets=tuple(_limited_uvs(uv) for uv in vertices.uv_sets),
        colors=None if vertices.colors is None else np.clip(vertices.colors, 0.0, 1e4),
    )


def make_unit_normals(normals: Floats, positions: Floats, triangles: Ints) -> Floats:
    """Normals of unit length; where a file has a zero one, that of the faces around it.

    Args:
        normals: (V, 3) float32, finite, any length.
        positions: (V, 3) float32.
        triangles: (T, 3) int32.

    Returns:
        (V, 3) float32, unit length.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", normals, normals, dtype=np.float64))
    bad = lengths < 1e-12
    if not bad.any():
        lengths_in_rows: Doubles = lengths[:, None]
        return (normals / lengths_in_rows).astype(np.float32)
    unit: Doubles = normals / np.where(bad, 1.0, lengths)[:, None]
    unit[bad] = _face_normals(bad, positions, triangles)
    return unit.astype(np.float32)


def make_unit_tangents(tangents: Floats, normals: Floats) -> Floats:
    """Tangents of unit length with w = ±1; a zero one becomes any direction along the surface."""
    directions = tangents[:, :3].astype(np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", directions, directions))
    bad = lengths < 1e-12
    result = np.empty_like(tangents)
    result[:, :3] = directions / np.where(bad, 1.0, lengths)[:, None]
    result[:, 3] = np.where(tangents[:, 3] < 0, -1.0, 1.0)
    if bad.any():
        result[bad, :3] = _any_perpendicular(normals[bad])
    return result


def transform_points(matrix: Doubles, points: Floats) -> Doubles:
    """Points (N, 3) after a (4, 4) affine transform, in float64."""
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _face_normals(wanted: np.ndarray, positions: Floats, triangles: Ints) -> Doubles:
    """Area-weighted mean of the face normals around each wanted vertex."""
    touching = triangles[wanted[triangles].any(axis=1)]
    corners = positions[touching].astype(np.float64)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    sums = np.zeros((len(positions), 3))
    for corner in range(3):
        np.add.at(sums, touching[:, corner], faces)
    sums = sums[wanted]
    lengths = np.linalg.norm(sums, axis=1)
    sums[lengths < 1e-30] = (0.0, 0.0, 1.0)  # unused, or of degenerate triangles only
    unit: Doubles = sums / np.where(lengths < 1e-30, 1.0, lengths)[:, None]
    return unit


def _any_perpendicular(normals: Floats) -> Doubles:
    axes = np.eye(3)[np.argmin(np.abs(normals), axis=1)]
    directions = np.cross(normals.astype(np.float64), axes)
    unit: Doubles = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return unit


def _limited_uvs(uvs: Floats) -> Floats:
    if np.abs(uvs).max() <= MAX_UV:
        return uvs
    return np.clip(uvs, -MAX_UV, MAX_UV)
