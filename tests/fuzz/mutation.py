"""Inputs that are nearly right: valid ones, changed here and there. From (seed, index) alone."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

#: Numbers at which parsers go wrong: signs, limits and their neighbours.
NUMBERS = (0, 1, 2, 3, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
#: Bytes with a meaning in what we parse: MessagePack, JSON, text.
TOKENS = (
    b"BKT1", b"\xc0", b"\xc1", b"\xc4\xff", b"\xc6\xff\xff\xff\xff", b"\xcb\x7f\xf8" + bytes(6),
    b"\xcb\x7f\xf0" + bytes(6), b"\xdc\xff\xff", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
    b"\x91" * 64, b"\x80" * 64, b"\xd9\xff", b"\xed\xa0\x80", b"\xff\xfe", b"NaN", b"-1", b"1e999",
    b"[" * 80, b'{"a":' * 40, b"null", b"-0", b"99999999999999999999", b"\n", b"\0", b" ", b"../",
    b'"', b"nan", b"inf", b"4294967295", b"-2147483648", b"true",
)  # fmt: skip
MAX_INPUT_BYTES = 1 << 16


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed with one to eight changes, rarely nonsense from end to end."""
    if rng.random() < 0.01:
        return rng.randbytes(rng.randrange(400))
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        rng.choice(CHANGES)(rng, data, seeds)
    return bytes(data[:MAX_INPUT_BYTES])


def _place(rng: random.Random, data: bytearray) -> int:
    return rng.randrange(len(data)) if data else 0


def _flip(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    if data:
        data[_place(rng, data)] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    if data:
        data[_place(rng, data)] = rng.randrange(256)


def _number(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    form = rng.choice((">H", "<H", ">I", "<I", ">Q", "<f"))
    value = rng.choice(NUMBERS)
    packed = struct.pack(form, value if form[1] != "H" else value & 0xFFFF)
    place = _place(rng, data)
    data[place : place + len(packed)] = packed


def _cut(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    place = _place(rng, data)
    del data[place : place + rng.choice((1, 2, 4, 16, 256))]


def _truncate(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    del data[_place(rng, data) :]


def _insert(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    place = _place(rng, data)
    data[place:place] = rng.choice(TOKENS)


def _overwrite(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    place = _place(rng, data)
    token = rng.choice(TOKENS)
    data[place : place + len(token)] = token


def _repeat(rng: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    place = _place(rng, data)
    piece = data[place : place + rng.choice((1, 4, 12, 64))]
    data[place:place] = piece * rng.choice((1, 2, 16))


def _splice(rng: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    other = rng.choice(seeds)
    start = rng.randrange(len(other) + 1)
    data[_place(rng, data) :] = other[start:]


Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]
CHANGES: tuple[Change, ...] = (
    _flip, _flip, _set, _number, _cut, _truncate, _insert, _overwrite, _repeat, _splice,
)  # fmt: skip
