"""The walks through meshopt streams, which no array operation does: one step tells the next.

Numba compiles them, for streams that are long enough to pay for it, and keeps the machine code;
they call no functions of other files, which its cache would not notice a change of. As plain Python
they are what decodes short streams. They never read beyond the stream: it comes from a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba.extending import register_jitable

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]

#: What the walks return besides a position: why they stopped.
ENDS_EARLY, TOO_LONG = -1, -2
_MASK = 0xFFFFFFFF
#: Bytes above which compiled code is used: compiling takes 3 s, once; Python takes 0.5 s for these.
_LONG = 100_000


@numba.njit(cache=True, nogil=True)
def find_groups(
    data: Bytes, count: int, block: int, stride: int, modes: Indices, offsets: Indices
) -> int:
    """Mode and offset of every group of an attribute stream.

    Args:
        data: the stream.
        count: elements.
        block: elements per block; the last one may have fewer.
        stride: bytes per element.
        modes: (G,) of all groups, to be filled.
        offsets: likewise.

    Returns:
        Where the last group ends, or ENDS_EARLY.
    """
    position, number, start = 1, 0, 0
    while start < count:
        groups = (min(block, count - start) + 15) // 16
        for _ in range(stride):
            header = position
            position += (groups + 3) // 4
            if position > len(data):
                return ENDS_EARLY
            for group in range(groups):
                mode = (int(data[header + (group >> 2)]) >> ((group & 3) * 2)) & 3
                modes[number] = mode
                offsets[number] = position
                number += 1
                packed = 0 if mode == 0 else 2 << mode
                if position + packed > len(data):
                    return ENDS_EARLY
                # Codes that do not fit follow in full: as many bytes as there are sentinels.
                bits, top, extra = 1 << mode, (1 << (1 << mode)) - 1, 0
                if mode == 1 or mode == 2:
                    for place in range(position, position + packed):
                        for shift in range(0, 8, bits):
                            if (int(data[place]) >> shift) & top == top:
                                extra += 1
                position += packed + extra
        start += block
    return position


@numba.njit(cache=True, nogil=True)
def walk_indices(data: Bytes, count: int, result: Indices) -> int:
    """Decodes a sequence of indices.

    Args:
        data: the stream.
        count: indices.
        result: (count,) to be filled.

    Returns:
        Where it ends, or ENDS_EARLY or TOO_LONG.
    """
    last = np.zeros(2, np.int64)
    position = 1
    for number in range(count):
        value, position = _read_number(data, position)
        if position < 0:
            return position
        base = value & 1
        last[base] = (int(last[base]) + _unzigzag(value >> 1)) & _MASK
        result[number] = last[base]
    return position


@numba.njit(cache=True, nogil=True)
def walk_triangles(data: Bytes, count: int, result: Indices) -> int:
    """Decodes the indices of a triangle list.

    A triangle continues one of the last 16 edges with a new, a recent or an explicit vertex, or
    names all three.

    Args:
        data: the stream; has at least 17 bytes and one for every triangle.
        count: triangles.
        result: (count, 3) to be filled.

    Returns:
        Where it ends, or ENDS_EARLY or TOO_LONG.
    """
    edges = np.zeros((16, 2), np.int64)
    vertices = np.zeros(16, np.int64)
    kinds = np.zeros(3, np.int64)
    edge_end, vertex_end, following, last = 0, 0, 0, 0
    table, position = len(data) - 16, 1 + count
    for number in range(count):
        # -- how each corner is given: 0 new, 15 explicit, else recent --
        code = int(data[1 + number])
        first = 0
        if code < 0xF0:
            first = 2
            edge = edges[(edge_end - 1 - (code >> 4)) & 15]
            result[number, 0], result[number, 1] = edge[0], edge[1]
            kinds[2] = code & 15
        else:
            if code < 0xFE:
                pair = int(data[table + (code & 15)])
            else:
                if position >= len(data):
                    return ENDS_EARLY
                pair = int(data[position])
                position += 1
                if pair == 0:
                    following = 0
            kinds[0] = 15 if code == 0xFF else 0
            kinds[1], kinds[2] = pair >> 4, pair & 15
        # -- the corners --
        for corner in range(first, 3):
            kind = int(kinds[corner])
            if kind == 0:
                vertex = following
                following += 1
            elif kind == 15:
                value, position = _read_number(data, position)
                if position < 0:
                    return position
                last = (last + _unzigzag(value)) & _MASK
                vertex = last
            elif first == 2 and kind > 12:
                last = (last + (1 if kind == 14 else -1)) & _MASK
                vertex = last
            else:
                back = kind + 1 if first == 2 else kind
                vertex = int(vertices[(vertex_end - back) & 15])
            result[number, corner] = vertex
        # -- what later triangles may refer to --
        for side in range(1 if first == 2 else 0, 3):
            # An edge is stored as the triangle beyond it would run: (b, a), (c, b), (a, c).
            edges[edge_end & 15, 0] = result[number, (side + 1) % 3]
            edges[edge_end & 15, 1] = result[number, side]
            edge_end += 1
        for corner in range(first, 3):
            if kinds[corner] in (0, 15) or (first == 2 and kinds[corner] > 12):
                vertices[vertex_end & 15] = result[number, corner]
                vertex_end += 1
    return position


@register_jitable
def _read_number(data: Bytes, position: int) -> tuple[int, int]:
    """An unsigned LEB128 number of at most five bytes, and where the next one begins.

    In place of that, ENDS_EARLY or TOO_LONG.
    """
    value, shift = 0, 0
    while shift < 35:
        if position >= len(data):
            return 0, ENDS_EARLY
        byte = int(data[position])
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & _MASK, position
        shift += 7
    return 0, TOO_LONG


@register_jitable
def _unzigzag(value: int) -> int:
    return ~(value >> 1) if value & 1 else value >> 1


def run(walk: Any, data: Bytes, *arguments: Any) -> int:
    """Calls a walk, compiled where that pays.

    Raises:
        ValueError: the stream ends early or holds a number that is too long.
    """
    function: Callable[..., int] = walk if len(data) > _LONG else walk.py_func
    end = int(function(data, *arguments))
    if end == ENDS_EARLY:
        raise ValueError("the stream ends early")
    if end == TOO_LONG:
        raise ValueError("a number in the stream is too long")
    return end
