"""Iridescence: interference in a thin film that lies on a base (KHR_materials_iridescence).

Light that bounces between the two sides of a film of thickness d comes out with a delay of
D = 2 n d cos(inside) per bounce. The reflectance is a Fourier series in that delay; the eye (or
linear Rec. 709) turns each of its cosines into a colour that fades as D grows, because the
fringes of neighbouring wavelengths blur.

Source of the method: Belcour and Barla 2017, A Practical Extension to Microfacet Theory for the
Modeling of Varying Iridescence. The colours are our own fit: six damped cosines to the transform
of the CIE 1931 observer (as approximated by Wyman, Sloan and Shirley 2013) in Rec. 709, each
channel scaled so that white stays white; error below 0.015 for D up to 8 micrometres.
"""

from __future__ import annotations

from renderer.kernels.data import Number
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import sqrt
from renderer.kernels.math32 import (
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    clamp,
    exp2,
    sincos_turns,
)
from renderer.kernels.microfacet import fresnel_dielectric, schlick_weight

MICROMETRES = F(1e-3)
#: Below this thickness, in nanometres, a film fades out: a layer of atoms shows no colour.
FADE_NM = F(30.0)
#: A base that reflects everything would have an infinite refractive index.
LARGEST_F0 = F(0.9999)
TINY_STEP = F(1e-6)

#: Wave numbers per micrometre, and how fast their fringes blur (squared, in powers of two).
WAVES = (F(1.6310250), F(1.7192269), F(1.8689508), F(2.0466410), F(2.2683570), F(2.1495073))
BLURS = tuple(
    F(w * w * 1.4426950408889634)
    for w in (0.29364837, 0.42784376, 0.40262246, 0.31718820, 0.35517116, 0.24575337)
)
#: Shares of the six in red, green and blue; each row adds up to one.
RED = (F(0.8522451), F(0.7403158), F(-0.5777357), F(-0.0784818), F(0.0770410), F(-0.0133844))
GREEN = (F(-0.2910965), F(0.5089736), F(0.8249045), F(0.0553961), F(-0.0906913), F(-0.0074863))
BLUE = (F(0.0191922), F(-0.0929918), F(-0.0779455), F(0.1446708), F(0.7142993), F(0.2927749))


@shared
def eval_film(f0: Vec3, ior: Number, thickness_nm: Number, cosine: Number) -> Vec3:
    """Return how much a base under a thin film reflects, per colour, 0..1.

    Args:
        f0: reflectance of the bare base at normal incidence.
        ior: refractive index of the film, 1 or more.
        thickness_nm: of the film.
        cosine: of the angle to the normal outside the film, 0..1.
    """
    faded = clamp(thickness_nm / FADE_NM, ZERO, ONE)
    n = ONE + (ior - ONE) * (faded * faded * (F(3.0) - TWO * faded))
    inside = sqrt(max(ONE - (ONE - cosine * cosine) / (n * n), ZERO))
    top = fresnel_dielectric(cosine, n)
    delay = TWO * n * thickness_nm * inside * MICROMETRES
    first = _fringes(delay)
    second = _fringes(delay + delay)
    third = _fringes(delay * F(3.0))
    weight = schlick_weight(inside)
    return (
        _reflect(f0[0], n, top, weight, (first[0], second[0], third[0])),
        _reflect(f0[1], n, top, weight, (first[1], second[1], third[1])),
        _reflect(f0[2], n, top, weight, (first[2], second[2], third[2])),
    )


@device
def _bottom_amplitude(f0: Number, n: Number) -> Number:
    """Return the signed amplitude reflected between film and base: positive if n is denser."""
    root = sqrt(clamp(f0, ZERO, LARGEST_F0))
    base = (ONE + root) / (ONE - root)
    return (n - base) / (n + base)


@device
def _reflect(
    f0: Number,
    n: Number,
    top: Number,
    weight: Number,
    eye: Vec3,
) -> Number:
    """Sum the constant and three cosines of the series: further ones are below 1 %.

    Args:
        f0: of the bare base.
        n: refractive index of the film.
        top: how much the film's upper side reflects.
        weight: Schlick's, inside the film.
        eye: what the eye makes of the cosines of one, two and three delays.
    """
    amplitude = _bottom_amplitude(f0, n)
    bottom = amplitude * amplitude
    bottom = bottom + (ONE - bottom) * weight
    both = top * bottom
    sign = amplitude / max(abs(amplitude), TINY_STEP)
    ratio = sign * sqrt(both)
    through = ONE - top
    many = through * through * bottom / max(ONE - both, TINY_STEP)
    wave = (many - through) * ratio
    return clamp(top + many + TWO * wave * (eye[0] + ratio * (eye[1] + ratio * eye[2])), ZERO, ONE)


@device
def _fringes(delay: Number) -> Vec3:
    """Return the linear colour of a spectrum that is the cosine of this delay (micrometres)."""
    d2 = delay * delay
    a = _fringe(delay, d2, WAVES[0], BLURS[0])
    b = _fringe(delay, d2, WAVES[1], BLURS[1])
    c = _fringe(delay, d2, WAVES[2], BLURS[2])
    d = _fringe(delay, d2, WAVES[3], BLURS[3])
    e = _fringe(delay, d2, WAVES[4], BLURS[4])
    f = _fringe(delay, d2, WAVES[5], BLURS[5])
    return (
        RED[0] * a + RED[1] * b + RED[2] * c + RED[3] * d + RED[4] * e + RED[5] * f,
        GREEN[0] * a + GREEN[1] * b + GREEN[2] * c + GREEN[3] * d + GREEN[4] * e + GREEN[5] * f,
        BLUE[0] * a + BLUE[1] * b + BLUE[2] * c + BLUE[3] * d + BLUE[4] * e + BLUE[5] * f,
    )


@device
def _fringe(delay: Number, d2: Number, wave: Number, blur: Number) -> Number:
    _, cosine = sincos_turns(delay * wave)
    return cosine * exp2(-d2 * blur)
