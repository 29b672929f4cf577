"""GGX microfacets and Fresnel terms. All directions are local: z is the normal, w is above.

Sources: Walter et al. 2007 (GGX, refraction), Heitz 2014 (Smith's height-correlated masking),
Dupuy and Benyoub 2023 (sampling visible normals by a spherical cap), Schlick 1994.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.jit import device
from renderer.kernels.math32 import (
    HALF,
    ONE,
    PI,
    TWO,
    ZERO,
    F,
    Vec3,
    dot,
    normalize,
    scale,
    sincos_turns,
    sqrt,
)

SMALLEST_Z = F(1e-6)


@device
def eval_ggx(h: Vec3, ax: np.float32) -> np.float32:
    """Return the density of microfacet normals at h."""
    a2 = ax * ax
    t = (h[0] * h[0] + h[1] * h[1]) / a2 + h[2] * h[2]
    return ONE / (PI * a2 * t * t)


@device
def ggx_lambda(w: Vec3, ax: np.float32) -> np.float32:
    """Return Smith's Lambda: masked per visible area, for a direction above or below."""
    z2 = max(w[2] * w[2], SMALLEST_Z * SMALLEST_Z)
    tangent2 = (w[0] * w[0] + w[1] * w[1]) / z2
    return HALF * (sqrt(ONE + ax * ax * tangent2) - ONE)


@device
def sample_visible_normal(w: Vec3, ax: np.float32, u1: np.float32, u2: np.float32) -> Vec3:
    """Return a microfacet normal with the density `sample_visible_normal_pdf`."""
    stretched = normalize((w[0] * ax, w[1] * ax, w[2]))
    z = (ONE - u1) * (ONE + stretched[2]) - stretched[2]
    radius = sqrt(max(ZERO, ONE - z * z))
    sine, cosine = sincos_turns(u2)
    x = radius * cosine + stretched[0]
    y = radius * sine + stretched[1]
    return normalize((x * ax, y * ax, max(z + stretched[2], SMALLEST_Z)))


@device
def sample_visible_normal_pdf(w: Vec3, h: Vec3, ax: np.float32) -> np.float32:
    """Return the density over solid angle of h: D * G1 * max(w.h, 0) / w.z."""
    masking = ONE / (ONE + ggx_lambda(w, ax))
    return eval_ggx(h, ax) * masking * max(dot(w, h), ZERO) / max(w[2], SMALLEST_Z)


@device
def schlick_weight(cosine: np.float32) -> np.float32:
    """Return (1 - cosine)^5."""
    m = max(ONE - cosine, ZERO)
    m2 = m * m
    return m2 * m2 * m


@device
def fresnel_dielectric(cosine: np.float32, eta: np.float32) -> np.float32:
    """Return how much unpolarised light a smooth boundary reflects.

    Args:
        cosine: of the angle to the normal on the side where the light comes from, 0..1.
        eta: refractive index of the other side divided by this one's.
    """
    sine2 = (ONE - cosine * cosine) / (eta * eta)
    if sine2 >= ONE:
        return ONE
    inside = sqrt(ONE - sine2)
    parallel = (eta * cosine - inside) / (eta * cosine + inside)
    crossed = (cosine - eta * inside) / (cosine + eta * inside)
    return HALF * (parallel * parallel + crossed * crossed)


@device
def reflect(w: Vec3, h: Vec3) -> Vec3:
    """Return w mirrored at the normal h."""
    twice = TWO * dot(w, h)
    return (twice * h[0] - w[0], twice * h[1] - w[1], twice * h[2] - w[2])


@device
def refract(w: Vec3, h: Vec3, eta: np.float32) -> Vec3:
    """Return the refracted direction; the caller has excluded total reflection.

    Args:
        w: above, w.h > 0.
        h: normal.
        eta: refractive index below divided by above.
    """
    cosine = dot(w, h)
    inside = sqrt(max(ZERO, ONE - (ONE - cosine * cosine) / (eta * eta)))
    k = cosine / eta - inside
    return (k * h[0] - w[0] / eta, k * h[1] - w[1] / eta, k * h[2] - w[2] / eta)


@device
def refraction_normal(w: Vec3, wi: Vec3, eta: np.float32) -> Vec3:
    """Return the normal, upwards, that refracts w into wi (which is below)."""
    h = normalize((w[0] + wi[0] * eta, w[1] + wi[1] * eta, w[2] + wi[2] * eta))
    return scale(h, -ONE) if h[2] < ZERO else h


@device
def refraction_jacobian(w: Vec3, wi: Vec3, h: Vec3, eta: np.float32) -> np.float32:
    """Return how densities of h turn into densities of wi."""
    denominator = dot(w, h) + eta * dot(wi, h)
    return eta * eta * abs(dot(wi, h)) / max(denominator * denominator, F(1e-12))
