"""OpenEXR files: the light itself, with every layer and where the frame came from.

One part holds all layers as `layer.component`, the beauty as R, G, B, A without a name: what
compositors expect. With `multi_part` each layer is a part of its own. Alpha is premultiplied, as
the format demands.

DWAA and DWAB lose a little in every channel called R, G or B, also in depth and ids that are
stored under such names (Cryptomatte's are). Layers that are not colours then get parts of their
own, packed by ZIP, which loses nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import OpenEXR

from renderer.layers import Floats, Layer, Placement
from renderer.output_options import OutputOptions

COMPRESSIONS = {
    "none": OpenEXR.NO_COMPRESSION,
    "rle": OpenEXR.RLE_COMPRESSION,
    "zips": OpenEXR.ZIPS_COMPRESSION,
    "zip": OpenEXR.ZIP_COMPRESSION,
    "piz": OpenEXR.PIZ_COMPRESSION,
    "dwaa": OpenEXR.DWAA_COMPRESSION,
    "dwab": OpenEXR.DWAB_COMPRESSION,
}
LOSSY = ("dwaa", "dwab")
BEAUTY = "beauty"
MAX_HALF = np.float32(65504.0)
#: Of Rec. 709: red, green, blue and white, x and y each.
CHROMATICITIES = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)

_Planes = dict[str, npt.NDArray[np.float32 | np.float16]]


def write_exr(
    path: Path,
    layers: Mapping[str, Layer],
    options: OutputOptions,
    metadata: Mapping[str, str | float | int],
    placement: Placement | None = None,
) -> None:
    """Write a file and see that it is whole.

    Args:
        path: of the file.
        layers: by name; `BEAUTY` first.
        options: precision, compression and parts.
        metadata: attributes of the first part.
        placement: data and display window; None where the pixels are the whole frame.

    Raises:
        OSError: the file was written in part.
        RuntimeError: OpenEXR's own reasons.
    """
    lossy = options.compression in LOSSY
    first: _Planes = {}
    height, width = next(iter(layers.values())).pixels.shape[:2]
    window = _make_window(placement, width, height)
    first_header = _make_header(options.compression, window) | _fit_numbers(metadata)
    others: list[tuple[dict[str, object], _Planes, str]] = []
    for name, layer in layers.items():
        planes = _split(name, layer, options)
        alone = name != BEAUTY and (options.multi_part or (lossy and not layer.half_ok))
        if alone:
            compression = options.compression if layer.half_ok or not lossy else "zip"
            header = _make_header(compression, window) | dict(layer.attributes)
            others.append((header, planes, name))
        else:
            first |= planes
        # Compositors look for mattes' names in the first part, whichever holds the mattes.
        first_header |= layer.attributes
    # Copies: OpenEXR puts objects of its own into the dictionaries that it is given.
    parts = [OpenEXR.Part(first_header, dict(first), BEAUTY if others else "")]
    parts += [OpenEXR.Part(header, dict(planes), name) for header, planes, name in others]
    OpenEXR.File(parts).write(str(path))
    _read_back(path, [first, *(planes for _, planes, _ in others)], lossy)


def _make_window(placement: Placement | None, width: int, height: int) -> dict[str, object]:
    if placement is None:
        return {}
    x, y = placement.x, placement.y
    return {
        "dataWindow": ((x, y), (x + width - 1, y + height - 1)),
        "displayWindow": ((0, 0), (placement.width - 1, placement.height - 1)),
        "pixelAspectRatio": placement.pixel_aspect,
    }


def _make_header(compression: str, window: dict[str, object]) -> dict[str, object]:
    return {
        "compression": COMPRESSIONS[compression],
        "type": OpenEXR.scanlineimage,
        "chromaticities": CHROMATICITIES,
        **window,
    }


def _fit_numbers(metadata: Mapping[str, str | float | int]) -> dict[str, object]:
    """An EXR int attribute has 32 bits; OpenEXR writes 0 for what does not fit."""
    fitted: dict[str, object] = {}
    for name, value in metadata.items():
        fits = not isinstance(value, int) or -(2**31) <= value < 2**31
        fitted[name] = value if fits else str(value)
    return fitted


def _split(name: str, layer: Layer, options: OutputOptions) -> _Planes:
    """One contiguous plane per component: OpenEXR reads past the strides of a view."""
    prefix = "" if name == BEAUTY else f"{name}."
    half = options.half and layer.half_ok
    return {
        prefix + component: _to_plane(layer.pixels[:, :, index], half)
        for index, component in enumerate(layer.components)
    }


def _to_plane(values: Floats, half: bool) -> npt.NDArray[np.float32 | np.float16]:
    if not half:
        return np.ascontiguousarray(values, dtype=np.float32)
    # What is too bright stays finite; numpy rounds to the nearest, ties to even.
    return np.clip(values, -MAX_HALF, MAX_HALF).astype(np.float16)


def _read_back(path: Path, written: list[_Planes], lossy: bool) -> None:
    """See that the file is whole: OpenEXR reports no error of the last, buffered bytes."""
    try:
        parts = OpenEXR.File(str(path), separate_channels=True).parts
        whole = all(
            planes.keys() == part.channels.keys()
            and all(_is_same(part.channels[name].pixels, planes[name], lossy) for name in planes)
            for part, planes in zip(parts, written, strict=True)
        )
    except (RuntimeError, ValueError):
        whole = False
    if not whole:
        raise OSError(errno.ENOSPC, "written only in part")


def _is_same(
    read: npt.NDArray[np.float32 | np.float16],
    written: npt.NDArray[np.float32 | np.float16],
    lossy: bool,
) -> bool:
    if read.shape != written.shape or read.dtype != written.dtype:
        return False
    return lossy or np.array_equal(read[-1], written[-1], equal_nan=True)
