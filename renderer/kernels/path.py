"""One light path from the camera: path tracing with next event estimation.

Light is found in two ways, by choosing a point on a light and by following the material's own
direction until it happens to meet one; the balance of both is Veach's power heuristic (1997).
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.bsdf import eval_bsdf, sample_bsdf
from renderer.kernels.data import HAS_EMISSION, Record, SceneData, Scratch
from renderer.kernels.environment import eval_environment, sample_environment_pdf
from renderer.kernels.jit import device
from renderer.kernels.light import eval_emission, sample_light, triangle_pdf
from renderer.kernels.material import fetch_material, prepare_lobes
from renderer.kernels.math32 import INFINITY, ONE, ZERO, F, Vec3
from renderer.kernels.sampler import PAIR_BSDF, PAIR_CHOICE, PAIR_LIGHT, to_unit, vertex_bits
from renderer.kernels.surface import leave, locate, soften_terminator, to_local, to_world
from renderer.kernels.trace import intersect, is_occluded

MAX_SURVIVAL = F(0.95)


@device
def start_path(path: Record, origin: Vec3, direction: Vec3) -> None:
    """Put a fresh path on a camera ray; `pixel` and `sample` are set by the caller."""
    path.ox, path.oy, path.oz = origin
    path.dx, path.dy, path.dz = direction
    path.tr = path.tg = path.tb = ONE
    path.lr = path.lg = path.lb = ZERO
    path.alpha = ONE
    path.pdf = ZERO
    path.eta2 = ONE
    path.depth = 0
    path.vertex = 0
    path.passes = 0
    path.medium = -1
    path.through_glass = 0


@device
def trace_path(scene: SceneData, scratch: Scratch) -> None:
    """Follow a started path to its end; its radiance adds up in `path.lr lg lb`."""
    path = scratch.path[0]
    surface = scratch.surface[0]
    frame = scene.shot.frame[0]
    while True:
        origin = (path.ox, path.oy, path.oz)
        direction = (path.dx, path.dy, path.dz)
        triangle = intersect(scratch.ray[0], scene.nodes, origin, direction, INFINITY)
        path.depth += 1
        if triangle < 0:
            _add_environment(scene, path, direction)
            return
        locate(surface, scene.geometry, triangle, origin, direction)
        fetch_material(surface, scene.looks, scene.geometry)
        if surface.flags & HAS_EMISSION:
            _add_emission(scene, path, surface)
        if path.depth >= frame.max_depth:
            return
        prepare_lobes(surface, scene.looks, scene.geometry, direction)
        if surface.delta == 0:
            _add_light(scene, scratch, path, surface)
        if not _scatter(scratch, path, surface):
            return
        if path.depth >= frame.roulette_depth and not _survives(path):
            return
        path.vertex += 1


@device
def _power_weight(a: np.float32, b: np.float32) -> np.float32:
    """Return the power heuristic's weight of the strategy with density a."""
    if a == INFINITY:
        return ONE
    ratio = b / a
    return ONE / (ONE + ratio * ratio)


@device
def _gather(path: Record, r: np.float32, g: np.float32, b: np.float32) -> None:
    path.lr += path.tr * r
    path.lg += path.tg * g
    path.lb += path.tb * b


@device
def _add_environment(scene: SceneData, path: Record, direction: Vec3) -> None:
    """Add what the sky sends along the path, which has left the scene."""
    environment = scene.lights.environment[0]
    if path.depth == 1 and environment.visible == 0:
        path.alpha = ZERO
        return
    if environment.present == 0:
        return
    r, g, b = eval_environment(scene.lights.radiance, environment, direction)
    weight = ONE
    if path.pdf > ZERO:
        chosen = environment.chance * sample_environment_pdf(
            scene.lights.density, environment, direction
        )
        weight = _power_weight(path.pdf, chosen)
    _gather(path, r * weight, g * weight, b * weight)


@device
def _add_emission(scene: SceneData, path: Record, surface: Record) -> None:
    """Add what the surface itself sends along the path."""
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
    if path.pdf > ZERO and surface.emitter >= 0:
        light = scene.lights.table[surface.emitter]
        cosine = abs(surface.gx * path.dx + surface.gy * path.dy + surface.gz * path.dz)
        weight = _power_weight(path.pdf, triangle_pdf(light, surface.t * surface.t, cosine))
    _gather(path, r * weight, g * weight, b * weight)


@device
def _add_light(scene: SceneData, scratch: Scratch, path: Record, surface: Record) -> None:
    """Choose a light, and add what arrives from it directly."""
    if scene.lights.table.shape[0] == 0:
        return
    light = scratch.light[0]
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_LIGHT)
    point = (surface.px, surface.py, surface.pz)
    sample_light(scene.lights, scene.looks, scene.geometry, light, point, bits_1, bits_2)
    if light.pdf <= ZERO:
        return
    direction = (light.dx, light.dy, light.dz)
    local = to_local(surface, direction)
    f, pdf = eval_bsdf(surface, local)
    if f[0] + f[1] + f[2] <= ZERO:
        return
    weight = soften_terminator(surface, direction, local[2]) / light.pdf
    if weight <= ZERO:
        return
    if light.delta == 0:
        weight *= _power_weight(light.pdf, pdf)
    start = leave(surface, direction)
    if is_occluded(scratch.ray[0], scene.nodes, start, direction, light.distance):
        return
    _gather(path, f[0] * light.r * weight, f[1] * light.g * weight, f[2] * light.b * weight)


@device
def _scatter(scratch: Scratch, path: Record, surface: Record) -> bool:
    """Choose the path's next direction; False where the path ends."""
    out = scratch.bsdf[0]
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_BSDF)
    bits_3, _ = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_CHOICE)
    sample_bsdf(surface, out, to_unit(bits_1), to_unit(bits_2), to_unit(bits_3))
    if out.valid == 0:
        return False
    local = (out.dx, out.dy, out.dz)
    direction = to_world(surface, local)
    fade = ONE
    if out.transmitted == 0:
        fade = soften_terminator(surface, direction, local[2])
    path.tr *= out.r * fade
    path.tg *= out.g * fade
    path.tb *= out.b * fade
    path.ox, path.oy, path.oz = leave(surface, direction)
    path.dx, path.dy, path.dz = direction
    path.pdf = out.pdf
    return path.tr + path.tg + path.tb > ZERO


@device
def _survives(path: Record) -> bool:
    """Play Russian roulette; a survivor carries the weight of the ended ones."""
    brightest = max(path.tr, max(path.tg, path.tb)) * path.eta2
    chance = min(brightest, MAX_SURVIVAL)
    _, bits = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_CHOICE)
    if to_unit(bits) >= chance:
        return False
    path.tr /= chance
    path.tg /= chance
    path.tb /= chance
    return True
