"""How a surface scatters light: evaluation, sampling and its density.

A surface is a sum of lobes: diffuse (with what GGX loses by multiple scattering), specular,
glass, and on layered materials a coat and sheen. The diffuse base below the specular lobe gets
what that does not reflect, by its directional albedo on the way in and on the way out, so that
the sum is reciprocal and never reflects more than arrives.

All functions take one point or 16 (`renderer.kernels.lanes`). What only some materials have is
computed where any lane has it, and taken where its own lane has it.

Sources: Kulla and Conty 2017 (multiple scattering, coupling by albedo); glTF 2.0, appendix B.
"""

from __future__ import annotations

from renderer.kernels.brushed import eval_base_albedo
from renderer.kernels.data import (
    HAS_IRIDESCENCE,
    KIND_DIFFUSE,
    KIND_LAYERED,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Mask,
    Number,
    Record,
    Words,
)
from renderer.kernels.glass import eval_glass, sample_glass
from renderer.kernels.iridescence import eval_film_fresnel, film_leaves
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt
from renderer.kernels.layers import eval_layers, layers_transmit, sample_coat
from renderer.kernels.math32 import (
    INV_PI,
    ONE,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    clamp,
    scale,
    sincos_turns,
)
from renderer.kernels.microfacet import (
    eval_reflection,
    reflect,
    sample_visible_normal,
    schlick_weight,
)
from renderer.kernels.surface import NO, YES

BLACK = (F(0.0), F(0.0), F(0.0))
UP = (F(0.0), F(0.0), F(1.0))
SMALLEST_COSINE2 = F(1e-12)


@device
def sample_cosine(u1: Number, turn: tuple[Number, Number]) -> Vec3:
    """Return a direction of the upper hemisphere, density cos / pi.

    Args:
        u1: random.
        turn: sine and cosine of a random angle.
    """
    radius = sqrt(u1)
    return (radius * turn[1], radius * turn[0], sqrt(max(ONE - u1, SMALLEST_COSINE2)))


@device
def eval_bsdf(surface: Record, albedo: Words, wi: Vec3) -> tuple[Vec3, Number]:
    """Return (f * |cos|, density over solid angle) for a local direction to the light.

    Mirrors and panes are left out: no direction but their own meets them.
    """
    pdf = max(wi[2], ZERO) * INV_PI
    f = scale((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b), pdf)
    is_mixed = surface.kind != KIND_DIFFUSE
    if any_lane(is_mixed):
        mixed, density = _eval_lobes(surface, albedo, wi)
        f = choose_vector(is_mixed, mixed, f)
        pdf = select(is_mixed, density, pdf)
    return f, pdf


@shared
def _eval_lobes(surface: Record, albedo: Words, wi: Vec3) -> tuple[Vec3, Number]:
    """Return (f * |cos|, density) of any surface."""
    is_above = wi[2] > ZERO
    cosine = clamp(wi[2], ZERO, ONE)
    matt = _eval_matt(surface, albedo, wi)
    mirroring, density = _eval_specular(surface, wi, cosine)
    f = add(matt, mirroring)
    pdf = surface.p_diffuse * cosine * INV_PI + surface.p_specular * density
    is_layered = surface.kind == KIND_LAYERED
    if any_lane(is_layered):
        below_matt, below_mirroring = layers_transmit(surface, albedo, wi)
        top, top_pdf = eval_layers(surface, albedo, wi)
        base = add(scale(matt, below_matt), scale(mirroring, below_mirroring))
        f = choose_vector(is_layered, add(base, top), f)
        pdf = select(is_layered, pdf + top_pdf, pdf)
    f = choose_vector(is_above, f, BLACK)
    pdf = select(is_above, pdf, ZERO)
    is_frosted = (surface.p_glass > ZERO) & ((surface.smooth & SMOOTH_GLASS) == NO)
    if any_lane(is_frosted):
        through, through_pdf = eval_glass(surface, wi)
        share = surface.glass
        if any_lane(is_layered):
            _, below_mirroring = layers_transmit(surface, albedo, wi)
            share = select(is_layered, share * below_mirroring, share)
        f = choose_vector(is_frosted, add(f, scale(through, share)), f)
        pdf = select(is_frosted, pdf + surface.p_glass * through_pdf, pdf)
    return f, pdf


@device
def _eval_matt(surface: Record, albedo: Words, wi: Vec3) -> Vec3:
    """Return f * cos of the diffuse lobe, and of light lost between microfacets of metal."""
    e = eval_base_albedo(albedo, surface, wi)
    lambert = clamp(wi[2], ZERO, ONE) * INV_PI
    # Not below zero by the tables' rounding, where the lobe above reflects everything.
    core = max(ONE - surface.core_f0 * e[0] - surface.core_f90 * e[1], ZERO) * lambert
    lost = max(ONE - e[0] - e[1], ZERO) * lambert
    rest = (core, core, core)
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        under_film = scale(film_leaves(surface, albedo, wi), lambert)
        rest = choose_vector(has_film, under_film, rest)
    return (
        surface.diffuse_r * rest[0] + surface.ms_r * lost,
        surface.diffuse_g * rest[1] + surface.ms_g * lost,
        surface.diffuse_b * rest[2] + surface.ms_b * lost,
    )


@device
def _eval_specular(surface: Record, wi: Vec3, cosine: Number) -> tuple[Vec3, Number]:
    """Return (f * cos, density) of the specular lobe; nothing for mirrors."""
    w = (surface.wx, surface.wy, surface.wz)
    above = (wi[0], wi[1], cosine)
    value, density, facing = eval_reflection(w, above, surface.ax, surface.ay, surface.stretch)
    is_rough = (surface.p_specular > ZERO) & ((surface.smooth & SMOOTH_SPECULAR) == NO)
    value = select(is_rough, value, ZERO)
    return scale(_eval_fresnel(surface, facing), value), select(is_rough, density, ZERO)


@device
def _eval_fresnel(surface: Record, cosine: Number) -> Vec3:
    """Return how much a microfacet reflects."""
    weight = schlick_weight(cosine)
    bare = (
        surface.f0_r + (surface.f90 - surface.f0_r) * weight,
        surface.f0_g + (surface.f90 - surface.f0_g) * weight,
        surface.f0_b + (surface.f90 - surface.f0_b) * weight,
    )
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        bare = choose_vector(has_film, eval_film_fresnel(surface, bare, cosine), bare)
    return bare


@device
def sample_bsdf(
    surface: Record, albedo: Words, out: Record, u1: Number, u2: Number, u3: Number
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
    turn = sincos_turns(u2)
    d = sample_cosine(u1, turn)
    out.dx, out.dy, out.dz = d
    out.r = surface.diffuse_r
    out.g = surface.diffuse_g
    out.b = surface.diffuse_b
    out.pdf = d[2] * INV_PI
    out.eta = ONE
    out.valid = YES
    out.delta = NO
    out.transmitted = NO
    out.straight = NO
    out.top = NO
    is_mixed = surface.kind != KIND_DIFFUSE
    if any_lane(is_mixed):
        _sample_lobes(surface, albedo, out, is_mixed, u1, turn, u3)


@shared
def _sample_lobes(
    surface: Record,
    albedo: Words,
    out: Record,
    mask: Mask,
    u1: Number,
    turn: tuple[Number, Number],
    u3: Number,
) -> None:
    """Choose lobes and directions in the lanes of the mask, where a diffuse one is set."""
    _choose_lobe(surface, out, mask, u1, turn, u3)
    is_delta = out.delta != NO
    is_layered = surface.kind == KIND_LAYERED
    d = (out.dx, out.dy, out.dz)
    dimmed = is_delta & is_layered & (out.top == NO)
    if any_lane(dimmed):
        # Mirrors below layers lose what they reflect; a smooth coat itself is outermost.
        _, left = layers_transmit(surface, albedo, d)
        left = select(dimmed, left, ONE)
        out.r *= left
        out.g *= left
        out.b *= left
    f, pdf = _eval_lobes(surface, albedo, d)
    is_rough = mask & (out.delta == NO)
    inverse = ONE / pdf
    out.r = select(is_rough, f[0] * inverse, out.r)
    out.g = select(is_rough, f[1] * inverse, out.g)
    out.b = select(is_rough, f[2] * inverse, out.b)
    out.pdf = select(is_rough, pdf, out.pdf)
    out.valid = select(is_rough, select(pdf > ZERO, out.valid, NO), out.valid)


@device
def _choose_lobe(
    surface: Record, out: Record, mask: Mask, u1: Number, turn: tuple[Number, Number], u3: Number
) -> None:
    """Choose a lobe and a direction of it; mirrors and panes set their weight themselves."""
    w = (surface.wx, surface.wy, surface.wz)
    rest = u3 - surface.p_diffuse
    is_base = mask & (rest >= ZERO)
    is_specular = is_base & (rest < surface.p_specular)
    rest = rest - surface.p_specular
    facet = sample_visible_normal(w, surface.ax, surface.ay, u1, turn)
    is_smooth = (surface.smooth & SMOOTH_SPECULAR) != NO
    h = choose_vector(is_smooth, UP, facet)
    d = reflect(w, h)
    out.dx, out.dy, out.dz = choose_vector(is_specular, d, (out.dx, out.dy, out.dz))
    out.valid = select(is_specular & (d[2] <= ZERO), NO, out.valid)
    mirror = is_specular & is_smooth
    if any_lane(mirror):
        weight = scale(_eval_fresnel(surface, w[2]), ONE / surface.p_specular)
        out.r = select(mirror, weight[0], out.r)
        out.g = select(mirror, weight[1], out.g)
        out.b = select(mirror, weight[2], out.b)
        out.delta = select(mirror, YES, out.delta)
    is_special = is_base & (rest >= ZERO)
    if any_lane(is_special):
        is_glass = is_special & (rest < surface.p_glass)
        if any_lane(is_glass):
            pane = (surface.smooth & SMOOTH_GLASS) != NO
            sample_glass(
                surface, out, is_glass, choose_vector(pane, UP, facet), rest / surface.p_glass
            )
        is_coat = is_special & (rest >= surface.p_glass)
        if any_lane(is_coat):
            _finish_coat(surface, out, is_coat, u1, turn)


@device
def _finish_coat(
    surface: Record, out: Record, mask: Mask, u1: Number, turn: tuple[Number, Number]
) -> None:
    """Choose a direction of the coat; without one, rounding has led here, to nothing."""
    has_coat = mask & (surface.p_coat > ZERO)
    out.valid = select(mask, NO, out.valid)
    sample_coat(surface, out, has_coat, u1, turn)
