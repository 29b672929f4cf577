"""From a surface point to the parameters of its lobes."""

from __future__ import annotations

from renderer.kernels.data import Geometry, Looks, Record
from renderer.kernels.jit import device
from renderer.kernels.math32 import Vec3, neg
from renderer.kernels.surface import set_frame, smooth_normal


@device
def fetch_material(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up the material of a located point: base colour, emission, alpha."""
    part = geometry.parts[surface.part]
    m = looks.materials[part.material]
    surface.material = part.material
    surface.kind = m.kind
    surface.flags = m.flags
    surface.base_r, surface.base_g, surface.base_b = m.base_r, m.base_g, m.base_b


@device
def prepare_lobes(surface: Record, looks: Looks, geometry: Geometry, direction: Vec3) -> None:
    """Make the shading frame and the lobes of a fetched point.

    Args:
        surface: located and fetched.
        looks: materials and textures.
        geometry: triangles.
        direction: of the ray that came here.
    """
    part = geometry.parts[surface.part]
    normal = (surface.gx, surface.gy, surface.gz)
    surface.lx = surface.ly = surface.lz = 0
    if part.smooth != 0:
        normal = smooth_normal(surface, geometry)
    set_frame(surface, normal, neg(direction))
    surface.diffuse_r = surface.base_r
    surface.diffuse_g = surface.base_g
    surface.diffuse_b = surface.base_b
    surface.delta = 0
