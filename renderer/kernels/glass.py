"""Clear and frosted glass: solid with refraction, or thin-walled (KHR_materials_transmission).

Solid glass tints the light where it enters through a front face, once per body, as viewers do
that draw both sides at once. In a thin wall the light bounces to and fro: it reflects
2R / (1 + R) where one boundary reflects R, and lets the rest pass straight on.

Source: Walter et al. 2007, Microfacet Models for Refraction through Rough Surfaces.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import IS_THIN, SMOOTH_GLASS, Record
from renderer.kernels.jit import device
from renderer.kernels.math32 import FOUR, ONE, TWO, ZERO, F, Vec3, add, dot, normalize, scale
from renderer.kernels.microfacet import (
    eval_ggx,
    fresnel_dielectric,
    ggx_lambda,
    reflect,
    refract,
    refraction_jacobian,
    refraction_normal,
    sample_visible_normal,
)

BLACK = (F(0.0), F(0.0), F(0.0))
UP = (F(0.0), F(0.0), F(1.0))


@device
def glass_reflectance(surface: Record, cosine: np.float32) -> np.float32:
    """Return how much of the light a pane or boundary reflects at this cosine."""
    if surface.flags & IS_THIN:
        # A thin wall has the same medium on both sides, whichever side is seen.
        one = fresnel_dielectric(cosine, max(surface.eta, ONE / surface.eta))
        return TWO * one / (ONE + one)
    return fresnel_dielectric(cosine, surface.eta)


@device
def eval_glass(surface: Record, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * |cos|, density) of frosted glass for wi above or below.

    `glass_gain` gives back what single scattering between microfacets loses.
    """
    w = (surface.wx, surface.wy, surface.wz)
    thin = (surface.flags & IS_THIN) != 0
    above = wi[2] > ZERO
    if above or thin:
        # A thin wall sends light on as it would reflect it, to the other side.
        mirrored = (wi[0], wi[1], abs(wi[2]))
        h = normalize(add(w, mirrored))
        lambda_i = ggx_lambda(mirrored, surface.ax)
        density = eval_ggx(h, surface.ax) / (FOUR * w[2])
    else:
        h = refraction_normal(w, wi, surface.eta)
        if dot(w, h) <= ZERO or dot(wi, h) >= ZERO:
            return BLACK, ZERO
        lambda_i = ggx_lambda(wi, surface.ax)
        jacobian = refraction_jacobian(w, wi, h, surface.eta)
        density = eval_ggx(h, surface.ax) * dot(w, h) * jacobian / w[2]
    lambda_o = ggx_lambda(w, surface.ax)
    chance = glass_reflectance(surface, dot(w, h))
    if not above:
        chance = ONE - chance
    pdf = chance * density / (ONE + lambda_o)
    value = chance * density / (ONE + lambda_o + lambda_i) * surface.glass_gain
    if above:
        return (value, value, value), pdf
    if not thin:
        value = value / (surface.eta * surface.eta)  # radiance is denser inside
    return scale((surface.tint_r, surface.tint_g, surface.tint_b), value), pdf


@device
def sample_glass(surface: Record, out: Record, u1: Any, u2: Any, u3: Any) -> None:
    """Choose a direction; clear glass also sets the weight."""
    w = (surface.wx, surface.wy, surface.wz)
    thin = (surface.flags & IS_THIN) != 0
    smooth = (surface.smooth & SMOOTH_GLASS) != 0
    h = UP if smooth else sample_visible_normal(w, surface.ax, u1, u2)
    reflectance = glass_reflectance(surface, dot(w, h))
    out.valid = 1
    out.r = out.g = out.b = surface.glass / surface.p_glass
    out.delta = 1 if smooth else 0
    if u3 < reflectance:
        out.dx, out.dy, out.dz = reflect(w, h)
        if out.dz <= ZERO:
            out.valid = 0
        return
    out.transmitted = 1
    out.r *= surface.tint_r
    out.g *= surface.tint_g
    out.b *= surface.tint_b
    if thin:
        mirrored = reflect(w, h)
        out.dx, out.dy, out.dz = mirrored[0], mirrored[1], -mirrored[2]
        out.straight = out.delta
        if mirrored[2] <= ZERO:
            out.valid = 0
        return
    out.dx, out.dy, out.dz = refract(w, h, surface.eta)
    out.eta = surface.eta
    squeeze = ONE / (surface.eta * surface.eta)
    out.r *= squeeze
    out.g *= squeeze
    out.b *= squeeze
    if out.dz >= ZERO:
        out.valid = 0
