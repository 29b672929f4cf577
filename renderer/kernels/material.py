"""From a surface point to the parameters of its lobes."""

from __future__ import annotations

import numpy as np

from renderer.kernels.albedo import average_albedo, eval_albedo
from renderer.kernels.data import (
    ABSENT_ROW,
    HAS_ALPHA_BLEND,
    HAS_ALPHA_MASK,
    HAS_COAT,
    HAS_SHEEN,
    HAS_TEXTURES,
    IS_SPECULAR_GLOSSINESS,
    IS_THIN,
    KIND_DIFFUSE,
    KIND_LAYERED,
    SMOOTH_COAT,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Floats,
    Geometry,
    Looks,
    Record,
)
from renderer.kernels.jit import device
from renderer.kernels.layers import coat_albedo, sheen_albedo
from renderer.kernels.mapping import lookup, map_normal
from renderer.kernels.math32 import (
    ONE,
    ZERO,
    F,
    Vec3,
    clamp,
    dot,
    luminance,
    max_component,
    neg,
)
from renderer.kernels.surface import set_frame, set_viewer, smooth_normal, to_local

#: Squared roughness below which a microfacet lobe is a perfect mirror: narrower ones cannot be
#: evaluated in float32, and no eye sees the difference.
MIRROR_ALPHA = F(1e-3)
ONE_21ST = F(1.0 / 21.0)
SMALLEST = F(1e-6)


@device
def fetch_base(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up material, base colour and alpha of a located point."""
    part = geometry.parts[surface.part]
    m = looks.materials[part.material]
    surface.material = np.uint32(part.material)
    surface.kind = m.kind
    surface.flags = m.flags
    red, green, blue, alpha = m.base_r, m.base_g, m.base_b, m.base_a
    if m.base_slot >= 0:
        texel = lookup(surface, looks, geometry, m.base_slot)
        red *= texel[0]
        green *= texel[1]
        blue *= texel[2]
        alpha *= texel[3]
    if part.color_row != ABSENT_ROW:
        row = geometry.colors[part.color_row + surface.triangle]
        u = surface.u
        v = surface.v
        w = ONE - u - v
        red *= row[0] * w + row[4] * u + row[8] * v
        green *= row[1] * w + row[5] * u + row[9] * v
        blue *= row[2] * w + row[6] * u + row[10] * v
        alpha *= row[3] * w + row[7] * u + row[11] * v
    surface.base_r, surface.base_g, surface.base_b = red, green, blue
    surface.alpha = ONE
    if m.flags & HAS_ALPHA_BLEND:
        surface.alpha = clamp(alpha, ZERO, ONE)
    elif m.flags & HAS_ALPHA_MASK and alpha < m.alpha_cutoff:
        surface.alpha = ZERO


@device
def fetch_parameters(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up metallic, roughness and transmission of a point whose base is fetched."""
    m = looks.materials[surface.material]
    metallic = m.metallic
    roughness = m.roughness
    transmission = m.transmission
    if m.flags & HAS_TEXTURES:
        if m.mr_slot >= 0:
            texel = lookup(surface, looks, geometry, m.mr_slot)
            roughness *= texel[1]
            metallic *= texel[2]
        if m.transmission_slot >= 0:
            transmission *= lookup(surface, looks, geometry, m.transmission_slot)[0]
    surface.metallic = clamp(metallic, ZERO, ONE)
    surface.roughness = clamp(roughness, ZERO, ONE)
    surface.transmission = clamp(transmission, ZERO, ONE)
    surface.smooth = 0
    alpha = surface.roughness * surface.roughness
    surface.ax = max(alpha, MIRROR_ALPHA)
    if alpha < MIRROR_ALPHA:
        surface.smooth = SMOOTH_SPECULAR | SMOOTH_GLASS
    surface.glass = surface.transmission * (ONE - surface.metallic)
    surface.glass_gain = ONE
    if surface.glass > ZERO:
        _set_glass(surface, m)


@device
def _set_glass(surface: Record, m: Record) -> None:
    front = surface.front != 0
    surface.eta = m.ior if front else ONE / m.ior
    surface.tint_r = surface.tint_g = surface.tint_b = ONE
    if front or m.flags & IS_THIN:
        surface.tint_r = surface.base_r
        surface.tint_g = surface.base_g
        surface.tint_b = surface.base_b
    if m.ior <= F(1.0001):
        surface.smooth |= SMOOTH_GLASS  # nothing to refract at: light goes straight through


@device
def prepare_lobes(surface: Record, looks: Looks, geometry: Geometry, direction: Vec3) -> None:
    """Make the shading frame and the lobes of a point whose base is fetched.

    Args:
        surface: located, base fetched.
        looks: materials and textures.
        geometry: triangles.
        direction: of the ray that came here.
    """
    part = geometry.parts[surface.part]
    m = looks.materials[surface.material]
    surface.lx = surface.ly = surface.lz = ZERO
    to_viewer = neg(direction)
    normal = (surface.gx, surface.gy, surface.gz)
    surface.bent = part.smooth
    if part.smooth != 0:
        normal = smooth_normal(surface, geometry)
    bare = normal
    if m.normal_slot >= 0 and part.tangent_row != ABSENT_ROW:
        surface.bent = 1
        normal = map_normal(surface, looks, geometry, normal, m.normal_slot, m.normal_scale)
    set_frame(surface, normal, to_viewer)
    if surface.kind == KIND_DIFFUSE:
        surface.diffuse_r = surface.base_r
        surface.diffuse_g = surface.base_g
        surface.diffuse_b = surface.base_b
        surface.smooth = 0
        surface.p_diffuse = ONE
        surface.p_glass = ZERO
        return
    set_viewer(surface, to_viewer)
    fetch_parameters(surface, looks, geometry)
    _set_specular(surface, looks, geometry, m)
    _set_diffuse(surface, looks.albedo)
    if surface.kind == KIND_LAYERED:
        _set_layers(surface, looks, geometry, m, bare)
    _set_chances(surface, looks.albedo)


@device
def _set_specular(surface: Record, looks: Looks, geometry: Geometry, m: Record) -> None:
    """Set f0, f90 (both without the share of glass) and the dielectric core's f0."""
    strength = m.specular
    red, green, blue = m.specular_r, m.specular_g, m.specular_b
    if m.flags & HAS_TEXTURES:
        if m.specular_slot >= 0:
            strength *= lookup(surface, looks, geometry, m.specular_slot)[3]
        if m.specular_color_slot >= 0:
            texel = lookup(surface, looks, geometry, m.specular_color_slot)
            red *= texel[0]
            green *= texel[1]
            blue *= texel[2]
    f0 = m.f0 * strength
    f90 = strength
    if m.flags & IS_SPECULAR_GLOSSINESS:
        f0 = f90 = ONE
        gloss = m.glossiness
        if m.glossiness_slot >= 0:
            texel = lookup(surface, looks, geometry, m.glossiness_slot)
            red *= texel[0]
            green *= texel[1]
            blue *= texel[2]
            gloss *= texel[3]
        surface.metallic = ZERO
        surface.roughness = clamp(ONE - gloss, ZERO, ONE)
        alpha = surface.roughness * surface.roughness
        surface.ax = max(alpha, MIRROR_ALPHA)
        surface.smooth = SMOOTH_SPECULAR if alpha < MIRROR_ALPHA else 0
    core_r = min(f0 * red, ONE)
    core_g = min(f0 * green, ONE)
    core_b = min(f0 * blue, ONE)
    surface.core_f0 = max(core_r, max(core_g, core_b))
    metal = surface.metallic
    core = (ONE - metal) * (ONE - surface.transmission)
    surface.f0_r = core_r * core + surface.base_r * metal
    surface.f0_g = core_g * core + surface.base_g * metal
    surface.f0_b = core_b * core + surface.base_b * metal
    surface.f90 = min(f90, ONE) * core + metal
    surface.core_f90 = min(f90, ONE)


@device
def _set_diffuse(surface: Record, albedo: Floats) -> None:
    """Set the diffuse colour and what GGX loses on metal, both without the factor of wi."""
    e = eval_albedo(albedo, surface.roughness, min(surface.wz, ONE))
    mean = average_albedo(albedo, surface.roughness)
    core = ONE - surface.core_f0 * e[0] - surface.core_f90 * e[1]
    core_mean = ONE - surface.core_f0 * mean[0] - surface.core_f90 * mean[1]
    share = (ONE - surface.metallic) * (ONE - surface.transmission)
    share = share * core / max(core_mean, SMALLEST)
    surface.diffuse_r = surface.base_r * share
    surface.diffuse_g = surface.base_g * share
    surface.diffuse_b = surface.base_b * share
    if surface.flags & IS_THIN and not surface.smooth & SMOOTH_GLASS:
        # Exact for panes, which send on what they would reflect; solid glass loses little.
        surface.glass_gain = ONE / max(e[0] + e[1], SMALLEST)
    kept = mean[0] + mean[1]
    lost = surface.metallic * (ONE - e[0] - e[1]) / max(ONE - kept, SMALLEST)
    surface.ms_r = _many_bounces(surface.base_r, kept) * lost
    surface.ms_g = _many_bounces(surface.base_g, kept) * lost
    surface.ms_b = _many_bounces(surface.base_b, kept) * lost


@device
def _many_bounces(f0: np.float32, kept: np.float32) -> np.float32:
    """Return what comes back of the light that one bounce between microfacets loses.

    Source: Kulla and Conty 2017; Schlick's mean Fresnel term is f0 + (1 - f0) / 21.
    """
    mean = f0 + (ONE - f0) * ONE_21ST
    return mean * mean * kept / (ONE - mean * (ONE - kept))


@device
def _set_layers(surface: Record, looks: Looks, geometry: Geometry, m: Record, bare: Vec3) -> None:
    """Set coat and sheen; the coat lies on the bare normal unless it has its own map."""
    if m.flags & HAS_COAT:
        coat = m.coat
        roughness = m.coat_roughness
        if m.coat_slot >= 0:
            coat *= lookup(surface, looks, geometry, m.coat_slot)[0]
        if m.coat_roughness_slot >= 0:
            roughness *= lookup(surface, looks, geometry, m.coat_roughness_slot)[1]
        surface.coat = clamp(coat, ZERO, ONE)
        surface.coat_roughness = clamp(roughness, ZERO, ONE)
        alpha = surface.coat_roughness * surface.coat_roughness
        surface.coat_ax = max(alpha, MIRROR_ALPHA)
        if alpha < MIRROR_ALPHA:
            surface.smooth |= SMOOTH_COAT
        normal = bare
        if m.coat_normal_slot >= 0 and geometry.parts[surface.part].tangent_row != ABSENT_ROW:
            normal = map_normal(
                surface, looks, geometry, bare, m.coat_normal_slot, m.coat_normal_scale
            )
        local = to_local(surface, normal)
        surface.coat_nx, surface.coat_ny, surface.coat_nz = local
        surface.coat_bent = 1 if local[2] < F(0.99999) else 0
        cosine = dot(local, (surface.wx, surface.wy, surface.wz))
        surface.coat_view = coat_albedo(surface, looks.albedo, clamp(cosine, ZERO, ONE))
    else:
        surface.coat = surface.coat_view = ZERO
    if m.flags & HAS_SHEEN:
        _set_sheen(surface, looks, geometry, m)


@device
def _set_sheen(surface: Record, looks: Looks, geometry: Geometry, m: Record) -> None:
    red, green, blue = m.sheen_r, m.sheen_g, m.sheen_b
    roughness = m.sheen_roughness
    if m.sheen_color_slot >= 0:
        texel = lookup(surface, looks, geometry, m.sheen_color_slot)
        red *= texel[0]
        green *= texel[1]
        blue *= texel[2]
    if m.sheen_roughness_slot >= 0:
        roughness *= lookup(surface, looks, geometry, m.sheen_roughness_slot)[3]
    surface.sheen_r = min(red, ONE)
    surface.sheen_g = min(green, ONE)
    surface.sheen_b = min(blue, ONE)
    surface.sheen_roughness = clamp(roughness, ZERO, ONE)
    surface.sheen_view = sheen_albedo(surface, looks.albedo, min(surface.wz, ONE))


@device
def _set_chances(surface: Record, albedo: Floats) -> None:
    """Set how often each lobe is chosen: about by what it reflects to this viewer."""
    e = eval_albedo(albedo, surface.roughness, min(surface.wz, ONE))
    specular = luminance((surface.f0_r, surface.f0_g, surface.f0_b)) * e[0] + surface.f90 * e[1]
    diffuse = luminance((surface.diffuse_r, surface.diffuse_g, surface.diffuse_b))
    diffuse += luminance((surface.ms_r, surface.ms_g, surface.ms_b)) * F(0.5)
    coat = ZERO
    if surface.kind == KIND_LAYERED:
        base = ONE - surface.coat_view
        coat = surface.coat_view
        if surface.flags & HAS_SHEEN:
            sheen = max_component((surface.sheen_r, surface.sheen_g, surface.sheen_b))
            diffuse += sheen * F(0.5)
        specular *= base
        diffuse *= base
    # A lobe that exists must be chosen now and then, or what it adds becomes a firefly.
    if diffuse > ZERO:
        diffuse += F(0.02)
    if specular > ZERO:
        specular += F(0.02)
    total = specular + diffuse + surface.glass + coat
    scale = ONE / max(total, SMALLEST)
    surface.p_diffuse = diffuse * scale
    surface.p_specular = specular * scale
    surface.p_glass = surface.glass * scale
    surface.p_coat = coat * scale
