"""Triangles of all instances, packed per triangle in the tracer's space."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from renderer.kernels.data import (
    ABSENT_ROW,
    COLUMN_EMITTER,
    COLUMN_INVERSE_AREA,
    COLUMN_PART,
    PART,
    Floats,
    Geometry,
    Ints,
)
from renderer.layout.space import Space
from renderer.layout.tangents import derive_tangents
from renderer.scene import Doubles, Material, Mesh, Scene, SceneError, TextureSlot

#: Triangle numbers are int32, and each takes some 250 bytes with its tree.
MAX_TRIANGLES = 200_000_000


@dataclass(frozen=True)
class PackedGeometry:
    """What `pack_geometry` makes.

    Attributes:
        geometry: for the kernels.
        vertices: (V + 1, 3) float32, tracer's space; the last row is padding.
        indices: (T, 3) uint32.
        part_first: (P + 1,) first triangle of each part.
    """

    geometry: Geometry
    vertices: Floats
    indices: npt.NDArray[np.uint32]
    part_first: Ints


def pack_geometry(scene: Scene, space: Space) -> PackedGeometry:
    """Flatten all instances.

    Raises:
        SceneError: more triangles than this tracer holds.
    """
    used = [i for i in scene.instances if len(scene.meshes[i.mesh].triangles)]
    meshes = [scene.meshes[i.mesh] for i in used]
    counts = [len(mesh.triangles) for mesh in meshes]
    total = sum(counts)
    if total > MAX_TRIANGLES:
        raise SceneError(
            f"{scene.name}: {total} triangles with all instances, more than {MAX_TRIANGLES}; "
            "reduce the scene"
        )
    vertex_counts = [len(mesh.positions) for mesh in meshes]
    vertices = np.zeros((sum(vertex_counts) + 1, 3), np.float32)
    indices = np.empty((total, 3), np.uint32)
    triangles = np.zeros((total, 12), np.float32)
    ids = triangles.view(np.int32)
    ids[:, COLUMN_EMITTER] = -1
    shading = np.zeros((total, 16), np.float32)
    parts = np.zeros(max(len(used), 1), PART)
    cold = _Cold()
    first = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int32)
    vertex = 0
    for number, (instance, mesh) in enumerate(zip(used, meshes, strict=True)):
        rows = slice(int(first[number]), int(first[number + 1]))
        corners = _oriented(mesh, instance.transform)
        world = mesh.positions.astype(np.float64) @ instance.transform[:3, :3].T
        points = space.point(world + instance.transform[:3, 3]).astype(np.float32)
        vertices[vertex : vertex + len(points)] = points
        indices[rows] = corners.astype(np.uint32) + np.uint32(vertex)
        vertex += len(points)
        _pack_triangles(triangles[rows], points[corners])
        ids[rows, COLUMN_PART] = number
        _pack_shading(shading[rows], mesh, corners, instance.transform)
        parts[number] = cold.add_part(
            mesh, corners, instance.transform, scene.materials[mesh.material], rows.start, number
        )
    geometry = Geometry(triangles, ids, shading, parts, *cold.arrays())
    return PackedGeometry(geometry, vertices, indices, first)


def _oriented(mesh: Mesh, transform: Doubles) -> Ints:
    """Return the triangles wound so that their front is outside also when mirrored."""
    if np.linalg.det(transform[:3, :3]) < 0.0:
        return mesh.triangles[:, [0, 2, 1]]
    return mesh.triangles


def _pack_triangles(rows: Floats, corners: Floats) -> None:
    rows[:, 0:3] = corners[:, 0]
    rows[:, 3:6] = corners[:, 1] - corners[:, 0]
    rows[:, 6:9] = corners[:, 2] - corners[:, 0]
    e1, e2 = rows[:, 3:6].astype(np.float64), rows[:, 6:9].astype(np.float64)
    length = np.sqrt((np.cross(e1, e2) ** 2).sum(axis=1))
    rows[:, COLUMN_INVERSE_AREA] = np.where(length > 1e-36, 1.0 / np.maximum(length, 1e-36), 0.0)


def _pack_shading(rows: Floats, mesh: Mesh, corners: Ints, transform: Doubles) -> None:
    if mesh.normals is not None:
        normals = mesh.normals.astype(np.float64) @ _normal_matrix(transform).T
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        normals /= np.where(length > 0.0, length, 1.0)
        rows[:, 0:9] = normals[corners].reshape(-1, 9)
    if mesh.uv_sets:
        rows[:, 9:15] = mesh.uv_sets[0][corners].reshape(-1, 6)


def _normal_matrix(transform: Doubles) -> Doubles:
    """Return the cofactors: transforms normals also where the matrix has no inverse.

    Their sign follows the determinant, which is undone, because normals point outside anyway.
    """
    a, b, c = transform[:3, 0], transform[:3, 1], transform[:3, 2]
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    return cofactors if np.linalg.det(transform[:3, :3]) >= 0.0 else -cofactors


def _corner_tangents(mesh: Mesh, corners: Ints, slot: TextureSlot, transform: Doubles) -> Floats:
    """Return (T, 3, 4) world tangents with handedness, derived from the UVs when absent."""
    if mesh.tangents is not None and mesh.normals is not None:
        tangents = mesh.tangents
    else:
        source = mesh if mesh.normals is not None else _flat(mesh)
        uv = source.uv_sets[slot.uv_set] @ slot.transform[:, :2].T
        tangents = derive_tangents(source, uv)
        if source is not mesh:  # one vertex per corner; a mirrored part swaps two of them
            order = np.arange(len(tangents), dtype=np.int32).reshape(-1, 3)
            corners = order if corners is mesh.triangles else order[:, [0, 2, 1]]
    moved = tangents.copy()
    moved[:, :3] = tangents[:, :3].astype(np.float64) @ transform[:3, :3].T
    if np.linalg.det(transform[:3, :3]) < 0.0:
        moved[:, 3] = -moved[:, 3]
    return moved[corners]


def _flat(mesh: Mesh) -> Mesh:
    """Return the mesh with one vertex per corner and the faces' normals."""
    positions = mesh.positions[mesh.triangles]
    normal = np.cross(positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = normal / np.where(length > 0.0, length, 1.0)
    return replace(
        mesh,
        positions=positions.reshape(-1, 3),
        triangles=np.arange(positions.size // 3, dtype=np.int32).reshape(-1, 3),
        normals=np.repeat(normal, 3, axis=0).astype(np.float32),
        tangents=None,
        uv_sets=tuple(uv[mesh.triangles].reshape(-1, 2) for uv in mesh.uv_sets),
        colors=None,
    )


def _tangent_slot(material: Material) -> TextureSlot | None:
    """Return the slot in whose UV map the tangents lie; None where nothing needs tangents."""
    slot = material.normal_slot or material.clearcoat_normal_slot
    if slot is None and material.anisotropy > 0.0:
        return material.anisotropy_slot or TextureSlot(0)
    return slot


def _wants_second_uvs(material: Material) -> bool:
    slots = (getattr(material, field.name) for field in fields(material))
    return any(isinstance(slot, TextureSlot) and slot.uv_set > 0 for slot in slots)


def _second_uvs(mesh: Mesh) -> Floats:
    """Return the second UV set; a mesh that lacks it gives its first, or one point for all.

    A kernel that is told to look at the second set must find one, whatever the file says.
    """
    if mesh.uv_sets:
        return mesh.uv_sets[min(1, len(mesh.uv_sets) - 1)]
    return np.zeros((len(mesh.positions), 2), np.float32)


class _Cold:
    """Per-triangle data that few parts have: colours, tangents, a second UV set."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Floats]] = {"colors": [], "tangents": [], "uvs": []}
        self._count = dict.fromkeys(self._rows, 0)

    def add_part(
        self,
        mesh: Mesh,
        corners: Ints,
        transform: Doubles,
        material: Material,
        first: int,
        number: int,
    ) -> npt.NDArray[np.void]:
        """Store what the mesh has and its material wants; return the part's record."""
        part = np.zeros((), PART)
        part["material"] = mesh.material
        part["smooth"] = mesh.normals is not None
        part["object"] = number
        part["tangent_row"] = part["color_row"] = part["uv_row"] = ABSENT_ROW
        if mesh.colors is not None:
            part["color_row"] = self._add("colors", mesh.colors[corners], first)
        if _wants_second_uvs(material):
            part["uv_row"] = self._add("uvs", _second_uvs(mesh)[corners], first)
        slot = _tangent_slot(material)
        if slot is not None and slot.uv_set < len(mesh.uv_sets):
            tangents = _corner_tangents(mesh, corners, slot, transform)
            part["tangent_row"] = self._add("tangents", tangents, first)
        return part

    def _add(self, what: str, values: Floats, first: int) -> int:
        rows = np.ascontiguousarray(values.reshape(len(values), -1), np.float32)
        self._rows[what].append(rows)
        offset = self._count[what] - first
        self._count[what] += len(rows)
        return offset

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """Return colours (C, 12), tangents (K, 12) and second UVs (K, 6)."""
        widths = {"colors": 12, "tangents": 12, "uvs": 6}
        result = [
            np.concatenate([np.empty((0, width), np.float32), *self._rows[name]])
            for name, width in widths.items()
        ]
        return result[0], result[1], result[2]
