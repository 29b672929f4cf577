"""Matrices of nodes: column-vector matrices in float64, `world = parent @ local`."""

from __future__ import annotations

import numpy as np

from renderer.gltf.animations import NodePose
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


def read_local_matrix(node: Place, pose: NodePose | None = None) -> Doubles:
    """A node's own transform, from `matrix` or from translation, rotation and scale.

    Args:
        node: its JSON.
        pose: what animations make of it.

    Raises:
        SceneError: a number is missing or not finite, the rotation is zero, or the matrix is not
            affine.
    """
    matrix = node.find("matrix")
    if matrix is not None and not _is_moved(pose):
        values: Doubles = np.array(matrix.reals(16)).reshape(4, 4).T  # the file is column-major
        if np.abs(values[3] - (0.0, 0.0, 0.0, 1.0)).max() > 1e-6:
            raise matrix.error("the last row must be 0 0 0 1")
        values[3] = (0.0, 0.0, 0.0, 1.0)
        return values
    translation = np.array(node.vector("translation", (0.0, 0.0, 0.0)))
    scale = np.array(node.vector("scale", (1.0, 1.0, 1.0)))
    rotation = np.array(node.vector("rotation", (0.0, 0.0, 0.0, 1.0)))
    length = float(np.linalg.norm(rotation))
    if length < 1e-9:
        raise node.need("rotation").error("a rotation of four zeros has no direction")
    rotation = rotation / length
    if pose is not None:
        translation = translation if pose.translation is None else pose.translation
        rotation = rotation if pose.rotation is None else pose.rotation
        scale = scale if pose.scale is None else pose.scale
    local: Doubles = compose(translation[None], rotation[None], scale[None])[0]
    return local


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
