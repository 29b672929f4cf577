"""Whether a scene brings its own light."""

from __future__ import annotations

import numpy as np

from renderer.framing import scene_bounds
from renderer.scene import Material, Scene

#: Emission up to 1 is what displays and buttons are given to look lit. It counts as light only
#: where it would fill this part of the sphere around the scene, at radiance 1.
MIN_GLOW = 0.05


def has_light(scene: Scene) -> bool:
    """Whether anything lights the scene: an environment, a lamp, or surfaces that glow enough.

    A glow brighter than white (KHR_materials_emissive_strength) always counts. Fainter ones are
    decoration unless they are large: a model with one lit button would be rendered black.

    Args:
        scene: with at least one triangle.
    """
    if scene.environment is not None:
        return True
    if any(float(light.intensity.max()) > 0.0 for light in scene.lights):
        return True
    emissions = [_mean_emission(scene, material) for material in scene.materials]
    shown = {instance.mesh for instance in scene.instances}
    used = {scene.meshes[index].material for index in shown}
    if any(max(scene.materials[m].emission) > 1.0 and emissions[m] > 0.0 for m in used):
        return True
    low, high = scene_bounds(scene)
    sphere = np.pi * float(np.sum((high - low) ** 2))  # 4 pi r², r half the diagonal
    return _glow(scene, emissions) > MIN_GLOW * sphere


def _mean_emission(scene: Scene, material: Material) -> float:
    """Brightest channel of a material's emission, its texture averaged."""
    brightest = max(material.emission)
    if material.unlit or brightest <= 0.0 or material.emission_slot is None:
        return 0.0 if material.unlit else brightest
    image = scene.textures[material.emission_slot.texture].image
    texels = scene.images[image].texels[::4, ::4, :3].astype(np.float32)
    white = 65535.0 if scene.images[image].texels.dtype == np.uint16 else 255.0
    return brightest * float(np.mean((texels / np.float32(white)) ** 2.2))


def _glow(scene: Scene, emissions: list[float]) -> float:
    """Radiance times area, over all glowing surfaces in the world."""
    total = 0.0
    for instance in scene.instances:
        mesh = scene.meshes[instance.mesh]
        emission = emissions[mesh.material]
        if emission <= 0.0:
            continue
        corners = mesh.positions[mesh.triangles].astype(np.float64) @ instance.transform[:3, :3].T
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        total += emission * 0.5 * float(np.linalg.norm(normals, axis=1).sum())
    return total
