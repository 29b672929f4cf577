"""Where paths go from a surface point, and what they must remember of it."""

from __future__ import annotations

import numpy as np

from renderer.kernels.bsdf import sample_bsdf
from renderer.kernels.data import (
    CHAIN_GLASS,
    CHAIN_MIRROR,
    CHAIN_ROUGH,
    HAS_DISPERSION,
    Mask,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, to_int, to_word
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.math32 import INFINITY, ONE, ZERO, Vec3, choose_vector
from renderer.kernels.path_light import dim, lit_side
from renderer.kernels.sampler import PAIR_BSDF, PAIR_CHOICE, to_unit, vertex_bits
from renderer.kernels.surface import (
    NO,
    YES,
    geometric_cosine,
    leave,
    leave_below,
    soften_terminator,
    to_world,
)

OUTSIDE = np.int32(-1)
MIRROR, GLASS, ROUGH = np.int32(CHAIN_MIRROR), np.int32(CHAIN_GLASS), np.int32(CHAIN_ROUGH)


@device
def scatter_path(
    scene: SceneData, scratch: Scratch, path: Record, surface: Record, mask: Mask
) -> Mask:
    """Choose the paths' next directions; not set where a path ends."""
    out = lanes_of(scratch.bsdf[0])
    vertex = to_word(path.vertex)
    bits_1, bits_2 = vertex_bits(path.pixel, path.sample, vertex, PAIR_BSDF)
    bits_3, bits_4 = vertex_bits(path.pixel, path.sample, vertex, PAIR_CHOICE)
    out.luck = to_unit(bits_4)
    sample_bsdf(surface, scene.looks.albedo, out, to_unit(bits_1), to_unit(bits_2), to_unit(bits_3))
    going = mask & (out.valid != NO)
    dim(path, going, (out.r, out.g, out.b))
    straight = going & (out.straight != NO)
    if any_lane(straight):
        go_on(path, surface, straight)
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
    dim(path, turned, (fade, fade, fade))
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
def go_on(path: Record, surface: Record, mask: Mask) -> None:
    """Continue straight on the other side; costs no depth."""
    x, y, z = leave_below(surface, (path.dx, path.dy, path.dz))
    path.ox = select(mask, x, path.ox)
    path.oy = select(mask, y, path.oy)
    path.oz = select(mask, z, path.oz)
    path.reach = select(mask, path.reach - surface.t, path.reach)
    path.depth = select(mask, path.depth - YES, path.depth)
    path.passes = select(mask, path.passes + YES, path.passes)


@device
def _count_kinds(path: Record, turned: Mask, is_diffuse: Mask, is_through: Mask) -> None:
    """Count bounces by kind."""
    path.diffuse = select(turned & is_diffuse, path.diffuse + YES, path.diffuse)
    path.transmitted = select(turned & is_through, path.transmitted + YES, path.transmitted)
    is_glossy = turned & ~(is_diffuse | is_through)
    path.glossy = select(is_glossy, path.glossy + YES, path.glossy)


@device
def _note_vertex(path: Record, surface: Record, turned: Mask) -> None:
    """Remember for what a light of the tree would have been chosen here."""
    point = (surface.px, surface.py, surface.pz)
    path.vx, path.vy, path.vz = choose_vector(turned, point, (path.vx, path.vy, path.vz))
    normal = (path.vnx, path.vny, path.vnz)
    path.vnx, path.vny, path.vnz = choose_vector(turned, lit_side(surface), normal)


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
