"""The light of paths: what they meet on their way, and what lights send to a surface point."""

from __future__ import annotations

import numpy as np

from renderer.kernels.bsdf import eval_bsdf
from renderer.kernels.data import (
    CHAIN_GLASS,
    LETS_LIGHT_PASS,
    Mask,
    Number,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.environment import eval_environment
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_word
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.light import eval_emission, sample_light, triangle_pdf
from renderer.kernels.math32 import INFINITY, ONE, ZERO, Vec3, add, choose_vector, dot, scale, sub
from renderer.kernels.notes import note_light, note_sky
from renderer.kernels.sampler import PAIR_LIGHT, vertex_bits
from renderer.kernels.shadow import eval_transmittance
from renderer.kernels.surface import NO, YES, geometric_cosine, leave, soften_terminator, to_local

GLASS = np.int32(CHAIN_GLASS)


@device
def add_environment(scene: SceneData, path: Record, missed: Mask, direction: Vec3) -> None:
    """Add what the sky sends along paths that have left the scene."""
    environment = scene.lights.environment[0]
    frame = scene.shot.frame[0]
    plan = scene.channels.plan[0]
    if frame.shows_plate != 0:
        behind = missed & (path.depth == YES)
        if any_lane(behind):
            _add_plate(scene, path, behind)
        missed = missed & ~behind
    if environment.present == 0:
        return
    (r, g, b), density = eval_environment(scene.lights, direction)
    chosen = environment.chance * density
    weight = select(path.pdf > ZERO, _power_weight(path.pdf, chosen), ONE)
    light = (r * weight, g * weight, b * weight)
    _gather_sky(plan, path, missed & (path.chain != GLASS), light)


@device
def add_emission(scene: SceneData, path: Record, surface: Record, shining: Mask) -> None:
    """Add what the surface itself, which is a light, sends along the path."""
    r, g, b = eval_emission(
        scene.looks,
        scene.geometry,
        surface.material,
        surface.part,
        surface.triangle,
        surface.u,
        surface.v,
    )
    weight = ONE
    weighs = shining & (path.pdf > ZERO)
    if any_lane(weighs):
        cosine = abs(surface.gx * path.dx + surface.gy * path.dy + surface.gz * path.dz)
        seen = ((path.vx, path.vy, path.vz), (path.vnx, path.vny, path.vnz))
        emitter = max(surface.emitter, NO)
        distance2 = path.travelled * path.travelled
        chosen = triangle_pdf(scene.lights, emitter, weighs, distance2, cosine, seen)
        weight = select(weighs, _power_weight(path.pdf, chosen), ONE)
    # Behind glass, the straight way through it has brought a light's share already.
    wanted = shining & (path.chain != GLASS)
    gather(scene.channels.plan[0], path, wanted, (r * weight, g * weight, b * weight))


@device
def gather(plan: Record, path: Record, mask: Mask, light: Vec3) -> None:
    """Add light that a surface sends along the path."""
    arrived = _weigh(path, mask, light)
    _add_light(path, arrived)
    if plan.splits != 0:
        note_light(path, path.bounces, arrived)


@device
def choose_light(
    scene: SceneData, scratch: Scratch, path: Record, surface: Record, here: Mask
) -> Mask:
    """Choose a light and compute what it adds if nothing is in the way; False for nothing.

    The light sample then holds the ray to the light, and in `r g b` the path's gain.
    """
    light = lanes_of(scratch.light[0])
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, to_word(path.vertex), PAIR_LIGHT)
    point = (surface.px, surface.py, surface.pz)
    sample_light(
        scene.lights,
        scene.looks,
        scene.geometry,
        light,
        here,
        point,
        lit_side(surface),
        bits_1,
        bits_2,
    )
    weight = light.weight
    is_lit = weight > ZERO
    direction = (light.dx, light.dy, light.dz)
    local = to_local(surface, direction)
    f, pdf = eval_bsdf(surface, scene.looks.albedo, local)
    light.mis = ONE / (ONE + pdf * weight * pdf * weight)
    is_above = local[2] > ZERO
    fade = soften_terminator(surface, direction, local[2])
    # Below the shading normal, yet above the surface: nothing goes there.
    is_lit = is_lit & (is_above | (geometric_cosine(surface, direction) < ZERO))
    weight *= select(is_above, fade, ONE)
    light.r *= f[0] * path.tr * weight
    light.g *= f[1] * path.tg * weight
    light.b *= f[2] * path.tb * weight
    start = leave(surface, direction)
    light.sx, light.sy, light.sz = start
    # From a lifted start the point on the light is elsewhere: a ray of the old direction
    # and length would end behind the light, which then shadows itself.
    aims_anew = (light.distance < INFINITY) & (surface.bent != NO)
    if any_lane(aims_anew):
        to_light = sub(add(point, scale(direction, light.distance)), start)
        distance = sqrt(dot(to_light, to_light))
        aimed = scale(to_light, ONE / distance)
        light.dx, light.dy, light.dz = choose_vector(aims_anew, aimed, direction)
        light.distance = select(aims_anew, distance, light.distance)
    return is_lit & (light.r + light.g + light.b > ZERO)


@device
def trace_light(scene: SceneData, scratch: Scratch, path: Record, is_lit: Mask) -> Vec3:
    """Look whether the chosen lights are visible; add what arrives, and return it."""
    light = lanes_of(scratch.light[0])
    start = (light.sx, light.sy, light.sz)
    direction = (light.dx, light.dy, light.dz)
    through = eval_transmittance(scene, scratch, is_lit, start, direction, light.distance)
    weight = select(light.only == NO, light.mis, ONE)
    arrived = (
        select(is_lit, light.r * through[0] * weight, ZERO),
        select(is_lit, light.g * through[1] * weight, ZERO),
        select(is_lit, light.b * through[2] * weight, ZERO),
    )
    _add_light(path, arrived)
    return arrived


@device
def lit_side(surface: Record) -> Vec3:
    """Return the normal of the side whose light a surface shows; (0, 0, 0) for both sides."""
    is_clear = (surface.flags & LETS_LIGHT_PASS) != NO
    return choose_vector(is_clear, (ZERO, ZERO, ZERO), (surface.nx, surface.ny, surface.nz))


@device
def dim(path: Record, mask: Mask, share: Vec3) -> None:
    """Multiply what paths let through."""
    path.tr = select(mask, path.tr * share[0], path.tr)
    path.tg = select(mask, path.tg * share[1], path.tg)
    path.tb = select(mask, path.tb * share[2], path.tb)


@device
def _add_plate(scene: SceneData, path: Record, behind: Mask) -> None:
    """Show what stands behind the scene to the camera alone."""
    plate = scene.shot.plate
    row = select(behind, path.place, NO) * scene.shot.frame[0].plate_step
    path.alpha = select(behind, plate[row, 3], path.alpha)
    light = (plate[row, 0], plate[row, 1], plate[row, 2])
    _gather_sky(scene.channels.plan[0], path, behind, light)


@device
def _gather_sky(plan: Record, path: Record, mask: Mask, light: Vec3) -> None:
    """Add light from behind the scene."""
    arrived = _weigh(path, mask, light)
    _add_light(path, arrived)
    if plan.splits != 0:
        note_sky(path, path.bounces, arrived)


@device
def _weigh(path: Record, mask: Mask, light: Vec3) -> Vec3:
    return (
        select(mask, path.tr * light[0], ZERO),
        select(mask, path.tg * light[1], ZERO),
        select(mask, path.tb * light[2], ZERO),
    )


@device
def _add_light(path: Record, light: Vec3) -> None:
    path.lr += light[0]
    path.lg += light[1]
    path.lb += light[2]


@device
def _power_weight(a: Number, b: Number) -> Number:
    """Return the power heuristic's weight of the strategy with density a, against b."""
    ratio = b / a
    return ONE / (ONE + ratio * ratio)
