"""Whole frames for tests: rendered in one piece, and a scene that has something of everything."""

import numpy as np

from renderer.buckets import Region
from renderer.engine import TracerEngine
from renderer.scene import Instance, Material, Scene
from renderer.settings import RenderSettings
from tests.renderer.scenes import make_quad, make_scene, make_sky, make_sphere, place

SMALL = RenderSettings(width=48, height=32, samples=8)


def render(scene: Scene, settings: RenderSettings = SMALL, backend: str | None = None):
    """Return the whole frame, and check that every sample was finite."""
    engine = TracerEngine(ray_backend=backend)
    engine.open_scene(scene, settings)
    out = np.empty((settings.height, settings.width, 4), np.float32)
    engine.render(Region(0, 0, settings.width, settings.height), 0, settings.samples, out)
    engine.close()
    assert engine.bad_samples == 0
    return out


def make_mixed_scene() -> Scene:
    """Metal, glass, a lamp and a sky: every part of the path kernel has work."""
    materials = (
        Material(base_color=(0.8, 0.7, 0.6, 1.0), metallic=0.0, roughness=0.5),
        Material(base_color=(1.0, 0.8, 0.3, 1.0), roughness=0.2),
        Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0),
        Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(8.0, 8.0, 8.0)),
    )
    meshes = (make_quad(0, 4.0), make_sphere(1, 0.5), make_sphere(2, 0.5), make_quad(3, 0.4))
    instances = (
        Instance(0, place(z=-1.0)),
        Instance(1, place(x=-0.7)),
        Instance(2, place(x=0.6)),
        Instance(3, place(y=1.5, z=0.5)),
    )
    return make_scene(*meshes, instances=instances, materials=materials, environment=make_sky(0.5))
