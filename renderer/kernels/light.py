"""Choosing a light and a point on it, and the density of that choice."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import (
    COLUMN_PART,
    LIGHT_ENVIRONMENT,
    LIGHT_SPOT,
    LIGHT_SUN,
    LIGHT_TRIANGLE,
    Geometry,
    Lights,
    Looks,
    Record,
)
from renderer.kernels.environment import eval_environment, sample_environment
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import select, to_int, sqrt
from renderer.kernels.math32 import (
    INFINITY,
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    dot,
    scale,
    sub,
)
from renderer.kernels.sampler import choose, to_unit
from renderer.kernels.surface import corner
from renderer.kernels.texture import eval_slot, surface_uv

SMALLEST_DISTANCE2 = F(1e-18)
GRAZING = F(1e-6)


@device
def eval_emission(
    looks: Looks, geometry: Geometry, material: int, part: int, triangle: int, u: Any, v: Any
) -> Vec3:
    """Return the radiance that a triangle emits at the barycentric point (u, v)."""
    m = looks.materials[material]
    emission = (m.emission_r, m.emission_g, m.emission_b)
    return emission


@device
def sample_light(
    lights: Lights,
    looks: Looks,
    geometry: Geometry,
    out: Record,
    point: Vec3,
    bits_1: np.uint32,
    bits_2: np.uint32,
) -> None:
    """Choose a light by power and a point on it; `out.weight` = 0 where nothing arrives.

    Args:
        lights: the table is not empty.
        looks: for textured emission.
        geometry: for emissive triangles.
        out: direction, distance, radiance, and one over the density over solid angle as
            `weight`; for lights without area (`only`) that density is the choice's alone and
            `r g b` is irradiance.
        point: where the light is wanted.
        bits_1: random.
        bits_2: random.
    """
    index, rest = choose(bits_1, np.uint32(lights.table.shape[0]))
    light = lights.table[index]
    u1 = to_unit(rest)
    keep = light.keep
    stays = u1 < keep
    u1 = select(stays, u1 / keep, (u1 - keep) / max(ONE - keep, F(1e-9)))
    light = lights.table[select(stays, to_int(index), light.alias)]
    u1 = min(u1, F(0.99999994))
    u2 = to_unit(bits_2)
    out.weight = ZERO
    out.only = 0
    _sample_triangle(light, looks, geometry, out, point, u1, u2)


@device
def _sample_triangle(
    light: Record, looks: Looks, geometry: Geometry, out: Record, point: Vec3, u1: Any, u2: Any
) -> None:
    """Choose a point uniformly on an emissive triangle (both sides emit)."""
    root = sqrt(u1)
    u = root * (ONE - u2)
    v = root * u2
    triangle = light.triangle
    e1 = corner(geometry, triangle, 3)
    e2 = corner(geometry, triangle, 6)
    target = add(corner(geometry, triangle, 0), add(scale(e1, u), scale(e2, v)))
    to_light = sub(target, point)
    distance2 = max(dot(to_light, to_light), SMALLEST_DISTANCE2)
    distance = sqrt(distance2)
    d = scale(to_light, ONE / distance)
    # The record's axis is the normal, as long as area / chance.
    weight = abs(dot((light.dx, light.dy, light.dz), d)) / distance2
    part = geometry.ids[triangle, COLUMN_PART]
    material = geometry.parts[part].material
    out.dx, out.dy, out.dz = d
    out.distance = distance
    out.r, out.g, out.b = eval_emission(looks, geometry, material, part, triangle, u, v)
    # A grazing view's light is left to the material's own sampling, as in `triangle_pdf`.
    is_seen = weight * light.chance * distance2 > GRAZING * light.area
    out.weight = select(is_seen, weight, ZERO)


@device
def triangle_pdf(light: Record, distance2: np.float32, cosine: np.float32) -> np.float32:
    """Return the density over solid angle with which `sample_light` takes this point.

    0 for a grazing view, whose light is left to the material's own sampling.
    """
    return select(cosine <= GRAZING, ZERO, light.chance * distance2 / (cosine * light.area))
