"""What lies on the base: clear coat (KHR_materials_clearcoat) and sheen (KHR_materials_sheen).

The base gets what the layers above do not reflect. Light that a matt base scatters meets the
layer again at all angles: it leaves with the product of both ways' shares, and what the layer
throws back is scattered once more (`layer_gain`), so that white stays white. What metal and panes
reflect loses by another product (`renderer.kernels.layer_pass`). Both are reciprocal.

Sources: Kulla and Conty 2017, Revisiting Physically Based Shading at Imageworks (coupling by
albedo); Estevez and Kulla 2017, Production Friendly Microfacet Sheen BRDF; glTF 2.0 extensions.
"""

from __future__ import annotations

from renderer.kernels.albedo import (
    average_albedo,
    average_fuzz_albedo,
    eval_albedo,
    eval_fuzz_albedo,
)
from renderer.kernels.data import (
    HAS_SHEEN,
    IS_THIN,
    SMOOTH_COAT,
    Mask,
    Number,
    Record,
    Words,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt
from renderer.kernels.layer_pass import pass_layers
from renderer.kernels.math32 import (
    FOUR,
    HALF,
    ONE,
    TWO,
    TWO_PI,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    clamp,
    dot,
    exp,
    make_basis,
    max_component,
    normalize,
    power,
    scale,
)
from renderer.kernels.microfacet import (
    eval_reflection,
    ggx_stretch,
    reflect,
    sample_visible_normal,
    schlick_weight,
)
from renderer.kernels.surface import NO, YES

#: A coat of lacquer has a refractive index of 1.5.
COAT_F0 = F(0.04)
COAT_F90 = F(1.0)
SMALLEST_SHEEN_ROUGHNESS = F(0.07)
SMALLEST = F(1e-4)
SHARED = F(2.5)
#: Fit of Charlie's Lambda, at roughness 0 and 1.
SHEEN_0 = (F(25.3245), F(3.32435), F(0.16801), F(-1.27393), F(-4.85967))
SHEEN_1 = (F(21.5473), F(3.82987), F(0.19823), F(-1.97760), F(-4.32054))


@device
def coat_albedo(surface: Record, albedo: Words, cosine: Number) -> Number:
    """Return how much the coat reflects in all."""
    e = eval_albedo(albedo, surface.coat_roughness, cosine)
    return surface.coat * (COAT_F0 * e[0] + COAT_F90 * e[1])


@device
def sheen_albedo(surface: Record, albedo: Words, cosine: Number) -> Number:
    """Return how much the sheen reflects in all, at most 1, for the strongest colour."""
    e = eval_fuzz_albedo(albedo, surface.sheen_roughness, cosine)
    strongest = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b))
    return min(e, ONE) * strongest


@device
def layer_gain(surface: Record, albedo: Words, base: Vec3) -> Vec3:
    """Return what comes of the light that layers throw back to a matt base of this colour."""
    e = average_albedo(albedo, surface.coat_roughness)
    coat = surface.coat * (COAT_F0 * e[0] + COAT_F90 * e[1])
    strongest = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b))
    fuzz = average_fuzz_albedo(albedo, surface.sheen_roughness) * strongest
    return (
        _gain(base[0], coat, fuzz),
        _gain(base[1], coat, fuzz),
        _gain(base[2], coat, fuzz),
    )


@device
def _gain(base: Number, coat: Number, fuzz: Number) -> Number:
    # Both reflect most at grazing angles: what one has taken the other one does not meet.
    thrown_back = coat + fuzz - SHARED * coat * fuzz
    return ONE / max(ONE - base * thrown_back, SMALLEST)


@shared
def layers_transmit(surface: Record, albedo: Words, wi: Vec3) -> tuple[Number, Number]:
    """Return what layers leave of light from wi to the viewer by a (matt, mirroring) base.

    For light that the base lets through, wi is below.
    """
    mirrored = (wi[0], wi[1], abs(wi[2]))
    coat_cosine = clamp(dot(_coat_normal(surface), mirrored), ZERO, ONE)
    coat = coat_albedo(surface, albedo, coat_cosine)
    matt = (ONE - surface.coat_view) * (ONE - coat)
    mirroring = surface.layer_pass * pass_layers(albedo, surface, coat_cosine, mirrored)
    # Refracted light leaves at another angle, on a side without layers: the viewer's way counts.
    is_refracted = (wi[2] < ZERO) & ((surface.flags & IS_THIN) == NO)
    own = (ONE - surface.coat_view) * (ONE - surface.sheen_view)
    mirroring = select(is_refracted, own, mirroring)
    has_sheen = (surface.flags & HAS_SHEEN) != NO
    if any_lane(has_sheen):
        sheen = sheen_albedo(surface, albedo, min(mirrored[2], ONE))
        through = (ONE - surface.sheen_view) * (ONE - sheen)
        matt = select(has_sheen, matt * through, matt)
    return matt, mirroring


@device
def _coat_normal(surface: Record) -> Vec3:
    return (surface.coat_nx, surface.coat_ny, surface.coat_nz)


@device
def _to_coat(surface: Record, d: Vec3) -> Vec3:
    """Return a local direction in the coat's own frame (its normal may differ)."""
    n = _coat_normal(surface)
    t, b = make_basis(n)
    return (dot(t, d), dot(b, d), dot(n, d))


@device
def _from_coat(surface: Record, d: Vec3) -> Vec3:
    n = _coat_normal(surface)
    t, b = make_basis(n)
    return add(scale(t, d[0]), add(scale(b, d[1]), scale(n, d[2])))


@shared
def eval_layers(surface: Record, albedo: Words, wi: Vec3) -> tuple[Vec3, Number]:
    """Return (f * cos, density) of coat and sheen; wi is above."""
    w = _to_coat(surface, (surface.wx, surface.wy, surface.wz))
    i = _to_coat(surface, wi)
    rough = (surface.p_coat > ZERO) & ((surface.smooth & SMOOTH_COAT) == NO)
    rough = rough & (w[2] > ZERO) & (i[2] > ZERO)
    a = surface.coat_ax
    value, density, facing = eval_reflection(w, i, a, a, ggx_stretch(w, a, a))
    fresnel = COAT_F0 + (COAT_F90 - COAT_F0) * schlick_weight(facing)
    value = select(rough, surface.coat * fresnel * value, ZERO)
    pdf = select(rough, surface.p_coat * density, ZERO)
    f = (value, value, value)
    has_sheen = (surface.flags & HAS_SHEEN) != NO
    if any_lane(has_sheen):
        coat = coat_albedo(surface, albedo, clamp(i[2], ZERO, ONE))
        fuzz = _eval_sheen(surface, albedo, wi) * (ONE - max(surface.coat_view, coat))
        fuzz = select(has_sheen, fuzz, ZERO)
        f = add(f, scale((surface.sheen_r, surface.sheen_g, surface.sheen_b), fuzz))
    return f, pdf


@device
def sample_coat(
    surface: Record, out: Record, mask: Mask, u1: Number, turn: tuple[Number, Number]
) -> None:
    """Choose a reflected direction of the coat; a smooth one also sets the weight.

    Args:
        surface: the point.
        out: gets direction and weight of the lanes of the mask.
        mask: where the coat is the lobe of choice.
        u1: random.
        turn: sine and cosine of a random angle.
    """
    w = _to_coat(surface, (surface.wx, surface.wy, surface.wz))
    is_smooth = (surface.smooth & SMOOTH_COAT) != NO
    a = surface.coat_ax
    rough = reflect(w, sample_visible_normal(w, a, a, u1, turn))
    d = _from_coat(surface, choose_vector(is_smooth, (-w[0], -w[1], w[2]), rough))
    fresnel = COAT_F0 + (COAT_F90 - COAT_F0) * schlick_weight(w[2])
    weight = surface.coat * fresnel / surface.p_coat
    mirror = mask & is_smooth
    is_right = (d[2] > ZERO) & (w[2] > ZERO)
    out.dx, out.dy, out.dz = choose_vector(mask, d, (out.dx, out.dy, out.dz))
    out.r = select(mirror, weight, out.r)
    out.g = select(mirror, weight, out.g)
    out.b = select(mirror, weight, out.b)
    out.valid = select(mask, select(is_right, YES, NO), out.valid)
    out.delta = select(mirror, YES, out.delta)
    out.top = select(mirror, YES, out.top)  # nothing lies on top of it


@device
def _eval_sheen(surface: Record, albedo: Words, wi: Vec3) -> Number:
    """Return f * cos of white sheen, limited so that it never reflects more than arrives."""
    w = (surface.wx, surface.wy, surface.wz)
    h = normalize(add(w, wi))
    roughness = max(surface.sheen_roughness, SMALLEST_SHEEN_ROUGHNESS)
    alpha = roughness * roughness
    inverse = ONE / alpha
    sine = sqrt(max(ONE - h[2] * h[2], ZERO))
    density = (TWO + inverse) * power(sine, inverse) / TWO_PI
    cosine = clamp(wi[2], ZERO, ONE)
    masking = ONE + _sheen_lambda(w[2], alpha) + _sheen_lambda(cosine, alpha)
    e_out = eval_fuzz_albedo(albedo, surface.sheen_roughness, min(w[2], ONE))
    e_in = eval_fuzz_albedo(albedo, surface.sheen_roughness, cosine)
    limit = max(ONE, max(e_out, e_in))
    return density / (FOUR * w[2] * masking * limit)


@device
def _sheen_lambda(cosine: Number, alpha: Number) -> Number:
    """Return Charlie's Lambda; its fit for steep angles is mirrored at half."""
    is_steep = cosine < HALF
    fit = _sheen_fit(select(is_steep, cosine, ONE - cosine), alpha)
    half = _sheen_fit(HALF, alpha)
    return exp(select(is_steep, fit, half + half - fit))


@device
def _sheen_fit(x: Number, alpha: Number) -> Number:
    t = (ONE - alpha) * (ONE - alpha)
    s = ONE - t
    a = SHEEN_0[0] * t + SHEEN_1[0] * s
    b = SHEEN_0[1] * t + SHEEN_1[1] * s
    c = SHEEN_0[2] * t + SHEEN_1[2] * s
    d = SHEEN_0[3] * t + SHEEN_1[3] * s
    e = SHEEN_0[4] * t + SHEEN_1[4] * s
    return a / (ONE + b * power(x, c)) + d * x + e
