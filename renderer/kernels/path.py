"""One light path from the camera: path tracing with next event estimation.

Light is found in two ways, by choosing a point on a light and by following the material's own
direction until it happens to meet one; both are weighted by Veach's power heuristic (1997).

Faces are solid from both sides, and both sides of an emissive triangle shine: glTF's culling of
back faces is for rasterisers, whose users never look at a wall from behind.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.bsdf import eval_bsdf, sample_bsdf
from renderer.kernels.data import (
    CHAIN_CAMERA,
    CHAIN_GLASS,
    CHAIN_MIRROR,
    CHAIN_ROUGH,
    HAS_EMISSION,
    KIND_UNLIT,
    LETS_LIGHT_PASS,
    Floats,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.environment import eval_environment, sample_environment_pdf
from renderer.kernels.jit import device, stage
from renderer.kernels.light import eval_emission, sample_light, triangle_pdf
from renderer.kernels.material import fetch_base, prepare_lobes
from renderer.kernels.math32 import INFINITY, ONE, ZERO, F, Vec3, add, dot, scale, sqrt, sub
from renderer.kernels.sampler import (
    PAIR_BSDF,
    PAIR_CHOICE,
    PAIR_LIGHT,
    hashed_bits,
    to_unit,
    vertex_bits,
)
from renderer.kernels.shadow import absorb, eval_transmittance
from renderer.kernels.surface import (
    geometric_cosine,
    leave,
    locate,
    soften_terminator,
    to_local,
    to_world,
)
from renderer.kernels.trace import intersect

MAX_SURVIVAL = F(0.95)
#: Cut-outs and panes cost no depth; this ends a path between two of them that face each other.
MAX_PASSES = 128
FIRST_PASS_PAIR = np.uint32(1 << 20)


@device
def start_path(path: Record, origin: Vec3, direction: Vec3, reach: np.float32) -> None:
    """Put a fresh path on a camera ray; `pixel`, `place` and `sample` are set by the caller."""
    path.ox, path.oy, path.oz = origin
    path.dx, path.dy, path.dz = direction
    path.tr = path.tg = path.tb = ONE
    path.lr = path.lg = path.lb = ZERO
    path.alpha = ONE
    path.pdf = ZERO
    path.eta2 = ONE
    path.travelled = ZERO
    path.reach = reach
    path.depth = 0
    path.vertex = 0
    path.passes = 0
    path.medium = -1
    path.chain = CHAIN_CAMERA


@stage
def trace_path(scene: SceneData, scratch: Scratch) -> None:
    """Follow a started path to its end; its radiance adds up in `path.lr lg lb`."""
    path = scratch.path[0]
    surface = scratch.surface[0]
    frame = scene.shot.frame[0]
    while path.passes < MAX_PASSES:
        origin = (path.ox, path.oy, path.oz)
        direction = (path.dx, path.dy, path.dz)
        triangle = intersect(scratch, scene.nodes, origin, direction, path.reach)
        path.depth += 1
        if triangle < 0:
            _add_environment(scene, path, direction)
            return
        locate(surface, scene.geometry, triangle, origin, direction)
        fetch_base(surface, scene.looks, scene.geometry)
        path.travelled += surface.t
        if path.medium >= 0:
            _absorb(scene, path, surface)
        if surface.flags & LETS_LIGHT_PASS and _falls_through(path, surface):
            _go_on(path, surface)
            continue
        if surface.kind == KIND_UNLIT:
            _gather(path, surface.base_r, surface.base_g, surface.base_b)
            return
        if surface.flags & HAS_EMISSION:
            _add_emission(scene, path, surface)
        if path.depth >= frame.max_depth:
            return
        prepare_lobes(surface, scene.looks, scene.geometry, direction)
        # Both directions are computed before either is traced: the processor overlaps them.
        is_lit = _choose_light(scene, scratch, path, surface)
        goes_on = _scatter(scene, scratch, path, surface)
        if is_lit:
            _trace_light(scene, scratch, path)
        if not goes_on:
            return
        if path.depth >= frame.roulette_depth and not _survives(path):
            return
        path.vertex += 1


@device
def _power_weight(a: np.float32, b: np.float32) -> np.float32:
    """Return the power heuristic's weight of the strategy with density a, against b."""
    ratio = b / a
    return ONE / (ONE + ratio * ratio)


@device
def _gather(path: Record, r: np.float32, g: np.float32, b: np.float32) -> None:
    path.lr += path.tr * r
    path.lg += path.tg * g
    path.lb += path.tb * b


@device
def _absorb(scene: SceneData, path: Record, surface: Record) -> None:
    r, g, b = absorb(scene.looks.materials[path.medium], surface.t)
    path.tr *= r
    path.tg *= g
    path.tb *= b


@device
def _falls_through(path: Record, surface: Record) -> bool:
    """Decide whether the path meets a hole (or the clear share) of the surface's alpha."""
    if surface.alpha >= ONE:
        return False
    if surface.alpha <= ZERO:
        return True
    pair = np.uint32(FIRST_PASS_PAIR + np.uint32(path.passes * 4096 + path.vertex))
    bits, _ = hashed_bits(path.pixel, path.sample, pair)
    return bool(to_unit(bits) >= surface.alpha)


@device
def _go_on(path: Record, surface: Record) -> None:
    """Continue straight on the other side; costs no depth."""
    surface.lx = surface.ly = surface.lz = ZERO
    path.ox, path.oy, path.oz = leave(surface, (path.dx, path.dy, path.dz))
    path.reach -= surface.t
    path.depth -= 1
    path.passes += 1


@device
def _add_environment(scene: SceneData, path: Record, direction: Vec3) -> None:
    """Add what the sky sends along the path, which has left the scene."""
    environment = scene.lights.environment[0]
    frame = scene.shot.frame[0]
    if path.depth == 1 and frame.shows_plate != 0:
        _add_plate(scene.shot.plate[path.place * frame.plate_step], path)
        return
    if environment.present == 0 or path.chain == CHAIN_GLASS:
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
def _add_plate(plate: Floats, path: Record) -> None:
    """Show what stands behind the scene to the camera alone."""
    path.alpha = plate[3]
    _gather(path, plate[0], plate[1], plate[2])


@device
def _add_emission(scene: SceneData, path: Record, surface: Record) -> None:
    """Add what the surface itself sends along the path."""
    if path.chain == CHAIN_GLASS and surface.emitter >= 0:
        return  # the straight way through the glass has brought it already
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
        chosen = triangle_pdf(light, path.travelled * path.travelled, cosine)
        weight = _power_weight(path.pdf, chosen)
    _gather(path, r * weight, g * weight, b * weight)


@device
def _choose_light(scene: SceneData, scratch: Scratch, path: Record, surface: Record) -> bool:
    """Choose a light and compute what it adds if nothing is in the way; False for nothing.

    The light sample then holds the ray to the light, and in `r g b` the path's gain.
    """
    if scene.lights.table.shape[0] == 0:
        return False
    light = scratch.light[0]
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_LIGHT)
    point = (surface.px, surface.py, surface.pz)
    sample_light(scene.lights, scene.looks, scene.geometry, light, point, bits_1, bits_2)
    weight = light.weight
    if weight <= ZERO:
        return False
    direction = (light.dx, light.dy, light.dz)
    local = to_local(surface, direction)
    f, pdf = eval_bsdf(surface, scene.looks.albedo, local)
    light.mis = ONE / (ONE + pdf * weight * pdf * weight)
    if local[2] > ZERO:
        weight *= soften_terminator(surface, direction, local[2])
    elif geometric_cosine(surface, direction) >= ZERO:
        return False  # below the shading normal, yet above the surface: nothing goes there
    light.r *= f[0] * path.tr * weight
    light.g *= f[1] * path.tg * weight
    light.b *= f[2] * path.tb * weight
    start = leave(surface, direction)
    light.sx, light.sy, light.sz = start
    if light.distance < INFINITY and surface.bent != 0:
        # From the lifted start the point on the light is elsewhere: a ray of the old direction
        # and length would end behind the light, which then shadows itself.
        to_light = sub(add(point, scale(direction, light.distance)), start)
        light.distance = sqrt(dot(to_light, to_light))
        light.dx, light.dy, light.dz = scale(to_light, ONE / light.distance)
    return light.r + light.g + light.b > ZERO


@device
def _trace_light(scene: SceneData, scratch: Scratch, path: Record) -> None:
    """Look whether the chosen light is visible, and add what arrives."""
    light = scratch.light[0]
    start = (light.sx, light.sy, light.sz)
    direction = (light.dx, light.dy, light.dz)
    through = eval_transmittance(scene, scratch, start, direction, light.distance)
    weight = light.mis if light.only == 0 else ONE
    path.lr += light.r * through[0] * weight
    path.lg += light.g * through[1] * weight
    path.lb += light.b * through[2] * weight


@device
def _scatter(scene: SceneData, scratch: Scratch, path: Record, surface: Record) -> bool:
    """Choose the path's next direction; False where the path ends."""
    out = scratch.bsdf[0]
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_BSDF)
    u3 = ZERO
    if surface.p_diffuse < ONE:
        bits_3, _ = vertex_bits(path.pixel, path.sample, np.uint32(path.vertex), PAIR_CHOICE)
        u3 = to_unit(bits_3)
    sample_bsdf(surface, scene.looks.albedo, out, to_unit(bits_1), to_unit(bits_2), u3)
    if out.valid == 0:
        return False
    path.tr *= out.r
    path.tg *= out.g
    path.tb *= out.b
    if out.straight != 0:
        _go_on(path, surface)
        return path.tr + path.tg + path.tb > ZERO
    local = (out.dx, out.dy, out.dz)
    direction = to_world(surface, local)
    if out.transmitted == 0 and out.delta == 0:
        fade = soften_terminator(surface, direction, local[2])
        path.tr *= fade
        path.tg *= fade
        path.tb *= fade
    else:
        direction = _keep_side(surface, direction, out.transmitted != 0)
    if out.transmitted != 0:
        path.eta2 *= out.eta * out.eta
        path.medium = (
            np.int32(surface.material) if surface.front != 0 and out.eta != ONE else np.int32(-1)
        )
    path.ox, path.oy, path.oz = leave(surface, direction)
    path.dx, path.dy, path.dz = direction
    path.travelled = ZERO
    path.reach = INFINITY
    _note_scattering(path, out)
    return path.tr + path.tg + path.tb > ZERO


@device
def _keep_side(surface: Record, direction: Vec3, below: bool) -> Vec3:
    """Mirror a direction at the surface if it is on the wrong side of the flat triangle.

    Shading normals do that near a silhouette. To end the path there would draw a black rim
    around every glass and every mirror.
    """
    side = geometric_cosine(surface, direction)
    if (side < ZERO) == below:
        return direction
    twice = side + side
    return (
        direction[0] - twice * surface.gx,
        direction[1] - twice * surface.gy,
        direction[2] - twice * surface.gz,
    )


@device
def _note_scattering(path: Record, out: Record) -> None:
    """Remember what the next light must know: see `PATH`."""
    if out.delta == 0:
        path.pdf = out.pdf
        path.chain = CHAIN_ROUGH
        return
    path.pdf = ZERO
    if out.transmitted == 0:
        path.chain = CHAIN_MIRROR
    elif path.chain == CHAIN_ROUGH:
        path.chain = CHAIN_GLASS


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
