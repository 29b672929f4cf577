"""How much of a light's radiance reaches a point, through cut-outs and clear glass.

Rays to lights go straight through clear glass, dimmed by what it reflects and absorbs: windows
and bottles let light in without waiting for a path to find it by chance. Thin panes are exact
that way. Solid glass would bend the ray; there the straight way stands for the bent one, and
`path` leaves out what it finds by chance on that way, so that nothing counts twice. Frosted
glass stops these rays: paths find their way through it on their own.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import (
    IS_THIN,
    LETS_LIGHT_PASS,
    SMOOTH_GLASS,
    Record,
    SceneData,
    Scratch,
)
from renderer.kernels.glass import glass_reflectance
from renderer.kernels.jit import device
from renderer.kernels.material import fetch_base, fetch_parameters
from renderer.kernels.math32 import INFINITY, ONE, ZERO, F, Vec3, exp, mul, scale
from renderer.kernels.surface import leave, locate
from renderer.kernels.trace import SHORTEN, intersect, is_occluded

WHITE = (F(1.0), F(1.0), F(1.0))
BLACK = (F(0.0), F(0.0), F(0.0))
#: A forest of leaf cards is some tens deep; light behind more is dark in any case.
MAX_LAYERS = 64
#: Light weaker than this is not followed further.
DARK = F(1e-4)


@device
def eval_transmittance(
    scene: SceneData, scratch: Scratch, start: Vec3, direction: Vec3, distance: np.float32
) -> Vec3:
    """Return the share of light, per channel, that arrives over a straight way.

    Marks the light sample (`only`) when that way leads through solid glass.
    """
    if scene.shot.frame[0].has_filters == 0:
        blocked = is_occluded(scratch, scene.nodes, start, direction, distance)
        return BLACK if blocked else WHITE
    through = WHITE
    surface = scratch.surface[1]
    origin = start
    rest = distance * SHORTEN
    for _ in range(MAX_LAYERS):
        triangle = intersect(scratch, scene.nodes, origin, direction, rest)
        if triangle < 0:
            return through
        locate(surface, scene.geometry, triangle, origin, direction)
        fetch_base(surface, scene.looks, scene.geometry)
        if not surface.flags & LETS_LIGHT_PASS:
            return BLACK
        through = mul(through, _pass(scene, scratch.light[0], surface, direction))
        if through[0] + through[1] + through[2] < DARK:
            return BLACK
        surface.lx = surface.ly = surface.lz = ZERO
        origin = leave(surface, direction)
        rest = rest - surface.t if rest < INFINITY else rest
    return BLACK


@device
def _pass(scene: SceneData, light: Record, surface: Record, direction: Vec3) -> Vec3:
    """Return what one surface lets pass, with what its body absorbed on the way to it."""
    gap = ONE - surface.alpha
    m = scene.looks.materials[surface.material]
    if m.transmission <= ZERO or surface.alpha <= ZERO:
        return (gap, gap, gap)
    fetch_parameters(surface, scene.looks, scene.geometry)
    if surface.glass <= ZERO or not surface.smooth & SMOOTH_GLASS:
        return (gap, gap, gap)
    cosine = abs(surface.gx * direction[0] + surface.gy * direction[1] + surface.gz * direction[2])
    # The straight way leaves at the angle at which it came: both boundaries reflect alike.
    surface.eta = max(surface.eta, ONE / surface.eta)
    clear = surface.alpha * surface.glass * (ONE - glass_reflectance(surface, min(cosine, ONE)))
    tint = scale((surface.tint_r, surface.tint_g, surface.tint_b), clear)
    if not m.flags & IS_THIN:
        light.only = 1
        if surface.front == 0:
            tint = mul(tint, absorb(m, surface.t))
    return (gap + tint[0], gap + tint[1], gap + tint[2])


@device
def absorb(m: Record, way: np.float32) -> Vec3:
    """Return what is left of light after a way through a material's body (Beer's law)."""
    return (exp(-m.sigma_r * way), exp(-m.sigma_g * way), exp(-m.sigma_b * way))
