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
    SceneData, Mask,
    Scratch,
)
from renderer.kernels.lane_functions import select
from renderer.kernels.jit import device
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
    scene: SceneData, scratch: Scratch, mask: Mask, start: Vec3, direction: Vec3, distance: np.float32
) -> Vec3:
    """Return the share of light, per channel, that arrives over a straight way.

    Marks the light sample (`only`) when that way leads through solid glass.
    """
    light = select(is_occluded(scratch, scene.nodes, mask, start, direction, distance), ZERO, ONE)
    return (light, light, light)


@device
def absorb(m: Record, way: np.float32) -> Vec3:
    """Return what is left of light after a way through a material's body (Beer's law)."""
    return (exp(-m.sigma_r * way), exp(-m.sigma_g * way), exp(-m.sigma_b * way))
