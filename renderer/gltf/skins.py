"""Skins: vertices that follow the joints of a skeleton, in the pose that the nodes give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.document import Document
from renderer.gltf.geometry import Vertices
from renderer.gltf.nodes import NodeTree
from renderer.gltf.place import Place
from renderer.scene import Doubles, Floats

#: JOINTS_0 and JOINTS_1 are what exporters write: eight joints for each vertex.
MAX_JOINT_SETS = 4


def read_joint_matrices(
    skin: Place, document: Document, nodes: NodeTree, accessors: AccessorReader
) -> Doubles:
    """What each joint does to a vertex in bind pose (glTF 2.0, 3.7.3.3).

    Returns:
        (J, 4, 4) float64, mesh to world: the mesh's own node has no say.

    Raises:
        SceneError: the skin is broken.
    """
    joints = [document.index(joint, "nodes") for joint in skin.need("joints").children()]
    if not joints:
        raise skin.need("joints").error("has no joints")
    worlds = np.stack([nodes.world(joint) for joint in joints])
    reference = skin.find("inverseBindMatrices")
    if reference is None:
        return worlds
    flat = accessors.floats(reference, 16)
    if len(flat) < len(joints):
        raise reference.error(f"has {len(flat)} matrices for {len(joints)} joints")
    inverse_bind = flat[: len(joints)].astype(np.float64).reshape(-1, 4, 4).transpose(0, 2, 1)
    return np.asarray(worlds @ inverse_bind, np.float64)


def apply_skin(
    vertices: Vertices, primitive: Place, accessors: AccessorReader, joint_matrices: Doubles
) -> Vertices:
    """The vertices in world space, moved by their joints.

    Args:
        vertices: in bind pose.
        primitive: holds the JOINTS_n and WEIGHTS_n attributes.
        accessors: the document's.
        joint_matrices: (J, 4, 4) from `read_joint_matrices`.

    Raises:
        SceneError: the primitive has no joints, or one that the skin does not have.
    """
    joints, weights = _read_influences(primitive, accessors, len(vertices.positions))
    if int(joints.max()) >= len(joint_matrices):
        raise primitive.error(
            f"joint {joints.max()} is out of range (the skin has {len(joint_matrices)})"
        )
    positions = np.zeros((len(joints), 3))
    linear = np.zeros((len(joints), 3, 3))
    for joint, weight in zip(joints.T, weights.T, strict=True):
        matrices = joint_matrices[joint]
        linear += weight[:, None, None] * matrices[:, :3, :3]
        positions += weight[:, None] * matrices[:, :3, 3]
    positions += np.einsum("vij,vj->vi", linear, vertices.positions)
    return replace(
        vertices,
        positions=positions.astype(np.float32),
        normals=_turn(_cofactors(linear), vertices.normals),
        tangents=_turn(linear, vertices.tangents),
    )


def _read_influences(
    primitive: Place, accessors: AccessorReader, count: int
) -> tuple[npt.NDArray[np.int64], Doubles]:
    """Joint indices and weights, both (V, K); the weights of a vertex add up to 1."""
    attributes = primitive.need("attributes")
    joints, weights = [], []
    for index in range(MAX_JOINT_SETS):
        place = attributes.find(f"JOINTS_{index}") if index else attributes.need("JOINTS_0")
        if place is None:
            break
        joints.append(accessors.integers(place, 4).astype(np.int64))
        weights.append(accessors.floats(attributes.need(f"WEIGHTS_{index}"), 4))
        if len(joints[-1]) != count or len(weights[-1]) != count:
            raise place.error(f"joints and weights must have {count} elements, as the positions")
    all_weights = np.maximum(np.concatenate(weights, axis=1).astype(np.float64), 0.0)
    sums = all_weights.sum(axis=1, keepdims=True)
    # A vertex that no joint holds would fall into the origin; it follows the first one instead.
    all_weights[sums[:, 0] < 1e-9, 0] = 1.0
    sums[sums < 1e-9] = 1.0
    return np.concatenate(joints, axis=1), all_weights / sums


def _cofactors(linear: Doubles) -> Doubles:
    """What normals turn by: the inverse transpose times the determinant, which never divides."""
    a, b, c = linear[:, :, 0], linear[:, :, 1], linear[:, :, 2]
    return np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=2)


def _turn(linear: Doubles, vectors: Floats | None) -> Floats | None:
    if vectors is None:
        return None
    result = vectors.copy()
    turned = np.einsum("vij,vj->vi", linear, vectors[:, :3])
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    result[:, :3] = turned / np.where(lengths < 1e-30, 1.0, lengths)
    return result
