"""The three bitstreams of EXT_meshopt_compression (its specification, appendix A).

Attributes are decoded by array operations, indices by a loop over triangles. All reads are
checked: a stream that ends early raises IndexError or ValueError, which the caller translates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

_GROUP = 16  # elements whose deltas are coded alike
_BASELINE_BYTES = 32
_TABLE_BYTES = 16
_MASK = 0xFFFFFFFF


def decode_attributes(data: bytes, count: int, stride: int) -> Bytes:
    """Decodes elements of any kind.

    Args:
        data: the stream.
        count: number of elements.
        stride: bytes per element, a multiple of 4 up to 256.

    Returns:
        (count, stride) uint8.

    Raises:
        ValueError: not such a stream, or of another length.
        IndexError: it ends early.
    """
    if data[0] != 0xA0:
        raise ValueError(f"the attribute stream begins with {data[0]:#x} instead of 0xa0")
    block = min(8192 // stride & ~15, 256)
    sizes = [min(block, count - start) for start in range(0, count, block)]
    modes, offsets, end = _find_groups(data, sizes, stride)
    if end != len(data) - max(stride, _BASELINE_BYTES):
        raise ValueError("the attribute stream is of another length than its groups")
    zigzag = _read_deltas(np.frombuffer(data, np.uint8), modes, offsets)
    deltas: Bytes = np.where(zigzag & 1, ~(zigzag >> 1), zigzag >> 1).astype(np.uint8)
    rows = _arrange(deltas, sizes, stride)
    rows[0] += np.frombuffer(data[-stride:], np.uint8)
    return np.cumsum(rows, axis=0, dtype=np.uint8)


def _find_groups(
    data: bytes, sizes: list[int], stride: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Mode and offset of every group, and where the last one ends.

    A group's size depends on how many of its deltas are sentinels, so that this is a walk; running
    sums over the whole stream answer that question for any place.
    """
    values = np.frombuffer(data, np.uint8)
    pairs = sum((values >> shift & 3) == 3 for shift in (0, 2, 4, 6))
    nibbles = ((values & 15) == 15).astype(np.int64) + (values >> 4 == 15)
    pairs_before = [0, *np.cumsum(pairs).tolist()]
    nibbles_before = [0, *np.cumsum(nibbles).tolist()]
    modes: list[int] = []
    offsets: list[int] = []
    position = 1
    for size in sizes:
        groups = -(-size // _GROUP)
        for _ in range(stride):
            header = position
            position += -(-groups // 4)
            for group in range(groups):
                mode = data[header + (group >> 2)] >> (group & 3) * 2 & 3
                modes.append(mode)
                offsets.append(position)
                if mode == 1:
                    position += 4 + pairs_before[position + 4] - pairs_before[position]
                elif mode == 2:
                    position += 8 + nibbles_before[position + 8] - nibbles_before[position]
                elif mode == 3:
                    position += 16
    return np.array(modes), np.array(offsets), position


def _read_deltas(
    data: Bytes, modes: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]
) -> Bytes:
    """The zigzag-coded deltas of all groups, (G, 16) uint8."""
    deltas = np.zeros((len(modes), _GROUP), np.uint8)
    for mode, bits in ((1, 2), (2, 4), (3, 8)):
        chosen = modes == mode
        packed_bytes = _GROUP * bits // 8
        packed = data[offsets[chosen, None] + np.arange(packed_bytes)]
        shifts = np.arange(8 - bits, -1, -bits)
        values = (packed[:, :, None] >> shifts & (1 << bits) - 1).reshape(-1, _GROUP)
        if mode != 3:
            sentinel = values == (1 << bits) - 1
            where = offsets[chosen, None] + packed_bytes + np.cumsum(sentinel, axis=1) - 1
            values[sentinel] = data[where[sentinel]]
        deltas[chosen] = values
    return deltas


def _arrange(deltas: Bytes, sizes: list[int], stride: int) -> Bytes:
    """From (block, byte, group) order to one row per element."""
    full = len(sizes) - 1
    groups = sizes[0] // _GROUP if full else 0
    cut = full * stride * groups
    rows = deltas[:cut].reshape(full, stride, groups * _GROUP).transpose(0, 2, 1)
    last = deltas[cut:].reshape(stride, -1).T[: sizes[-1]]
    return np.concatenate([rows.reshape(-1, stride), last])


def decode_indices(data: bytes, count: int) -> npt.NDArray[np.uint32]:
    """Decodes a sequence of indices; as `decode_attributes` otherwise.

    Returns:
        (count,) uint32.
    """
    if data[0] != 0xD1:
        raise ValueError(f"the index stream begins with {data[0]:#x} instead of 0xd1")
    last = [0, 0]
    result = []
    position = 1
    for _ in range(count):
        value, position = _read_varint(data, position)
        base = value & 1
        last[base] = (last[base] + _unzigzag(value >> 1)) & _MASK
        result.append(last[base])
    return np.array(result, np.uint32)


def decode_triangles(data: bytes, count: int) -> npt.NDArray[np.uint32]:
    """Decodes the indices of a triangle list; as `decode_attributes` otherwise.

    Args:
        data: the stream.
        count: number of indices, a multiple of 3.

    Returns:
        (count,) uint32.
    """
    if data[0] != 0xE1:
        raise ValueError(f"the triangle stream begins with {data[0]:#x} instead of 0xe1")
    if len(data) < 1 + count // 3 + _TABLE_BYTES:
        raise ValueError("the triangle stream ends early")
    decoder = _TriangleDecoder(data, 1 + count // 3)
    for code in data[1 : 1 + count // 3]:
        decoder.decode(code)
    return np.array(decoder.indices, np.uint32)


class _TriangleDecoder:
    """The state that triangles leave for those after them.

    Args:
        data: the stream.
        position: where its extra data begins, behind the codes.
    """

    def __init__(self, data: bytes, position: int) -> None:
        self.indices: list[int] = []
        self._data = data
        self._position = position
        self._table = data[-_TABLE_BYTES:]
        self._next = 0
        self._last = 0
        self._edges = [(0, 0)] * 16
        self._edge_end = 0
        self._vertices = [0] * 16
        self._vertex_end = 0

    def decode(self, code: int) -> None:
        """Appends one triangle."""
        if code < 0xF0:
            self._decode_beside_edge(code >> 4, code & 15)
        elif code < 0xFE:
            pair = self._table[code & 15]
            self._decode_free(0, pair >> 4, pair & 15)
        else:
            pair = self._data[self._position]
            self._position += 1
            if pair == 0:
                self._next = 0
            self._decode_free(0 if code == 0xFE else 15, pair >> 4, pair & 15)

    def _decode_beside_edge(self, edge: int, how: int) -> None:
        a, b = self._edges[self._edge_end - 1 - edge & 15]
        if how == 0:
            c = self._new_vertex()
        elif how < 13:
            c = self._vertices[self._vertex_end - 1 - how & 15]
        elif how < 15:
            c = self._last = (self._last + (1 if how == 14 else -1)) & _MASK
        else:
            c = self._explicit_vertex()
        self.indices += (a, b, c)
        self._push_edge(c, b)
        self._push_edge(a, c)
        if how == 0 or how > 12:
            self._push_vertex(c)

    def _decode_free(self, *how: int) -> None:
        """A triangle that shares no edge: 0 a new vertex, 15 an explicit one, else a recent one."""
        a, b, c = [
            self._new_vertex()
            if kind == 0
            else self._explicit_vertex()
            if kind == 15
            else self._vertices[self._vertex_end - kind & 15]
            for kind in how
        ]
        self.indices += (a, b, c)
        self._push_edge(b, a)
        self._push_edge(c, b)
        self._push_edge(a, c)
        for vertex, kind in zip((a, b, c), how, strict=True):
            if kind in (0, 15):
                self._push_vertex(vertex)

    def _new_vertex(self) -> int:
        self._next += 1
        return self._next - 1

    def _explicit_vertex(self) -> int:
        value, self._position = _read_varint(self._data, self._position)
        self._last = (self._last + _unzigzag(value)) & _MASK
        return self._last

    def _push_edge(self, first: int, second: int) -> None:
        self._edges[self._edge_end & 15] = (first, second)
        self._edge_end += 1

    def _push_vertex(self, vertex: int) -> None:
        self._vertices[self._vertex_end & 15] = vertex
        self._vertex_end += 1


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    """An unsigned LEB128 number of at most five bytes, and where the next one begins."""
    value = 0
    for shift in range(0, 35, 7):
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & _MASK, position
    raise ValueError("a number in the stream is too long")


def _unzigzag(value: int) -> int:
    return ~(value >> 1) if value & 1 else value >> 1
