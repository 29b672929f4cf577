"""Our scene as a Mitsuba 3 scene, so that a second renderer may judge the first.

Where the models are the same, Mitsuba's own plugins are used: diffuse, dielectric (smooth,
rough, thin), bitmap, normalmap, mask, area, point, spot, directional, envmap, perspective,
thinlens, orthographic. For metallic-roughness see `mitsuba_gltf`, or `principled` where speed
is compared. Known differences are in docs/benchmarks.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mitsuba as mi
import numpy as np

from renderer.framing import select_camera
from renderer.scene import (
    AlphaMode,
    Material,
    Scene,
)
from renderer.settings import RenderSettings
from tests.benchmarks.mitsuba_lights import make_environment, make_light
from tests.benchmarks.mitsuba_sensor import make_sensor
from tests.benchmarks.mitsuba_shapes import Coating, make_shapes
from tests.benchmarks.mitsuba_textures import make_alpha, make_channel, make_texture


@dataclass(frozen=True)
class Conversion:
    """How to convert.

    Attributes:
        native: metallic-roughness by Mitsuba's `principled`, which is compiled for all variants
            and close, but no equal; else by `mitsuba_gltf`. What Mitsuba cannot show is then
            left out instead of refused.
        both_sides_shine: emissive triangles get a twin that faces the other way, since Mitsuba's
            shine on their front only; it costs Mitsuba half of its light samples.
    """

    native: bool = False
    both_sides_shine: bool = True


def convert_scene(scene: Scene, settings: RenderSettings, how: Conversion | None = None) -> Any:
    """Return a loaded Mitsuba scene with sensor, film and path integrator.

    Args:
        scene: complete (see `renderer.prepare`).
        settings: frame, depths, camera's name.
        how: see `Conversion`.

    Raises:
        ValueError: the scene has something that Mitsuba cannot show.
    """
    how = how or Conversion()
    has_media = not how.native and any(_is_tinted(m) for m in scene.materials)
    parts: dict[str, Any] = {
        "type": "scene",
        "integrator": {
            # Only that one knows absorbing media; both sample surfaces alike.
            "type": "volpath" if has_media else "path",
            "max_depth": settings.max_depth,
            "rr_depth": settings.roulette_depth,
        },
        "sensor": make_sensor(select_camera(scene, settings.camera), settings),
    }
    coatings = [_make_coating(scene, material, how) for material in scene.materials]
    for number, instance in enumerate(scene.instances):
        mesh = scene.meshes[instance.mesh]
        coating = coatings[mesh.material]
        both = how.both_sides_shine
        for name, shape in make_shapes(mesh, instance, coating, both_sides_shine=both):
            parts[f"shape_{number}{name}"] = shape
    for number, light in enumerate(scene.lights):
        parts[f"light_{number}"] = make_light(light)
    if scene.environment is not None:
        parts["environment"] = make_environment(scene.environment)
    return mi.load_dict(parts)


def _make_coating(scene: Scene, m: Material, how: Conversion) -> Coating:
    radiance: Any = None
    if max(m.emission) > 0.0 and m.emission_slot is None:
        radiance = {"type": "rgb", "value": list(m.emission)}  # may exceed 1, unlike a reflectance
    elif max(m.emission) > 0.0:
        strict = not how.native
        radiance = make_texture(scene, m.emission_slot, m.emission, srgb=True, strict=strict)
    inside = None if how.native else _make_inside(m)
    return Coating(_make_bsdf(scene, m, how), inside, _uv_set(m, strict=not how.native), radiance)


def _uv_set(m: Material, *, strict: bool) -> int:
    """The one that its pictures use."""
    slots = (m.base_color_slot, m.metallic_roughness_slot, m.normal_slot, m.emission_slot)
    sets = sorted({slot.uv_set for slot in slots if slot is not None}) or [0]
    if strict and len(sets) > 1:
        raise ValueError(f"{m.name}: Mitsuba has one UV set; the material uses two")
    return sets[0]


def _make_bsdf(scene: Scene, m: Material, how: Conversion) -> Any:
    """The surface, with normal map and alpha."""
    if m.transmission > 0.0:
        bsdf = _make_glass(m, strict=not how.native)
    elif how.native:
        bsdf = _make_native(scene, m)
    elif m.metallic == 0.0 and m.specular == 0.0:
        base = make_texture(scene, m.base_color_slot, m.base_color[:3], srgb=True)
        bsdf = mi.load_dict({"type": "diffuse", "reflectance": base})
    else:
        bsdf = _make_metallic_roughness(scene, m)
    if m.normal_slot is not None:
        if m.normal_scale != 1.0 and not how.native:
            raise ValueError(f"{m.name}: Mitsuba has no normal scale; bake it into the map")
        white = (1.0, 1.0, 1.0)
        factor_map = make_texture(scene, m.normal_slot, white, srgb=False, strict=not how.native)
        bsdf = mi.load_dict(
            {
                "type": "normalmap",
                "normalmap": factor_map,
                "bsdf": bsdf,
                # Its way to hide the terminator differs from ours (Chiang, Li, Burley 2019).
                "use_shadowing_function": False,
            }
        )
    if m.transmission == 0.0 and (how.native or m.normal_slot is not None or _is_diffuse(m)):
        bsdf = mi.load_dict({"type": "twosided", "bsdf": bsdf})
    if m.alpha_mode is not AlphaMode.OPAQUE:
        opacity = _make_opacity(scene, m)
        bsdf = mi.load_dict({"type": "mask", "opacity": opacity, "bsdf": bsdf})
    return bsdf


def _make_opacity(scene: Scene, m: Material) -> Any:
    """Alpha as it is, or 0 and 1 from its cut-off."""
    cutoff = m.alpha_cutoff if m.alpha_mode is AlphaMode.MASK else None
    return make_alpha(scene, m.base_color_slot, m.base_color[3], cutoff)


def _is_diffuse(m: Material) -> bool:
    return m.metallic == 0.0 and m.specular == 0.0


def _make_glass(m: Material, *, strict: bool) -> Any:
    if strict and (m.transmission < 1.0 or m.base_color[:3] != (1.0, 1.0, 1.0)):
        raise ValueError(f"{m.name}: only clear, colourless glass is the same in Mitsuba")
    ior = {"int_ior": m.ior, "ext_ior": 1.0}
    if m.thickness <= 0.0:
        return mi.load_dict({"type": "thindielectric", **ior})
    if m.roughness == 0.0:
        return mi.load_dict({"type": "dielectric", **ior})
    alpha = m.roughness**2
    if not strict:
        rough = {"type": "roughdielectric", "distribution": "ggx", "alpha": alpha}
        return mi.load_dict({**rough, **ior})
    from tests.benchmarks.mitsuba_frosted import make_frosted

    return make_frosted(alpha, m.ior)


def _is_tinted(m: Material) -> bool:
    """Whether light fades inside: KHR_materials_volume."""
    return m.transmission > 0.0 and m.thickness > 0.0 and math.isfinite(m.attenuation_distance)


def _make_inside(m: Material) -> Any:
    """A medium that swallows and never scatters (Beer, Lambert); None where nothing fades."""
    if not _is_tinted(m):
        return None
    fading = -np.log(np.maximum(m.attenuation_color, 1e-6)) / m.attenuation_distance
    return mi.load_dict(
        {
            "type": "homogeneous",
            "albedo": 0.0,
            "sigma_t": {"type": "rgb", "value": fading.tolist()},
        }
    )


def _make_native(scene: Scene, m: Material) -> Any:
    """Mitsuba's `principled`: what its users would take for a glTF material."""
    base = make_texture(scene, m.base_color_slot, m.base_color[:3], srgb=True, strict=False)
    if _is_diffuse(m):
        return mi.load_dict({"type": "diffuse", "reflectance": base})
    surface: dict[str, Any] = {"type": "principled", "base_color": base, "specular": 0.5}
    for name, factor, channel in (("roughness", m.roughness, 1), ("metallic", m.metallic, 2)):
        surface[name] = factor
        if m.metallic_roughness_slot is not None:
            surface[name] = make_channel(scene, m.metallic_roughness_slot, channel, factor)
    if m.clearcoat > 0.0:
        surface["clearcoat"] = m.clearcoat
        surface["clearcoat_gloss"] = 1.0 - m.clearcoat_roughness
    if max(m.sheen_color) > 0.0:
        surface["sheen"] = max(m.sheen_color)
    return mi.load_dict(surface)


def _make_metallic_roughness(scene: Scene, m: Material) -> Any:
    from tests.benchmarks.mitsuba_gltf import Core, make_gltf_bsdf

    base = make_texture(scene, m.base_color_slot, m.base_color[:3], srgb=True)
    factors = (0.0, m.roughness, m.metallic)
    mr = make_texture(scene, m.metallic_roughness_slot, factors, srgb=False)
    f0 = ((m.ior - 1.0) / (m.ior + 1.0)) ** 2 * m.specular * np.array(m.specular_color)
    colored = any(
        mesh.colors is not None and scene.materials[mesh.material] is m for mesh in scene.meshes
    )
    core = Core(f0, m.specular, m.anisotropy, m.anisotropy_rotation)
    return make_gltf_bsdf(base, mr, core, colored)
