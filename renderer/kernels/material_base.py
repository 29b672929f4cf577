"""What lies at a surface point: its material's numbers, times their textures.

What only some materials have is looked up where any lane has it; a material's flags tell. No
lane's numbers depend on what its neighbours have.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import (
    ABSENT_ROW,
    BASE_WORDS,
    HAS_ALPHA_BLEND,
    HAS_ALPHA_MASK,
    HAS_IRIDESCENCE,
    HAS_TEXTURES,
    IS_THIN,
    KIND_WORDS,
    LETS_LIGHT_PASS,
    SHADE_WORDS,
    SMOOTH_GLASS,
    SMOOTH_SPECULAR,
    Geometry,
    Looks,
    Mask,
    Number,
    Record,
)
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, float_bits, select, to_int
from renderer.kernels.lane_memory import load_rows
from renderer.kernels.mapping import lookup
from renderer.kernels.material_layers import (
    MIRROR_ALPHA,
    set_film,
)
from renderer.kernels.math32 import (
    ONE,
    ZERO,
    F,
    clamp,
)
from renderer.kernels.surface import NO
from renderer.kernels.texture import first_uv

ABSENT = np.int32(ABSENT_ROW)
NONE = np.int32(0)
HAS_HOLES = HAS_ALPHA_BLEND | HAS_ALPHA_MASK
BOTH_SMOOTH = np.int32(SMOOTH_SPECULAR | SMOOTH_GLASS)
PANE = np.int32(SMOOTH_GLASS)
#: Below this refractive index there is nothing to refract at: light goes straight through.
LEAST_IOR = F(1.0001)


@device
def fetch_base(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up material, base colour and alpha of a located point."""
    material, smooth, tangent_row, color_row = load_rows(geometry.parts, surface.part, 0)
    surface.material = float_bits(material)
    surface.bent = to_int(float_bits(smooth))
    surface.tangent_row = to_int(float_bits(tangent_row))
    kind, bits, base_slot, _ = load_rows(looks.materials, surface.material, KIND_WORDS)
    flags = to_int(float_bits(bits))
    surface.kind = to_int(float_bits(kind))
    surface.flags = flags
    base = load_rows(looks.materials, surface.material, BASE_WORDS)
    surface.base_r, surface.base_g, surface.base_b, surface.alpha = base
    textured = (flags & HAS_TEXTURES) != NO
    if any_lane(textured):
        surface.s0, surface.t0 = first_uv(geometry, surface.triangle, surface.u, surface.v)
        slot = select(textured, to_int(float_bits(base_slot)), ABSENT)
        textured = slot >= NONE
        if any_lane(textured):
            _paint(surface, textured, lookup(surface, looks, geometry, max(slot, NONE)))
    row = to_int(float_bits(color_row))
    painted = row != ABSENT
    if any_lane(painted):
        _paint(surface, painted, _vertex_color(surface, geometry, painted, row))
    has_holes = (flags & HAS_HOLES) != NO
    if any_lane(has_holes):
        is_blend = (flags & HAS_ALPHA_BLEND) != NO
        cutoff = looks.materials[surface.material].alpha_cutoff
        cut = select(surface.alpha < cutoff, ZERO, ONE)
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
    i = select(mask, to_int(row + to_int(surface.triangle)), NONE)
    v = surface.v
    u = surface.u
    w = ONE - u - v
    a = load_rows(geometry.colors, i, 0)
    b = load_rows(geometry.colors, i, 4)
    c = load_rows(geometry.colors, i, 8)
    return (
        a[0] * w + b[0] * u + c[0] * v,
        a[1] * w + b[1] * u + c[1] * v,
        a[2] * w + b[2] * u + c[2] * v,
        a[3] * w + b[3] * u + c[3] * v,
    )


@device
def fetch_parameters(surface: Record, looks: Looks, geometry: Geometry) -> None:
    """Look up metallic, roughness and transmission of a point whose base is fetched."""
    shade = load_rows(looks.materials, surface.material, SHADE_WORDS)
    surface.metallic, surface.roughness, surface.core_f0, _ = shade
    textured = (surface.flags & HAS_TEXTURES) != NO
    if any_lane(textured):
        slot = select(textured, looks.materials[surface.material].mr_slot, ABSENT)
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
        _set_glass(surface, looks, geometry)
    has_film = (surface.flags & HAS_IRIDESCENCE) != NO
    if any_lane(has_film):
        set_film(surface, looks, geometry, has_film)


@shared
def _set_glass(surface: Record, looks: Looks, geometry: Geometry) -> None:
    m = looks.materials[surface.material]
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
