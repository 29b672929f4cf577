"""Per-triangle data that few parts have: colours, tangents, later UV sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from renderer.kernels.data import ABSENT_ROW, PART, Floats, Ints
from renderer.layout.tangents import derive_tangents
from renderer.layout.uv_sets import later_uv_sets, pack_uv_sets
from renderer.scene import Doubles, Material, Mesh, TextureSlot


class ColdRows:
    """Collects the rows of all parts, behind each other."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Floats]] = {"colors": [], "tangents": [], "uvs": []}
        self._count = dict.fromkeys(self._rows, 0)
        self._wants: dict[int, tuple[tuple[int, ...], TextureSlot | None]] = {}

    def add_part(
        self, mesh: Mesh, corners: Ints, transform: Doubles, material: Material, first: int
    ) -> npt.NDArray[np.void]:
        """Store what the mesh has and its material wants; return the part's record.

        Args:
            mesh: whose triangles.
            corners: its triangles (T, 3), as they are wound in the rows.
            transform: (4, 4) from the mesh to the space of the rows.
            material: the mesh's.
            first: row of its first triangle.
        """
        part = np.zeros((), PART)
        part["material"] = mesh.material
        part["smooth"] = mesh.normals is not None
        part["tangent_row"] = part["color_row"] = part["uv_row"] = ABSENT_ROW
        if mesh.colors is not None:
            part["color_row"] = self._add("colors", mesh.colors[corners], first)
        if mesh.material not in self._wants:
            self._wants[mesh.material] = (later_uv_sets(material), _tangent_slot(material))
        sets, slot = self._wants[mesh.material]
        if sets:
            part["uv_row"] = self._add("uvs", pack_uv_sets(mesh, corners, sets), first * len(sets))
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
        """Return colours (C, 12), tangents (K, 12) and later UVs (K, 6)."""
        widths = {"colors": 12, "tangents": 12, "uvs": 6}
        result = [
            np.concatenate([np.empty((0, width), np.float32), *self._rows[name]])
            for name, width in widths.items()
        ]
        return result[0], result[1], result[2]


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
