"""From a surface point to the parameters of its lobes.

What only some materials have is looked up where any lane has it; a material's flags tell. No
lane's numbers depend on what its neighbours have.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo import average_albedo, eval_albedo
from renderer.kernels.data import (
    ABSENT_ROW,
    HAS_ALPHA_BLEND,
    HAS_ALPHA_MASK,
    HAS_ANISOTROPY,
    HAS_DISPERSION,
    HAS_IRIDESCENCE,
    HAS_NORMAL_MAP,
    HAS_SPECULAR,
    HAS_TEXTURES,
    IS_SPECULAR_GLOSSINESS,
    IS_THIN,
    KIND_DIFFUSE,
    KIND_LAYERED,
    LETS_LIGHT_PASS,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Geometry,
    Looks,
    Mask,
    Number,
    Record,
    Words,
)
from renderer.kernels.film import strongest_film
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import any_lane, select, to_int, to_word
from renderer.kernels.mapping import lookup, map_normal
from renderer.kernels.material_layers import (
    MIRROR_ALPHA,
    set_film,
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
from renderer.kernels.texture import first_uv

ONE_21ST = F(1.0 / 21.0)
SMALLEST = F(1e-6)
ABSENT = np.int32(ABSENT_ROW)
NONE = np.int32(0)
HAS_HOLES = HAS_ALPHA_BLEND | HAS_ALPHA_MASK
HAS_OWN_SPECULAR = HAS_SPECULAR | IS_SPECULAR_GLOSSINESS
BOTH_SMOOTH = np.int32(SMOOTH_SPECULAR | SMOOTH_GLASS)
PANE = np.int32(SMOOTH_GLASS)
MIRROR = np.int32(SMOOTH_SPECULAR)
#: A lobe that exists must be chosen now and then, or what it adds becomes a firefly.
LEAST_CHANCE = F(0.02)
#: Below this refractive index there is nothing to refract at: light goes straight through.
LEAST_IOR = F(1.0001)


@device
def fetch_base(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up material, base colour and alpha of a located point."""
    part = geometry.parts[surface.part]
    surface.material = to_word(part.material)
    m = looks.materials[surface.material]
    flags = m.flags
    surface.kind = m.kind
    surface.flags = flags
    surface.base_r = m.base_r
    surface.base_g = m.base_g
    surface.base_b = m.base_b
    surface.alpha = m.base_a
    textured = (flags & HAS_TEXTURES) != NO
    if any_lane(textured):
        surface.s0, surface.t0 = first_uv(geometry, surface.triangle, surface.u, surface.v)
        slot = select(textured, m.base_slot, ABSENT)
        textured = slot >= NONE
        if any_lane(textured):
            _paint(surface, textured, lookup(surface, looks, geometry, max(slot, NONE)))
    row = part.color_row
    painted = row != ABSENT
    if any_lane(painted):
        _paint(surface, painted, _vertex_color(surface, geometry, painted, row))
    has_holes = (flags & HAS_HOLES) != NO
    if any_lane(has_holes):
        is_blend = (flags & HAS_ALPHA_BLEND) != NO
        cut = select(surface.alpha < m.alpha_cutoff, ZERO, ONE)
        alpha = select(is_blend, clamp(surface.alpha, ZERO, ONE), cut)
        surface.alpha = select(has_holes, alpha, ONE)
    else:
        surface.alpha = ONE


@device
def _paint(surface: Record, mask: Mask, color: tuple[Number, Number, Number, Number]) -> None:
    """Multiply base colour and alpha."""
    surface.base_r = select(mask, surface.base_r * color[0], surface.base_r)
    surface.base_g = select(mask, surface.base_g * color[1], surface.base_g)
    surface.base_b = select(mask, surface.base_b * color[2], surface.base_b)
    surface.alpha = select(mask, surface.alpha * color[3], surface.alpha)


@device
def _vertex_color(
    surface: Record, geometry: Geometry, mask: Mask, row: Number
) -> tuple[Number, Number, Number, Number]:
    """Return the interpolated colour of the corners."""
    colors = geometry.colors
    i = select(mask, to_int(row + to_int(surface.triangle)), NONE)
    u = surface.u
    v = surface.v
    w = ONE - u - v
    return (
        colors[i, 0] * w + colors[i, 4] * u + colors[i, 8] * v,
        colors[i, 1] * w + colors[i, 5] * u + colors[i, 9] * v,
        colors[i, 2] * w + colors[i, 6] * u + colors[i, 10] * v,
        colors[i, 3] * w + colors[i, 7] * u + colors[i, 11] * v,
    )


@device
def fetch_parameters(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up metallic, roughness and transmission of a point whose base is fetched."""
    m = looks.materials[surface.material]
    surface.metallic = m.metallic
    surface.roughness = m.roughness
    textured = (surface.flags & HAS_TEXTURES) != NO
    if any_lane(textured):
        slot = select(textured, m.mr_slot, ABSENT)
        has = slot >= NONE
        if any_lane(has):
            texel = lookup(surface, looks, geometry, max(slot, NONE))
            surface.roughness = select(has, surface.roughness * texel[1], surface.roughness)
            surface.metallic = select(has, surface.metallic * texel[2], surface.metallic)
    surface.metallic = clamp(surface.metallic, ZERO, ONE)
    surface.roughness = clamp(surface.roughness, ZERO, ONE)
    alpha = surface.roughness * surface.roughness
    surface.ax = max(alpha, MIRROR_ALPHA)
    surface.ay = surface.ax
    surface.smooth = select(alpha < MIRROR_ALPHA, BOTH_SMOOTH, NO)
    surface.transmission = ZERO
    surface.glass = ZERO
    surface.glass_gain = ONE
    clear = (surface.flags & LETS_LIGHT_PASS) != NO
    if any_lane(clear):
        _set_glass(surface, looks, geometry, m)


@device
def _set_glass(surface: Record, looks: Looks, geometry: Geometry, m: Record) -> None:
    transmission = m.transmission
    slot = m.transmission_slot
    has = slot >= NONE
    if any_lane(has):
        texel = lookup(surface, looks, geometry, max(slot, NONE))
        transmission = select(has, transmission * texel[0], transmission)
    surface.transmission = clamp(transmission, ZERO, ONE)
    surface.glass = surface.transmission * (ONE - surface.metallic)
    is_front = surface.front != NO
    ior = m.ior
    surface.eta = select(is_front, ior, ONE / ior)
    # Solid glass tints where light enters.
    is_tinted = is_front | ((surface.flags & IS_THIN) != NO)
    surface.tint_r = select(is_tinted, surface.base_r, ONE)
    surface.tint_g = select(is_tinted, surface.base_g, ONE)
    surface.tint_b = select(is_tinted, surface.base_b, ONE)
    is_nothing = (surface.glass > ZERO) & (ior <= LEAST_IOR)
    surface.smooth = select(is_nothing, to_int(surface.smooth | PANE), surface.smooth)


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
        mapped = mapped & (geometry.parts[surface.part].tangent_row != ABSENT)
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
    surface.bent = geometry.parts[surface.part].smooth
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
    seen = min(surface.wz, ONE)
    e = eval_albedo(looks.albedo, surface.roughness, seen)
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
    f0 = m.f0
    core = (f0, f0, f0)
    surface.core_f90 = ONE
    is_own = (surface.flags & HAS_OWN_SPECULAR) != NO
    if any_lane(is_own):
        core = choose_vector(is_own, _own_specular(surface, looks, geometry, m, is_own), core)
    surface.core_f0 = max_component(core)
    metal = surface.metallic
    share = (ONE - metal) * (ONE - surface.transmission)
    surface.f0_r = core[0] * share + surface.base_r * metal
    surface.f0_g = core[1] * share + surface.base_g * metal
    surface.f0_b = core[2] * share + surface.base_b * metal
    surface.f90 = surface.core_f90 * share + metal
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        set_film(surface, looks, geometry, has_film, core)
        strongest = clamp(strongest_film(surface.core_f0, surface.film_ior), ZERO, ONE)
        bound = surface.core_f0 + (max(strongest, surface.core_f0) - surface.core_f0) * surface.film
        surface.core_f0 = select(has_film, bound, surface.core_f0)


@device
def _own_specular(surface: Record, looks: Looks, geometry: Geometry, m: Record, mask: Mask) -> Vec3:
    """Return f0 of materials that state it; sets core_f90, and roughness where gloss says it."""
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
    mean = average_albedo(albedo, surface.roughness)
    core = max(ONE - surface.core_f0 * e[0] - surface.core_f90 * e[1], ZERO)
    core_mean = ONE - surface.core_f0 * mean[0] - surface.core_f90 * mean[1]
    share = (ONE - surface.metallic) * (ONE - surface.transmission)
    share = share * core / max(core_mean, SMALLEST)
    surface.diffuse_r = surface.base_r * share
    surface.diffuse_g = surface.base_g * share
    surface.diffuse_b = surface.base_b * share
    is_frosted_pane = (surface.glass > ZERO) & ((surface.smooth & SMOOTH_GLASS) == NO)
    is_frosted_pane = is_frosted_pane & ((surface.flags & IS_THIN) != NO)
    if any_lane(is_frosted_pane):
        # Exact for panes, which send on what they would reflect; solid glass loses little.
        gain = ONE / max(e[0] + e[1], SMALLEST)
        surface.glass_gain = select(is_frosted_pane, gain, surface.glass_gain)
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
