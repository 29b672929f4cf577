"""PNG files of 8 and 16 bits with or without transparency (W3C PNG, third edition).

Written by hand because no library of ours writes 16-bit colours.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Colour types of the specification's table 9.
RGB, RGBA = 2, 6
#: White and primaries of Rec. 709, times 100,000.
CHROMATICITIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
GAMMA_SRGB, GAMMA_LINEAR = 45455, 100000
#: H.273 codes: Rec. 709 primaries; transfer of sRGB or linear; RGB, full range.
CICP_SRGB, CICP_LINEAR = bytes((1, 13, 0, 1)), bytes((1, 8, 0, 1))
#: Takes half the time of the usual 6 for renders, whose noise packs no better anyhow.
ZLIB_LEVEL = 4
#: Rows filtered and packed at a time: some MB even for a panorama.
ROWS = 128


def encode_png(
    codes: npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
    texts: Mapping[str, str],
    *,
    linear: bool,
) -> bytes:
    """Return the file.

    Args:
        codes: (H, W, 3 or 4) uint8 or uint16; the alpha is straight.
        texts: keyword (up to 79 characters of Latin-1) to text.
        linear: the codes are proportional to light, not sRGB-encoded.
    """
    height, width, components = codes.shape
    bits = 8 * codes.itemsize
    kind = RGBA if components == 4 else RGB
    chunks = [
        SIGNATURE,
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)),
        # Readers take the first of cICP, sRGB and gAMA with cHRM that they know.
        _chunk(b"cICP", CICP_LINEAR if linear else CICP_SRGB),
        _chunk(b"gAMA", struct.pack(">I", GAMMA_LINEAR if linear else GAMMA_SRGB)),
        _chunk(b"cHRM", struct.pack(">8I", *CHROMATICITIES)),
    ]
    if not linear:
        chunks.append(_chunk(b"sRGB", b"\x00"))  # perceptual intent
    for keyword, text in texts.items():
        key = keyword.encode("latin-1", "replace")[:79]
        # No compression, no language, no translated keyword.
        chunks.append(_chunk(b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8", "replace")))
    chunks.append(_chunk(b"IDAT", _pack(codes)))
    chunks.append(_chunk(b"IEND", b""))
    return b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(name))
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def _pack(codes: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> bytes:
    height, width, components = codes.shape
    step = components * codes.itemsize
    compressor = zlib.compressobj(ZLIB_LEVEL)
    packed = []
    above = np.zeros(width * step, dtype=np.uint8)
    for top in range(0, height, ROWS):
        rows = codes[top : top + ROWS]
        if codes.itemsize == 2:
            rows = rows.astype(">u2")
        plain = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)
        packed.append(compressor.compress(_filter(plain, above, step).tobytes()))
        above = plain[-1]
    packed.append(compressor.flush())
    return b"".join(packed)


def _filter(
    rows: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], step: int
) -> npt.NDArray[np.uint8]:
    """Each row as differences to its left (filter 1) or upper (2) neighbour, whatever is less.

    The smaller sum of absolute differences packs better (the specification's heuristic, 12.7).
    """
    left = rows.copy()
    left[:, step:] -= rows[:, :-step]
    up = rows - np.concatenate((above[np.newaxis], rows[:-1]))
    costs = [np.abs(d.view(np.int8).astype(np.int16)).sum(axis=1) for d in (left, up)]
    use_up = costs[1] < costs[0]
    filtered = np.empty((len(rows), rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = np.where(use_up, 2, 1)
    filtered[:, 1:] = np.where(use_up[:, np.newaxis], up, left)
    return filtered
