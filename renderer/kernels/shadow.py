"""How much of a light's radiance reaches a point, through cut-outs and clear glass.

Rays to lights go straight through clear glass, dimmed by what it reflects and absorbs: windows
and bottles let light in without waiting for a path to find it by chance. Thin panes are exact
that way. Solid glass would bend the ray; there the straight way stands for the bent one, and
`path` leaves out what it finds by chance on that way, so that nothing counts twice. Frosted
glass stops these rays: paths find their way through it on their own.
"""

from __future__ import annotations

from renderer.kernels.data import (
    IS_THIN,
    LETS_LIGHT_PASS,
    SMOOTH_GLASS,
    Mask,
    Number,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.glass import glass_reflectance
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.material_base import fetch_base, fetch_parameters
from renderer.kernels.math32 import ONE, ZERO, F, Vec3, add, choose_vector, exp, mul, scale, sub
from renderer.kernels.surface import NO, YES, leave_below, locate
from renderer.kernels.trace import SHORTEN, intersect, is_occluded

#: A forest of leaf cards is some tens deep; light behind more is dark in any case.
MAX_LAYERS = 64
#: Light weaker than this is not followed further.
DARK = F(1e-4)


@device
def eval_transmittance(
    scene: SceneData,
    scratch: Scratch,
    mask: Mask,
    start: Vec3,
    direction: Vec3,
    distance: Number,
) -> Vec3:
    """Return the share of light, per channel, that arrives over straight ways.

    Marks the light samples (`only`) whose way leads through solid glass.
    """
    if scene.shot.frame[0].has_filters == 0:
        blocked = is_occluded(scratch, scene.nodes, mask, start, direction, distance)
        free = select(blocked, ZERO, ONE)
        return (free, free, free)
    return _follow(scene, scratch, mask, start, direction, distance * SHORTEN)


@device
def _follow(
    scene: SceneData, scratch: Scratch, mask: Mask, start: Vec3, direction: Vec3, rest: Number
) -> Vec3:
    """Follow straight ways from surface to surface."""
    white = select(mask, ONE, ZERO)
    through = (white, white, white)
    surface = lanes_of(scratch.surface[1])
    light = lanes_of(scratch.light[0])
    origin = start
    going = mask
    for _ in range(MAX_LAYERS):
        triangle, instance = intersect(scratch, scene.nodes, going, origin, direction, rest)
        going = going & (triangle >= NO)
        if not any_lane(going):
            return through
        locate(surface, scene.geometry, max(triangle, NO), instance, origin, direction)
        fetch_base(surface, scene.looks, scene.geometry)
        lets_pass = (surface.flags & LETS_LIGHT_PASS) != NO
        share = _pass(scene, light, surface, direction, going & lets_pass)
        share = choose_vector(lets_pass, share, (ZERO, ZERO, ZERO))
        through = choose_vector(going, mul(through, share), through)
        is_dark = through[0] + through[1] + through[2] < DARK
        dark = select(going & is_dark, ZERO, ONE)
        through = scale(through, dark)
        going = going & ~is_dark
        if not any_lane(going):
            return through
        origin = leave_below(surface, direction)
        rest = rest - surface.t
    return scale(through, select(going, ZERO, ONE))


@device
def _pass(scene: SceneData, light: Record, surface: Record, direction: Vec3, mask: Mask) -> Vec3:
    """Return what surfaces let pass, with what their bodies absorbed on the way to them."""
    gap = ONE - surface.alpha
    through = (gap, gap, gap)
    m = scene.looks.materials[surface.material]
    glassy = mask & (m.transmission > ZERO) & (surface.alpha > ZERO)
    if not any_lane(glassy):
        return through
    fetch_parameters(surface, scene.looks, scene.geometry)
    glassy = glassy & (surface.glass > ZERO) & ((surface.smooth & SMOOTH_GLASS) != NO)
    cosine = abs(surface.gx * direction[0] + surface.gy * direction[1] + surface.gz * direction[2])
    # The straight way leaves at the angle at which it came: both boundaries reflect alike.
    surface.eta = max(surface.eta, ONE / surface.eta)
    mirrored = glass_reflectance(surface, min(cosine, ONE))
    kept = sub((ONE, ONE, ONE), mirrored)
    tint = mul((surface.tint_r, surface.tint_g, surface.tint_b), kept)
    tint = scale(tint, surface.alpha * surface.glass)
    solid = glassy & ((m.flags & IS_THIN) == NO)
    light.only = select(solid, YES, light.only)
    within = solid & (surface.front == NO)
    tint = choose_vector(within, mul(tint, absorb(m, surface.t)), tint)
    return choose_vector(glassy, add(through, tint), through)


@device
def absorb(m: Record, way: Number) -> Vec3:
    """Return what is left of light after a way through a material's body (Beer's law)."""
    return (exp(-m.sigma_r * way), exp(-m.sigma_g * way), exp(-m.sigma_b * way))
