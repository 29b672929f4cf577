"""How a surface scatters light: evaluation, sampling and its density."""

from __future__ import annotations

import math

import numpy as np

from renderer.kernels.data import Record
from renderer.kernels.jit import device
from renderer.kernels.math32 import INV_PI, ONE, ZERO, F, Vec3, scale, sincos_turns


@device
def sample_cosine(u1: np.float32, u2: np.float32) -> Vec3:
    """Return a direction of the upper hemisphere, density cos / pi."""
    radius = math.sqrt(u1)
    sine, cosine = sincos_turns(u2)
    return (radius * cosine, radius * sine, math.sqrt(max(ONE - u1, F(1e-12))))


@device
def eval_bsdf(surface: Record, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * |cos|, density over solid angle) for a local direction to the light."""
    if wi[2] <= ZERO:
        return (ZERO, ZERO, ZERO), ZERO
    pdf = wi[2] * INV_PI
    return scale((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b), pdf), pdf


@device
def sample_bsdf(
    surface: Record, out: Record, u1: np.float32, u2: np.float32, u3: np.float32
) -> None:
    """Choose a local direction; `out` gets f * cos / pdf, and says how it was chosen."""
    out.dx, out.dy, out.dz = sample_cosine(u1, u2)
    out.r = surface.diffuse_r
    out.g = surface.diffuse_g
    out.b = surface.diffuse_b
    out.pdf = out.dz * INV_PI
    out.eta = ONE
    out.delta = 0
    out.transmitted = 0
    out.valid = 1
