"""The automatic camera: a three-quarter view of scenes that bring none."""

from __future__ import annotations

import math

import numpy as np

from renderer.scene import Camera, Doubles, Scene, SceneError

#: The name under which the automatic camera stands in `Scene.cameras`.
AUTOMATIC_CAMERA = "Automatic"

#: A portrait lens (35° across the shorter side of the frame): little distortion.
_FIELD_OF_VIEW = math.radians(35.0)
#: glTF models face +Z; from a third to their left, both front and side show.
_AZIMUTH = math.radians(35.0)
#: Upright things are seen at eye level, flat ones from above.
_ELEVATION_TALL, _ELEVATION_FLAT = math.radians(14.0), math.radians(48.0)
#: Air around the subject, as a part of its size.
_MARGIN = 1.06
#: Vertices that decide the fit; more would not move the camera visibly.
_MAX_POINTS = 500_000


def scene_bounds(scene: Scene) -> tuple[Doubles, Doubles]:
    """The box around everything in the scene.

    Returns:
        Lowest and highest corner, (3,) float64, world space.

    Raises:
        SceneError: there are no triangles.
    """
    corners = _box_corners(scene).reshape(-1, 3)
    return corners.min(axis=0), corners.max(axis=0)


def frame_scene(scene: Scene, aspect: float) -> Camera:
    """A camera that sees the whole scene, in whatever unit it was modelled.

    Args:
        scene: with at least one triangle.
        aspect: width of the frame over its height.

    Returns:
        A perspective camera in front of the scene, to its right and above, as close as the frame
        allows.

    Raises:
        SceneError: there are no triangles.
    """
    low, high = scene_bounds(scene)
    size = high - low
    radius = float(np.linalg.norm(size)) / 2.0 or 1.0  # a scene of one point has any size
    center = (low + high) / 2.0
    rotation = _view_rotation(size)
    # Camera space, in units of the radius: no unit of length comes near the limits of a float.
    points = _turned(_outline(scene) - center, rotation.T) / radius
    half_height = math.tan(_FIELD_OF_VIEW / 2.0) / min(1.0, aspect)
    eye = _fit(points, half_height * aspect, half_height) * radius
    transform = np.eye(4)
    transform[:3, :3] = rotation
    transform[:3, 3] = center + rotation @ eye
    return Camera(AUTOMATIC_CAMERA, transform, yfov=2.0 * math.atan(half_height))


def select_camera(scene: Scene, name: str) -> Camera:
    """The camera `name`, or the first for "".

    Raises:
        SceneError: there is no such camera; the message lists those there are.
    """
    for camera in scene.cameras:
        if name in ("", camera.name):
            return camera
    names = ", ".join(repr(camera.name) for camera in scene.cameras[:20]) or "none"
    raise SceneError(f"{scene.name}: has no camera {name!r}; its cameras: {names}")


def _box_corners(scene: Scene) -> Doubles:
    """The corners of every instance's bounds, (N, 8, 3) in world space."""
    if not scene.instances:
        raise SceneError(f"{scene.name}: there are no triangles to render")
    bounds = [(mesh.positions.min(axis=0), mesh.positions.max(axis=0)) for mesh in scene.meshes]
    corners = np.ones((len(bounds), 8, 4))
    for axis in range(3):
        for corner in range(8):
            side = corner >> axis & 1
            corners[:, corner, axis] = [pair[side][axis] for pair in bounds]
    transforms = np.stack([instance.transform for instance in scene.instances])
    meshes = [instance.mesh for instance in scene.instances]
    placed: Doubles = corners[meshes] @ transforms.transpose(0, 2, 1)
    return placed[:, :, :3]


def _outline(scene: Scene) -> Doubles:
    """Points whose convex hull is (nearly) the scene's: vertices, or boxes where there are many."""
    total = sum(len(scene.meshes[i.mesh].positions) for i in scene.instances)
    if total > 20 * _MAX_POINTS or len(scene.instances) > 1000:
        return _box_corners(scene).reshape(-1, 3)
    step = max(1, total // _MAX_POINTS)
    clouds = []
    for instance in scene.instances:
        points = scene.meshes[instance.mesh].positions[::step].astype(np.float64)
        clouds.append(_turned(points, instance.transform[:3, :3]) + instance.transform[:3, 3])
    return np.concatenate(clouds)


def _turned(points: Doubles, matrix: Doubles) -> Doubles:
    """Each of the points (N, 3), as a column, after a (3, 3) matrix.

    Spelt out: a library's product of so narrow a matrix is slower by far where its threads wait
    for each other, and rounds differently from processor to processor.
    """
    x, y, z = points.T
    result = np.empty_like(points)
    for row in range(3):
        result[:, row] = x * matrix[row, 0] + y * matrix[row, 1] + z * matrix[row, 2]
    return result


def _view_rotation(size: Doubles) -> Doubles:
    """The camera's axes as columns, for a scene of the given extent."""
    across = math.hypot(size[0], size[2])
    flatness = 1.0 - min(1.0, float(size[1]) / (0.6 * across)) if across > 0.0 else 0.0
    elevation = _ELEVATION_TALL + (_ELEVATION_FLAT - _ELEVATION_TALL) * flatness
    back = np.array(
        [
            math.cos(elevation) * math.sin(_AZIMUTH),
            math.sin(elevation),
            math.cos(elevation) * math.cos(_AZIMUTH),
        ]
    )
    right = np.array([math.cos(_AZIMUTH), 0.0, -math.sin(_AZIMUTH)])
    return np.stack([right, np.cross(back, right), back], axis=1)


def _fit(points: Doubles, half_width: float, half_height: float) -> Doubles:
    """Where the eye must be to have all points in the frame, filling one of its sides.

    A point (x, y, z) is inside when |x - eye_x| <= half_width (eye_z - z), likewise for y: of each
    side of the frame one point decides, and opposite sides meet at the eye.

    Args:
        points: (N, 3), camera space.
        half_width: of the frame, at distance 1.
        half_height: likewise.

    Returns:
        (3,) the eye in camera space.
    """
    half_width, half_height = half_width / _MARGIN, half_height / _MARGIN
    x, y, z = points.T
    right, left = np.max(x + half_width * z), np.max(-x + half_width * z)
    top, bottom = np.max(y + half_height * z), np.max(-y + half_height * z)
    distance = max((right + left) / (2.0 * half_width), (top + bottom) / (2.0 * half_height))
    # Never inside of the subject, nor so close to a flat one that it has no depth left.
    distance = max(distance, float(z.max()) + 0.01)
    depths = distance - z
    return np.array([_balance(x, depths), _balance(y, depths), distance])


def _balance(across: Doubles, depths: Doubles) -> float:
    """Where along one axis the eye must be for equal room on both sides of the frame.

    Newton's method: only the outermost point of either side counts.
    """
    eye = 0.0
    for _ in range(6):
        slopes = (across - eye) / depths
        high, low = int(np.argmax(slopes)), int(np.argmin(slopes))
        eye += (slopes[high] + slopes[low]) / (1.0 / depths[high] + 1.0 / depths[low])
    return float(eye)
