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
    Camera,
    Doubles,
    Environment,
    Instance,
    LightKind,
    Material,
    Mesh,
    PunctualLight,
    Scene,
)
from renderer.settings import RenderSettings
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
    parts: dict[str, Any] = {
        "type": "scene",
        "integrator": {
            "type": "path",
            "max_depth": settings.max_depth,
            "rr_depth": settings.roulette_depth,
        },
        "sensor": _make_sensor(select_camera(scene, settings.camera), settings),
    }
    bsdfs = [_make_bsdf(scene, material, how) for material in scene.materials]
    for number, instance in enumerate(scene.instances):
        for name, shape in _make_shapes(scene, instance, bsdfs, how):
            parts[f"shape_{number}{name}"] = shape
    for number, light in enumerate(scene.lights):
        parts[f"light_{number}"] = _make_light(light)
    if scene.environment is not None:
        parts["environment"] = _make_environment(scene.environment)
    return mi.load_dict(parts)


def _make_sensor(camera: Camera, settings: RenderSettings) -> dict[str, Any]:
    """The camera; Mitsuba's looks along its +Z with +X to the left."""
    origin = camera.transform[:3, 3]
    forward = -camera.transform[:3, 2]
    forward = forward / np.linalg.norm(forward)
    up = camera.transform[:3, 1]
    distance = float(np.abs(origin).max()) + 1.0
    place = mi.ScalarTransform4f().look_at(
        origin=origin.tolist(), target=(origin + forward * distance).tolist(), up=up.tolist()
    )
    sensor: dict[str, Any] = {
        "type": "perspective",
        "to_world": place,
        "near_clip": max(camera.znear, 1e-4),
        "far_clip": min(camera.zfar, 1e7),
        "sampler": {"type": "independent"},
        "film": {
            "type": "hdrfilm",
            "width": settings.width,
            "height": settings.height,
            "rfilter": {"type": "box"},
            "pixel_format": "rgb",
            "component_format": "float32",
        },
    }
    if camera.yfov is None:
        half_width = camera.ymag * settings.width / settings.height
        sensor["type"] = "orthographic"
        sensor["to_world"] = place @ mi.ScalarTransform4f().scale([half_width, half_width, 1.0])
        return sensor
    sensor["fov_axis"] = "y"
    sensor["fov"] = math.degrees(camera.yfov)
    if camera.lens_radius > 0.0:
        sensor["type"] = "thinlens"
        sensor["aperture_radius"] = camera.lens_radius
        sensor["focus_distance"] = camera.focus_distance
    return sensor


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
    return mi.load_dict({"type": "roughdielectric", "distribution": "ggx", "alpha": alpha, **ior})


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


def _make_shapes(
    scene: Scene, instance: Instance, bsdfs: list[Any], how: Conversion
) -> list[tuple[str, Any]]:
    """The instance's mesh in world space; an emissive one with its twin."""
    mesh = scene.meshes[instance.mesh]
    m = scene.materials[mesh.material]
    if max(m.emission) <= 0.0:
        return [("", _make_mesh(mesh, instance, bsdfs[mesh.material], None))]
    strict = not how.native
    radiance = make_texture(scene, m.emission_slot, m.emission, srgb=True, strict=strict)
    emitter = {"type": "area", "radiance": radiance}
    if not how.both_sides_shine:
        return [("", _make_mesh(mesh, instance, bsdfs[mesh.material], mi.load_dict(emitter)))]
    front = _make_mesh(mesh, instance, bsdfs[mesh.material], mi.load_dict(emitter), 1.0)
    back = _make_mesh(mesh, instance, bsdfs[mesh.material], mi.load_dict(emitter), -1.0)
    return [("f", front), ("b", back)]


def _make_mesh(mesh: Mesh, instance: Instance, bsdf: Any, emitter: Any, side: float = 0.0) -> Any:
    """A Mitsuba mesh in world space.

    Args:
        mesh: ours.
        instance: places it.
        bsdf: of Mitsuba.
        emitter: of Mitsuba, or None.
        side: 1 and -1 make the twins that face apart, a hair's breadth off the surface.
    """
    props = mi.Properties()
    props["bsdf"] = bsdf
    if emitter is not None:
        props["emitter"] = emitter
    matrix = instance.transform
    triangles = mesh.triangles
    normals = mesh.normals
    positions = mesh.positions @ matrix[:3, :3].T + matrix[:3, 3]
    if np.linalg.det(matrix[:3, :3]) < 0.0:
        triangles = triangles[:, ::-1]
    if side:
        positions, triangles = _shift(positions, triangles, side)
        normals = None
    result = mi.Mesh(
        instance.name or "mesh",
        len(positions),
        len(triangles),
        props,
        has_vertex_normals=normals is not None,
        has_vertex_texcoords=bool(mesh.uv_sets),
    )
    params = mi.traverse(result)
    params["vertex_positions"] = positions.astype(np.float32).ravel()
    params["faces"] = triangles.astype(np.uint32).ravel()
    if normals is not None:
        world = normals @ np.linalg.inv(matrix[:3, :3])
        world /= np.maximum(np.linalg.norm(world, axis=1, keepdims=True), 1e-30)
        params["vertex_normals"] = world.astype(np.float32).ravel()
    if mesh.uv_sets:
        params["vertex_texcoords"] = mesh.uv_sets[0].astype(np.float32).ravel()
    params.update()
    if mesh.colors is not None:
        result.add_attribute("vertex_color", 3, mesh.colors[:, :3].astype(np.float32).ravel())
    return result


def _shift(positions: Doubles, triangles: Any, side: float) -> tuple[Doubles, Any]:
    """Move vertices along their mean normal; turn the back twin's triangles round."""
    corners = positions[triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], normal)
    total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)
    size = float(np.ptp(positions, axis=0).max())
    moved = positions + total * (side * size * 1e-5)
    return moved, triangles if side > 0.0 else triangles[:, ::-1]


def _make_light(light: PunctualLight) -> dict[str, Any]:
    position = light.transform[:3, 3]
    axis = -light.transform[:3, 2] / np.linalg.norm(light.transform[:3, 2])
    rgb = {"type": "rgb", "value": [float(v) for v in light.intensity]}
    if light.kind is LightKind.DIRECTIONAL:
        return {"type": "directional", "direction": axis.tolist(), "irradiance": rgb}
    if math.isfinite(light.range_m):
        raise ValueError(f"{light.name}: Mitsuba's lights have no range")
    if light.kind is LightKind.POINT:
        return {"type": "point", "position": position.tolist(), "intensity": rgb}
    if light.outer_angle - light.inner_angle > 0.01:
        raise ValueError(f"{light.name}: Mitsuba's soft spots fall off by angle, glTF's by cosine")
    up = light.transform[:3, 1]
    # KHR_lights_punctual squares a ramp over the cosine; a hard edge with as much light behind it.
    outer, inner = math.cos(light.outer_angle), math.cos(light.inner_angle)
    edge = math.degrees(math.acos(outer + max(0.001, inner - outer) * 2.0 / 3.0))
    return {
        "type": "spot",
        "to_world": mi.ScalarTransform4f().look_at(
            origin=position.tolist(), target=(position + axis).tolist(), up=up.tolist()
        ),
        "intensity": rgb,
        "cutoff_angle": edge + 1e-3,
        "beam_width": edge - 1e-3,
    }


def _make_environment(environment: Environment) -> dict[str, Any]:
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
