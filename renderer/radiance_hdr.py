"""Radiance `.hdr` pictures (Ward, "Real Pixels", Graphics Gems II, 1991; Radiance `color.c`).

Four bytes per pixel: three mantissas and a common exponent; rows are flat, old-style or new-style
run-length encoded.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from renderer.scene import Floats, SceneError

#: What a file may begin with.
HDR_MAGICS = (b"#?RADIANCE", b"#?RGBE")

#: Headers hold the commands that made the picture; a longer one is none.
_MAX_HEADER_BYTES = 1 << 16
_RESOLUTION = re.compile(rb"^([+-])Y (\d{1,6}) ([+-])X (\d{1,6})$")
#: Rows outside of this width cannot be new-style encoded.
_MIN_ENCODED, _MAX_ENCODED = 8, 0x7FFF

Bytes = npt.NDArray[np.uint8]


def read_radiance_hdr(data: bytes, name: str, max_px: int) -> Floats:
    """Decodes a picture.

    Args:
        data: the file.
        name: for messages.
        max_px: the largest number of pixels that is accepted.

    Returns:
        (H, W, 3) float32, row 0 at the top.

    Raises:
        SceneError: damaged, too large, or of a kind that is not supported (XYZ, rotated).
    """
    width, height, flip_y, flip_x, start = _read_header(data, name)
    if width * height > max_px or width == 0 or height == 0:
        raise SceneError(f"{name}: {width} × {height} pixels are outside of 1 to {max_px}")
    rgbe = _read_rows(data, start, (height, width), name)
    # ldexp(mantissa + 0.5, exponent - 136); exponent 0 is black.
    scale = np.ldexp(np.float32(1.0), rgbe[:, :, 3].astype(np.int32) - 136)
    scale[rgbe[:, :, 3] == 0] = 0.0
    radiance = (rgbe[:, :, :3] + np.float32(0.5)) * scale[:, :, None].astype(np.float32)
    return radiance[:: -1 if flip_y else 1, :: -1 if flip_x else 1]


def _read_header(data: bytes, name: str) -> tuple[int, int, bool, bool, int]:
    """Width, height, whether rows and columns are reversed, and where the pixels start."""
    head = data[:_MAX_HEADER_BYTES]
    blank = head.find(b"\n\n")
    end = head.find(b"\n", blank + 2)
    if blank < 0 or end < 0:
        raise SceneError(f"{name}: the Radiance header is damaged")
    for line in head[:blank].split(b"\n"):
        if line.startswith(b"FORMAT=") and line.strip() != b"FORMAT=32-bit_rle_rgbe":
            kind = line[7:47].decode("ascii", "replace")
            raise SceneError(f"{name}: {kind} cannot be read; save it as 32-bit_rle_rgbe")
    size = head[blank + 2 : end].strip()
    match = _RESOLUTION.match(size)
    if match is None:
        shown = size[:40].decode("ascii", "replace")
        raise SceneError(f"{name}: the size {shown!r} is not of the form -Y height +X width")
    return int(match[4]), int(match[2]), match[1] == b"+", match[3] == b"-", end + 1


def _read_rows(data: bytes, start: int, shape: tuple[int, int], name: str) -> Bytes:
    height, width = shape
    # No encoding packs a row of any width into less than 4 bytes: a forged size ends here.
    if len(data) - start < 4 * height:
        raise _cut_off(name)
    source = np.frombuffer(data, np.uint8)
    rows = np.empty((height, width, 4), np.uint8)
    position = start
    try:
        for row in rows:
            if _is_new_style(data, position, width):
                position = _read_new_row(data, source, position + 4, row)
            else:
                position = _read_old_row(source, position, row)
    except (IndexError, ValueError) as error:
        raise _cut_off(name) from error
    return rows


def _is_new_style(data: bytes, position: int, width: int) -> bool:
    head = data[position : position + 4]
    return (
        _MIN_ENCODED <= width <= _MAX_ENCODED
        and head[:2] == b"\x02\x02"
        and int.from_bytes(head[2:4], "big") == width
    )


def _read_new_row(data: bytes, source: Bytes, position: int, row: Bytes) -> int:
    """Four planes, each of runs (count > 128) and literals; returns where the next row starts."""
    for channel in range(4):
        position = _read_plane(data, source, position, row[:, channel])
    return position


def _read_plane(data: bytes, source: Bytes, position: int, plane: Bytes) -> int:
    width = len(plane)
    filled = 0
    while filled < width:
        count = data[position]
        if count > 128:
            count -= 128
            if filled + count > width:
                raise ValueError("a run reaches beyond its row")
            plane[filled : filled + count] = data[position + 1]
            position += 2
        else:
            if count == 0 or filled + count > width:
                raise ValueError("a literal reaches beyond its row")
            plane[filled : filled + count] = source[position + 1 : position + 1 + count]
            position += 1 + count
        filled += count
    return position


def _read_old_row(source: Bytes, position: int, row: Bytes) -> int:
    """Flat pixels; (1, 1, 1, n) repeats the last one n times, and again n << 8, ... in a row."""
    width = len(row)
    flat = source[position : position + 4 * width].reshape(-1, 4) if width else row
    if len(flat) == width and not (flat[:, :3] == 1).all(axis=1).any():
        row[:] = flat
        return position + 4 * width
    filled = shift = 0
    while filled < width:
        pixel = source[position : position + 4]
        position += 4
        if len(pixel) < 4:
            raise ValueError("the file ends within a row")
        if (pixel[:3] == 1).all():
            count = int(pixel[3]) << shift
            if filled == 0 or filled + count > width:
                raise ValueError("a repeat has nothing to repeat, or too much")
            row[filled : filled + count] = row[filled - 1]
            filled += count
            shift = min(shift + 8, 24)
        else:
            row[filled] = pixel
            filled += 1
            shift = 0
    return position


def _cut_off(name: str) -> SceneError:
    return SceneError(f"{name}: the Radiance picture is damaged or cut off; copy it again")
