"""The background plate: a picture behind the scene that only the camera sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL.Image

from renderer.radiance_files import read_radiance
from renderer.scene import Doubles, Floats

#: An 8K × 8K picture takes 1 GiB while it is fitted to the frame.
MAX_PLATE_PX = 8192 * 8192
#: The EXIF tag, and what its values ask for: (quarter turns counter-clockwise, mirrored first).
_ORIENTATION_TAG = 0x0112
_TURNS = {1: (0, False), 2: (0, True), 3: (2, False), 4: (2, True)} | {
    5: (1, True),
    6: (3, False),
    7: (3, True),
    8: (1, False),
}


def load_plate(path: Path, label: str) -> Floats:
    """Reads a plate, upright as its camera noted.

    Args:
        path: the file; its name does not matter.
        label: what messages call it.

    Returns:
        (H, W, 4) float32: linear red, green and blue, multiplied by alpha, and alpha, 1 where
        the file has none.

    Raises:
        SceneError: missing, damaged, too large, or of another format.
    """
    radiance = read_radiance(path, label, MAX_PLATE_PX)
    plate = np.ones((*radiance.shape[:2], 4), np.float32)
    plate[:, :, : radiance.shape[2]] = radiance
    plate[:, :, 3] = np.minimum(plate[:, :, 3], np.float32(1.0))
    turns, mirrored = _TURNS.get(_orientation(path), (0, False))
    upright = np.rot90(plate[:, ::-1] if mirrored else plate, turns)
    return np.ascontiguousarray(upright)


def _orientation(path: Path) -> int:
    try:
        with PIL.Image.open(path) as image:
            return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except (OSError, ValueError, TypeError, SyntaxError, PIL.Image.DecompressionBombError):
        return 1  # no image file, but radiance; or damaged, which `read_radiance` has told


def fit_plate(plate: Floats, width: int, height: int, fit: str) -> Floats:
    """Return the plate at the frame's size; one of that very size stays as it is, bit for bit.

    Args:
        plate: (H, W, 4) float32, colours multiplied by alpha.
        width: of the frame, pixels.
        height: of the frame, pixels.
        fit: "cover" fills the frame and crops evenly, "contain" shows all of it between
            transparent borders, "stretch" distorts it.

    Returns:
        (height, width, 4) float32, a copy.
    """
    rows, columns = plate.shape[:2]
    scales = (width / columns, height / rows)
    if fit != "stretch":
        scales = (max(scales),) * 2 if fit == "cover" else (min(scales),) * 2
    across, there_x = _resample(plate.swapaxes(0, 1), width, scales[0])
    fitted, there_y = _resample(across.swapaxes(0, 1), height, scales[1])
    covered = (there_y[:, None] * there_x[None, :]).astype(np.float32)
    return np.ascontiguousarray(fitted * covered[:, :, None])


def _resample(picture: Floats, size: int, scale: float) -> tuple[Floats, Doubles]:
    """Bring the first axis to `size`, centred, by a triangle filter.

    Enlarged, that is linear interpolation; made smaller, the triangle widens with it, so that
    nothing aliases.

    Returns:
        The picture, its edge rows repeated outside, and (size,) how much of each row it covers.
    """
    count = picture.shape[0]
    first = (size - count * scale) / 2.0
    place = np.arange(size)
    centers = (place + 0.5 - first) / scale - 0.5
    radius = max(1.0, 1.0 / scale)
    taps = 2 * int(np.ceil(radius)) + 1
    lowest = np.floor(centers).astype(np.int64) - taps // 2
    numbers = lowest + np.arange(taps)[:, None]
    weights = np.maximum(0.0, 1.0 - np.abs(numbers - centers) / radius)
    weights = (weights / weights.sum(axis=0)).astype(np.float32)
    numbers = np.clip(numbers, 0, count - 1)
    result = np.zeros((size, *picture.shape[1:]), np.float32)
    for weight, number in zip(weights, numbers, strict=True):
        if weight.any():
            result += weight[:, None, None] * picture[number]
    covered = np.minimum(place + 1.0, first + count * scale) - np.maximum(place, first)
    return result, _share(covered)


def _share(covered: npt.NDArray[np.float64]) -> Doubles:
    """Return shares of a pixel without the rounding of the fit, which would show as an edge."""
    rounded: Doubles = np.clip(np.round(covered, 6), 0.0, 1.0)
    return rounded
