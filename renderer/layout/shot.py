"""Camera, frame and pixel filter as records."""

from __future__ import annotations

import math

import numpy as np

from renderer.kernels.data import (
    CAMERA,
    CAMERA_ORTHOGRAPHIC,
    CAMERA_PERSPECTIVE,
    FRAME,
    Floats,
    Records,
    Shot,
)
from renderer.layout.space import Space
from renderer.scene import Camera, Doubles, SceneError
from renderer.settings import RenderSettings

#: Blackman-Harris is all but zero beyond this distance, in pixels.
FILTER_RADIUS_PX = 0.75
_FILTER_STEPS = 4096
_FILTER_TABLE = 257


def make_shot(camera: Camera, settings: RenderSettings, space: Space, *, has_filters: bool) -> Shot:
    """Return camera, frame and filter for the kernels.

    Args:
        camera: in world space.
        settings: frame size, depths, seed.
        space: of the tracer.
        has_filters: whether any surface lets light pass, so that shadow rays look closer.
    """
    frame = np.zeros(1, FRAME)
    frame["clamp"] = settings.clamp
    frame["max_depth"] = settings.max_depth
    frame["roulette_depth"] = settings.roulette_depth
    frame["has_filters"] = has_filters
    frame["seed"] = settings.seed
    return Shot(_make_camera(camera, settings, space), frame, make_filter_table())


def _make_camera(camera: Camera, settings: RenderSettings, space: Space) -> Records:
    """Return the camera record.

    Only the view axis and "up" are taken from the transform: a mirrored or scaled camera node
    neither flips nor stretches the picture.
    """
    forward = _unit(-camera.transform[:3, 2], camera.name)
    right = _unit(np.cross(forward, camera.transform[:3, 1]), camera.name)
    up = np.cross(right, forward)
    aspect = settings.width / settings.height
    result = np.zeros(1, CAMERA)
    if camera.yfov is None:
        half = camera.ymag * space.scale
        result["kind"] = CAMERA_ORTHOGRAPHIC
    else:
        half = math.tan(camera.yfov / 2.0)
        result["kind"] = CAMERA_PERSPECTIVE
    origin = space.point(camera.transform[:3, 3])
    for letter, vector in (
        ("o", origin),
        ("f", forward),
        ("r", right * half * aspect),
        ("u", up * half),
    ):
        for axis, value in zip("xyz", vector, strict=True):
            result[letter + axis] = value
    result["lens_radius"] = camera.lens_radius * space.scale
    result["focus"] = camera.focus_distance * space.scale
    result["near"] = max(camera.znear, 0.0) * space.scale
    result["far"] = camera.zfar * space.scale
    result["width"] = settings.width
    result["height"] = settings.height
    return result


def _unit(vector: Doubles, name: str) -> Doubles:
    length = float(np.linalg.norm(vector))
    if not length > 0.0 or not math.isfinite(length):
        raise SceneError(f"camera {name!r}: its transform has no view direction")
    unit: Doubles = vector / length
    return unit


def make_filter_table() -> Floats:
    """Return the inverse cumulative distribution of the Blackman-Harris filter.

    (257,) float32: distances from the pixel's centre at equal steps of probability, rounded to
    2**-20 pixel so that the last bit of a platform's cosine cannot show.

    Source: Harris 1978, On the Use of Windows (the four-term window).
    """
    x = (np.arange(_FILTER_STEPS) + 0.5) / _FILTER_STEPS
    window = (
        0.35875
        - 0.48829 * np.cos(2.0 * np.pi * x)
        + 0.14128 * np.cos(4.0 * np.pi * x)
        - 0.01168 * np.cos(6.0 * np.pi * x)
    )
    cumulative = np.concatenate([[0.0], np.cumsum(window)])
    edges = np.arange(_FILTER_STEPS + 1) / _FILTER_STEPS
    steps = np.linspace(0.0, cumulative[-1], _FILTER_TABLE)
    place = (np.interp(steps, cumulative, edges) * 2.0 - 1.0) * FILTER_RADIUS_PX
    rounded: Floats = (np.round(place * 2.0**20) / 2.0**20).astype(np.float32)
    return rounded
