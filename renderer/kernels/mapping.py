"""Texture lookups at a surface point, and normals from normal maps."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Geometry, Looks, Number, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, to_int
from renderer.kernels.math32 import (
    ONE,
    TWO,
    ZERO,
    Vec3,
    add,
    choose_vector,
    cross,
    dot,
    normalize,
    scale,
    sub,
)
from renderer.kernels.placing import place_tangent
from renderer.kernels.texture import Color, eval_texture, later_uv, slot_flags, uses_later_uv

NO = np.int32(0)


@device
def lookup(surface: Record, looks: Looks, geometry: Geometry, which: Any) -> Color:
    """Return what a slot's texture has at a surface point.

    Args:
        surface: located, with the first set's coordinates.
        looks: textures.
        geometry: texture coordinates.
        which: number of the slot, valid in every lane: `max(slot, 0)` where there may be none.
    """
    u, v = surface.s0, surface.t0
    if geometry.uvs.shape[0] > 0:
        flags = slot_flags(looks.slots, which)
        is_later = uses_later_uv(flags)
        if any_lane(is_later):
            row = geometry.parts[surface.part].uv_row
            x, y = later_uv(geometry, surface.triangle, row, flags, surface.u, surface.v)
            u = select(is_later, x, u)
            v = select(is_later, y, v)
    return eval_texture(looks.slots, looks.texels, looks.decoding, which, u, v)


@device
def map_normal(
    surface: Record,
    looks: Looks,
    geometry: Geometry,
    normal: Vec3,
    which: Any,
    strength: Number,
) -> Vec3:
    """Return the normal that a normal map gives, on the viewer's side.

    Args:
        surface: located; in lanes whose part has no tangents the result means nothing.
        looks: textures.
        geometry: tangents.
        normal: unit, on the viewer's side.
        which: number of the map's slot, valid in every lane.
        strength: scales the map's x and y (glTF's normalTexture.scale).
    """
    side = select(surface.front != NO, ONE, -ONE)
    outside = scale(normal, side)
    tangent, bitangent = tangent_frame(surface, geometry, outside)
    texel = lookup(surface, looks, geometry, which)
    x = (texel[0] * TWO - ONE) * strength
    y = (texel[1] * TWO - ONE) * strength
    z = texel[2] * TWO - ONE
    mapped = add(scale(tangent, x), add(scale(bitangent, y), scale(outside, z)))
    return choose_vector(dot(mapped, mapped) > ZERO, scale(normalize(mapped), side), normal)


@device
def tangent_frame(surface: Record, geometry: Geometry, outside: Vec3) -> tuple[Vec3, Vec3]:
    """Return (tangent, bitangent), unit, across the normal that points out of the front.

    Args:
        surface: located; in lanes whose part has no tangents the result means nothing.
        geometry: tangents.
        outside: unit normal.
    """
    rows = geometry.tangents
    i = max(to_int(surface.tangent_row + to_int(surface.triangle)), NO)
    u = surface.u
    v = surface.v
    w = ONE - u - v
    tangent = (
        rows[i, 0] * w + rows[i, 4] * u + rows[i, 8] * v,
        rows[i, 1] * w + rows[i, 5] * u + rows[i, 9] * v,
        rows[i, 2] * w + rows[i, 6] * u + rows[i, 10] * v,
    )
    tangent, handedness = place_tangent(geometry, surface.instance, tangent, rows[i, 3])
    tangent = normalize(sub(tangent, scale(outside, dot(tangent, outside))))
    return tangent, scale(cross(outside, tangent), handedness)
