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
from renderer.kernels.lane_functions import select, to_word
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
    surface.material = to_word(part.material)
    surface.kind = m.kind
    surface.flags = m.flags
    red, green, blue, alpha = m.base_r, m.base_g, m.base_b, m.base_a
    surface.base_r, surface.base_g, surface.base_b = red, green, blue
    surface.alpha = ONE


@device
def prepare_lobes(surface: Record, looks: Looks, geometry: Geometry, direction: Vec3) -> None:
    part = geometry.parts[surface.part]
    m = looks.materials[surface.material]
    surface.lx = ZERO
    surface.ly = ZERO
    surface.lz = ZERO
    to_viewer = neg(direction)
    normal = (surface.gx, surface.gy, surface.gz)
    surface.bent = part.smooth
    set_frame(surface, normal, to_viewer)
    surface.diffuse_r = surface.base_r
    surface.diffuse_g = surface.base_g
    surface.diffuse_b = surface.base_b
    surface.smooth = 0
    surface.p_diffuse = ONE
    surface.p_glass = ZERO
