"""The node hierarchy: which nodes the scene shows, and where they are in the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.animations import Pose
from renderer.gltf.document import MAX_OBJECTS, Document
from renderer.gltf.place import MAX_NUMBER, Place
from renderer.gltf.transforms import check_finite, compose, read_local_matrices
from renderer.scene import Doubles

#: The longest chains are of bones (hair, ropes): some hundreds.
MAX_DEPTH = 1024


@dataclass(frozen=True)
class Node:
    """A node that the scene shows.

    Attributes:
        index: in the file's `nodes`.
        place: its JSON.
        name: its name, or "".
        world: (4, 4) float64.
        weights: of its mesh's morph targets, where an animation gives them.
    """

    index: int
    place: Place
    name: str
    world: Doubles
    weights: tuple[float, ...] | None = None


class NodeTree:
    """All nodes of a document.

    Args:
        document: the file.
        pose: what animations make of the nodes.

    Raises:
        SceneError: a node has two parents or is its own ancestor, or a transform is broken.
    """

    def __init__(self, document: Document, pose: Pose | None = None) -> None:
        self._document = document
        self._pose = pose or {}
        self._places = document.array("nodes")
        self._children = [self._read_children(place) for place in self._places]
        self._roots = self._find_roots()
        self._worlds = self._place_all()

    def world(self, index: int) -> Doubles:
        """The (4, 4) world transform of the node `index`."""
        world: Doubles = self._worlds[index]
        return world

    def shown(self) -> list[Node]:
        """The visible nodes of the default scene, parents before children.

        The default scene is the one that the file names, else its first, else all nodes.
        """
        result: list[Node] = []
        seen: set[int] = set()
        stack = self._scene_roots()[::-1]
        while stack:
            index = stack.pop()
            place = self._places[index]
            if index in seen or not _is_visible(place):
                continue
            seen.add(index)
            result.append(self._make_node(index, place))
            stack.extend(reversed(self._children[index]))
        return result

    def _make_node(self, index: int, place: Place) -> Node:
        pose = self._pose.get(index)
        weights = None if pose is None or pose.weights is None else tuple(pose.weights.tolist())
        return Node(index, place, place.name(), self._worlds[index], weights)

    def _read_children(self, place: Place) -> list[int]:
        return [self._document.index(child, "nodes") for child in place.list_of("children")]

    def _find_roots(self) -> list[int]:
        parents: dict[int, int] = {}
        for parent, children in enumerate(self._children):
            for child in children:
                if parents.setdefault(child, parent) != parent:
                    raise self._places[child].error(
                        f"is a child of both nodes[{parents[child]}] and nodes[{parent}]"
                    )
        return [index for index in range(len(self._places)) if index not in parents]

    def _place_all(self) -> Doubles:
        """The world transforms (N, 4, 4), level by level: no recursion, whatever the depth."""
        worlds = read_local_matrices(self._places, self._pose)
        placed = len(self._roots)
        level = self._roots
        for _ in range(MAX_DEPTH):
            below = [child for parent in level for child in self._children[parent]]
            if not below:
                break
            parents = [parent for parent in level for _ in self._children[parent]]
            worlds[below] = worlds[parents] @ worlds[below]
            placed += len(below)
            level = below
        else:
            raise self._places[level[0]].error(f"lies deeper than {MAX_DEPTH} levels")
        if placed < len(self._places):
            raise self._places[self._find_lost()].error("the node is its own ancestor")
        for index in np.flatnonzero(~(np.abs(worlds).max(axis=(1, 2)) <= MAX_NUMBER))[:1].tolist():
            check_finite(worlds[index], self._places[index])
        return worlds

    def _find_lost(self) -> int:
        """A node that cannot be reached from the roots."""
        seen = set(self._roots)
        stack = list(self._roots)
        while stack:
            children = self._children[stack.pop()]
            seen.update(children)
            stack.extend(children)
        return next(index for index in range(len(self._places)) if index not in seen)

    def _scene_roots(self) -> list[int]:
        scenes = self._document.array("scenes")
        reference = self._document.root.find("scene")
        if not scenes:
            return self._roots
        scene = scenes[0] if reference is None else self._document.follow(reference, "scenes")
        return [self._document.index(node, "nodes") for node in scene.list_of("nodes")]


def scene_name(document: Document) -> str:
    """The name of the default scene, else of the file."""
    scenes = document.array("scenes")
    reference = document.root.find("scene")
    if reference is not None:
        return document.follow(reference, "scenes").name(document.label)
    return scenes[0].name(document.label) if scenes else document.label


def instance_attributes(node: Place) -> Place | None:
    """The attributes of EXT_mesh_gpu_instancing, where the node has it."""
    extension = node.extension("EXT_mesh_gpu_instancing")
    return None if extension is None else extension.need("attributes")


def count_placements(node: Place, accessors: AccessorReader) -> int:
    """How many times a node shows its mesh, without reading the transforms."""
    attributes = instance_attributes(node)
    if attributes is None:
        return 1
    counts = {accessors.count(attributes.need(name)) for name in attributes.members()}
    if len(counts) != 1 or max(counts) > MAX_OBJECTS:
        raise attributes.error(
            f"attributes must be of one length, at most {MAX_OBJECTS}, not {sorted(counts)[:4]}"
        )
    return counts.pop()


def read_placements(node: Node, accessors: AccessorReader) -> Doubles:
    """The (N, 4, 4) world transforms at which a node shows its mesh.

    Raises:
        SceneError: an attribute of EXT_mesh_gpu_instancing is broken.
    """
    attributes = instance_attributes(node.place)
    if attributes is None:
        return node.world[None]
    count = count_placements(node.place, accessors)
    translations = _attribute(attributes, accessors, "TRANSLATION", np.zeros((count, 3)))
    scales = _attribute(attributes, accessors, "SCALE", np.ones((count, 3)))
    rotations = _attribute(attributes, accessors, "ROTATION", np.tile([0.0, 0, 0, 1], (count, 1)))
    lengths = np.linalg.norm(rotations, axis=1, keepdims=True)
    if lengths.min() < 1e-9:
        raise attributes.need("ROTATION").error("a rotation of four zeros has no direction")
    local = compose(translations, rotations / lengths, scales)
    return check_finite(node.world @ local, attributes)


def _attribute(
    attributes: Place, accessors: AccessorReader, name: str, default: Doubles
) -> Doubles:
    place = attributes.find(name)
    if place is None:
        return default
    return accessors.floats(place, default.shape[1]).astype(np.float64)


def _is_visible(place: Place) -> bool:
    """KHR_node_visibility: false hides the node and all below it."""
    extension = place.extension("KHR_node_visibility")
    shown = None if extension is None else extension.find("visible")
    if shown is None:
        return True
    if not isinstance(shown.value, bool):
        raise shown.error("must be true or false")
    return shown.value
