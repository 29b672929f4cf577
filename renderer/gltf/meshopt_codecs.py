"""The three bitstreams of EXT_meshopt_compression (its specification, appendix A).

Attributes are decoded by array operations once their groups are found; what must be walked step
by step is in `meshopt_walks`. All reads are checked: a stream that ends early raises IndexError or
ValueError, which the caller translates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

_GROUP = 16  # elements whose deltas are coded alike
_BASELINE_BYTES = 32
_TABLE_BYTES = 16


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
    stream = np.frombuffer(data, np.uint8)
    modes, offsets, end = _find_groups(stream, count, block, stride)
    if end != len(data) - max(stride, _BASELINE_BYTES):
        raise ValueError("the attribute stream is of another length than its groups")
    zigzag = _read_deltas(stream, modes, offsets)
    deltas: Bytes = np.where(zigzag & 1, ~(zigzag >> 1), zigzag >> 1).astype(np.uint8)
    rows = _arrange(deltas, sizes, stride)
    rows[0] += np.frombuffer(data[-stride:], np.uint8)
    return np.cumsum(rows, axis=0, dtype=np.uint8)


def _find_groups(
    data: Bytes, count: int, block: int, stride: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Mode and offset of every group, and where the last one ends."""
    from renderer.gltf import meshopt_walks as walks

    blocks, rest = divmod(count, block)
    groups = (blocks * -(-block // _GROUP) + -(-rest // _GROUP)) * stride
    # Every four groups take a byte at least: a short stream cannot make us allocate much.
    if groups > 4 * len(data):
        raise ValueError("the attribute stream ends early")
    modes, offsets = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    end = walks.run(walks.find_groups, data, count, block, stride, modes, offsets)
    return modes, offsets, end


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
    from renderer.gltf import meshopt_walks as walks

    if data[0] != 0xD1:
        raise ValueError(f"the index stream begins with {data[0]:#x} instead of 0xd1")
    if count > len(data):
        raise ValueError("the index stream ends early")
    result = np.zeros(count, np.int64)
    walks.run(walks.walk_indices, np.frombuffer(data, np.uint8), count, result)
    return result.astype(np.uint32)


def decode_triangles(data: bytes, count: int) -> npt.NDArray[np.uint32]:
    """Decodes the indices of a triangle list; as `decode_attributes` otherwise.

    Args:
        data: the stream.
        count: number of indices, a multiple of 3.

    Returns:
        (count,) uint32.
    """
    from renderer.gltf import meshopt_walks as walks

    if data[0] != 0xE1:
        raise ValueError(f"the triangle stream begins with {data[0]:#x} instead of 0xe1")
    if len(data) < 1 + count // 3 + _TABLE_BYTES:
        raise ValueError("the triangle stream ends early")
    result = np.zeros((count // 3, 3), np.int64)
    walks.run(walks.walk_triangles, np.frombuffer(data, np.uint8), count // 3, result)
    return result.astype(np.uint32).reshape(-1)
