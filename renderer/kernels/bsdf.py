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
from renderer.kernels.glass import eval_glass, sample_glass
from renderer.kernels.jit import device, shared
from renderer.kernels.layers import eval_coat, layers_transmit, sample_coat
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
    sqrt,
)
from renderer.kernels.microfacet import (
    eval_ggx,
    ggx_lambda,
    reflect,
    sample_visible_normal,
    schlick_weight,
)

BLACK = (F(0.0), F(0.0), F(0.0))


@device
def sample_cosine(u1: np.float32, u2: np.float32) -> Vec3:
    """Return a direction of the upper hemisphere, density cos / pi."""
    radius = sqrt(u1)
    sine, cosine = sincos_turns(u2)
    return (radius * cosine, radius * sine, sqrt(max(ONE - u1, F(1e-12))))


@device
def eval_bsdf(surface: Record, albedo: Floats, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * |cos|, density over solid angle) for a local direction to the light.

    Mirrors and panes are left out: no direction but their own meets them.
    """
    if surface.kind == KIND_DIFFUSE:
        if wi[2] <= ZERO:
            return BLACK, ZERO
        pdf = wi[2] * INV_PI
        return scale((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b), pdf), pdf
    return _eval_lobes(surface, albedo, wi)


@shared
def _eval_lobes(surface: Record, albedo: Floats, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * |cos|, density) of any surface."""
    f = BLACK
    pdf = ZERO
    if wi[2] > ZERO:
        f, pdf = _eval_base(surface, albedo, wi)
        if surface.kind == KIND_LAYERED:
            f = scale(f, layers_transmit(surface, albedo, wi))
            coat, coat_pdf = eval_coat(surface, albedo, wi)
            f = add(f, coat)
            pdf += coat_pdf
    if surface.p_glass > ZERO and not surface.smooth & SMOOTH_GLASS:
        through, through_pdf = eval_glass(surface, wi)
        f = add(f, scale(through, surface.glass))
        pdf += surface.p_glass * through_pdf
    return f, pdf


@device
def _eval_base(surface: Record, albedo: Floats, wi: Vec3) -> tuple[Vec3, np.float32]:
    """Return (f * cos, density) of diffuse and specular lobes; wi is above."""
    cosine = wi[2] * INV_PI
    red = green = blue = pdf = ZERO
    if surface.p_diffuse > ZERO:
        e = eval_albedo(albedo, surface.roughness, min(wi[2], ONE))
        core = (ONE - surface.core_f0 * e[0] - surface.core_f90 * e[1]) * cosine
        lost = (ONE - e[0] - e[1]) * cosine
        red = surface.diffuse_r * core + surface.ms_r * lost
        green = surface.diffuse_g * core + surface.ms_g * lost
        blue = surface.diffuse_b * core + surface.ms_b * lost
        pdf = surface.p_diffuse * cosine
    if surface.p_specular > ZERO and not surface.smooth & SMOOTH_SPECULAR:
        w = (surface.wx, surface.wy, surface.wz)
        h = normalize(add(w, wi))
        density = eval_ggx(h, surface.ax)
        lambda_o = ggx_lambda(w, surface.ax)
        lambda_i = ggx_lambda(wi, surface.ax)
        shape = density / (FOUR * w[2])
        value = shape / (ONE + lambda_o + lambda_i)
        fresnel = schlick_weight(dot(w, h))
        red += value * (surface.f0_r + (surface.f90 - surface.f0_r) * fresnel)
        green += value * (surface.f0_g + (surface.f90 - surface.f0_g) * fresnel)
        blue += value * (surface.f0_b + (surface.f90 - surface.f0_b) * fresnel)
        pdf += surface.p_specular * shape / (ONE + lambda_o)
    return (red, green, blue), pdf


@device
def sample_bsdf(
    surface: Record,
    albedo: Floats,
    out: Record,
    u1: np.float32,
    u2: np.float32,
    u3: np.float32,
) -> None:
    """Choose a local direction, roughly as the surface scatters.

    Args:
        surface: prepared.
        albedo: tables.
        out: gets the direction, f * |cos| / pdf and how it was chosen; `valid` 0 for none.
        u1: random, for the direction.
        u2: random, for the direction.
        u3: random, for the choice of lobe.
    """
    out.valid = 0
    out.delta = 0
    out.transmitted = 0
    out.straight = 0
    out.top = 0
    out.eta = ONE
    if surface.kind == KIND_DIFFUSE:
        out.dx, out.dy, out.dz = sample_cosine(u1, u2)
        out.r = surface.diffuse_r
        out.g = surface.diffuse_g
        out.b = surface.diffuse_b
        out.pdf = out.dz * INV_PI
        out.valid = 1
        return
    _sample_lobes(surface, albedo, out, u1, u2, u3)


@shared
def _sample_lobes(surface: Record, albedo: Floats, out: Record, u1: Any, u2: Any, u3: Any) -> None:
    """Choose a direction of any surface."""
    _choose_lobe(surface, out, u1, u2, u3)
    if out.valid == 0 or out.delta != 0:
        if surface.kind == KIND_LAYERED:
            _dim_mirror(surface, albedo, out)
        return
    f, pdf = _eval_lobes(surface, albedo, (out.dx, out.dy, out.dz))
    if not pdf > ZERO:
        out.valid = 0
        return
    out.r, out.g, out.b = scale(f, ONE / pdf)
    out.pdf = pdf


@device
def _choose_lobe(surface: Record, out: Record, u1: Any, u2: Any, u3: Any) -> None:
    """Choose a lobe and a direction of it; mirrors and panes set their weight themselves."""
    if u3 < surface.p_diffuse:
        out.dx, out.dy, out.dz = sample_cosine(u1, u2)
        out.valid = 1
        return
    u3 = u3 - surface.p_diffuse
    if u3 < surface.p_specular:
        _sample_specular(surface, out, u1, u2)
        return
    u3 = u3 - surface.p_specular
    if u3 < surface.p_glass:
        sample_glass(surface, out, u1, u2, u3 / surface.p_glass)
        return
    if surface.p_coat > ZERO:
        sample_coat(surface, out, u1, u2)


@device
def _sample_specular(surface: Record, out: Record, u1: Any, u2: Any) -> None:
    w = (surface.wx, surface.wy, surface.wz)
    if surface.smooth & SMOOTH_SPECULAR:
        out.dx = -w[0]
        out.dy = -w[1]
        out.dz = w[2]
        fresnel = schlick_weight(w[2])
        weight = ONE / surface.p_specular
        out.r = weight * (surface.f0_r + (surface.f90 - surface.f0_r) * fresnel)
        out.g = weight * (surface.f0_g + (surface.f90 - surface.f0_g) * fresnel)
        out.b = weight * (surface.f0_b + (surface.f90 - surface.f0_b) * fresnel)
        out.delta = 1
        out.valid = 1
        return
    h = sample_visible_normal(w, surface.ax, u1, u2)
    out.dx, out.dy, out.dz = reflect(w, h)
    if out.dz > ZERO:
        out.valid = 1


@device
def _dim_mirror(surface: Record, albedo: Floats, out: Record) -> None:
    """Let a mirror below layers lose what they reflect; a smooth coat itself is outermost."""
    if out.valid != 0 and out.top == 0:
        dimming = layers_transmit(surface, albedo, (out.dx, out.dy, abs(out.dz)))
        out.r *= dimming
        out.g *= dimming
        out.b *= dimming
