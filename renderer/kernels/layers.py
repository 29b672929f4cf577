"""What lies on the base: clear coat (KHR_materials_clearcoat) and sheen (KHR_materials_sheen).

Sources: Estevez and Kulla 2017, Production Friendly Microfacet Sheen BRDF; glTF 2.0 extensions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.albedo import eval_albedo
from renderer.kernels.data import HAS_COAT, HAS_SHEEN, SMOOTH_COAT, Floats, Record
from renderer.kernels.jit import device, shared
from renderer.kernels.math32 import (
    FOUR,
    HALF,
    ONE,
    TWO_PI,
    ZERO,
    F,
    Vec3,
    add,
    dot,
    exp,
    make_basis,
    max_component,
    normalize,
    power,
    scale,
    sqrt,
)
from renderer.kernels.microfacet import (
    eval_ggx,
    ggx_lambda,
    reflect,
    sample_visible_normal,
    schlick_weight,
)

#: A coat of lacquer has a refractive index of 1.5.
COAT_F0 = F(0.04)
COAT_F90 = F(1.0)
BLACK = (F(0.0), F(0.0), F(0.0))
SMALLEST_SHEEN_ROUGHNESS = F(0.07)
#: Fit of Charlie's Lambda, at roughness 0 and 1.
SHEEN_0 = (F(25.3245), F(3.32435), F(0.16801), F(-1.27393), F(-4.85967))
SHEEN_1 = (F(21.5473), F(3.82987), F(0.19823), F(-1.97760), F(-4.32054))


@device
def coat_albedo(surface: Record, albedo: Floats, cosine: np.float32) -> np.float32:
    """Return how much the coat reflects in all."""
    e = eval_albedo(albedo, surface.coat_roughness, cosine)
    return surface.coat * (COAT_F0 * e[0] + COAT_F90 * e[1])


@device
def sheen_albedo(surface: Record, albedo: Floats, cosine: np.float32) -> np.float32:
    """Return how much the sheen reflects in all, at most 1, for the strongest colour."""
    e = eval_albedo(albedo, surface.sheen_roughness, cosine)
    strongest = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b))
    return min(e[2], ONE) * strongest


@shared
def layers_transmit(surface: Record, albedo: Floats, wi: Vec3) -> np.float32:
    """Return how much of the light reaches the base from wi and leaves it to the viewer."""
    through = ONE
    cosine = min(wi[2], ONE)
    if surface.flags & HAS_COAT:
        through = (ONE - surface.coat_view) * (ONE - coat_albedo(surface, albedo, cosine))
    if surface.flags & HAS_SHEEN:
        # The smaller one of both ways: reciprocal, and no more than the sheen leaves over.
        sheen = max(surface.sheen_view, sheen_albedo(surface, albedo, cosine))
        through *= ONE - sheen
    return through


@device
def _to_coat(surface: Record, d: Vec3) -> Vec3:
    """Return a local direction in the coat's own frame (its normal may differ)."""
    if surface.coat_bent == 0:
        return d
    n = (surface.coat_nx, surface.coat_ny, surface.coat_nz)
    t, b = make_basis(n)
    return (dot(t, d), dot(b, d), dot(n, d))


@device
def _from_coat(surface: Record, d: Vec3) -> Vec3:
    if surface.coat_bent == 0:
        return d
    n = (surface.coat_nx, surface.coat_ny, surface.coat_nz)
    t, b = make_basis(n)
    return add(scale(t, d[0]), add(scale(b, d[1]), scale(n, d[2])))


@shared
def eval_coat(surface: Record, albedo: Floats, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * cos, density) of coat and sheen; wi is above."""
    value = pdf = ZERO
    if surface.p_coat > ZERO and not surface.smooth & SMOOTH_COAT:
        w = _to_coat(surface, (surface.wx, surface.wy, surface.wz))
        i = _to_coat(surface, wi)
        if w[2] > ZERO and i[2] > ZERO:
            h = normalize(add(w, i))
            shape = eval_ggx(h, surface.coat_ax) / (FOUR * w[2])
            lambda_o = ggx_lambda(w, surface.coat_ax)
            lambda_i = ggx_lambda(i, surface.coat_ax)
            fresnel = COAT_F0 + (COAT_F90 - COAT_F0) * schlick_weight(dot(w, h))
            value = surface.coat * fresnel * shape / (ONE + lambda_o + lambda_i)
            pdf = surface.p_coat * shape / (ONE + lambda_o)
    f = (value, value, value)
    if surface.flags & HAS_SHEEN:
        fuzz = _eval_sheen(surface, albedo, wi)
        fuzz = fuzz * (ONE - coat_albedo(surface, albedo, min(wi[2], ONE)))
        fuzz = fuzz * (ONE - surface.coat_view)
        f = add(f, scale((surface.sheen_r, surface.sheen_g, surface.sheen_b), fuzz))
    return f, pdf


@device
def sample_coat(surface: Record, out: Record, u1: Any, u2: Any) -> None:
    """Choose a reflected direction of the coat; a smooth one also sets the weight."""
    w = _to_coat(surface, (surface.wx, surface.wy, surface.wz))
    if w[2] <= ZERO:
        return
    if surface.smooth & SMOOTH_COAT:
        out.dx, out.dy, out.dz = _from_coat(surface, (-w[0], -w[1], w[2]))
        fresnel = COAT_F0 + (COAT_F90 - COAT_F0) * schlick_weight(w[2])
        out.r = out.g = out.b = surface.coat * fresnel / surface.p_coat
        out.delta = 1
        out.top = 1  # nothing lies on top of it
    else:
        h = sample_visible_normal(w, surface.coat_ax, u1, u2)
        out.dx, out.dy, out.dz = _from_coat(surface, reflect(w, h))
    out.valid = 1 if out.dz > ZERO else 0


@device
def _eval_sheen(surface: Record, albedo: Floats, wi: Vec3) -> np.float32:
    """Return f * cos of white sheen, limited so that it never reflects more than arrives."""
    w = (surface.wx, surface.wy, surface.wz)
    h = normalize(add(w, wi))
    roughness = max(surface.sheen_roughness, SMALLEST_SHEEN_ROUGHNESS)
    alpha = roughness * roughness
    inverse = ONE / alpha
    sine = sqrt(max(ONE - h[2] * h[2], ZERO))
    density = (F(2.0) + inverse) * power(sine, inverse) / TWO_PI
    masking = ONE + _sheen_lambda(w[2], alpha) + _sheen_lambda(wi[2], alpha)
    e_out = eval_albedo(albedo, surface.sheen_roughness, min(w[2], ONE))[2]
    e_in = eval_albedo(albedo, surface.sheen_roughness, min(wi[2], ONE))[2]
    limit = max(ONE, max(e_out, e_in))
    return density / (FOUR * w[2] * masking * limit)


@device
def _sheen_lambda(cosine: np.float32, alpha: np.float32) -> np.float32:
    if cosine < HALF:
        return exp(_sheen_fit(cosine, alpha))
    return exp(_sheen_fit(HALF, alpha) + _sheen_fit(HALF, alpha) - _sheen_fit(ONE - cosine, alpha))


@shared
def _sheen_fit(x: np.float32, alpha: np.float32) -> np.float32:
    t = (ONE - alpha) * (ONE - alpha)
    s = ONE - t
    a = SHEEN_0[0] * t + SHEEN_1[0] * s
    b = SHEEN_0[1] * t + SHEEN_1[1] * s
    c = SHEEN_0[2] * t + SHEEN_1[2] * s
    d = SHEEN_0[3] * t + SHEEN_1[3] * s
    e = SHEEN_0[4] * t + SHEEN_1[4] * s
    return a / (ONE + b * power(x, c)) + d * x + e
