"""TIFF files of 8 and 16 bits and of 32-bit floats (TIFF 6.0 and its technical notes).

Written by hand because no library of ours writes colours of more than 8 bits.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from renderer.icc import make_profile

#: Offsets have 32 bits.
MAX_FILE_BYTES = (1 << 32) - 1
ROWS_PER_STRIP = 64
ZLIB_LEVEL = 4
ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7
_TYPE_FORMAT = {SHORT: "H", LONG: "I", RATIONAL: "I"}
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, DESCRIPTION = 256, 257, 258, 259, 262, 270
STRIP_OFFSETS, SAMPLES, ROWS, STRIP_BYTES, X_RESOLUTION, Y_RESOLUTION = 273, 277, 278, 279, 282, 283
PLANAR, RESOLUTION_UNIT, SOFTWARE, PREDICTOR, EXTRA, FORMAT = 284, 296, 305, 317, 338, 339
ICC_PROFILE = 34675
ADOBE_DEFLATE, PHOTOMETRIC_RGB, CHUNKY, INCH = 8, 2, 1, 2
PREDICT_WHOLE, PREDICT_FLOAT = 2, 3
PREMULTIPLIED, STRAIGHT = 1, 2
UNSIGNED, FLOAT = 1, 3

_Tag = tuple[int, tuple[int, ...] | bytes]


def encode_tiff(
    values: npt.NDArray[Any],
    texts: Mapping[int, str],
    *,
    linear: bool,
) -> bytes:
    """Return the file, little-endian.

    Args:
        values: (H, W, 3 or 4) uint8 or uint16 with straight alpha, or float32 with
            premultiplied alpha.
        texts: ASCII by tag, such as `DESCRIPTION` and `SOFTWARE`.
        linear: the values are proportional to light, not sRGB-encoded.

    Raises:
        OSError: the file would be larger than a TIFF can be.
    """
    height, width, components = values.shape
    is_float = values.dtype.kind == "f"
    strips = [
        zlib.compress(_predict(values[top : top + ROWS_PER_STRIP]), ZLIB_LEVEL)
        for top in range(0, height, ROWS_PER_STRIP)
    ]
    tags: dict[int, _Tag] = {
        WIDTH: (LONG, (width,)),
        HEIGHT: (LONG, (height,)),
        BITS: (SHORT, (8 * values.itemsize,) * components),
        COMPRESSION: (SHORT, (ADOBE_DEFLATE,)),
        PHOTOMETRIC: (SHORT, (PHOTOMETRIC_RGB,)),
        STRIP_OFFSETS: (LONG, _find_offsets(strips)),
        SAMPLES: (SHORT, (components,)),
        ROWS: (LONG, (ROWS_PER_STRIP,)),
        STRIP_BYTES: (LONG, tuple(len(strip) for strip in strips)),
        X_RESOLUTION: (RATIONAL, (72, 1)),
        Y_RESOLUTION: (RATIONAL, (72, 1)),
        PLANAR: (SHORT, (CHUNKY,)),
        RESOLUTION_UNIT: (SHORT, (INCH,)),
        PREDICTOR: (SHORT, (PREDICT_FLOAT if is_float else PREDICT_WHOLE,)),
        FORMAT: (SHORT, (FLOAT if is_float else UNSIGNED,) * components),
        ICC_PROFILE: (UNDEFINED, make_profile(linear=linear)),
    }
    if components == 4:
        tags[EXTRA] = (SHORT, (PREMULTIPLIED if is_float else STRAIGHT,))
    for tag, text in texts.items():
        tags[tag] = (ASCII, text.encode("ascii", "replace") + b"\0")
    return _lay_out(strips, tags)


def _find_offsets(strips: list[bytes]) -> tuple[int, ...]:
    """Strips follow the 8 bytes of the header, each on an even offset."""
    offsets, at = [], 8
    for strip in strips:
        offsets.append(at)
        at += len(strip) + len(strip) % 2
    if at + (1 << 20) > MAX_FILE_BYTES:  # what follows is far smaller
        # The system's word for it, and the only one that a full disk has not.
        raise OSError(errno.EFBIG, f"{os.strerror(errno.EFBIG)} for TIFF; save as .exr")
    return tuple(offsets)


def _lay_out(strips: list[bytes], tags: dict[int, _Tag]) -> bytes:
    """Header, strips, directory, and what does not fit into its entries of four bytes."""
    body = b"".join(strip + bytes(len(strip) % 2) for strip in strips)
    directory_at = 8 + len(body)
    extra_at = directory_at + 2 + 12 * len(tags) + 4
    directory, extra = struct.pack("<H", len(tags)), b""
    for tag in sorted(tags):
        kind, value = tags[tag]
        count = len(value) // 2 if kind == RATIONAL else len(value)
        data = value if isinstance(value, bytes) else _pack_numbers(kind, value)
        if len(data) > 4:
            pointer = struct.pack("<I", extra_at + len(extra))
            extra += data + bytes(len(data) % 2)
        else:
            pointer = data.ljust(4, b"\0")
        directory += struct.pack("<HHI", tag, kind, count) + pointer
    return struct.pack("<2sHI", b"II", 42, directory_at) + body + directory + bytes(4) + extra


def _pack_numbers(kind: int, values: tuple[int, ...]) -> bytes:
    return struct.pack(f"<{len(values)}{_TYPE_FORMAT[kind]}", *values)


def _predict(rows: npt.NDArray[Any]) -> bytes:
    """Differences along a row pack better: of values, or of a float's bytes, highest ones first.

    TIFF 6.0, section 14, and Adobe's technical note 3 for floats.
    """
    if rows.dtype.kind != "f":
        little = rows.astype(rows.dtype.newbyteorder("<"))
        little[:, 1:] -= rows[:, :-1]
        return little.tobytes()
    height = len(rows)
    planes = rows.astype(">f4").view(np.uint8).reshape(height, -1, 4).transpose(0, 2, 1)
    flat = planes.reshape(height, -1)
    step = rows.shape[2]
    differences = flat.copy()
    differences[:, step:] -= flat[:, :-step]
    return differences.tobytes()
