"""Colours of vertices, which mesh files keep as pictures do."""

from __future__ import annotations

import numpy as np

from renderer.scene import Doubles, Floats


def srgb_to_linear(colors: Doubles | Floats) -> Floats:
    """Linear values of sRGB-encoded ones (IEC 61966-2-1), clipped to 0..1."""
    encoded: Doubles = np.clip(colors, 0.0, 1.0).astype(np.float64)
    curve: Doubles = ((encoded + 0.055) / 1.055) ** 2.4
    linear: Floats = np.where(encoded <= 0.04045, encoded / 12.92, curve).astype(np.float32)
    return linear
