"""Camera, frame, pixel filter and background as the kernels read them."""

from __future__ import annotations

import math

import numpy as np

from renderer.kernels.data import (
    CAMERA,
    CAMERA_FLAT,
    CAMERA_PANORAMA,
    FRAME,
    Floats,
    Records,
    Shot,
)
from renderer.layout.pixel_filter import make_filter_table
from renderer.layout.space import Space
from renderer.plate import fit_plate
from renderer.scene import Camera, Doubles, Scene, SceneError
from renderer.settings import RenderSettings

#: A frame's plate is kept at the frame's size: 16 bytes a pixel.
MAX_PLATE_FRAME_PX = 1 << 26


def make_shot(
    scene: Scene, camera: Camera, settings: RenderSettings, space: Space, *, has_filters: bool
) -> Shot:
    """Return camera, frame, filter and background for the kernels.

    Args:
        scene: its environment and plate are looked at.
        camera: in world space, `renderer.lens.resolve_camera` done.
        settings: frame size, depths, seed, shot.
        space: of the tracer.
        has_filters: whether any surface lets light pass, so that shadow rays look closer.

    Raises:
        SceneError: the camera has no direction, or the frame is too large for a plate.
    """
    frame = np.zeros(1, FRAME)
    frame["clamp"] = settings.clamp
    frame["max_depth"] = settings.max_depth
    frame["roulette_depth"] = settings.roulette_depth
    frame["diffuse_depth"] = settings.diffuse_depth
    frame["glossy_depth"] = settings.glossy_depth
    frame["transmission_depth"] = settings.transmission_depth
    kinds = (settings.diffuse_depth, settings.glossy_depth, settings.transmission_depth)
    frame["limits_kinds"] = min(kinds) < settings.max_depth
    frame["max_passes"] = settings.transparent_depth
    frame["has_filters"] = has_filters
    frame["seed"] = settings.seed
    plate = _make_plate(scene, settings)
    frame["shows_plate"] = plate is not None
    if plate is None:
        plate = np.zeros((1, 4), np.float32)
    frame["plate_step"] = len(plate) > 1
    shot = settings.shot
    table = make_filter_table(shot.pixel_filter, shot.filter_width_px)
    return Shot(_make_camera(camera, settings, space), frame, table, plate)


def _make_plate(scene: Scene, settings: RenderSettings) -> Floats | None:
    """Return (pixels or 1, 4): what camera rays see behind the scene; None: the environment."""
    shot = settings.shot
    environment = scene.environment
    if shot.background == "plate" and scene.plate is not None:
        if settings.width * settings.height > MAX_PLATE_FRAME_PX:
            raise SceneError(
                f"{shot.plate}: a frame of {settings.width} × {settings.height} is too large for "
                f"a background plate (at most {MAX_PLATE_FRAME_PX >> 20} megapixels): render "
                f"with a transparent background"
            )
        fitted = fit_plate(scene.plate, settings.width, settings.height, shot.plate_fit)
        fitted[:, :, :3] *= np.float32(shot.plate_strength)
        return fitted.reshape(-1, 4)
    if shot.background == "color":
        return np.array([[*shot.background_color, 1.0]], np.float32)
    shows_sky = shot.background == "environment" and environment is not None
    if shows_sky and environment is not None and environment.visible:
        return None
    return np.zeros((1, 4), np.float32)


def _make_camera(camera: Camera, settings: RenderSettings, space: Space) -> Records:
    """Return the camera record."""
    result = np.zeros(1, CAMERA)
    shot = settings.shot
    if shot.projection == "panorama":
        origin, axes = camera.transform[:3, 3], level_axes(camera)
        result["kind"] = CAMERA_PANORAMA
        result["turn_x"], result["turn_y"] = 2.0 * shot.shift_x, 2.0 * shot.shift_y
    else:
        origin, axes = _frame_axes(camera, settings)
        result["kind"] = CAMERA_FLAT
        result["flat"] = camera.yfov is None
    for letter, vector in zip("ofru", (space.point(origin), *axes), strict=True):
        for axis, value in zip("xyz", vector, strict=True):
            # An orthographic camera's frame moves the origin, which is in the tracer's unit.
            moves = letter in "ru" and result["flat"][0] > 0.0
            result[letter + axis] = value * space.scale if moves else value
    result["lens_radius"] = camera.lens_radius * space.scale
    result["blades"] = shot.aperture_blades
    result["blade_turn"] = shot.aperture_rotation / (2.0 * math.pi)
    result["focus"] = camera.focus_distance * space.scale
    result["near"] = max(camera.znear, 0.0) * space.scale
    result["far"] = camera.zfar * space.scale
    result["width"] = settings.width
    result["height"] = settings.height
    return result


def camera_axes(camera: Camera) -> tuple[Doubles, Doubles, Doubles]:
    """Return unit vectors: the view axis, right and up.

    Only the view axis and "up" are taken from the transform: a mirrored or scaled camera node
    neither flips nor stretches the picture.
    """
    forward = _unit(-camera.transform[:3, 2], camera.name)
    right = _unit(np.cross(forward, camera.transform[:3, 1]), camera.name)
    return forward, right, np.cross(right, forward)


def level_axes(camera: Camera) -> tuple[Doubles, Doubles, Doubles]:
    """Return a panorama's axes: the camera's heading, and a level horizon.

    Viewers of panoramas take it for granted that the horizon is level. A camera that looks
    straight up or down heads where its picture's top, or bottom, points.
    """
    forward, _right, up = camera_axes(camera)
    vertical = np.array([0.0, 1.0, 0.0])
    heading = np.array([forward[0], 0.0, forward[2]])
    if float(np.linalg.norm(heading)) < 1e-6:
        heading = np.array([up[0], 0.0, up[2]]) * -math.copysign(1.0, forward[1])
    heading = _unit(heading, camera.name)
    return heading, np.cross(heading, vertical), vertical


def _frame_axes(
    camera: Camera, settings: RenderSettings
) -> tuple[Doubles, tuple[Doubles, Doubles, Doubles]]:
    """Return the origin, and the axes that span the frame; a shift moves the frame's centre."""
    forward, right, up = camera_axes(camera)
    half = camera.ymag if camera.yfov is None else math.tan(camera.yfov / 2.0)
    right = right * (half * settings.width / settings.height)
    up = up * half
    shift = right * (2.0 * settings.shot.shift_x) + up * (2.0 * settings.shot.shift_y)
    origin = camera.transform[:3, 3]
    if camera.yfov is None:
        return origin + shift, (forward, right, up)
    return origin, (forward + shift, right, up)


def _unit(vector: Doubles, name: str) -> Doubles:
    length = float(np.linalg.norm(vector))
    if not length > 0.0 or not math.isfinite(length):
        raise SceneError(f"camera {name!r}: its transform has no view direction")
    unit: Doubles = vector / length
    return unit
