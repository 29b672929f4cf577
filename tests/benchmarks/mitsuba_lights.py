"""Our lights without area, and the environment, as Mitsuba emitters."""

from __future__ import annotations

import math
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from renderer.scene import Doubles, Environment, LightKind, PunctualLight
from tests.benchmarks.mitsuba_textures import make_bitmap

#: Of the picture that a spot light projects to fall off as glTF says.
PROFILE_PX = 1024


def make_light(light: PunctualLight) -> Any:
    """Return the emitter."""
    position = light.transform[:3, 3]
    axis = -light.transform[:3, 2] / np.linalg.norm(light.transform[:3, 2])
    rgb = {"type": "rgb", "value": [float(v) for v in light.intensity]}
    if light.kind is LightKind.DIRECTIONAL:
        return {"type": "directional", "direction": axis.tolist(), "irradiance": rgb}
    if math.isfinite(light.range_m):
        return _make_ranged(light)
    if light.kind is LightKind.POINT:
        return {"type": "point", "position": position.tolist(), "intensity": rgb}
    cutoff = math.degrees(light.outer_angle)
    return {
        "type": "spot",
        "to_world": mi.ScalarTransform4f().look_at(
            origin=position.tolist(),
            target=(position + axis).tolist(),
            up=light.transform[:3, 1].tolist(),
        ),
        "intensity": rgb,
        # Its own fall-off, linear in the angle, is squeezed to nothing; a picture does the work.
        "cutoff_angle": cutoff,
        "beam_width": cutoff - 1e-3,
        "texture": make_bitmap(spot_profile(light), "clamp", nearest=False),
    }


def spot_profile(light: PunctualLight) -> Doubles:
    """(N, N, 3): KHR_lights_punctual's fall-off over a plane that the cone just fits."""
    cos_outer, cos_inner = math.cos(light.outer_angle), math.cos(light.inner_angle)
    reach = math.tan(light.outer_angle)
    place = ((np.arange(PROFILE_PX) + 0.5) / PROFILE_PX * 2.0 - 1.0) * reach
    cosine = 1.0 / np.sqrt(1.0 + place[:, None] ** 2 + place[None, :] ** 2)
    ramp = np.clip((cosine - cos_outer) / max(0.001, cos_inner - cos_outer), 0.0, 1.0)
    return np.repeat((ramp**2)[..., None], 3, axis=2)


def _make_ranged(light: PunctualLight) -> Any:
    if light.kind is not LightKind.POINT:
        raise ValueError(f"{light.name}: only point lights with a range are converted")
    props = mi.Properties("ranged_point")
    props["place"] = mi.ScalarPoint3d(*light.transform[:3, 3].tolist())
    props["intensity"] = mi.ScalarColor3d(*[float(v) for v in light.intensity])
    props["range"] = float(light.range_m)
    return define_ranged_point()(props)


def define_ranged_point() -> Any:
    """Return the class; it derives from a class of the variant in use."""

    class RangedPoint(mi.Emitter):  # type: ignore[misc]
        """A point light that ends at its range: KHR_lights_punctual."""

        def __init__(self, props: Any) -> None:
            mi.Emitter.__init__(self, props)
            self.place = mi.Point3f(props["place"])
            self.intensity = mi.Color3f(props["intensity"])
            self.range = props["range"]
            self.m_flags = +mi.EmitterFlags.DeltaPosition

        def sample_direction(self, it: Any, sample: Any, active: Any = True) -> tuple[Any, Any]:
            ds = dr.zeros(mi.DirectionSample3f)
            ds.p = self.place
            ds.pdf = 1.0
            ds.time = it.time
            ds.delta = mi.Bool(True)
            ds.emitter = mi.EmitterPtr(self)
            ds.d = ds.p - it.p
            distance2 = dr.squared_norm(ds.d)
            ds.dist = dr.sqrt(distance2)
            ds.d /= ds.dist
            window = dr.clip(1.0 - dr.square(distance2 / self.range**2), 0.0, 1.0)
            return ds, dr.select(active, self.intensity * window / distance2, 0.0)

        def pdf_direction(self, it: Any, ds: Any, active: Any = True) -> Any:
            return mi.Float(0.0)

        def eval(self, si: Any, active: Any = True) -> Any:
            return mi.Color3f(0.0)

        def bbox(self) -> Any:
            return mi.ScalarBoundingBox3f(mi.ScalarPoint3f(*np.ravel(self.place).tolist()))

    return RangedPoint


def make_environment(environment: Environment) -> dict[str, Any]:
    """The map, resampled by its definition: row 0 looks to +Y, the middle to -Z, then +X.

    Mitsuba's left edge looks to -Z and its rows reach from pole to pole; resampling to a finer
    grid makes both bilinear interpolations the same.
    """
    height, width = environment.radiance.shape[:2]
    factor = max(1, 1024 // height)
    rows, columns = height * factor, width * factor
    polar = np.arange(rows) / (rows - 1)
    turn = (np.arange(columns) + 0.5) / columns
    texels = _interpolate(environment.radiance, turn[None, :] + 0.5, polar[:, None])
    texels = texels * environment.strength
    return {
        "type": "envmap",
        "bitmap": mi.Bitmap(np.ascontiguousarray(texels, dtype=np.float32)),
        "to_world": mi.ScalarTransform4f().rotate([0, 1, 0], math.degrees(environment.rotation)),
    }


def _interpolate(radiance: Any, u: Doubles, v: Doubles) -> Doubles:
    """Bilinear lookup in our map; u wraps, v ends."""
    height, width = radiance.shape[:2]
    x, y = u * width - 0.5, np.clip(v * height - 0.5, 0.0, height - 1.0)
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    tx, ty = (x - x0)[..., None], (y - y0)[..., None]
    y1 = np.minimum(y0 + 1, height - 1)
    a, b = radiance[y0, x0 % width], radiance[y0, (x0 + 1) % width]
    c, d = radiance[y1, x0 % width], radiance[y1, (x0 + 1) % width]
    result: Doubles = (a * (1 - tx) + b * tx) * (1 - ty) + (c * (1 - tx) + d * tx) * ty
    return result
