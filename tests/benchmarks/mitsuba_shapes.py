"""Our instances as Mitsuba shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mitsuba as mi
import numpy as np

from renderer.scene import Doubles, Instance, Mesh


@dataclass(frozen=True)
class Coating:
    """What goes with the triangles of a material.

    Attributes:
        bsdf: of Mitsuba.
        inside: its medium, or None.
        uv_set: which of ours is looked up; Mitsuba has one.
        radiance: a texture or its description, None where nothing shines.
    """

    bsdf: Any
    inside: Any
    uv_set: int
    radiance: Any


def make_shapes(
    mesh: Mesh, instance: Instance, coating: Coating, *, both_sides_shine: bool
) -> list[tuple[str, Any]]:
    """Return names and shapes: the mesh in world space; an emissive one with its twin."""
    if coating.radiance is None or not both_sides_shine:
        return [("", _make_mesh(mesh, instance, coating))]
    return [
        ("f", _make_mesh(mesh, instance, coating, 1.0)),
        ("b", _make_mesh(mesh, instance, coating, -1.0)),
    ]


def _make_mesh(mesh: Mesh, instance: Instance, coating: Coating, side: float = 0.0) -> Any:
    """A Mitsuba mesh; side 1 and -1 make the twins that face apart, a hair off the surface."""
    matrix = instance.transform
    triangles = mesh.triangles
    normals = mesh.normals
    positions = mesh.positions @ matrix[:3, :3].T + matrix[:3, 3]
    if np.linalg.det(matrix[:3, :3]) < 0.0:
        triangles = triangles[:, ::-1]
    if side:
        positions, triangles = _shift(positions, triangles, side)
        normals = None
    uv = mesh.uv_sets[coating.uv_set] if coating.uv_set < len(mesh.uv_sets) else None
    result = mi.Mesh(
        instance.name or "mesh",
        len(positions),
        len(triangles),
        _make_properties(coating),
        has_vertex_normals=normals is not None,
        has_vertex_texcoords=uv is not None,
    )
    params = mi.traverse(result)
    params["vertex_positions"] = positions.astype(np.float32).ravel()
    params["faces"] = triangles.astype(np.uint32).ravel()
    if normals is not None:
        world = normals @ np.linalg.inv(matrix[:3, :3])
        world /= np.maximum(np.linalg.norm(world, axis=1, keepdims=True), 1e-30)
        params["vertex_normals"] = world.astype(np.float32).ravel()
    if uv is not None:
        params["vertex_texcoords"] = uv.astype(np.float32).ravel()
    params.update()
    if mesh.colors is not None:
        result.add_attribute("vertex_color", 3, mesh.colors[:, :3].astype(np.float32).ravel())
    return result


def _make_properties(coating: Coating) -> Any:
    props = mi.Properties()
    props["bsdf"] = coating.bsdf
    if coating.inside is not None:
        props["interior"] = coating.inside
    if coating.radiance is not None:
        props["emitter"] = mi.load_dict({"type": "area", "radiance": coating.radiance})
    return props


def _shift(positions: Doubles, triangles: Any, side: float) -> tuple[Doubles, Any]:
    """Move vertices along their mean normal; turn the back twin's triangles round."""
    corners = positions[triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], normal)
    total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)
    size = float(np.ptp(positions, axis=0).max())
    moved = positions + total * (side * size * 1e-5)
    return moved, triangles if side > 0.0 else triangles[:, ::-1]
