"""Choosing a light and a point on it, and the density of that choice."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import (
    LIGHT_ENVIRONMENT,
    LIGHT_POINT,
    LIGHT_SPOT,
    LIGHT_SUN,
    LIGHT_TREE,
    LIGHT_TRIANGLE,
    Geometry,
    Lights,
    Looks,
    Mask,
    Number,
    Record,
)
from renderer.kernels.environment import sample_environment
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_int, to_word
from renderer.kernels.light_tree import sample_tree, sample_tree_pdf
from renderer.kernels.math32 import (
    INFINITY,
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    clamp,
    dot,
    neg,
    scale,
    sub,
)
from renderer.kernels.sampler import TO_UNIT, choose, mix_bits, to_unit
from renderer.kernels.surface import fetch_triangle
from renderer.kernels.texture import eval_texture, slot_flags, surface_uv

SMALLEST_DISTANCE2 = F(1e-18)
SMALLEST_CHANCE = F(1e-30)
ALMOST_ONE = F(0.99999994)
GRAZING = F(1e-6)
NO, YES = np.int32(0), np.int32(1)
TRIANGLE, POINT, SPOT = np.int32(LIGHT_TRIANGLE), np.int32(LIGHT_POINT), np.int32(LIGHT_SPOT)
SUN, ENVIRONMENT, TREE = np.int32(LIGHT_SUN), np.int32(LIGHT_ENVIRONMENT), np.int32(LIGHT_TREE)


@device
def eval_emission(
    looks: Looks, geometry: Geometry, material: Any, part: Any, triangle: Any, u: Any, v: Any
) -> Vec3:
    """Return the radiance that a triangle emits at the barycentric point (u, v)."""
    m = looks.materials[material]
    emission = (m.emission_r, m.emission_g, m.emission_b)
    slot = m.emission_slot
    is_textured = slot >= NO
    if any_lane(is_textured):
        which = max(slot, NO)
        row = geometry.parts[part].uv_row
        flags = slot_flags(looks.slots, which)
        tu, tv = surface_uv(geometry, triangle, row, flags, u, v)
        texel = eval_texture(looks.slots, looks.texels, looks.decoding, which, tu, tv)
        seen = (emission[0] * texel[0], emission[1] * texel[1], emission[2] * texel[2])
        emission = choose_vector(is_textured, seen, emission)
    return emission


@device
def sample_light(
    lights: Lights,
    looks: Looks,
    geometry: Geometry,
    out: Record,
    wanted: Mask,
    point: Vec3,
    normal: Vec3,
    bits_1: Any,
    bits_2: Any,
) -> None:
    """Choose a light and a point on it; `out.weight` = 0 where nothing arrives.

    Args:
        lights: the table is not empty.
        looks: for textured emission.
        geometry: for emissive triangles.
        out: direction, distance, radiance, and one over the density over solid angle as
            `weight`; for lights without area (`only`) that density is the choice's alone and
            `r g b` is irradiance.
        wanted: lanes that want a light.
        point: where the light is wanted.
        normal: of the surface there; (0, 0, 0) if light from both sides counts.
        bits_1: random.
        bits_2: random.
    """
    index, rest = choose(bits_1, to_word(lights.environment[0].choices))
    entry = lights.table[index]
    u1 = to_unit(rest)
    keep = entry.keep
    stays = u1 < keep
    u1 = min(select(stays, u1 / keep, (u1 - keep) / max(ONE - keep, F(1e-9))), ALMOST_ONE)
    chosen = select(stays, to_int(index), entry.alias)
    chance = ONE
    if lights.tree.shape[0] > 0:
        chosen, chance, u1 = _choose_in_tree(lights, wanted, chosen, point, normal, u1, bits_1)
    light = lights.table[chosen]
    u2 = to_unit(bits_2)
    kind = light.kind
    out.only = NO
    out.weight = ZERO
    is_triangle = wanted & (kind == TRIANGLE)
    if any_lane(is_triangle):
        _sample_triangle(light, looks, geometry, out, point, u1, u2)
    is_sky = wanted & (kind == ENVIRONMENT)
    if any_lane(is_sky):
        _sample_sky(lights, light, out, is_sky, u1, u2)
    is_lamp = wanted & ((kind == POINT) | (kind == SPOT) | (kind == SUN))
    if any_lane(is_lamp):
        _aim_at_lamp(light, out, is_lamp, point)
    arrives = (is_triangle | is_sky | is_lamp) & (chance > ZERO)
    out.weight = select(arrives, out.weight / max(chance, SMALLEST_CHANCE), ZERO)


@device
def _choose_in_tree(
    lights: Lights,
    wanted: Mask,
    chosen: Any,
    point: Vec3,
    normal: Vec3,
    u: Number,
    bits: Any,
) -> Any:
    """Replace the choice of the tree by a light of the tree.

    Returns:
        (number of the light, probability of its choice among those of the tree, a random number
        in its place).
    """
    is_tree = wanted & (lights.table[chosen].kind == TREE)
    leaf, chance, rest = sample_tree(lights.tree, is_tree, point, normal, u)
    # The way down has used up most of the number's 24 bits: new ones for those below.
    grain = TO_UNIT / max(chance, SMALLEST_CHANCE)
    rest = min(rest + to_unit(mix_bits(bits)) * min(grain, ONE), ALMOST_ONE)
    return (
        select(is_tree, leaf, chosen),
        select(is_tree, chance, ONE),
        select(is_tree, rest, u),
    )


@device
def _sample_triangle(
    light: Record, looks: Looks, geometry: Geometry, out: Record, point: Vec3, u1: Any, u2: Any
) -> None:
    """Choose a point uniformly on an emissive triangle (both sides emit); sets all lanes."""
    root = sqrt(u1)
    u = root * (ONE - u2)
    v = root * u2
    triangle = light.triangle
    v0, e1, e2, part, _, _ = fetch_triangle(geometry, triangle)
    target = add(v0, add(scale(e1, u), scale(e2, v)))
    to_light = sub(target, point)
    distance2 = max(dot(to_light, to_light), SMALLEST_DISTANCE2)
    distance = sqrt(distance2)
    d = scale(to_light, ONE / distance)
    # The record's axis is the normal, as long as area / chance.
    weight = abs(dot((light.dx, light.dy, light.dz), d)) / distance2
    material = geometry.parts[part].material
    out.dx, out.dy, out.dz = d
    out.distance = distance
    out.r, out.g, out.b = eval_emission(looks, geometry, material, part, triangle, u, v)
    # A grazing view's light is left to the material's own sampling, as in `triangle_pdf`.
    is_seen = weight * light.chance * distance2 > GRAZING * light.area
    out.weight = select(is_seen, weight, ZERO)


@device
def triangle_pdf(
    lights: Lights, emitter: Any, wanted: Mask, distance2: Number, cosine: Number, seen: Any
) -> Number:
    """Return the density over solid angle with which `sample_light` takes a point.

    0 for a grazing view, whose light is left to the material's own sampling.

    Args:
        lights: the table is not empty.
        emitter: number of the light, valid in every lane.
        wanted: lanes that want to know.
        distance2: square of the distance to the point.
        cosine: between the light's normal and the way, positive.
        seen: (point, normal) that `sample_light` was given.
    """
    light = lights.table[emitter]
    density = light.chance * distance2 / (max(cosine, GRAZING) * light.area)
    if lights.tree.shape[0] > 0:
        density *= sample_tree_pdf(lights.tree, wanted, light.trail, seen[0], seen[1])
    return select(cosine > GRAZING, density, ZERO)


@device
def _sample_sky(
    lights: Lights, light: Record, out: Record, mask: Mask, u1: Number, u2: Number
) -> None:
    """Choose a direction to the environment."""
    d, radiance, pdf = sample_environment(lights, u1, u2)
    out.dx, out.dy, out.dz = choose_vector(mask, d, (out.dx, out.dy, out.dz))
    out.r, out.g, out.b = choose_vector(mask, radiance, (out.r, out.g, out.b))
    out.distance = select(mask, INFINITY, out.distance)
    out.weight = select(mask, ONE / (pdf * light.chance), out.weight)


@device
def _aim_at_lamp(light: Record, out: Record, mask: Mask, point: Vec3) -> None:
    """Set direction and irradiance of lights without area (KHR_lights_punctual)."""
    axis = (light.dx, light.dy, light.dz)
    is_sun = light.kind == SUN
    to_light = sub((light.x, light.y, light.z), point)
    distance2 = max(dot(to_light, to_light), SMALLEST_DISTANCE2)
    distance = sqrt(distance2)
    d = choose_vector(is_sun, neg(axis), scale(to_light, ONE / distance))
    width = max(F(0.001), light.cos_inner - light.cos_outer)
    cone = clamp((-dot(axis, d) - light.cos_outer) / width, ZERO, ONE)
    fade = select(light.kind == SPOT, cone * cone, ONE)
    ratio = distance / light.range
    ratio2 = ratio * ratio
    fade = select(is_sun, ONE, fade * clamp(ONE - ratio2 * ratio2, ZERO, ONE) / distance2)
    color = scale((light.r, light.g, light.b), fade)
    out.dx, out.dy, out.dz = choose_vector(mask, d, (out.dx, out.dy, out.dz))
    out.r, out.g, out.b = choose_vector(mask, color, (out.r, out.g, out.b))
    out.distance = select(mask, select(is_sun, INFINITY, distance), out.distance)
    out.only = select(mask, YES, out.only)
    weight = select(fade > ZERO, ONE / light.chance, ZERO)
    out.weight = select(mask, weight, out.weight)
