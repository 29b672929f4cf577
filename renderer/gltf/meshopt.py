"""EXT_meshopt_compression: buffer views whose bytes must be decompressed.

The bitstreams are decoded by `meshopt_codecs`; the filters (appendix B of the specification) are
here, as array operations.
"""

from __future__ import annotations

import numpy as np

from renderer.gltf.meshopt_codecs import (
    Bytes,
    decode_attributes,
    decode_indices,
    decode_triangles,
)
from renderer.gltf.place import Place
from renderer.scene import Floats

EXTENSION = "EXT_meshopt_compression"


def decompress(compressed: Place, data: memoryview, length: int) -> memoryview:
    """Decompresses a buffer view.

    Args:
        compressed: the view's extension object.
        data: the compressed bytes.
        length: of the view, bytes.

    Returns:
        `length` bytes.

    Raises:
        SceneError: the stream is damaged, or the members do not fit each other.
    """
    stride = compressed.need("byteStride").integer(low=1, high=256)
    count = compressed.need("count").integer(low=1)
    if stride * count != length:
        raise compressed.error(f"{count} elements of {stride} bytes are not {length} bytes")
    try:
        values = _decode(compressed, bytes(data), count, stride)
    except (IndexError, ValueError) as error:
        if isinstance(error, ValueError) and type(error) is not ValueError:
            raise  # a SceneError has its place already
        raise compressed.error(f"the compressed data is damaged ({error})") from error
    return memoryview(values.tobytes())


def _decode(compressed: Place, data: bytes, count: int, stride: int) -> Bytes:
    """The decompressed bytes, in any shape."""
    mode = compressed.need("mode").text()
    if mode == "ATTRIBUTES":
        if stride % 4:
            raise compressed.need("byteStride").error(f"{stride} is not a multiple of 4")
        return _filtered(compressed, decode_attributes(data, count, stride))
    if mode not in ("TRIANGLES", "INDICES"):
        raise compressed.need("mode").error(f"{mode[:40]!r} is not a compression mode")
    if stride not in (2, 4) or (mode == "TRIANGLES" and count % 3):
        raise compressed.error(f"{count} indices of {stride} bytes cannot be in mode {mode}")
    decode = decode_triangles if mode == "TRIANGLES" else decode_indices
    return decode(data, count).astype(f"<u{stride}").view(np.uint8)


def _filtered(compressed: Place, rows: Bytes) -> Bytes:
    name = compressed.choice("filter", "NONE")
    stride = rows.shape[1]
    if name == "NONE":
        return rows
    if name == "OCTAHEDRAL" and stride in (4, 8):
        return decode_octahedral(rows)
    if name == "QUATERNION" and stride == 8:
        return decode_quaternion(rows)
    if name == "EXPONENTIAL":
        return decode_exponential(rows)
    raise compressed.need("filter").error(f"{name[:40]!r} cannot be used on {stride} bytes")


def decode_octahedral(rows: Bytes) -> Bytes:
    """Unit vectors from two octahedral coordinates; (N, 4) or (N, 8) bytes in and out."""
    values = rows.view("i1" if rows.shape[1] == 4 else "<i2")
    largest = np.float32(np.iinfo(values.dtype).max)
    one = np.maximum(values[:, 2:3].astype(np.float32), 1)
    x_y = values[:, :2].astype(np.float32) / one
    z = 1 - np.abs(x_y).sum(axis=1, keepdims=True)
    x_y -= np.copysign(np.minimum(z, 0), x_y)
    vectors = np.concatenate([x_y, z], axis=1)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-20))
    result = values.copy()
    result[:, :3] = np.rint(vectors * largest)
    return result.view(np.uint8)


def decode_quaternion(rows: Bytes) -> Bytes:
    """Unit quaternions from their three smaller components; (N, 8) bytes in and out."""
    values = rows.view("<i2")
    one = np.maximum((values[:, 3:] | 3).astype(np.float32), 1)
    small = values[:, :3].astype(np.float32) / one * np.float32(np.sqrt(0.5))
    small = np.clip(small, -1, 1)
    squares: Floats = np.sum(small * small, axis=1)
    largest = np.sqrt(np.maximum(1 - squares, 0))
    result = np.empty_like(values)
    each = np.arange(len(values))
    components = (largest, small[:, 0], small[:, 1], small[:, 2])
    for turn, component in enumerate(components):
        result[each, (values[:, 3] + turn) & 3] = np.rint(component * 32767)
    return result.view(np.uint8)


def decode_exponential(rows: Bytes) -> Bytes:
    """Floats from 8 bits of exponent and 24 of mantissa; (N, 4 k) bytes in and out."""
    values = rows.view("<i4")
    mantissa = (values << 8) >> 8
    exponent = np.clip(values >> 24, -100, 100)
    floats = np.ldexp(mantissa.astype(np.float32), exponent)
    result: Bytes = floats.astype("<f4").view(np.uint8)
    return result
