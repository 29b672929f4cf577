"""Our camera as a Mitsuba sensor."""

from __future__ import annotations

import math
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from renderer.scene import Camera
from renderer.settings import RenderSettings


def make_sensor(camera: Camera, settings: RenderSettings) -> Any:
    """Return the camera with its film; Mitsuba's looks along its +Z with +X to the left.

    Raises:
        ValueError: Mitsuba has no such shot.
    """
    shot = settings.shot
    if shot.fstop or shot.focal_length_mm or shot.background != "environment":
        raise ValueError("only projection, shift and clip planes of a shot are converted")
    film = {
        "type": "hdrfilm",
        "width": settings.width,
        "height": settings.height,
        "rfilter": {"type": "box"},
        "pixel_format": "rgb",
        "component_format": "float32",
    }
    if shot.projection == "panorama":
        return _make_panorama(camera, film)
    near = camera.znear if shot.clip_near_m is None else shot.clip_near_m
    far = camera.zfar if shot.clip_far_m is None else shot.clip_far_m
    place = _look_along(camera)
    sensor: dict[str, Any] = {
        "type": "perspective",
        "to_world": place,
        "near_clip": max(near, 1e-4),
        "far_clip": min(far, 1e7),
        "sampler": {"type": "independent"},
        "film": film,
    }
    if camera.yfov is None:
        half_width = camera.ymag * settings.width / settings.height
        sensor["type"] = "orthographic"
        sensor["to_world"] = place @ mi.ScalarTransform4f().scale([half_width, half_width, 1.0])
        return sensor
    sensor["fov_axis"] = "y"
    sensor["fov"] = math.degrees(camera.yfov)
    if shot.shift_x or shot.shift_y:
        # Theirs counts to the right and down, ours to the right and up; their thin lens has none.
        sensor["principal_point_offset_x"] = shot.shift_x
        sensor["principal_point_offset_y"] = -shot.shift_y
    if camera.lens_radius > 0.0:
        sensor["type"] = "thinlens"
        sensor["aperture_radius"] = camera.lens_radius
        sensor["focus_distance"] = camera.focus_distance
    return sensor


def _look_along(camera: Camera) -> Any:
    origin = camera.transform[:3, 3]
    forward = -camera.transform[:3, 2]
    forward = forward / np.linalg.norm(forward)
    up = camera.transform[:3, 1]
    distance = float(np.abs(origin).max()) + 1.0
    return mi.ScalarTransform4f().look_at(
        origin=origin.tolist(), target=(origin + forward * distance).tolist(), up=up.tolist()
    )


def _make_panorama(camera: Camera, film: dict[str, Any]) -> Any:
    """Our definition anew: the middle column looks where the camera heads, the horizon is level."""
    heading = -camera.transform[:3, 2] * np.array([1.0, 0.0, 1.0])
    heading /= np.linalg.norm(heading)
    props = mi.Properties("panorama")
    props["film"] = mi.load_dict(film)
    props["sampler"] = mi.load_dict({"type": "independent"})
    props["origin"] = mi.ScalarPoint3d(*camera.transform[:3, 3].tolist())
    props["heading"] = mi.ScalarVector3d(*heading.tolist())
    return define_panorama()(props)


def define_panorama() -> Any:
    """Return the class; it derives from a class of the variant in use."""

    class Panorama(mi.Sensor):  # type: ignore[misc]
        """An equirectangular camera."""

        def __init__(self, props: Any) -> None:
            mi.Sensor.__init__(self, props)
            self.origin = mi.Point3f(props["origin"])
            self.heading = mi.Vector3f(props["heading"])
            self.up = mi.Vector3f(0.0, 1.0, 0.0)
            self.right = dr.cross(self.heading, self.up)

        def sample_ray(
            self, time: Any, wavelength: Any, place: Any, aperture: Any, active: Any = True
        ) -> tuple[Any, Any]:
            sine, cosine = dr.sincos((2.0 * place.x - 1.0) * dr.pi)
            rise, level = dr.sincos((0.5 - place.y) * dr.pi)
            d = level * (cosine * self.heading + sine * self.right) + rise * self.up
            ray = mi.Ray3f(self.origin, d, time)
            return ray, mi.Color3f(1.0)

        def sample_ray_differential(
            self, time: Any, wavelength: Any, place: Any, aperture: Any, active: Any = True
        ) -> tuple[Any, Any]:
            ray, weight = self.sample_ray(time, wavelength, place, aperture, active)
            return mi.RayDifferential3f(ray), weight

        def bbox(self) -> Any:
            return mi.ScalarBoundingBox3f()

    return Panorama
