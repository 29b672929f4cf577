"""Clear and frosted glass: solid with refraction, or thin-walled (KHR_materials_transmission).

Solid glass tints the light where it enters through a front face, once per body, as viewers do
that draw both sides at once. In a thin wall the light bounces to and fro: it reflects
2R / (1 + R) where one boundary reflects R, and lets the rest pass straight on.

Source: Walter et al. 2007, Microfacet Models for Refraction through Rough Surfaces.
"""

from __future__ import annotations

from renderer.kernels.data import HAS_IRIDESCENCE, IS_THIN, SMOOTH_GLASS, Mask, Number, Record
from renderer.kernels.film import eval_film
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, sqrt
from renderer.kernels.math32 import (
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    choose_vector,
    clamp,
    dot,
    mix,
)
from renderer.kernels.microfacet import (
    eval_reflection,
    eval_refraction,
    fresnel_dielectric,
    ggx_stretch,
    reflect,
    refract,
)
from renderer.kernels.surface import NO, YES

THIRD = F(1.0 / 3.0)
#: Cosines below this one are grazing beyond what float32 tells apart.
SMALLEST_BELOW = F(1e-6)


@device
def glass_reflectance(surface: Record, cosine: Number) -> Vec3:
    """Return how much of the light, per channel, a pane or boundary reflects at this cosine."""
    is_thin = (surface.flags & IS_THIN) != NO
    # A thin wall has the same medium on both sides, whichever side is seen.
    eta = select(is_thin, max(surface.eta, ONE / surface.eta), surface.eta)
    bare = fresnel_dielectric(cosine, eta)
    one = (bare, bare, bare)
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        with_film = mix(one, _film_reflectance(surface, cosine, eta), surface.film)
        one = choose_vector(has_film, with_film, one)
    return (_bounce(one[0], is_thin), _bounce(one[1], is_thin), _bounce(one[2], is_thin))


@device
def _bounce(one: Number, is_thin: Mask) -> Number:
    return select(is_thin, TWO * one / (ONE + one), one)


@device
def _film_reflectance(surface: Record, cosine: Number, eta: Number) -> Vec3:
    """Return what the film on a boundary reflects, the same from both sides."""
    root = (eta - ONE) / (eta + ONE)
    f0 = root * root
    # Seen from inside, the film meets the light at the angle that it has outside.
    refracted = sqrt(max(ONE - (ONE - cosine * cosine) / (eta * eta), ZERO))
    outside = select(eta < ONE, refracted, cosine)
    return eval_film((f0, f0, f0), surface.film_ior, surface.film_nm, outside)


@device
def _mean(color: Vec3) -> Number:
    return (color[0] + color[1] + color[2]) * THIRD


@device
def eval_glass(surface: Record, wi: Vec3) -> tuple[Vec3, Number]:
    """Return (f * |cos|, density) of frosted glass for wi above or below.

    `glass_gain` gives back what single scattering between microfacets loses.
    """
    w = (surface.wx, surface.wy, surface.wz)
    is_above = wi[2] > ZERO
    # A thin wall sends light on as it would reflect it, to the other side.
    mirrored = (wi[0], wi[1], max(abs(wi[2]), SMALLEST_BELOW))
    value, pdf, cosine = eval_reflection(w, mirrored, surface.ax, surface.ay, surface.stretch)
    is_refracted = (wi[2] <= ZERO) & ((surface.flags & IS_THIN) == NO)
    if any_lane(is_refracted):
        turn, seen = eval_refraction(w, wi, surface.ax, surface.ay, surface.eta)
        below = mirrored[2]
        pair = surface.stretch * below + ggx_stretch(mirrored, surface.ax, surface.ay) * w[2]
        # Radiance is denser inside, by the square of eta.
        through = TWO * turn * below / (pair * surface.eta * surface.eta)
        value = select(is_refracted, through, value)
        pdf = select(is_refracted, TWO * turn / (w[2] + surface.stretch), pdf)
        cosine = select(is_refracted, seen, cosine)
    reflectance = glass_reflectance(surface, clamp(cosine, ZERO, ONE))
    tint = (surface.tint_r, surface.tint_g, surface.tint_b)
    share = choose_vector(is_above, reflectance, _pass_on(reflectance, tint))
    chance = _mean(reflectance)
    value = value * surface.glass_gain
    pdf = pdf * select(is_above, chance, ONE - chance)
    return (value * share[0], value * share[1], value * share[2]), pdf


@device
def _pass_on(reflectance: Vec3, tint: Vec3) -> Vec3:
    return (
        (ONE - reflectance[0]) * tint[0],
        (ONE - reflectance[1]) * tint[1],
        (ONE - reflectance[2]) * tint[2],
    )


@device
def sample_glass(surface: Record, out: Record, mask: Mask, h: Vec3, u3: Number) -> None:
    """Reflect or refract at a microfacet; clear glass also sets the weight.

    Args:
        surface: the point.
        out: gets direction, weight and kind of the lanes of the mask.
        mask: where glass is the lobe of choice.
        h: microfacet; of clear glass the normal.
        u3: random.
    """
    w = (surface.wx, surface.wy, surface.wz)
    is_thin = (surface.flags & IS_THIN) != NO
    is_smooth = (surface.smooth & SMOOTH_GLASS) != NO
    facing = clamp(dot(w, h), ZERO, ONE)
    reflectance = glass_reflectance(surface, facing)
    chance = _mean(reflectance)
    is_through = u3 >= chance
    mirrored = reflect(w, h)
    below = choose_vector(
        is_thin, (mirrored[0], mirrored[1], -mirrored[2]), refract(w, h, surface.eta)
    )
    d = choose_vector(is_through, below, mirrored)
    squeeze = select(is_thin, ONE, ONE / (surface.eta * surface.eta))
    tint = (surface.tint_r * squeeze, surface.tint_g * squeeze, surface.tint_b * squeeze)
    share = choose_vector(is_through, _pass_on(reflectance, tint), reflectance)
    weight = surface.glass / (surface.p_glass * select(is_through, ONE - chance, chance))
    is_right = select(is_through, -d[2], d[2]) > ZERO
    crossing = mask & is_through
    out.dx, out.dy, out.dz = choose_vector(mask, d, (out.dx, out.dy, out.dz))
    out.r = select(mask, share[0] * weight, out.r)
    out.g = select(mask, share[1] * weight, out.g)
    out.b = select(mask, share[2] * weight, out.b)
    out.valid = select(mask, select(is_right, YES, NO), out.valid)
    out.delta = select(mask & is_smooth, YES, out.delta)
    out.transmitted = select(crossing, YES, out.transmitted)
    out.straight = select(crossing & is_thin & is_smooth, YES, out.straight)
    is_solid = (surface.flags & IS_THIN) == NO
    out.eta = select(crossing & is_solid, surface.eta, out.eta)
