"""Light paths from the camera, 16 at a time: path tracing with next event estimation.

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
    HAS_DISPERSION,
    KIND_UNLIT,
    LETS_LIGHT_PASS,
    Mask,
    Number,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.environment import eval_environment
from renderer.kernels.jit import device, stage
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_int, to_word
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.light import eval_emission, sample_light, triangle_pdf
from renderer.kernels.material import prepare_lobes
from renderer.kernels.material_base import fetch_base
from renderer.kernels.material_layers import choose_band
from renderer.kernels.math32 import (
    INFINITY,
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    dot,
    scale,
    sub,
)
from renderer.kernels.notes import note_light, note_normal, note_sky, note_surface
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
    NO,
    YES,
    geometric_cosine,
    leave,
    leave_below,
    locate,
    soften_terminator,
    to_local,
    to_world,
)
from renderer.kernels.trace import intersect

MAX_SURVIVAL = F(0.95)
FIRST_PASS_PAIR = np.uint32(1 << 20)
OUTSIDE = np.int32(-1)
MIRROR, GLASS, ROUGH = np.int32(CHAIN_MIRROR), np.int32(CHAIN_GLASS), np.int32(CHAIN_ROUGH)
CAMERA = np.int32(CHAIN_CAMERA)


@device
def start_path(path: Record, fresh: Mask, origin: Vec3, direction: Vec3, reach: Number) -> None:
    """Put the fresh lanes on a camera ray; `pixel`, `place` and `sample` are the caller's."""
    path.ox, path.oy, path.oz = choose_vector(fresh, origin, (path.ox, path.oy, path.oz))
    path.dx, path.dy, path.dz = choose_vector(fresh, direction, (path.dx, path.dy, path.dz))
    path.tr = select(fresh, ONE, path.tr)
    path.tg = select(fresh, ONE, path.tg)
    path.tb = select(fresh, ONE, path.tb)
    path.lr = select(fresh, ZERO, path.lr)
    path.lg = select(fresh, ZERO, path.lg)
    path.lb = select(fresh, ZERO, path.lb)
    path.alpha = select(fresh, ONE, path.alpha)
    path.pdf = select(fresh, ZERO, path.pdf)
    path.eta2 = select(fresh, ONE, path.eta2)
    path.travelled = select(fresh, ZERO, path.travelled)
    path.reach = select(fresh, reach, path.reach)
    path.depth = select(fresh, NO, path.depth)
    path.vertex = select(fresh, NO, path.vertex)
    path.passes = select(fresh, NO, path.passes)
    path.medium = select(fresh, OUTSIDE, path.medium)
    path.chain = select(fresh, CAMERA, path.chain)
    path.bounces = select(fresh, NO, path.bounces)
    path.diffuse = select(fresh, NO, path.diffuse)
    path.glossy = select(fresh, NO, path.glossy)
    path.transmitted = select(fresh, NO, path.transmitted)
    path.split = select(fresh, NO, path.split)


@stage
def step_paths(scene: SceneData, scratch: Scratch, alive: Mask) -> Mask:
    """Follow the paths of lanes to their next surface and choose where they go from there.

    Their radiance adds up in `path.lr lg lb`.

    Returns:
        The lanes whose paths go on.
    """
    path = lanes_of(scratch.path[0])
    surface = lanes_of(scratch.surface[0])
    frame = scene.shot.frame[0]
    channels = scene.channels
    plan = channels.plan[0]
    origin = (path.ox, path.oy, path.oz)
    direction = (path.dx, path.dy, path.dz)
    triangle, instance = intersect(scratch, scene.nodes, alive, origin, direction, path.reach)
    path.depth += YES
    missed = alive & (triangle < NO)
    if any_lane(missed):
        _add_environment(scene, path, missed, direction)
    here = alive & ~missed
    if not any_lane(here):
        return here
    locate(surface, scene.geometry, max(triangle, NO), instance, origin, direction)
    fetch_base(surface, scene.looks, scene.geometry)
    path.travelled += surface.t
    inside = here & (path.medium >= NO)
    if any_lane(inside):
        _absorb(scene, path, surface, inside)
    through = here & ((surface.flags & LETS_LIGHT_PASS) != NO) & (surface.alpha < ONE)
    if any_lane(through):
        through = through & _falls_through(path, surface)
        _go_on(path, surface, through)
        here = here & ~through
        # Holes and panes cost no depth: this ends a path between two panes that face each other.
        through = through & (path.passes < frame.max_passes)
    first = here & (path.vertex == NO)
    if plan.has_surface != 0 and any_lane(first):
        note_surface(scratch.items, channels, scene.geometry, path, surface, first)
    unlit = here & (surface.kind == KIND_UNLIT)
    if any_lane(unlit):
        _gather(plan, path, unlit, (surface.base_r, surface.base_g, surface.base_b))
        here = here & ~unlit
    # Triangles that nowhere shine are no lights, whatever their material says.
    shining = here & (surface.emitter >= NO)
    if any_lane(shining):
        _add_emission(scene, path, surface, shining)
    here = here & (path.depth < frame.max_depth)
    if not any_lane(here):
        return through
    prisms = here & ((surface.flags & HAS_DISPERSION) != NO)
    if any_lane(prisms):
        choose_band(path, surface)
    prepare_lobes(surface, scene.looks, scene.geometry, direction)
    if plan.normal >= 0 and any_lane(here & first):
        note_normal(scratch.items, channels, path, surface, here & first)
    if scene.lights.table.shape[0] > 0:
        is_lit = here & _choose_light(scene, scratch, path, surface, here)
        bounces = path.bounces
        going = _scatter(scene, scratch, path, surface, here)
        if any_lane(is_lit):
            arrived = _trace_light(scene, scratch, path, is_lit)
            if plan.splits != 0:
                note_light(path, bounces + YES, arrived)
    else:
        going = _scatter(scene, scratch, path, surface, here)
    mortal = going & (path.depth >= frame.roulette_depth)
    if any_lane(mortal):
        going = going & _survives(path, lanes_of(scratch.bsdf[0]).luck, mortal)
    if frame.limits_kinds != 0:
        _limit_kinds(frame, path, going)
    path.vertex = select(going, path.vertex + YES, path.vertex)
    return (going & (path.passes < frame.max_passes)) | through


@device
def _power_weight(a: Number, b: Number) -> Number:
    """Return the power heuristic's weight of the strategy with density a, against b."""
    ratio = b / a
    return ONE / (ONE + ratio * ratio)


@device
def _gather(plan: Record, path: Record, mask: Mask, light: Vec3) -> None:
    """Add light that a surface sends along the path."""
    arrived = _weigh(path, mask, light)
    _add_light(path, arrived)
    if plan.splits != 0:
        note_light(path, path.bounces, arrived)


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
def _dim(path: Record, mask: Mask, share: Vec3) -> None:
    path.tr = select(mask, path.tr * share[0], path.tr)
    path.tg = select(mask, path.tg * share[1], path.tg)
    path.tb = select(mask, path.tb * share[2], path.tb)


@device
def _absorb(scene: SceneData, path: Record, surface: Record, inside: Mask) -> None:
    _dim(path, inside, absorb(scene.looks.materials[max(path.medium, NO)], surface.t))


@device
def _falls_through(path: Record, surface: Record) -> Mask:
    """Decide whether paths meet a hole (or the clear share) of the surface's alpha."""
    pair = FIRST_PASS_PAIR + to_word(path.passes * np.int32(4096) + path.vertex)
    bits, _ = hashed_bits(path.pixel, path.sample, pair)
    return to_unit(bits) >= surface.alpha


@device
def _go_on(path: Record, surface: Record, mask: Mask) -> None:
    """Continue straight on the other side; costs no depth."""
    x, y, z = leave_below(surface, (path.dx, path.dy, path.dz))
    path.ox = select(mask, x, path.ox)
    path.oy = select(mask, y, path.oy)
    path.oz = select(mask, z, path.oz)
    path.reach = select(mask, path.reach - surface.t, path.reach)
    path.depth = select(mask, path.depth - YES, path.depth)
    path.passes = select(mask, path.passes + YES, path.passes)


@device
def _add_environment(scene: SceneData, path: Record, missed: Mask, direction: Vec3) -> None:
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
def _add_plate(scene: SceneData, path: Record, behind: Mask) -> None:
    """Show what stands behind the scene to the camera alone."""
    plate = scene.shot.plate
    row = select(behind, path.place, NO) * scene.shot.frame[0].plate_step
    path.alpha = select(behind, plate[row, 3], path.alpha)
    light = (plate[row, 0], plate[row, 1], plate[row, 2])
    _gather_sky(scene.channels.plan[0], path, behind, light)


@device
def _add_emission(scene: SceneData, path: Record, surface: Record, shining: Mask) -> None:
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
    _gather(scene.channels.plan[0], path, wanted, (r * weight, g * weight, b * weight))


@device
def _lit_side(surface: Record) -> Vec3:
    """Return the normal of the side whose light a surface shows; (0, 0, 0) for both sides."""
    is_clear = (surface.flags & LETS_LIGHT_PASS) != NO
    return choose_vector(is_clear, (ZERO, ZERO, ZERO), (surface.nx, surface.ny, surface.nz))


@device
def _choose_light(
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
        _lit_side(surface),
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
def _trace_light(scene: SceneData, scratch: Scratch, path: Record, is_lit: Mask) -> Vec3:
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
def _scatter(scene: SceneData, scratch: Scratch, path: Record, surface: Record, mask: Mask) -> Mask:
    """Choose the paths' next directions; not set where a path ends."""
    out = lanes_of(scratch.bsdf[0])
    vertex = to_word(path.vertex)
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, vertex, PAIR_BSDF)
    bits_3, bits_4 = vertex_bits(path.pixel, path.sample, vertex, PAIR_CHOICE)
    out.luck = to_unit(bits_4)
    sample_bsdf(surface, scene.looks.albedo, out, to_unit(bits_1), to_unit(bits_2), to_unit(bits_3))
    going = mask & (out.valid != NO)
    _dim(path, going, (out.r, out.g, out.b))
    straight = going & (out.straight != NO)
    if any_lane(straight):
        _go_on(path, surface, straight)
    turned = going & ~straight
    is_through = out.transmitted != NO
    is_delta = out.delta != NO
    local = (out.dx, out.dy, out.dz)
    direction = to_world(surface, local)
    special = is_through | is_delta
    if any_lane(special & turned):
        kept = _keep_side(surface, direction, is_through)
        direction = choose_vector(special, kept, direction)
        crossing = turned & is_through
        path.eta2 = select(crossing, path.eta2 * out.eta * out.eta, path.eta2)
        enters = (surface.front != NO) & (out.eta != ONE)
        medium = select(enters, to_int(surface.material), OUTSIDE)
        path.medium = select(crossing, medium, path.medium)
        is_prism = (surface.flags & HAS_DISPERSION) != NO
        path.split = select(crossing & is_prism, YES, path.split)
    fade = select(special, ONE, soften_terminator(surface, direction, local[2]))
    _dim(path, turned, (fade, fade, fade))
    start = leave(surface, direction)
    path.ox, path.oy, path.oz = choose_vector(turned, start, (path.ox, path.oy, path.oz))
    path.dx, path.dy, path.dz = choose_vector(turned, direction, (path.dx, path.dy, path.dz))
    path.travelled = select(turned, ZERO, path.travelled)
    path.reach = select(turned, INFINITY, path.reach)
    path.bounces = select(turned, path.bounces + YES, path.bounces)
    if scene.shot.frame[0].limits_kinds != 0:
        is_diffuse = to_unit(bits_3) < surface.p_diffuse
        _count_kinds(path, turned, is_diffuse, is_through)
    if scene.lights.tree.shape[0] > 0:
        _note_vertex(path, surface, turned)
    # What the next light must know: see `PATH`.
    path.pdf = select(turned, select(is_delta, ZERO, out.pdf), path.pdf)
    behind = select(path.chain == ROUGH, GLASS, path.chain)
    chain = select(is_delta, select(is_through, behind, MIRROR), ROUGH)
    path.chain = select(turned, chain, path.chain)
    return going & (path.tr + path.tg + path.tb > ZERO)


@device
def _count_kinds(path: Record, turned: Mask, is_diffuse: Mask, is_through: Mask) -> None:
    """Count bounces by kind."""
    path.diffuse = select(turned & is_diffuse, path.diffuse + YES, path.diffuse)
    path.transmitted = select(turned & is_through, path.transmitted + YES, path.transmitted)
    is_glossy = turned & ~(is_diffuse | is_through)
    path.glossy = select(is_glossy, path.glossy + YES, path.glossy)


@device
def _limit_kinds(frame: Record, path: Record, going: Mask) -> None:
    """Let paths with too many bounces of a kind see lights once more, and end."""
    over = (
        (path.diffuse > frame.diffuse_depth)
        | (path.glossy > frame.glossy_depth)
        | (path.transmitted > frame.transmission_depth)
    )
    last = to_int(frame.max_depth - 1)
    path.depth = select(going & over, max(path.depth, last), path.depth)


@device
def _note_vertex(path: Record, surface: Record, turned: Mask) -> None:
    """Remember for what a light of the tree would have been chosen here."""
    point = (surface.px, surface.py, surface.pz)
    path.vx, path.vy, path.vz = choose_vector(turned, point, (path.vx, path.vy, path.vz))
    normal = (path.vnx, path.vny, path.vnz)
    path.vnx, path.vny, path.vnz = choose_vector(turned, _lit_side(surface), normal)


@device
def _keep_side(surface: Record, direction: Vec3, below: Mask) -> Vec3:
    """Mirror directions at the surface that are on the wrong side of the flat triangle.

    Shading normals do that near a silhouette. To end the path there would draw a black rim
    around every glass and every mirror.
    """
    side = geometric_cosine(surface, direction)
    is_right = (side < ZERO) == below
    twice = select(is_right, ZERO, side + side)
    return (
        direction[0] - twice * surface.gx,
        direction[1] - twice * surface.gy,
        direction[2] - twice * surface.gz,
    )


@device
def _survives(path: Record, luck: Number, mortal: Mask) -> Mask:
    """Play Russian roulette; a survivor carries the weight of the ended ones."""
    brightest = max(path.tr, max(path.tg, path.tb)) * path.eta2
    chance = min(brightest, MAX_SURVIVAL)
    gain = ONE / chance
    _dim(path, mortal, (gain, gain, gain))
    return ~mortal | (luck < chance)
