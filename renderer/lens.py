"""What the artist sets about the lens, applied to a camera of the scene."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from renderer.layout.shot import camera_axes, level_axes
from renderer.layout.space import instance_boxes
from renderer.scene import Camera, Doubles, Scene
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from renderer.sight import measure_distance

#: Of an orthographic camera and a panorama, which have none of their own: a normal lens.
DEFAULT_FOCAL_LENGTH_MM = 50.0


def resolve_camera(scene: Scene, camera: Camera, settings: RenderSettings) -> Camera:
    """Return the camera with the artist's angle of view, clip planes, aperture and focus.

    Args:
        scene: what the focus point is looked for in.
        camera: of the scene.
        settings: the shot's lens settings are applied; 0 and None leave the camera's own.
    """
    shot = settings.shot
    near = camera.znear if shot.camera_clip in ("near", "both") else 0.0
    far = camera.zfar if shot.camera_clip in ("far", "both") else math.inf
    near = near if shot.clip_near_m is None else shot.clip_near_m
    far = far if shot.clip_far_m is None else shot.clip_far_m
    yfov = camera.yfov
    if yfov is not None and shot.focal_length_mm > 0.0:
        yfov = 2.0 * math.atan(shot.sensor_height_mm / (2.0 * shot.focal_length_mm))
    # A plane in file and settings may lie behind the other one's: then nothing is left to see.
    camera = replace(camera, znear=near, zfar=max(far, near), yfov=yfov)
    if shot.fstop > 0.0:
        camera = replace(camera, lens_radius=_lens_radius_m(camera, shot))
    if camera.lens_radius > 0.0:
        camera = replace(camera, focus_distance=_focus_distance(scene, camera, settings))
    return camera


def _lens_radius_m(camera: Camera, shot: ShotSettings) -> float:
    """Return half the aperture's diameter, which is the focal length over the f-stop."""
    focal_length_mm = shot.focal_length_mm or DEFAULT_FOCAL_LENGTH_MM
    if camera.yfov is not None and shot.projection == "camera":
        focal_length_mm = shot.sensor_height_mm / (2.0 * math.tan(camera.yfov / 2.0))
    return focal_length_mm / 1000.0 / shot.fstop / 2.0


def _focus_distance(scene: Scene, camera: Camera, settings: RenderSettings) -> float:
    """Return how far the plane of focus lies: as set, or where the focus point meets something."""
    shot = settings.shot
    if shot.focus_distance_m > 0.0:
        return shot.focus_distance_m
    if shot.fstop == 0.0:
        return camera.focus_distance  # the scene brought its lens along, and its focus
    origin, axis = _focus_ray(camera, settings)
    seen = measure_distance(scene, origin + axis * camera.znear, axis)
    if seen is None or camera.znear + seen > camera.zfar:
        return _beyond(scene, camera)
    return camera.znear + seen


def _focus_ray(camera: Camera, settings: RenderSettings) -> tuple[Doubles, Doubles]:
    """Return origin and direction through the focus point; length 1 along the view axis."""
    shot = settings.shot
    x = 2.0 * (shot.focus_x + shot.shift_x) - 1.0
    y = 1.0 - 2.0 * (shot.focus_y - shot.shift_y)
    origin = camera.transform[:3, 3]
    if shot.projection == "panorama":
        forward, right, up = level_axes(camera)
        turn, rise = x * math.pi, y * math.pi / 2.0
        level = forward * math.cos(turn) + right * math.sin(turn)
        return origin, level * math.cos(rise) + up * math.sin(rise)
    forward, right, up = camera_axes(camera)
    half = camera.ymag if camera.yfov is None else math.tan(camera.yfov / 2.0)
    place = right * (x * half * settings.width / settings.height) + up * (y * half)
    return (origin + place, forward) if camera.yfov is None else (origin, forward + place)


def _beyond(scene: Scene, camera: Camera) -> float:
    """Return a distance behind everything: as good as infinity, and a number a float32 holds."""
    boxes = instance_boxes(scene).reshape(-1, 3)
    if not len(boxes):
        return camera.focus_distance
    farthest = float(np.linalg.norm(boxes - camera.transform[:3, 3], axis=1).max())
    return 100.0 * max(farthest, camera.znear, 1e-3)
