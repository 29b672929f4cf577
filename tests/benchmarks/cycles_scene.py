"""Our scene as files that `cycles_peer` reads: `scene.json` and arrays beside it.

Blender runs in a Python of its own that knows nothing of us, so what it needs is written down
plainly: world matrices with +Z up, triangles, UV layers with their transforms applied and v
upwards, texels as RGBA from the bottom row on.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from renderer.framing import select_camera
from renderer.scene import (
    AlphaMode,
    Camera,
    Doubles,
    Environment,
    LightKind,
    Material,
    Mesh,
    PunctualLight,
    Scene,
    TextureSlot,
)
from renderer.settings import RenderSettings

#: Ours has +Y up, Blender +Z.
TO_BLENDER = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], np.float64)
#: Material fields that hold a picture, and whether its integers are sRGB encoded.
SLOTS = {
    "base_color_slot": True,
    "metallic_roughness_slot": False,
    "normal_slot": False,
    "emission_slot": True,
    "transmission_slot": False,
    "specular_slot": False,
    "specular_color_slot": True,
    "clearcoat_slot": False,
    "clearcoat_roughness_slot": False,
}


def export_scene(scene: Scene, settings: RenderSettings, folder: Path) -> Path:
    """Write the scene for one camera and return the path of `scene.json`.

    Args:
        scene: complete (see `renderer.prepare`).
        settings: frame, depths, camera's name.
        folder: exists and is empty.
    """
    pictures = _Pictures(scene, folder)
    materials = [_describe_material(m, pictures) for m in scene.materials]
    text = {
        "width": settings.width,
        "height": settings.height,
        # 8 segments are a camera ray, 6 bounces and a ray to a light: Cycles counts the 6.
        "max_bounces": max(0, settings.max_depth - 2),
        # Cycles adds one, and lets a path end at the surface behind that bounce.
        "min_bounces": max(0, settings.roulette_depth - 2),
        "camera": _describe_camera(select_camera(scene, settings.camera)),
        "materials": materials,
        "meshes": [_write_mesh(scene, n, folder) for n in range(len(scene.meshes))],
        "instances": [
            {"mesh": i.mesh, "matrix": (TO_BLENDER @ i.transform).tolist()} for i in scene.instances
        ],
        "lights": [_describe_light(light) for light in scene.lights],
        "environment": _write_environment(scene.environment, folder),
        "pictures": pictures.written,
    }
    path = folder / "scene.json"
    path.write_text(json.dumps(text), encoding="utf-8")
    return path


class _Pictures:
    """Writes each image once for each meaning of its texels."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self._scene, self._folder = scene, folder
        self._numbers: dict[tuple[int, bool], int] = {}
        self.written: list[dict[str, Any]] = []

    def add(self, slot: TextureSlot, srgb: bool) -> dict[str, Any]:
        texture = self._scene.textures[slot.texture]
        key = (texture.image, srgb)
        if key not in self._numbers:
            self._numbers[key] = len(self.written)
            self.written.append(self._write(*key))
        wraps = {"repeat": "REPEAT", "mirror": "MIRROR", "clamp": "EXTEND"}
        return {
            "picture": self._numbers[key],
            "interpolation": "Closest" if texture.nearest else "Linear",
            "extension": wraps[texture.wrap_u.value],
        }

    def _write(self, image: int, srgb: bool) -> dict[str, Any]:
        texels = self._scene.images[image].texels
        file = f"picture_{len(self.written)}.npy"
        np.save(self._folder / file, spread_texels(texels)[::-1])
        return {"file": file, "bytes": texels.dtype == np.uint8, "srgb": srgb}


def spread_texels(texels: Any) -> Any:
    """(H, W, 4) float32 of texels with 1 to 4 channels; integers become 0..1."""
    values = texels.astype(np.float32)
    if texels.dtype.kind == "u":
        values /= np.float32(np.iinfo(texels.dtype.name).max)
    height, width, channels = values.shape
    result = np.ones((height, width, 4), np.float32)
    result[..., :3] = values[..., :3] if channels >= 3 else values[..., :1]
    if channels in (2, 4):
        result[..., 3] = values[..., -1]
    return result


def _describe_material(m: Material, pictures: _Pictures) -> dict[str, Any]:
    slots = {}
    for layer, name in enumerate(_used_slots(m)):
        slot = getattr(m, name)
        slots[name] = {**pictures.add(slot, SLOTS[name]), "uv": f"uv{layer}"}
    factors = ("base_color", "metallic", "roughness", "normal_scale", "emission", "alpha_cutoff")
    layers = ("ior", "transmission", "specular", "specular_color", "clearcoat")
    return {
        **{name: getattr(m, name) for name in (*factors, *layers)},
        "sheen": max(m.sheen_color),
        "sheen_roughness": m.sheen_roughness,
        "clearcoat_roughness": m.clearcoat_roughness,
        "diffuse": m.metallic == 0.0 and m.specular == 0.0 and m.transmission == 0.0,
        "alpha": m.alpha_mode is not AlphaMode.OPAQUE,
        "cut_out": m.alpha_mode is AlphaMode.MASK,
        "slots": slots,
    }


def _used_slots(m: Material) -> list[str]:
    return [name for name in SLOTS if getattr(m, name) is not None]


def _write_mesh(scene: Scene, number: int, folder: Path) -> dict[str, Any]:
    """One .npz; a UV layer for each slot of the material, its transform applied."""
    mesh = scene.meshes[number]
    material = scene.materials[mesh.material]
    arrays: dict[str, Any] = {"positions": mesh.positions, "triangles": mesh.triangles}
    if mesh.normals is not None:
        arrays["normals"] = mesh.normals
    if mesh.colors is not None:
        arrays["colors"] = mesh.colors
    for layer, name in enumerate(_used_slots(material)):
        arrays[f"uv{layer}"] = _place_uvs(mesh, getattr(material, name))
    file = f"mesh_{number}.npz"
    np.savez(folder / file, **arrays)
    return {"file": file, "material": mesh.material}


def _place_uvs(mesh: Mesh, slot: TextureSlot) -> Any:
    """(V, 2) float32, v upwards."""
    if slot.uv_set >= len(mesh.uv_sets):
        return np.zeros((len(mesh.positions), 2), np.float32)
    uv = mesh.uv_sets[slot.uv_set] @ slot.transform[:, :2].T + slot.transform[:, 2]
    return np.stack([uv[:, 0], 1.0 - uv[:, 1]], axis=1).astype(np.float32)


def _describe_camera(camera: Camera) -> dict[str, Any]:
    return {
        "matrix": _without_scale(TO_BLENDER @ camera.transform).tolist(),
        "yfov": camera.yfov,
        "ymag": camera.ymag,
        "lens_radius": camera.lens_radius,
        "focus_distance": camera.focus_distance,
        "near": max(camera.znear, 1e-4),
        "far": min(camera.zfar, 1e7),
    }


def _describe_light(light: PunctualLight) -> dict[str, Any]:
    # Blender's watts of a point or spot go in all directions alike; a sun's are W/m².
    power = 1.0 if light.kind is LightKind.DIRECTIONAL else 4.0 * math.pi
    return {
        "kind": {"point": "POINT", "spot": "SPOT", "directional": "SUN"}[light.kind.value],
        "matrix": _without_scale(TO_BLENDER @ light.transform).tolist(),
        "color": [float(v) for v in light.intensity],
        "power": power,
        "cone": 2.0 * light.outer_angle,
        "blend": 1.0 - light.inner_angle / max(light.outer_angle, 1e-6),
    }


def _without_scale(matrix: Doubles) -> Doubles:
    result = matrix.copy()
    result[:3, :3] /= np.linalg.norm(result[:3, :3], axis=0)
    return result


def _write_environment(environment: Environment | None, folder: Path) -> dict[str, Any] | None:
    if environment is None:
        return None
    np.save(folder / "environment.npy", spread_texels(environment.radiance)[::-1])
    return {
        "file": "environment.npy",
        "strength": environment.strength,
        "rotation": environment.rotation,
    }
