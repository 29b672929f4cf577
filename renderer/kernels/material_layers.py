"""The rarer parameters of a surface point: brushed metal, thin films, coat and sheen, prisms."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import (
    ABSENT_ROW,
    HAS_COAT,
    HAS_SHEEN,
    SMOOTH_COAT,
    Geometry,
    Looks,
    Mask,
    Number,
    Record,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select, sqrt, to_float, to_int
from renderer.kernels.layer_pass import pass_layers
from renderer.kernels.layers import coat_albedo, layer_gain, sheen_albedo
from renderer.kernels.mapping import lookup, map_normal, tangent_frame
from renderer.kernels.math32 import (
    HALF,
    ONE,
    TWO,
    ZERO,
    F,
    Vec3,
    add,
    choose_vector,
    clamp,
    cross,
    dot,
    normalize,
    scale,
    sub,
)
from renderer.kernels.sampler import choose, sample_bits
from renderer.kernels.surface import NO, to_local

#: Squared roughness below which a microfacet lobe is a perfect mirror: narrower ones cannot be
#: evaluated in float32, and no eye sees the difference.
MIRROR_ALPHA = F(1e-3)
ABSENT = np.int32(ABSENT_ROW)
COAT = np.int32(SMOOTH_COAT)
#: A path follows one of three bands; it stands for all, so its own channel counts three times.
BANDS = F(3.0)
BAND_COUNT = np.uint32(3)
#: A pair of dimensions that no vertex of a path has.
BAND_PAIR = np.uint32(1 << 22)
BAND_0, BAND_1, BAND_2, FRESH_BAND = np.int32(0), np.int32(1), np.int32(2), np.int32(3)


@shared
def turn_frame(surface: Record, looks: Looks, geometry: Geometry, mask: Mask) -> None:
    """Turn the frame's x into the direction of brushing, and set both roughnesses.

    Args:
        surface: with its frame and `ax`; gets `ay`, and a `roughness` that stands for both.
        looks: materials and textures.
        geometry: tangents.
        mask: where the material is anisotropic.
    """
    m = looks.materials[surface.material]
    strength = m.anisotropy
    x = m.anisotropy_cos
    y = m.anisotropy_sin
    slot = select(mask, m.anisotropy_slot, ABSENT)
    has = slot >= NO
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NO))
        along = texel[0] * TWO - ONE
        across = texel[1] * TWO - ONE
        strength = select(has, strength * texel[2], strength)
        turned = along * x - across * y
        y = select(has, along * y + across * x, y)
        x = select(has, turned, x)
    has = mask & (surface.tangent_row != ABSENT)
    normal = (surface.nx, surface.ny, surface.nz)
    t = (surface.tx, surface.ty, surface.tz)
    b = (surface.bx, surface.by, surface.bz)
    if any_lane(has):
        outside = scale(normal, select(surface.front != NO, ONE, -ONE))
        tangent, bitangent = tangent_frame(surface, geometry, outside)
        t = choose_vector(has, tangent, t)
        b = choose_vector(has, bitangent, b)
    t = add(scale(t, x), scale(b, y))
    t = normalize(sub(t, scale(normal, dot(t, normal))))
    usable = mask & (dot(t, t) > ZERO)
    surface.tx, surface.ty, surface.tz = choose_vector(
        usable, t, (surface.tx, surface.ty, surface.tz)
    )
    surface.bx, surface.by, surface.bz = choose_vector(
        usable, cross(normal, t), (surface.bx, surface.by, surface.bz)
    )
    strength = select(usable, clamp(strength, ZERO, ONE), ZERO)
    # KHR_materials_anisotropy: the lobe is stretched along x only.
    stretched = surface.ax + (ONE - surface.ax) * strength * strength
    is_rough = stretched >= MIRROR_ALPHA + MIRROR_ALPHA
    surface.smooth = select(usable & is_rough, NO, surface.smooth)
    surface.ax = select(mask, stretched, surface.ax)
    # One that reflects about as much in all, for what knows no brushing.
    mean = sqrt((surface.ax * surface.ax + surface.ay * surface.ay) * HALF)
    surface.roughness = select(mask, sqrt(mean), surface.roughness)


@shared
def set_film(surface: Record, looks: Looks, geometry: Geometry, mask: Mask) -> None:
    """Set the thin film of iridescent points.

    Args:
        surface: located.
        looks: materials and textures.
        geometry: texture coordinates.
        mask: where the material is iridescent.
    """
    m = looks.materials[surface.material]
    strength = m.film
    slot = select(mask, m.film_slot, ABSENT)
    has = slot >= NO
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NO))
        strength = select(has, strength * texel[0], strength)
    # Without a texture the film has its largest thickness.
    thickness = m.film_thickest
    slot = select(mask, m.film_thickness_slot, ABSENT)
    has = slot >= NO
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NO))
        thinnest = m.film_thinnest
        thickness = select(has, thinnest + (thickness - thinnest) * texel[1], thickness)
    surface.film = select(mask, clamp(strength, ZERO, ONE), ZERO)
    surface.film_ior = select(mask, m.film_ior, ONE)
    surface.film_nm = select(mask, thickness, ZERO)


@shared
def set_layers(surface: Record, looks: Looks, geometry: Geometry, bare: Vec3, mask: Mask) -> None:
    """Set coat and sheen, and dim or brighten the matt base below them.

    Args:
        surface: with everything else.
        looks: materials and textures.
        geometry: triangles.
        bare: normal without its map, on which the coat lies unless it has a map of its own.
        mask: where there are layers.
    """
    _set_coat(surface, looks, geometry, bare, mask)
    _set_sheen(surface, looks, geometry, mask)
    coat_normal = (surface.coat_nx, surface.coat_ny, surface.coat_nz)
    w = (surface.wx, surface.wy, surface.wz)
    surface.layer_pass = pass_layers(looks.albedo, surface, dot(coat_normal, w), w)
    base = (surface.base_r, surface.base_g, surface.base_b)
    gain = layer_gain(surface, looks.albedo, base)
    surface.diffuse_r = select(mask, surface.diffuse_r * gain[0], surface.diffuse_r)
    surface.diffuse_g = select(mask, surface.diffuse_g * gain[1], surface.diffuse_g)
    surface.diffuse_b = select(mask, surface.diffuse_b * gain[2], surface.diffuse_b)
    surface.ms_r = select(mask, surface.ms_r * gain[0], surface.ms_r)
    surface.ms_g = select(mask, surface.ms_g * gain[1], surface.ms_g)
    surface.ms_b = select(mask, surface.ms_b * gain[2], surface.ms_b)


@device
def _set_coat(surface: Record, looks: Looks, geometry: Geometry, bare: Vec3, mask: Mask) -> None:
    m = looks.materials[surface.material]
    mask = mask & ((surface.flags & HAS_COAT) != NO)
    coat = select(mask, m.coat, ZERO)
    roughness = m.coat_roughness
    slot = select(mask, m.coat_slot, ABSENT)
    has = slot >= NO
    if any_lane(has):
        coat = select(has, coat * lookup(surface, looks, geometry, max(slot, NO))[0], coat)
    slot = select(mask, m.coat_roughness_slot, ABSENT)
    has = slot >= NO
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NO))
        roughness = select(has, roughness * texel[1], roughness)
    surface.coat = clamp(coat, ZERO, ONE)
    surface.coat_roughness = clamp(roughness, ZERO, ONE)
    alpha = surface.coat_roughness * surface.coat_roughness
    surface.coat_ax = max(alpha, MIRROR_ALPHA)
    surface.smooth = select(
        mask & (alpha < MIRROR_ALPHA), to_int(surface.smooth | COAT), surface.smooth
    )
    normal = bare
    slot = select(mask, m.coat_normal_slot, ABSENT)
    has = (slot >= NO) & (surface.tangent_row != ABSENT)
    if any_lane(has):
        scale_ = m.coat_normal_scale
        mapped = map_normal(surface, looks, geometry, bare, max(slot, NO), scale_)
        normal = choose_vector(has, mapped, bare)
    surface.coat_nx, surface.coat_ny, surface.coat_nz = to_local(surface, normal)
    w = (surface.wx, surface.wy, surface.wz)
    cosine = dot((surface.coat_nx, surface.coat_ny, surface.coat_nz), w)
    surface.coat_view = coat_albedo(surface, looks.albedo, clamp(cosine, ZERO, ONE))


@device
def _set_sheen(surface: Record, looks: Looks, geometry: Geometry, mask: Mask) -> None:
    m = looks.materials[surface.material]
    mask = mask & ((surface.flags & HAS_SHEEN) != NO)
    surface.sheen_r = ZERO
    surface.sheen_g = ZERO
    surface.sheen_b = ZERO
    surface.sheen_roughness = ZERO
    surface.sheen_view = ZERO
    if any_lane(mask):
        red, green, blue = m.sheen_r, m.sheen_g, m.sheen_b
        roughness = m.sheen_roughness
        slot = select(mask, m.sheen_color_slot, ABSENT)
        has = slot >= NO
        if any_lane(has):
            texel = lookup(surface, looks, geometry, max(slot, NO))
            red = select(has, red * texel[0], red)
            green = select(has, green * texel[1], green)
            blue = select(has, blue * texel[2], blue)
        slot = select(mask, m.sheen_roughness_slot, ABSENT)
        has = slot >= NO
        if any_lane(has):
            texel = lookup(surface, looks, geometry, max(slot, NO))
            roughness = select(has, roughness * texel[3], roughness)
        surface.sheen_r = select(mask, min(red, ONE), ZERO)
        surface.sheen_g = select(mask, min(green, ONE), ZERO)
        surface.sheen_b = select(mask, min(blue, ONE), ZERO)
        surface.sheen_roughness = select(mask, clamp(roughness, ZERO, ONE), ZERO)
        view = sheen_albedo(surface, looks.albedo, min(surface.wz, ONE))
        surface.sheen_view = select(mask, view, ZERO)


@shared
def choose_band(path: Record, surface: Record) -> None:
    """Tell surfaces which band of the spectrum their paths follow, as `split_colors` wants it.

    It is a path's own from the start, but one that has met no prism yet has the others, too.
    """
    bits, _ = sample_bits(path.pixel, path.sample, BAND_PAIR)
    band, _ = choose(bits, BAND_COUNT)
    surface.band = to_int(to_int(band) + select(path.split == NO, FRESH_BAND, NO))


@shared
def split_colors(surface: Record, looks: Looks, mask: Mask) -> None:
    """Refract one band of the spectrum; the first glass that does leaves the path that band only.

    Source: KHR_materials_dispersion. Red, green and blue stand for their bands.

    Args:
        surface: glass with `band`: 0, 1, 2 for the band that a path has, and 3 more where it has
            all of them yet.
        looks: materials.
        mask: where glass is dispersive.
    """
    m = looks.materials[surface.material]
    is_fresh = mask & (surface.band >= FRESH_BAND)
    band = select(is_fresh, to_int(surface.band - FRESH_BAND), surface.band)
    ior = m.ior + m.ior_spread * (to_float(band) - ONE)
    eta = select(surface.front != NO, ior, ONE / ior)
    surface.eta = select(mask, eta, surface.eta)
    surface.tint_r = select(is_fresh, _share(surface.tint_r, band == BAND_0), surface.tint_r)
    surface.tint_g = select(is_fresh, _share(surface.tint_g, band == BAND_1), surface.tint_g)
    surface.tint_b = select(is_fresh, _share(surface.tint_b, band == BAND_2), surface.tint_b)


@device
def _share(tint: Number, is_followed: Mask) -> Number:
    return select(is_followed, tint * BANDS, ZERO)
