"""Mattes per object and material, as Cryptomatte has them.

A name's hash, seen as a float32, is its id. A pixel holds pairs of (id, coverage), the largest
coverage first; the file's header holds the names. Everything here follows Friedman, Jones 2015,
"Fully Automatic ID Mattes with Support for Motion Blur and Transparency", and the Cryptomatte
Specification 1.2.0 (Psyop).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_WORD = 0xFFFFFFFF
#: Readers of EXR files take headers of some MiB; 50,000 names of 40 letters are 3 MB.
MAX_MANIFEST_NAMES = 50_000
#: Longer names are cut for the manifest (never for the hash).
MAX_NAME_CHARACTERS = 512


class Matte(Enum):
    """What the ids stand for: the channel's name, and the layers' in files."""

    OBJECT = "object_id"
    MATERIAL = "material_id"

    @property
    def layer(self) -> str:
        """Name of the layers in files; a number of two digits follows."""
        return "CryptoObject" if self is Matte.OBJECT else "CryptoMaterial"


def hash_name(name: str) -> int:
    """Return MurmurHash3 (x86, 32 bits, seed 0) of the name's UTF-8 bytes.

    Source: Austin Appleby's description of MurmurHash3.
    """
    data = name.encode("utf-8", "surrogatepass")
    body = len(data) // 4
    state = 0
    for (word,) in struct.iter_unpack("<I", data[: 4 * body]):
        state = _rotate(state ^ _mix_word(word), 13) * 5 + 0xE6546B64 & _WORD
    tail = data[4 * body :]
    if tail:
        state ^= _mix_word(int.from_bytes(tail, "little"))
    state ^= len(data)
    state = (state ^ state >> 16) * 0x85EBCA6B & _WORD
    state = (state ^ state >> 13) * 0xC2B2AE35 & _WORD
    return state ^ state >> 16


def _mix_word(word: int) -> int:
    return _rotate(word * 0xCC9E2D51 & _WORD, 15) * 0x1B873593 & _WORD


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _WORD


def name_id(name: str) -> int:
    """Return the 32 bits of a name's id: its hash, made a normal float where it is not.

    NaN, infinity, 0 and denormals would not survive a compositor (specification, "Hash
    conversion").
    """
    bits = hash_name(name)
    if bits >> 23 & 0xFF in (0, 0xFF):
        bits ^= 1 << 23
    return bits


def make_ids(names: Iterable[str]) -> Floats:
    """Return the names' ids as float32, at least one; each different name is hashed once."""
    known: dict[str, int] = {}
    bits = []
    for name in names:
        if name not in known:
            known[name] = name_id(name)
        bits.append(known[name])
    return np.array(bits or [0], np.uint32).view(np.float32)


def make_attributes(matte: Matte, names: Iterable[str]) -> dict[str, str]:
    """Return the header entries that tell readers of the file about a matte's layers.

    Args:
        matte: which.
        names: of everything that may be in the picture; more than `MAX_MANIFEST_NAMES` are left
            out of the manifest: the mattes then work by picking in the picture only.
    """
    key = f"cryptomatte/{hash_name(matte.layer):08x}"[: len("cryptomatte/") + 7]
    different = sorted(set(names))
    if len(different) > MAX_MANIFEST_NAMES:
        different = []
    manifest = {name[:MAX_NAME_CHARACTERS]: f"{name_id(name):08x}" for name in different}
    return {
        f"{key}/name": matte.layer,
        f"{key}/hash": "MurmurHash3_32",
        f"{key}/conversion": "uint32_to_float32",
        f"{key}/manifest": json.dumps(manifest, separators=(",", ":")),
    }


def merge_ranks(parts: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Return the ranked pairs of several sample ranges together.

    Exact as long as no part has more ids than ranks.

    Args:
        parts: each (..., 2 * ranks) float32.
        weights: of the parts; they add up to 1.
    """
    shape = parts[0].shape
    flat = [part.reshape(-1, shape[-1] // 2, 2) for part in parts]
    merged = np.zeros_like(flat[0])
    for pixel, pairs in enumerate(merged):
        coverage: dict[float, float] = {}
        for part, weight in zip(flat, weights, strict=True):
            for name, share in part[pixel].tolist():
                if share > 0.0:
                    coverage[name] = coverage.get(name, 0.0) + weight * share
        best = sorted(coverage.items(), key=lambda item: -item[1])[: len(pairs)]
        if best:
            pairs[: len(best)] = best
    return merged.reshape(shape)
