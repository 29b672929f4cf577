"""Thin films on opaque surfaces: what their facets reflect, and what they leave to the base.

Plastic and metal under a film are two lobes: where a material is partly metal, each has the
film's colour on its own base, mixed as glTF mixes the two without a film.
"""

from __future__ import annotations

from renderer.kernels.albedo import eval_albedo
from renderer.kernels.brushed import average_base_albedo, eval_base_albedo
from renderer.kernels.data import Number, Record, Words
from renderer.kernels.film import eval_film
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt
from renderer.kernels.math32 import (
    ONE,
    TINY,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    mix,
    power,
    scale,
)
from renderer.kernels.microfacet import schlick_weight

#: Gauss's rule for three squared cosines: their mean, weighted so, is the hemisphere's.
FIRST_SQUARE, NEXT_SQUARE = F(0.11270167), F(0.38729833)
MIDDLE_SHARE, OUTER_SHARE = F(8.0 / 18.0), F(5.0 / 18.0)
FIFTH = F(0.2)
LEAST_REST = F(0.02)
SMALLEST = F(1e-6)


@shared
def eval_film_fresnel(surface: Record, bare: Vec3, cosine: Number) -> Vec3:
    """Return how much a microfacet under a film reflects, plastic and metal together.

    Args:
        surface: with a film.
        bare: what the facet reflects without it.
        cosine: from the view to the facet.
    """
    metal = surface.metallic
    base = (surface.base_r, surface.base_g, surface.base_b)
    core = (surface.film_r, surface.film_g, surface.film_b)
    nearer = min(cosine, ONE)
    below = choose_vector(metal >= ONE, base, core)
    film = eval_film(below, surface.film_ior, surface.film_nm, nearer)
    is_mixed = (metal > ZERO) & (metal < ONE)
    share = select(is_mixed, surface.f90 - metal, surface.f90)
    film = scale(film, share)
    if any_lane(is_mixed):
        metallic = eval_film(base, surface.film_ior, surface.film_nm, nearer)
        film = choose_vector(is_mixed, add(film, scale(metallic, metal)), film)
    return mix(bare, film, surface.film)


@shared
def film_ratio(surface: Record, table: Words) -> Vec3:
    """Return what the film on plastic leaves of the viewer's light, relative to its mean.

    Sets `film_mean`: the f0 with which Schlick's term is, on average, what it reflects.
    """
    zero = surface.film * ZERO  # as lanes where the surface is: types must be the same
    mean = (zero, zero, zero)
    square, share = zero + FIRST_SQUARE, zero + OUTER_SHARE
    for k in range(3):
        mean = add(mean, scale(_f0_at(surface, table, sqrt(square)), share))
        square += NEXT_SQUARE
        share = zero + (MIDDLE_SHARE if k == 0 else OUTER_SHARE)
    surface.film_mean_r, surface.film_mean_g, surface.film_mean_b = mean
    a, b = average_base_albedo(table, surface)
    average = _rest(mean, a, b * surface.core_f90)
    own = film_leaves(surface, table, (surface.wx, surface.wy, surface.wz))
    return (
        own[0] / max(average[0], SMALLEST),
        own[1] / max(average[1], SMALLEST),
        own[2] / max(average[2], SMALLEST),
    )


@shared
def film_leaves(surface: Record, table: Words, w: Vec3) -> Vec3:
    """Return what the lobe of plastic under a film leaves to the base, of a direction's light."""
    a, b = eval_base_albedo(table, surface, w)
    own = _equal_f0(surface, _facing(a, b))
    # The rougher, the more angles a lobe sees at once.
    mean = (surface.film_mean_r, surface.film_mean_g, surface.film_mean_b)
    f0 = mix(own, mean, sqrt(surface.ax * surface.ay))
    return _rest(f0, a, b * surface.core_f90)


@shared
def _f0_at(surface: Record, table: Words, cosine: Number) -> Vec3:
    a, b = eval_albedo(table, surface.roughness, cosine)
    return _equal_f0(surface, _facing(a, b))


@device
def _rest(f0: Vec3, a: Number, grazing: Number) -> Vec3:
    return (
        max(ONE - f0[0] * a - grazing, ZERO),
        max(ONE - f0[1] * a - grazing, ZERO),
        max(ONE - f0[2] * a - grazing, ZERO),
    )


@device
def _facing(a: Number, b: Number) -> Number:
    """Return the cosine to the facets for which Schlick's weight is a lobe's mean one."""
    return ONE - power(b / max(a + b, TINY), FIFTH + a * ZERO)


@shared
def _equal_f0(surface: Record, facing: Number) -> Vec3:
    """Return the f0 with which Schlick's term is what the film reflects at this angle."""
    core = (surface.film_r, surface.film_g, surface.film_b)
    weight = schlick_weight(facing)
    film = scale(eval_film(core, surface.film_ior, surface.film_nm, facing), surface.core_f90)
    grazing = surface.core_f90 * weight
    rest = ONE / max(ONE - weight, LEAST_REST)
    film = ((film[0] - grazing) * rest, (film[1] - grazing) * rest, (film[2] - grazing) * rest)
    return mix(core, film, surface.film)
