"""Tables of 16-bit numbers as text: the same on every computer, and short."""

from __future__ import annotations

import base64
import zlib

import numpy as np

from renderer.kernels.data import Words


def pack_numbers(values: Words) -> str:
    """Return text for numbers of 0..65535; neighbours should be alike."""
    steps = np.diff(values.ravel().astype(np.uint16), prepend=np.uint16(0)).astype("<u2")
    halves = steps.view(np.uint8).reshape(-1, 2).T
    return base64.b85encode(zlib.compress(halves.tobytes(), 9)).decode()


def unpack_numbers(text: str) -> Words:
    """Return the numbers of `pack_numbers`, as uint32 in a row."""
    halves = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8).reshape(2, -1)
    steps = np.ascontiguousarray(halves.T).view("<u2").ravel()
    return np.cumsum(steps, dtype=np.uint16).astype(np.uint32)
