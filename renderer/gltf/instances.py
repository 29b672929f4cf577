"""Which mesh stands where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.document import MAX_OBJECTS
from renderer.gltf.meshes import MeshBuilder
from renderer.gltf.nodes import Node, read_placements
from renderer.scene import Doubles, Instance

#: A transform whose smallest scale is this much below its largest has no usable inverse.
_FLAT = 1e-10


def place_meshes(
    nodes: Sequence[Node], builder: MeshBuilder, accessors: AccessorReader
) -> list[Instance]:
    """Makes the meshes that the nodes show, and their instances.

    Args:
        nodes: the visible ones.
        builder: makes and keeps the meshes.
        accessors: the document's.

    Raises:
        SceneError: a mesh is broken, or there are too many instances.
    """
    shown = _find_meshes(nodes, builder, accessors)
    if not shown:
        return []
    flat = iter(_has_no_inverse(np.concatenate([placements for _, _, placements in shown])))
    instances: list[Instance] = []
    for node, meshes, placements in shown:
        for world in placements:
            if not next(flat):
                instances += [Instance(mesh, world, node.name) for mesh in meshes]
            elif _is_plane(world):
                flattened = [builder.flattened(mesh, world) for mesh in meshes]
                instances += [Instance(mesh, np.eye(4), node.name) for mesh in flattened]
    return instances


def _find_meshes(
    nodes: Sequence[Node], builder: MeshBuilder, accessors: AccessorReader
) -> list[tuple[Node, list[int], Doubles]]:
    """The nodes that show something: their meshes, and where each stands, (N, 4, 4)."""
    shown: list[tuple[Node, list[int], Doubles]] = []
    count = 0
    for node in nodes:
        reference = node.place.find("mesh")
        if reference is None:
            continue
        meshes = builder.meshes_of(node, reference)
        # Skinned vertices are in world space already.
        skinned = node.place.find("skin") is not None
        placements = np.eye(4)[None] if skinned else read_placements(node, accessors)
        count += len(meshes) * len(placements)
        if count > MAX_OBJECTS:
            raise reference.error(f"the scene has more than {MAX_OBJECTS} instances")
        shown.append((node, meshes, placements))
    return shown


def _has_no_inverse(matrices: Doubles) -> list[bool]:
    linear = matrices[:, :3, :3]
    largest = np.linalg.norm(linear, axis=1).max(axis=1)
    return list(np.abs(np.linalg.det(linear)) <= _FLAT * largest**3)


def _is_plane(world: Doubles) -> bool:
    """False for what is squashed to a line or a point, and so cannot be seen."""
    scales = np.linalg.svd(world[:3, :3], compute_uv=False)
    return bool(scales[1] > _FLAT * scales[0])
