"""From the corners of an OBJ file to meshes: one for every object and material."""

from __future__ import annotations

import numpy as np

from renderer.gltf.geometry import Vertices, clean
from renderer.meshfiles.lines import Indices
from renderer.meshfiles.obj import ObjGeometry
from renderer.scene import Floats, Mesh


def make_meshes(geometry: ObjGeometry) -> list[Mesh]:
    """Cuts the geometry into meshes; `Mesh.material` is a row of `material_names`.

    Corners that agree in position, UV and normal become one vertex.
    """
    corners = geometry.corners.reshape(-1, 3)
    # A group has its triangles shaded alike: with normals at all corners, or flat.
    shaded = (geometry.corners[:, :, 2] >= 0).all(axis=1)
    group = geometry.objects * len(geometry.material_names) + geometry.materials
    groups, group = np.unique(group * 2 + shaded, return_inverse=True)
    keys = _join(_join(np.repeat(group, 3), corners[:, 0]), _join(corners[:, 1], corners[:, 2]))
    _, picks, vertex = np.unique(keys, return_index=True, return_inverse=True)
    # Keys begin with the group: its vertices lie together, and so will its triangles.
    order = np.argsort(group, kind="stable")
    triangles = vertex.reshape(-1, 3)[order]
    vertex_group = np.repeat(group, 3)[picks]
    vertex_first = np.searchsorted(vertex_group, np.arange(len(groups) + 1))
    triangle_first = np.searchsorted(group[order], np.arange(len(groups) + 1))
    meshes: list[Mesh] = []
    for number, code in enumerate(groups.tolist()):
        own = corners[picks[vertex_first[number] : vertex_first[number + 1]]]
        part = triangles[triangle_first[number] : triangle_first[number + 1]]
        meshes.append(_make_mesh(geometry, own, part - vertex_first[number], code))
    return meshes


def _make_mesh(geometry: ObjGeometry, corners: Indices, part: Indices, code: int) -> Mesh:
    """One mesh.

    Args:
        geometry: the file's.
        corners: (V, 3) the rows of each vertex.
        part: (T, 3) its triangles.
        code: object, material and shading in one number.
    """
    triangles = part.astype(np.int32)
    owner, material = divmod(code // 2, len(geometry.material_names))
    uv_sets: tuple[Floats, ...] = ()
    if len(geometry.uvs) and (corners[:, 1] >= 0).any():
        uvs = geometry.uvs[corners[:, 1]]
        uvs[corners[:, 1] < 0] = 0.0
        uv_sets = (uvs,)
    vertices = Vertices(
        positions=geometry.positions[corners[:, 0]],
        normals=geometry.normals[corners[:, 2]] if code % 2 else None,
        uv_sets=uv_sets,
        colors=None if geometry.colors is None else geometry.colors[corners[:, 0]],
    )
    vertices = clean(vertices, triangles)
    return Mesh(
        positions=vertices.positions,
        triangles=triangles,
        material=material,
        normals=vertices.normals,
        uv_sets=vertices.uv_sets,
        colors=vertices.colors,
        name=geometry.object_names[owner],
    )


def _join(major: Indices, minor: Indices) -> Indices:
    """One number for each pair, ordered by the first one; both may be -1.

    Large pairs are renumbered, so that a chain of joins never leaves 64 bits.
    """
    span = int(minor.max(initial=0)) + 2
    joined: Indices = (major + 1) * span + (minor + 1)
    if (int(major.max(initial=0)) + 2) * span < 1 << 31:
        return joined
    return np.unique(joined, return_inverse=True)[1]
