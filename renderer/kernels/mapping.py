"""Texture lookups at a surface point, and normals from normal maps."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Geometry, Looks, Record
from renderer.kernels.jit import device
from renderer.kernels.math32 import ONE, TWO, ZERO, Vec3, add, cross, dot, normalize, scale, sub
from renderer.kernels.texture import Color, eval_slot, surface_uv


@device
def lookup(surface: Record, looks: Looks, geometry: Geometry, which: int) -> Color:
    """Return what a slot's texture has at a surface point."""
    slot = looks.slots[which]
    row = geometry.parts[surface.part].uv_row
    u, v = surface_uv(geometry, surface.triangle, row, slot.uv_set, surface.u, surface.v)
    return eval_slot(looks, which, u, v)


@device
def map_normal(
    surface: Record,
    looks: Looks,
    geometry: Geometry,
    normal: Vec3,
    which: int,
    strength: np.float32,
) -> Vec3:
    """Return the normal that a normal map gives, on the viewer's side.

    Args:
        surface: located; its part has tangents.
        looks: textures.
        geometry: tangents.
        normal: unit, on the viewer's side.
        which: number of the map's slot.
        strength: scales the map's x and y (glTF's normalTexture.scale).
    """
    row = geometry.tangents[geometry.parts[surface.part].tangent_row + surface.triangle]
    u = surface.u
    v = surface.v
    w = ONE - u - v
    tangent = (
        row[0] * w + row[4] * u + row[8] * v,
        row[1] * w + row[5] * u + row[9] * v,
        row[2] * w + row[6] * u + row[10] * v,
    )
    side = ONE if surface.front != 0 else -ONE
    outside = scale(normal, side)
    tangent = normalize(sub(tangent, scale(outside, dot(tangent, outside))))
    bitangent = scale(cross(outside, tangent), row[3])
    texel = lookup(surface, looks, geometry, which)
    x = (texel[0] * TWO - ONE) * strength
    y = (texel[1] * TWO - ONE) * strength
    z = texel[2] * TWO - ONE
    mapped = add(scale(tangent, x), add(scale(bitangent, y), scale(outside, z)))
    if dot(mapped, mapped) <= ZERO:
        return normal
    return scale(normalize(mapped), side)
