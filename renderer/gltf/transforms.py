"""Matrices of nodes: column-vector matrices in float64, `world = parent @ local`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from renderer.gltf.animations import NodePose, Pose
from renderer.gltf.place import MAX_NUMBER, Place
from renderer.scene import Doubles


def compose(translations: Doubles, rotations: Doubles, scales: Doubles) -> Doubles:
    """Matrices that scale, then rotate, then translate.

    Args:
        translations: (N, 3).
        rotations: (N, 4) quaternions x y z w, unit length.
        scales: (N, 3).

    Returns:
        (N, 4, 4) float64.
    """
    x, y, z, w = rotations.T
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    ).transpose(2, 0, 1)
    result = np.zeros((len(translations), 4, 4))
    result[:, :3, :3] = rotation * scales[:, None, :]
    result[:, :3, 3] = translations
    result[:, 3, 3] = 1.0
    return result


def read_local_matrices(nodes: Sequence[Place], poses: Pose) -> Doubles:
    """The nodes' own transforms, from `matrix` or from translation, rotation and scale.

    Args:
        nodes: their JSON.
        poses: what animations make of them, by their number.

    Returns:
        (N, 4, 4) float64.

    Raises:
        SceneError: a number is missing or not finite, a rotation is zero, or a matrix is not
            affine.
    """
    translations = np.zeros((len(nodes), 3))
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (len(nodes), 1))
    scales = np.ones((len(nodes), 3))
    matrices: dict[int, Doubles] = {}
    for index, node in enumerate(nodes):
        members = node.members()
        pose = poses.get(index)
        if "matrix" in members and not _is_moved(pose):
            matrices[index] = _read_matrix(node.need("matrix"))
            continue
        for key, rows in (
            ("translation", translations),
            ("rotation", rotations),
            ("scale", scales),
        ):
            moved = None if pose is None else getattr(pose, key)
            if moved is not None:
                rows[index] = moved
            elif key in members:
                rows[index] = node.need(key).reals(rows.shape[1])
    lengths = np.linalg.norm(rotations, axis=1, keepdims=True)
    zero = np.flatnonzero(lengths[:, 0] < 1e-9)
    if len(zero):
        place = nodes[int(zero[0])].need("rotation")
        raise place.error("a rotation of four zeros has no direction")
    result = compose(translations, rotations / lengths, scales)
    for index, matrix in matrices.items():
        result[index] = matrix
    return result


def _read_matrix(place: Place) -> Doubles:
    values: Doubles = np.array(place.reals(16)).reshape(4, 4).T  # the file is column-major
    if np.abs(values[3] - (0.0, 0.0, 0.0, 1.0)).max() > 1e-6:
        raise place.error("the last row must be 0 0 0 1")
    values[3] = (0.0, 0.0, 0.0, 1.0)
    return values


def _is_moved(pose: NodePose | None) -> bool:
    """False for what is only morphed."""
    return pose is not None and any(
        part is not None for part in (pose.translation, pose.rotation, pose.scale)
    )


def check_finite(matrix: Doubles, place: Place) -> Doubles:
    """Refuses a product of transforms that has grown beyond all measure."""
    if not np.abs(matrix).max() <= MAX_NUMBER:
        raise place.error("the node's transform, with its parents', is too large")
    return matrix


def without_scale(matrix: Doubles) -> Doubles:
    """The rotation and place of a transform: what a camera or a light takes from its node.

    A mirroring one keeps the directions of -Z and +Y; an axis that vanishes is replaced.
    """
    result = np.eye(4)
    back = _unit(matrix[:3, 2], np.array([0.0, 0.0, 1.0]))
    up = matrix[:3, 1] - back * np.dot(back, matrix[:3, 1])
    spare = np.eye(3)[int(np.argmin(np.abs(back)))]
    up = _unit(up, _unit(spare - back * np.dot(back, spare), spare))
    result[:3, 0] = np.cross(up, back)
    result[:3, 1] = up
    result[:3, 2] = back
    result[:3, 3] = matrix[:3, 3]
    return result


def _unit(vector: Doubles, otherwise: Doubles) -> Doubles:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-30 else otherwise
