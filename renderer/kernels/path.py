"""Light paths from the camera, 16 at a time: path tracing with next event estimation.

Light is found in two ways, by choosing a point on a light and by following the material's own
direction until it happens to meet one; both are weighted by Veach's power heuristic (1997).

Faces are solid from both sides, and both sides of an emissive triangle shine: glTF's culling of
back faces is for rasterisers, whose users never look at a wall from behind.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import (
    CHAIN_CAMERA,
    HAS_DISPERSION,
    KIND_UNLIT,
    LETS_LIGHT_PASS,
    Mask,
    Number,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.jit import device, stage
from renderer.kernels.lane_functions import any_lane, select, to_int, to_word
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.material import prepare_lobes
from renderer.kernels.material_base import fetch_base
from renderer.kernels.material_layers import choose_band
from renderer.kernels.math32 import ONE, ZERO, F, Vec3, choose_vector
from renderer.kernels.notes import note_light, note_normal, note_surface
from renderer.kernels.path_light import (
    add_emission,
    add_environment,
    choose_light,
    dim,
    gather,
    trace_light,
)
from renderer.kernels.path_scatter import go_on, scatter_path
from renderer.kernels.sampler import hashed_bits, to_unit
from renderer.kernels.shadow import absorb
from renderer.kernels.surface import NO, YES, locate
from renderer.kernels.trace import intersect

MAX_SURVIVAL = F(0.95)
FIRST_PASS_PAIR = np.uint32(1 << 20)
OUTSIDE = np.int32(-1)
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
        add_environment(scene, path, missed, direction)
    here = alive & ~missed
    if not any_lane(here):
        return here
    locate(surface, scene.geometry, max(triangle, NO), instance, origin, direction)
    _arrive(scene, path, surface, here)
    through = here & ((surface.flags & LETS_LIGHT_PASS) != NO) & (surface.alpha < ONE)
    if any_lane(through):
        through = through & _falls_through(path, surface)
        go_on(path, surface, through)
        here = here & ~through
        # Holes and panes cost no depth: this ends a path between two panes that face each other.
        through = through & (path.passes < frame.max_passes)
    first = here & (path.vertex == NO)
    if plan.has_surface != 0 and any_lane(first):
        note_surface(scratch.items, channels, scene.geometry, path, surface, first)
    unlit = here & (surface.kind == KIND_UNLIT)
    if any_lane(unlit):
        gather(plan, path, unlit, (surface.base_r, surface.base_g, surface.base_b))
        here = here & ~unlit
    # Triangles that nowhere shine are no lights, whatever their material says.
    shining = here & (surface.emitter >= NO)
    if any_lane(shining):
        add_emission(scene, path, surface, shining)
    here = here & (path.depth < frame.max_depth)
    if not any_lane(here):
        return through
    prisms = here & ((surface.flags & HAS_DISPERSION) != NO)
    if any_lane(prisms):
        choose_band(path, surface)
    prepare_lobes(surface, scene.looks, scene.geometry, direction)
    if plan.normal >= 0 and any_lane(here & first):
        note_normal(scratch.items, channels, path, surface, here & first)
    going = _bounce(scene, scratch, path, surface, here)
    mortal = going & (path.depth >= frame.roulette_depth)
    if any_lane(mortal):
        going = going & _survives(path, lanes_of(scratch.bsdf[0]).luck, mortal)
    if frame.limits_kinds != 0:
        _limit_kinds(frame, path, going)
    path.vertex = select(going, path.vertex + YES, path.vertex)
    return (going & (path.passes < frame.max_passes)) | through


@device
def _bounce(scene: SceneData, scratch: Scratch, path: Record, surface: Record, here: Mask) -> Mask:
    """Add the light of a chosen light, and choose where paths go on."""
    if scene.lights.table.shape[0] == 0:
        return scatter_path(scene, scratch, path, surface, here)
    is_lit = here & choose_light(scene, scratch, path, surface, here)
    bounces = path.bounces
    going = scatter_path(scene, scratch, path, surface, here)
    if any_lane(is_lit):
        arrived = trace_light(scene, scratch, path, is_lit)
        if scene.channels.plan[0].splits != 0:
            note_light(path, bounces + YES, arrived)
    return going


@device
def _arrive(scene: SceneData, path: Record, surface: Record, here: Mask) -> None:
    """Look up what lies at the located points, and dim paths by the bodies they came through."""
    fetch_base(surface, scene.looks, scene.geometry)
    path.travelled += surface.t
    inside = here & (path.medium >= NO)
    if any_lane(inside):
        dim(path, inside, absorb(scene.looks.materials[max(path.medium, NO)], surface.t))


@device
def _falls_through(path: Record, surface: Record) -> Mask:
    """Decide whether paths meet a hole (or the clear share) of the surface's alpha."""
    pair = FIRST_PASS_PAIR + to_word(path.passes * np.int32(4096) + path.vertex)
    bits, _ = hashed_bits(path.pixel, path.sample, pair)
    return to_unit(bits) >= surface.alpha


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
def _survives(path: Record, luck: Number, mortal: Mask) -> Mask:
    """Play Russian roulette; a survivor carries the weight of the ended ones."""
    brightest = max(path.tr, max(path.tg, path.tb)) * path.eta2
    chance = min(brightest, MAX_SURVIVAL)
    gain = ONE / chance
    dim(path, mortal, (gain, gain, gain))
    return ~mortal | (luck < chance)
