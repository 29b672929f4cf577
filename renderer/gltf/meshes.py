"""Meshes as the scene needs them: each made once, however many nodes show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.document import Document
from renderer.gltf.draco_primitives import decode_primitive
from renderer.gltf.geometry import Vertices, clean, drop_unused, transform_points
from renderer.gltf.nodes import Node, NodeTree
from renderer.gltf.place import Place
from renderer.gltf.primitives import (
    MAX_COORDINATE,
    MAX_MORPH_TARGETS,
    primitive_mode,
    read_triangles,
    read_vertices,
)
from renderer.gltf.skins import apply_skin, read_joint_matrices
from renderer.scene import Doubles, Material, Mesh

#: Bytes per vertex: position, normal, tangent, two UV sets, colour.
_VERTEX_BYTES = 72

T = TypeVar("T", bound=np.generic)


class MeshBuilder:
    """Makes the scene's meshes: one for every primitive with a surface.

    A mesh whose node morphs it differently, or that a skin deforms, is made anew for that node.

    Args:
        document: the file.
        accessors: the document's.
        nodes: its node tree, for skins.
        materials: its materials; a default one is appended when a primitive has none.

    Attributes:
        meshes: what `Scene.meshes` will hold.
    """

    def __init__(
        self,
        document: Document,
        accessors: AccessorReader,
        nodes: NodeTree,
        materials: list[Material],
    ) -> None:
        self.meshes: list[Mesh] = []
        self._document = document
        self._accessors = accessors
        self._nodes = nodes
        self._materials = materials
        self._default_material: int | None = None
        self._made: dict[tuple[int, tuple[float, ...], int], list[int]] = {}

    def meshes_of(self, node: Node, reference: Place) -> list[int]:
        """The indices of the meshes that a node shows.

        Args:
            node: the node.
            reference: its `mesh` member.

        Raises:
            SceneError: a primitive is broken.
        """
        index = self._document.index(reference, "meshes")
        place = self._document.array("meshes")[index]
        weights = node.weights or _morph_weights(node.place) or _morph_weights(place)
        skinned = node.index if node.place.find("skin") is not None else -1
        key = (index, weights, skinned)
        if key not in self._made:
            self._made[key] = self._make(place, node, weights)
        return self._made[key]

    def _make(self, place: Place, node: Node, weights: tuple[float, ...]) -> list[int]:
        made: list[int] = []
        for primitive in place.need("primitives").children():
            if primitive_mode(primitive) is None:
                continue
            mesh = self._make_mesh(primitive, node, weights, place.name(node.name))
            if mesh is not None:
                made.append(len(self.meshes))
                self.meshes.append(mesh)
        return made

    def _make_mesh(
        self, primitive: Place, node: Node, weights: tuple[float, ...], name: str
    ) -> Mesh | None:
        """One primitive as a mesh, or None where it has no triangles."""
        decode_primitive(primitive, self._document, self._accessors)
        vertices = read_vertices(primitive, self._accessors, weights)
        count = len(vertices.positions)
        triangles = read_triangles(primitive, self._accessors, count)
        if len(triangles) == 0:
            return None
        # Copies cost memory and time that a file can ask for again and again.
        self._document.spend(count + triangles.nbytes, primitive)
        skin = node.place.find("skin")
        if skin is not None:
            self._document.spend(count * _VERTEX_BYTES, primitive)
            vertices = self._skinned(vertices, primitive, skin)
        vertices, triangles = drop_unused(vertices, triangles)
        vertices = clean(vertices, triangles)
        return Mesh(
            positions=_owned(vertices.positions),
            triangles=_owned(triangles),
            material=self._material_of(primitive),
            normals=vertices.normals,
            tangents=vertices.tangents,
            uv_sets=tuple(_owned(uvs) for uvs in vertices.uv_sets),
            colors=vertices.colors,
            name=name,
        )

    def flattened(self, index: int, world: Doubles) -> int:
        """The index of a copy of a mesh in world space.

        For transforms that squash it into a plane: they have no inverse for rays to go through.
        """
        mesh = self.meshes[index]
        self._document.spend(len(mesh.positions) * _VERTEX_BYTES, self._document.root)
        positions = transform_points(world, mesh.positions).astype(np.float32)
        self.meshes.append(replace(mesh, positions=positions, normals=None, tangents=None))
        return len(self.meshes) - 1

    def _skinned(self, vertices: Vertices, primitive: Place, reference: Place) -> Vertices:
        skin = self._document.follow(reference, "skins")
        matrices = read_joint_matrices(skin, self._document, self._nodes, self._accessors)
        moved = apply_skin(vertices, primitive, self._accessors, matrices)
        if not np.abs(moved.positions).max() <= MAX_COORDINATE:
            raise reference.error("the skin moves vertices beyond all measure")
        return moved

    def _material_of(self, primitive: Place) -> int:
        reference = primitive.find("material")
        if reference is not None:
            return self._document.index(reference, "materials")
        if self._default_material is None:
            self._default_material = len(self._materials)
            self._materials.append(Material(name="default"))
        return self._default_material


def _morph_weights(place: Place) -> tuple[float, ...]:
    weights = place.list_of("weights")
    if len(weights) > MAX_MORPH_TARGETS:
        raise place.need("weights").error(f"more than {MAX_MORPH_TARGETS} weights")
    return tuple(weight.real() for weight in weights)


def _owned(values: npt.NDArray[T]) -> npt.NDArray[T]:
    """The array itself, or a copy where it is a view of the file's bytes (which may then go)."""
    if values.flags.writeable and values.flags.c_contiguous and values.base is None:
        return values
    return values.copy()
