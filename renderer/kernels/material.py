"""From a surface point to the parameters of its lobes.

What only some materials have is looked up where any lane has it; a material's flags tell. No
lane's numbers depend on what its neighbours have.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.brushed import average_base_albedo, eval_base_albedo
from renderer.kernels.data import (
    ABSENT_ROW,
    HAS_ANISOTROPY,
    HAS_DISPERSION,
    HAS_IRIDESCENCE,
    HAS_NORMAL_MAP,
    HAS_SPECULAR,
    IS_SPECULAR_GLOSSINESS,
    IS_THIN,
    KIND_DIFFUSE,
    KIND_LAYERED,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Geometry,
    Looks,
    Mask,
    Number,
    Record,
    Words,
)
from renderer.kernels.frosted import frosted_gain
from renderer.kernels.iridescence import film_ratio
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, select
from renderer.kernels.mapping import lookup, map_normal
from renderer.kernels.material_base import fetch_parameters
from renderer.kernels.material_layers import (
    MIRROR_ALPHA,
    set_layers,
    split_colors,
    turn_frame,
)
from renderer.kernels.math32 import (
    HALF,
    ONE,
    ZERO,
    F,
    Vec3,
    choose_vector,
    clamp,
    luminance,
    max_component,
    neg,
)
from renderer.kernels.microfacet import ggx_stretch
from renderer.kernels.surface import NO, YES, set_frame, set_viewer, smooth_normal

ONE_21ST = F(1.0 / 21.0)
SMALLEST = F(1e-6)
ABSENT = np.int32(ABSENT_ROW)
NONE = np.int32(0)
HAS_OWN_SPECULAR = HAS_SPECULAR | IS_SPECULAR_GLOSSINESS
MIRROR = np.int32(SMOOTH_SPECULAR)
#: A lobe that exists must be chosen now and then, or what it adds becomes a firefly.
LEAST_CHANCE = F(0.02)


@device
def prepare_lobes(surface: Record, looks: Looks, geometry: Geometry, direction: Vec3) -> None:
    """Make the shading frame and the lobes of a point whose base is fetched.

    Args:
        surface: located, base fetched.
        looks: materials and textures.
        geometry: triangles.
        direction: of the ray that came here.
    """
    m = looks.materials[surface.material]
    to_viewer = neg(direction)
    bare = _bare_normal(surface, geometry)
    normal = bare
    mapped = (surface.flags & HAS_NORMAL_MAP) != NO
    if any_lane(mapped):
        mapped = mapped & (surface.tangent_row != ABSENT)
        if any_lane(mapped):
            slot = max(m.normal_slot, NONE)
            found = map_normal(surface, looks, geometry, bare, slot, m.normal_scale)
            normal = choose_vector(mapped, found, bare)
            surface.bent = select(mapped, YES, surface.bent)
    set_frame(surface, normal, to_viewer)
    surface.diffuse_r = surface.base_r
    surface.diffuse_g = surface.base_g
    surface.diffuse_b = surface.base_b
    surface.p_diffuse = ONE
    surface.p_specular = ZERO
    surface.p_glass = ZERO
    surface.p_coat = ZERO
    surface.smooth = NO
    is_mixed = surface.kind != KIND_DIFFUSE
    if any_lane(is_mixed):
        _prepare_mixed(surface, looks, geometry, bare, to_viewer)


@device
def _bare_normal(surface: Record, geometry: Geometry) -> Vec3:
    """Return the normal without its map, on the viewer's side; sets the terminator's lift."""
    surface.lx = ZERO
    surface.ly = ZERO
    surface.lz = ZERO
    normal = (surface.gx, surface.gy, surface.gz)
    is_smooth = surface.bent != NO
    if any_lane(is_smooth):
        smooth = smooth_normal(surface, geometry)
        normal = choose_vector(is_smooth, smooth, normal)
        surface.lx = select(is_smooth, surface.lx, ZERO)
        surface.ly = select(is_smooth, surface.ly, ZERO)
        surface.lz = select(is_smooth, surface.lz, ZERO)
    return normal


@device
def _prepare_mixed(
    surface: Record, looks: Looks, geometry: Geometry, bare: Vec3, to_viewer: Vec3
) -> None:
    """Set all lobes of points that are more than diffuse."""
    m = looks.materials[surface.material]
    fetch_parameters(surface, looks, geometry)
    _set_specular(surface, looks, geometry, m)
    is_brushed = (surface.flags & HAS_ANISOTROPY) != NO
    if any_lane(is_brushed):
        turn_frame(surface, looks, geometry, is_brushed)
    is_prism = (surface.flags & HAS_DISPERSION) != NO
    if any_lane(is_prism):
        split_colors(surface, looks, is_prism)
    set_viewer(surface, to_viewer)
    w = (surface.wx, surface.wy, surface.wz)
    surface.stretch = ggx_stretch(w, surface.ax, surface.ay)
    e = eval_base_albedo(looks.albedo, surface, w)
    _set_matt(surface, looks.albedo, e)
    is_layered = surface.kind == KIND_LAYERED
    if any_lane(is_layered):
        set_layers(surface, looks, geometry, bare, is_layered)
    _set_chances(surface, e, is_layered)
    is_diffuse = surface.kind == KIND_DIFFUSE
    surface.p_diffuse = select(is_diffuse, ONE, surface.p_diffuse)


@device
def _set_specular(surface: Record, looks: Looks, geometry: Geometry, m: Record) -> None:
    """Set f0, f90 (both without the share of glass) and the dielectric core's f0."""
    core = (surface.core_f0, surface.core_f0, surface.core_f0)
    surface.core_f90 = ONE
    is_own = (surface.flags & HAS_OWN_SPECULAR) != NO
    if any_lane(is_own):
        core = choose_vector(is_own, _own_specular(surface, looks, geometry, is_own), core)
    surface.core_f0 = max_component(core)
    metal = surface.metallic
    share = (ONE - metal) * (ONE - surface.transmission)
    surface.f0_r = core[0] * share + surface.base_r * metal
    surface.f0_g = core[1] * share + surface.base_g * metal
    surface.f0_b = core[2] * share + surface.base_b * metal
    surface.f90 = surface.core_f90 * share + metal
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        surface.film_r, surface.film_g, surface.film_b = core


@shared
def _own_specular(surface: Record, looks: Looks, geometry: Geometry, mask: Mask) -> Vec3:
    """Return f0 of materials that state it; sets core_f90, and roughness where gloss says it."""
    m = looks.materials[surface.material]
    strength = m.specular
    red, green, blue = m.specular_r, m.specular_g, m.specular_b
    slot = m.specular_slot
    has = slot >= NONE
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NONE))
        strength = select(has, strength * texel[3], strength)
    is_gloss = (surface.flags & IS_SPECULAR_GLOSSINESS) != NO
    slot = select(is_gloss, m.glossiness_slot, m.specular_color_slot)
    gloss = m.glossiness
    has = slot >= NONE
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NONE))
        red = select(has, red * texel[0], red)
        green = select(has, green * texel[1], green)
        blue = select(has, blue * texel[2], blue)
        gloss = select(has, gloss * texel[3], gloss)
    if any_lane(is_gloss):
        surface.metallic = select(is_gloss, ZERO, surface.metallic)
        roughness = clamp(ONE - gloss, ZERO, ONE)
        alpha = roughness * roughness
        surface.roughness = select(is_gloss, roughness, surface.roughness)
        surface.ax = select(is_gloss, max(alpha, MIRROR_ALPHA), surface.ax)
        surface.ay = surface.ax
        smooth = select(alpha < MIRROR_ALPHA, MIRROR, NO)
        surface.smooth = select(is_gloss, smooth, surface.smooth)
    f90 = select(is_gloss, ONE, min(strength, ONE))
    f0 = select(is_gloss, ONE, m.f0 * strength)
    surface.core_f90 = select(mask, f90, surface.core_f90)
    return (min(f0 * red, ONE), min(f0 * green, ONE), min(f0 * blue, ONE))


@device
def _set_matt(surface: Record, albedo: Words, e: tuple[Number, Number]) -> None:
    """Set the diffuse colour and what GGX loses on metal, both without the factor of wi."""
    mean = average_base_albedo(albedo, surface)
    core = max(ONE - surface.core_f0 * e[0] - surface.core_f90 * e[1], ZERO)
    core_mean = ONE - surface.core_f0 * mean[0] - surface.core_f90 * mean[1]
    ratio = core / max(core_mean, SMALLEST)
    rest = (ratio, ratio, ratio)
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        rest = choose_vector(has_film, film_ratio(surface, albedo), rest)
    share = (ONE - surface.metallic) * (ONE - surface.transmission)
    surface.diffuse_r = surface.base_r * share * rest[0]
    surface.diffuse_g = surface.base_g * share * rest[1]
    surface.diffuse_b = surface.base_b * share * rest[2]
    is_frosted = (surface.glass > ZERO) & ((surface.smooth & SMOOTH_GLASS) == NO)
    if any_lane(is_frosted):
        # Panes send on what they would reflect.
        pane = ONE / max(e[0] + e[1], SMALLEST)
        is_thin = (surface.flags & IS_THIN) != NO
        gain = select(is_thin, pane, frosted_gain(albedo, surface))
        surface.glass_gain = select(is_frosted, gain, surface.glass_gain)
    surface.ms_r = ZERO
    surface.ms_g = ZERO
    surface.ms_b = ZERO
    is_metal = surface.metallic > ZERO
    if any_lane(is_metal):
        kept = mean[0] + mean[1]
        lost = surface.metallic * max(ONE - e[0] - e[1], ZERO) / max(ONE - kept, SMALLEST)
        surface.ms_r = select(is_metal, _many_bounces(surface.base_r, kept) * lost, ZERO)
        surface.ms_g = select(is_metal, _many_bounces(surface.base_g, kept) * lost, ZERO)
        surface.ms_b = select(is_metal, _many_bounces(surface.base_b, kept) * lost, ZERO)


@device
def _many_bounces(f0: Number, kept: Number) -> Number:
    """Return what comes back of the light that one bounce between microfacets loses.

    Source: Kulla and Conty 2017; Schlick's mean Fresnel term is f0 + (1 - f0) / 21.
    """
    mean = f0 + (ONE - f0) * ONE_21ST
    return mean * mean * kept / (ONE - mean * (ONE - kept))


@device
def _set_chances(surface: Record, e: tuple[Number, Number], is_layered: Mask) -> None:
    """Set how often each lobe is chosen: about by what it reflects to this viewer."""
    specular = luminance((surface.f0_r, surface.f0_g, surface.f0_b)) * e[0] + surface.f90 * e[1]
    diffuse = luminance((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b))
    diffuse += luminance((surface.ms_r, surface.ms_g, surface.ms_b)) * HALF
    coat = ZERO * specular
    if any_lane(is_layered):
        coat = select(is_layered, surface.coat_view, coat)
        base = ONE - coat
        fuzz = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b)) * HALF
        specular = select(is_layered, specular * base, specular)
        diffuse = select(is_layered, (diffuse + fuzz) * base, diffuse)
    diffuse = select(diffuse > ZERO, diffuse + LEAST_CHANCE, diffuse)
    specular = select(specular > ZERO, specular + LEAST_CHANCE, specular)
    scale = ONE / max(specular + diffuse + surface.glass + coat, SMALLEST)
    surface.p_diffuse = diffuse * scale
    surface.p_specular = specular * scale
    surface.p_glass = surface.glass * scale
    surface.p_coat = coat * scale
