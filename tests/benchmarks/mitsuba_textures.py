"""Our texture slots as Mitsuba textures.

Texels are decoded here, from the definitions (IEC 61966-2-1, glTF 2.0), and handed over as
linear floats: Mitsuba then judges lookup, wrapping, filtering and transform, and this file
judges the decoding.
"""

from __future__ import annotations

from typing import Any

import mitsuba as mi
import numpy as np

from renderer.scene import Doubles, Scene, TextureSlot, Wrap

_WRAPS = {Wrap.REPEAT: "repeat", Wrap.MIRROR: "mirror", Wrap.CLAMP: "clamp"}


def make_constant(values: Any) -> Any:
    """A texture of one colour, (3,) or a number."""
    if np.ndim(values) == 0:
        return mi.load_dict({"type": "uniform", "value": float(values)})
    color = [float(v) for v in values]
    if max(color) > 1.0:
        return make_bitmap(np.array(color).reshape(1, 1, 3), "repeat", True)
    return mi.load_dict({"type": "rgb", "value": color})


def make_texture(
    scene: Scene, slot: TextureSlot | None, factor: Any, *, srgb: bool, strict: bool = True
) -> Any:
    """The RGB of a slot times its factor.

    Args:
        scene: with textures and images.
        slot: None for the factor alone.
        factor: (3,) multiplies the texels.
        srgb: texels are sRGB encoded.
        strict: refuse what Mitsuba's lookup cannot do.
    """
    if slot is None:
        return make_constant(factor)
    texture = scene.textures[slot.texture]
    if strict and texture.wrap_u is not texture.wrap_v:
        raise ValueError("Mitsuba wraps both axes alike; the scene asks for two ways")
    texels = decode_texels(scene, slot, srgb=srgb)[..., :3] * np.asarray(factor, np.float64)
    return _place(scene, slot, texels)


def make_alpha(
    scene: Scene, slot: TextureSlot | None, factor: float, cutoff: float | None = None
) -> Any:
    """The alpha of a slot times its factor.

    Args:
        scene: with textures and images.
        slot: None for the factor alone.
        factor: multiplies the texels.
        cutoff: makes 0 below it and 1 from it on, texel by texel; None leaves alpha as it is.
    """
    alpha = np.full((1, 1, 1), factor)
    if slot is not None:
        alpha = decode_texels(scene, slot, srgb=False)[..., 3:] * factor
    if cutoff is not None:
        alpha = (alpha >= cutoff).astype(np.float64)
    if slot is None:
        return make_constant(float(alpha[0, 0, 0]))
    return _place(scene, slot, alpha)


def make_channel(scene: Scene, slot: TextureSlot, channel: int, factor: float) -> Any:
    """One channel of a slot times its factor, as numbers."""
    texels = decode_texels(scene, slot, srgb=False)[..., channel : channel + 1]
    return _place(scene, slot, texels * factor)


def _place(scene: Scene, slot: TextureSlot, texels: Doubles) -> Any:
    texture = scene.textures[slot.texture]
    return make_bitmap(texels, _WRAPS[texture.wrap_u], texture.nearest, slot.transform)


def make_bitmap(texels: Doubles, wrap: str, nearest: bool, transform: Any = None) -> Any:
    """A texture over linear texels (H, W, C), C = 1 or 3; v = 0 is the top row."""
    uv = np.eye(3)
    if transform is not None:
        uv[:2] = np.asarray(transform, np.float64)
    return mi.load_dict(
        {
            "type": "bitmap",
            "bitmap": mi.Bitmap(np.ascontiguousarray(texels, dtype=np.float32)),
            "raw": True,
            "wrap_mode": wrap,
            "filter_type": "nearest" if nearest else "bilinear",
            "to_uv": mi.ScalarTransform3f(uv.tolist()),
            "format": "variant",
        }
    )


def decode_texels(scene: Scene, slot: TextureSlot, *, srgb: bool) -> Doubles:
    """(H, W, 4) linear texels of a slot's image; grey is spread, missing alpha is 1."""
    texels = scene.images[scene.textures[slot.texture].image].texels
    values = texels.astype(np.float64)
    is_integer = texels.dtype.kind == "u"
    if is_integer:
        values /= float(np.iinfo(texels.dtype.name).max)
    height, width, channels = values.shape
    color = values[..., :3] if channels >= 3 else np.repeat(values[..., :1], 3, axis=2)
    alpha = values[..., -1:] if channels in (2, 4) else np.ones((height, width, 1))
    if srgb and is_integer:
        color = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return np.concatenate([color, alpha], axis=2)
