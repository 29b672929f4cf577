"""Images of MTL materials: taken as they are, or made of two where glTF keeps them in one.

Opacity is the alpha of the base colour; roughness and metalness are two channels of one image;
heights become a normal map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from renderer.images import Texels
from renderer.scene import Floats, Image

#: How many texels high the full range of a bump map stands for; MTL does not say.
_BUMP_TEXELS = 4.0


@dataclass(frozen=True)
class ImageRecipe:
    """How to make an image.

    Attributes:
        kind: "plain", "alpha" (colours, opacity), "metal" (roughness, metalness) or "bump".
        files: labels of its parts, "" for one that is not there.
        strength: of a bump map.
    """

    kind: str
    files: tuple[str, ...]
    strength: float = 1.0


def make_image(recipe: ImageRecipe, decoded: Callable[[str], Image]) -> Image:
    """Makes an image.

    Args:
        recipe: what of.
        decoded: returns the image file of a label.
    """
    parts = [decoded(label).texels if label else None for label in recipe.files]
    name = " + ".join(label for label in recipe.files if label)
    first = parts[0]
    if recipe.kind == "alpha":
        return Image(name, _with_opacity(first, _present(parts[1])))
    if recipe.kind == "metal":
        return Image(name, _rough_and_metal(first, parts[1]))
    if recipe.kind == "bump":
        return Image(name, _normals(_present(first), recipe.strength))
    return Image(name, _present(first))


def _present(texels: Texels | None) -> Texels:
    assert texels is not None, "the recipe names this file"
    return texels


def _with_opacity(colors: Texels | None, opacity: Texels) -> Texels:
    """(H, W, 4): the colours, white where there are none, and the opacity as alpha."""
    mask = _opacity(opacity)
    if colors is None:
        colors = _full(mask, 3)
    colors, mask = _alike(_in_color(colors), mask)
    return np.concatenate([colors, mask], axis=2)


def _opacity(texels: Texels) -> Texels:
    """(H, W, 1): the alpha channel where it says something, else how bright the image is."""
    last = texels[:, :, -1:]
    if texels.shape[2] in (2, 4) and (last != last[:1, :1]).any():
        return last
    return texels[:, :, :1]


def _rough_and_metal(roughness: Texels | None, metalness: Texels | None) -> Texels:
    """(H, W, 3): roughness in green, metalness in blue; full where there is no map."""
    known = _present(metalness if roughness is None else roughness)
    full = _full(known, 1)
    green = full if roughness is None else roughness[:, :, :1]
    blue = full if metalness is None else metalness[:, :, :1]
    green, blue = _alike(green, blue)
    return np.concatenate([np.zeros_like(green), green, blue], axis=2)


def _normals(texels: Texels, strength: float) -> Texels:
    """(H, W, 3) a normal map: of heights, or the image itself where it is one already."""
    scaled: Floats = texels.astype(np.float32) / np.float32(_full_scale(texels))
    if texels.shape[2] >= 3 and _looks_like_normals(scaled):
        return texels
    heights = scaled[:, :, : max(1, min(3, texels.shape[2]))].mean(axis=2)
    if texels.shape[2] == 2:
        heights = scaled[:, :, 0]
    step = np.float32(strength * _BUMP_TEXELS / 2.0)
    across = (np.roll(heights, -1, axis=1) - np.roll(heights, 1, axis=1)) * step
    down = (np.roll(heights, -1, axis=0) - np.roll(heights, 1, axis=0)) * step
    # Green points up the image, against its rows.
    normals = np.stack([-across, down, np.ones_like(across)], axis=2)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return np.rint((normals * 0.5 + 0.5) * 65535.0).astype(np.uint16)


def _looks_like_normals(scaled: Floats) -> bool:
    """Normal maps are blue, with red and green around the middle; exporters call them bump."""
    red, green, blue = (float(scaled[:, :, channel].mean()) for channel in range(3))
    return blue > 0.65 and abs(red - 0.5) < 0.15 and abs(green - 0.5) < 0.15


def _in_color(texels: Texels) -> Texels:
    channels = texels.shape[2]
    return np.repeat(texels[:, :, :1], 3, axis=2) if channels < 3 else texels[:, :, :3]


def _alike(first: Texels, second: Texels) -> tuple[Texels, Texels]:
    """Both of the larger size and the finer depth."""
    height = max(first.shape[0], second.shape[0])
    width = max(first.shape[1], second.shape[1])
    deep = np.uint16 in (first.dtype, second.dtype)
    return _fitted(first, height, width, deep), _fitted(second, height, width, deep)


def _fitted(texels: Texels, height: int, width: int, deep: bool) -> Texels:
    if deep and texels.dtype == np.uint8:
        texels = texels.astype(np.uint16) * np.uint16(257)
    rows = np.arange(height) * texels.shape[0] // height
    columns = np.arange(width) * texels.shape[1] // width
    fitted: Texels = texels[rows[:, None], columns]
    return fitted


def _full(like: Texels, channels: int) -> Texels:
    """One texel of the largest value."""
    return np.array([[[_full_scale(like)] * channels]], like.dtype)


def _full_scale(texels: Texels) -> int:
    """What stands for 1."""
    return 255 if texels.dtype == np.uint8 else 65535
