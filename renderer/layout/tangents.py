"""Tangents for normal-mapped meshes that come without."""

from __future__ import annotations

import numpy as np

from renderer.scene import Doubles, Floats, Mesh


def derive_tangents(mesh: Mesh, uv: Floats) -> Floats:
    """Return (V, 4) float32 tangents from the directions in which u and v grow.

    Each triangle's tangent is averaged at its vertices, weighted by the triangle's area in the
    UV map's own measure (as MikkTSpace does in spirit, though not to the bit), and made
    perpendicular to the normal. Vertices without a usable UV map get any perpendicular.

    Args:
        mesh: with normals.
        uv: (V, 2), after the slot's transform.
    """
    assert mesh.normals is not None
    corners = mesh.positions[mesh.triangles].astype(np.float64)
    coords = uv[mesh.triangles].astype(np.float64)
    e1, e2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    d1, d2 = coords[:, 1] - coords[:, 0], coords[:, 2] - coords[:, 0]
    determinant = d1[:, 0] * d2[:, 1] - d1[:, 1] * d2[:, 0]
    sign = np.sign(determinant)
    along_u = (e1 * d2[:, 1:2] - e2 * d1[:, 1:2]) * sign[:, None]
    along_v = (e2 * d1[:, 0:1] - e1 * d2[:, 0:1]) * sign[:, None]
    tangent = _sum_at_vertices(mesh, along_u)
    bitangent = _sum_at_vertices(mesh, along_v)
    normals = mesh.normals.astype(np.float64)
    tangent -= normals * np.sum(tangent * normals, axis=1, keepdims=True)
    length = np.linalg.norm(tangent, axis=1, keepdims=True)
    unusable = length[:, 0] <= 1e-30
    tangent /= np.where(length > 1e-30, length, 1.0)
    tangent[unusable] = _any_perpendicular(normals[unusable])
    # glTF 2.0, 3.9.3: the bitangent cross(normal, tangent) * w is where green points, upwards in
    # the image, and v grows downwards.
    handed = np.sign(np.sum(np.cross(normals, tangent) * -bitangent, axis=1))
    handed[handed == 0.0] = 1.0
    return np.concatenate([tangent, handed[:, None]], axis=1).astype(np.float32)


def _sum_at_vertices(mesh: Mesh, values: Doubles) -> Doubles:
    result = np.zeros((len(mesh.positions), 3))
    flat = mesh.triangles.reshape(-1)
    for axis in range(3):
        weights = np.repeat(values[:, axis], 3)
        result[:, axis] = np.bincount(flat, weights, minlength=len(result))
    return result


def _any_perpendicular(normals: Doubles) -> Doubles:
    axis = np.where(np.abs(normals[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    result = np.cross(axis, normals)
    length = np.linalg.norm(result, axis=1, keepdims=True)
    unit: Doubles = result / np.where(length > 0.0, length, 1.0)
    return unit
