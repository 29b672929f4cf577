"""How bright emission textures are, triangle by triangle.

The mean over the texels under each triangle decides how often it is chosen as a light. Where
all of them are black the triangle is none: of a thousand triangles with one lit screen among
them, two remain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.kernels import data
from renderer.kernels.data import Floats, Records
from renderer.layout.geometry import PackedGeometry
from renderer.layout.materials import decode_srgb
from renderer.layout.uv_sets import later_uv_sets
from renderer.scene import Doubles, Image, Scene, TextureSlot, Wrap

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
#: Sums are kept for this many cells a side; cells of larger images hold several texels.
_MAX_CELLS = 1024
#: Rows of texels that are decoded at a time: they stay in the processor's cache.
_STRIP_ROWS = 64
#: Whole numbers stand for brightness, so that what is black sums up to exactly 0.
_LEVELS = 1 << 20


@dataclass(frozen=True)
class _Brightness:
    """Sums of a texture's luminance over rectangles of cells.

    Attributes:
        sums: (R + 1, C + 1) int64: of all cells above and to the left.
        unit: luminance of one level, spread over a cell.
    """

    sums: npt.NDArray[np.int64]
    unit: float


def mean_emission(
    scene: Scene,
    packed: PackedGeometry,
    rows: npt.NDArray[np.int64],
    part: Records,
    slot: TextureSlot,
) -> Doubles:
    """Return (N,) the texture's mean luminance in a box around each triangle's UVs.

    0 only where the texture is black wherever a lookup on the triangle may reach.

    Args:
        scene: with its images.
        packed: the triangles.
        rows: numbers of the triangles, all of one part.
        part: that part.
        slot: of the emission texture.
    """
    texture = scene.textures[slot.texture]
    brightness = _sum_up(scene.images[texture.image])
    uvs = packed.geometry.shading[rows, 9:15]
    if slot.uv_set > 0 and part["uv_row"] != data.ABSENT_ROW:
        sets = later_uv_sets(scene.materials[int(part["material"])])
        first = rows * len(sets) + int(part["uv_row"])
        uvs = packed.geometry.uvs[first + sets.index(slot.uv_set)]
    matrix = slot.transform.astype(np.float64)
    corners = uvs.reshape(-1, 3, 2).astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
    height, width = (n - 1 for n in brightness.sums.shape)
    x0, x1 = _cells(corners[..., 0], width, texture.wrap_u)
    y0, y1 = _cells(corners[..., 1], height, texture.wrap_v)
    total = (
        _periodic(brightness, y1, x1)
        - _periodic(brightness, y0, x1)
        - _periodic(brightness, y1, x0)
        + _periodic(brightness, y0, x0)
    )
    mean: Doubles = total * brightness.unit / ((x1 - x0) * (y1 - y0))
    return mean


def _sum_up(image: Image) -> _Brightness:
    """Return the sums of an image's linear luminance."""
    strips = [
        _shrink(_luminance(image.texels[top : top + _STRIP_ROWS]).T).T
        for top in range(0, image.texels.shape[0], _STRIP_ROWS)
    ]
    luminance = _shrink(np.concatenate(strips))
    unit = float(luminance.max()) / _LEVELS
    levels_of = np.ceil(luminance / unit) if unit > 0.0 else np.zeros_like(luminance)
    sums = np.zeros((luminance.shape[0] + 1, luminance.shape[1] + 1), np.int64)
    sums[1:, 1:] = levels_of.astype(np.int64).cumsum(axis=0).cumsum(axis=1)
    return _Brightness(sums, unit)


def _luminance(texels: npt.NDArray[np.generic]) -> Floats:
    """Return (H, W): linear luminance; a grey image's second channel is alpha."""
    weights = LUMINANCE if texels.shape[2] >= 3 else np.ones(1)
    if texels.dtype.kind == "f":
        colors = np.maximum(np.nan_to_num(texels[..., : len(weights)].astype(np.float32)), 0.0)
        return np.asarray(colors @ weights.astype(np.float32), np.float32)
    levels = int(np.iinfo(texels.dtype.name).max)
    decoded = decode_srgb(np.arange(levels + 1) / levels)
    total = np.zeros(texels.shape[:2], np.float32)
    for channel, weight in enumerate(weights):
        total += np.take(
            (decoded * weight).astype(np.float32), texels[..., channel].astype(np.intp)
        )
    return total


def _shrink(luminance: Floats) -> Floats:
    """Return means of groups of rows, at most `_MAX_CELLS` of them; all groups nearly equal."""
    height = len(luminance)
    if height <= _MAX_CELLS:
        return luminance
    first = np.arange(_MAX_CELLS) * height // _MAX_CELLS
    sizes = np.diff(np.append(first, height))
    means = np.add.reduceat(luminance, first, axis=0) / sizes[:, None]
    return means.astype(np.float32)


def _cells(
    corners: Doubles, size: int, wrap: Wrap
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the range of cells that lookups between three corners may reach.

    Interpolation reaches half a texel further, rounding a little more: one cell on each side.
    Mirrored images count as a whole: they are rare.
    """
    low = np.floor(corners.min(axis=1) * size).astype(np.int64) - 1
    high = np.floor(corners.max(axis=1) * size).astype(np.int64) + 2
    if wrap is Wrap.MIRROR:
        return np.zeros_like(low), np.full_like(high, size)
    if wrap is Wrap.CLAMP:
        low = np.clip(low, 0, size - 1)
        return low, np.clip(high, low + 1, size)
    whole = high - low >= size
    return np.where(whole, 0, low), np.where(whole, size, high)


def _periodic(
    brightness: _Brightness, y: npt.NDArray[np.int64], x: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the sums up to places in the endlessly repeated texture."""
    sums = brightness.sums
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    down, row = np.divmod(y, height)
    right, column = np.divmod(x, width)
    result: npt.NDArray[np.int64] = (
        down * right * sums[-1, -1]
        + down * sums[-1, column]
        + right * sums[row, -1]
        + sums[row, column]
    )
    return result
