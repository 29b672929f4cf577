"""GGX microfacets and Fresnel terms. All directions are local: z is the normal, w is above.

Roughness has two values, along x and along y; they are equal but for anisotropic materials.

Sources: Walter et al. 2007 (GGX, refraction), Heitz 2014 (Smith's height-correlated masking,
anisotropy), Dupuy and Benyoub 2023 (sampling visible normals by a spherical cap), Schlick 1994.
"""

from __future__ import annotations

from renderer.kernels.data import Number
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import select, sqrt
from renderer.kernels.math32 import (
    HALF,
    INV_PI,
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    dot,
    normalize,
)

SMALLEST_Z = F(1e-6)
TINY = F(1e-12)


@device
def eval_ggx(m: Vec3, length2: Number, ax: Number, ay: Number) -> Number:
    """Return the density of microfacet normals at m, a vector of squared length `length2`.

    With one division: 1 / (pi ax ay ((x/ax)^2 + (y/ay)^2 + z^2)^2), multiplied out.
    """
    x = m[0] * ay
    y = m[1] * ax
    both = ax * ay
    z = m[2] * both
    s = x * x + y * y + z * z
    top = both * length2
    return top * top * both * INV_PI / (s * s)


@device
def ggx_stretch(w: Vec3, ax: Number, ay: Number) -> Number:
    """Return the length of w in the space where the microfacets form a hemisphere.

    Smith's Lambda follows from it: 1 + Lambda(w) = (1 + stretch / |w.z|) / 2. So the share
    that masking leaves is 2 |w.z| / (|w.z| + stretch), and of light that comes along i and goes
    along o it is 2 |i.z| |o.z| / (stretch_o |i.z| + stretch_i |o.z|).
    """
    x = w[0] * ax
    y = w[1] * ay
    return sqrt(x * x + y * y + w[2] * w[2])


@device
def eval_reflection(
    w: Vec3, wi: Vec3, ax: Number, ay: Number, stretch: Number
) -> tuple[Number, Number, Number]:
    """Return (f * cos without Fresnel's term, density of wi, cosine to the microfacet).

    Args:
        w: direction to the viewer, above.
        wi: direction to the light, above.
        ax: roughness along x.
        ay: roughness along y.
        stretch: `ggx_stretch` of w.
    """
    m = (w[0] + wi[0], w[1] + wi[1], w[2] + wi[2])
    length2 = dot(m, m)
    density = eval_ggx(m, length2, ax, ay) * HALF
    pair = stretch * wi[2] + ggx_stretch(wi, ax, ay) * w[2]
    # w and wi are unit vectors: the cosine to their bisector is half the length of their sum.
    return density * wi[2] / pair, density / (w[2] + stretch), HALF * sqrt(length2)


@device
def sample_visible_normal(
    w: Vec3, ax: Number, ay: Number, u1: Number, turn: tuple[Number, Number]
) -> Vec3:
    """Return a microfacet normal with the density `sample_visible_normal_pdf`.

    Args:
        w: direction to the viewer.
        ax: roughness along x.
        ay: roughness along y.
        u1: random.
        turn: sine and cosine of a random angle.
    """
    stretched = normalize((w[0] * ax, w[1] * ay, w[2]))
    z = (ONE - u1) * (ONE + stretched[2]) - stretched[2]
    radius = sqrt(max(ZERO, ONE - z * z))
    x = radius * turn[1] + stretched[0]
    y = radius * turn[0] + stretched[1]
    return normalize((x * ax, y * ay, max(z + stretched[2], SMALLEST_Z)))


@device
def sample_visible_normal_pdf(w: Vec3, h: Vec3, ax: Number, ay: Number) -> Number:
    """Return the density over solid angle of h: D * G1 * max(w.h, 0) / w.z."""
    seen = TWO / (w[2] + ggx_stretch(w, ax, ay))
    return eval_ggx(h, ONE, ax, ay) * seen * max(dot(w, h), ZERO)


@device
def schlick_weight(cosine: Number) -> Number:
    """Return (1 - cosine)^5."""
    m = max(ONE - cosine, ZERO)
    m2 = m * m
    return m2 * m2 * m


@device
def fresnel_dielectric(cosine: Number, eta: Number) -> Number:
    """Return how much unpolarised light a smooth boundary reflects; 1 for total reflection.

    Args:
        cosine: of the angle to the normal on the side where the light comes from, 0..1.
        eta: refractive index of the other side divided by this one's.
    """
    # Beyond the critical angle `inside` is zero, and both terms become one.
    cosine = max(cosine, SMALLEST_Z)
    inside = sqrt(max(ONE - (ONE - cosine * cosine) / (eta * eta), ZERO))
    parallel = (eta * cosine - inside) / max(eta * cosine + inside, TINY)
    crossed = (cosine - eta * inside) / max(cosine + eta * inside, TINY)
    return HALF * (parallel * parallel + crossed * crossed)


@device
def reflect(w: Vec3, h: Vec3) -> Vec3:
    """Return w mirrored at the normal h."""
    twice = TWO * dot(w, h)
    return (twice * h[0] - w[0], twice * h[1] - w[1], twice * h[2] - w[2])


@device
def refract(w: Vec3, h: Vec3, eta: Number) -> Vec3:
    """Return the refracted direction; the caller has excluded total reflection.

    Args:
        w: above, w.h > 0.
        h: normal.
        eta: refractive index below divided by above.
    """
    cosine = dot(w, h)
    inverse = ONE / eta
    inside = sqrt(max(ZERO, ONE - (ONE - cosine * cosine) * inverse * inverse))
    k = cosine * inverse - inside
    return (k * h[0] - w[0] * inverse, k * h[1] - w[1] * inverse, k * h[2] - w[2] * inverse)


@device
def eval_refraction(
    w: Vec3, wi: Vec3, ax: Number, ay: Number, eta: Number
) -> tuple[Number, Number]:
    """Return (how densities turn from facets to wi, cosine from w to the facet); 0 for none.

    The first is D * (w.h) * |wi.h| * eta^2 / (w.h + eta wi.h)^2 for the facet h that refracts
    w into wi.
    """
    m = (w[0] + wi[0] * eta, w[1] + wi[1] * eta, w[2] + wi[2] * eta)
    sign = select(m[2] < ZERO, -ONE, ONE)
    length2 = max(dot(m, m), TINY)
    inverse = sign / sqrt(length2)
    seen = dot(w, m) * inverse
    leaves = -dot(wi, m) * inverse
    density = eval_ggx(m, length2, ax, ay) * seen * leaves * eta * eta / length2
    return select((seen > ZERO) & (leaves > ZERO), density, ZERO), seen
