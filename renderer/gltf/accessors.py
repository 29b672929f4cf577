"""Accessors: typed arrays over a file's bytes (glTF 2.0, 3.6.2).

All component types, normalised integers, strides and sparse substitution are handled here; the
rest of the loader sees float32 and integer arrays whose every number was checked to be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from renderer.gltf.document import Document
from renderer.gltf.place import Place
from renderer.scene import Floats

Raw = npt.NDArray[np.generic]
T = TypeVar("T", bound=np.generic)

_DTYPES: dict[int, np.dtype[Any]] = {
    5120: np.dtype("i1"),
    5121: np.dtype("u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}

#: An accessor without a buffer view costs a file nothing and us its full size; the only use is as
#: the base of a sparse one.
MAX_ZEROS = 1 << 24


@dataclass(frozen=True)
class _Layout:
    """What an accessor says of its elements."""

    count: int
    width: int  # components per element
    dtype: np.dtype[Any]
    normalized: bool


class AccessorReader:
    """Reads the accessors of one document; each is decoded once.

    Args:
        document: the file.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._floats: dict[int, Floats] = {}
        self._raw: dict[int, Raw] = {}

    def count(self, reference: Place) -> int:
        """The number of elements, without reading them."""
        return self._document.follow(reference, "accessors").need("count").integer(low=1)

    def floats(self, reference: Place, *widths: int) -> Floats:
        """The accessor as finite float32.

        Args:
            reference: holds the accessor's index.
            widths: the numbers of components that are allowed.

        Returns:
            (count, width) float32; normalised integers brought to 0..1 or -1..1. May be read-only
            and shared.

        Raises:
            SceneError: wrong type, out of bounds, or not finite.
        """
        values = self._converted(reference)
        if not np.isfinite(values).all():
            where = self._document.follow(reference, "accessors").path
            raise reference.error(f"{where} holds numbers that are not finite {_first_bad(values)}")
        return _with_width(values, reference, widths)

    def repaired_floats(self, reference: Place, *widths: int) -> Floats:
        """As `floats`, with zeros for numbers that are not finite.

        For attributes that are no reason to refuse a scene: exporters write NaN as the normal or
        tangent of a triangle without area.
        """
        values = _with_width(self._converted(reference), reference, widths)
        if np.isfinite(values).all():
            return values
        return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)

    def integers(self, reference: Place, width: int) -> Raw:
        """The accessor as unsigned integers, in the file's type.

        Returns:
            (count, width) uint8, uint16 or uint32. May be read-only and shared.

        Raises:
            SceneError: wrong type or out of bounds.
        """
        values = self._read(self._document.index(reference, "accessors"))
        if values.dtype.kind != "u":
            raise reference.error("must refer to an accessor of unsigned integers")
        return _with_width(values, reference, (width,))

    def provide(self, reference: Place, values: Raw) -> None:
        """Sets the elements of an accessor that are not in a buffer view.

        Args:
            reference: holds the accessor's index.
            values: (count, width), of what decompression gave; converted to the accessor's type.

        Raises:
            SceneError: the width is not the accessor's.
        """
        index = self._document.index(reference, "accessors")
        place = self._document.array("accessors")[index]
        layout = _layout(place)
        if values.shape[1] != layout.width:
            raise place.error(f"the compressed data has {values.shape[1]} components")
        if (values.dtype.kind == "f") != (layout.dtype.kind == "f"):
            raise place.error(f"the compressed data is of another type ({values.dtype})")
        self._document.spend(len(values) * layout.width * layout.dtype.itemsize, place)
        self._raw[index] = np.ascontiguousarray(values.astype(layout.dtype))

    def _converted(self, reference: Place) -> Floats:
        index = self._document.index(reference, "accessors")
        if index not in self._floats:
            place = self._document.array("accessors")[index]
            self._floats[index] = _to_float(self._read(index), _layout(place).normalized)
        return self._floats[index]

    def _read(self, index: int) -> Raw:
        if index not in self._raw:
            self._raw[index] = self._read_elements(self._document.array("accessors")[index])
        return self._raw[index]

    def _read_elements(self, place: Place) -> Raw:
        layout = _layout(place)
        self._document.spend(layout.count * layout.width * layout.dtype.itemsize, place)
        view = place.find("bufferView")
        sparse = place.find("sparse")
        if view is not None:
            offset = place.find("byteOffset")
            values = self._view(view, 0 if offset is None else offset.integer(high=2**53), layout)
        else:
            values = _zeros(place, layout)
        return values if sparse is None else self._substitute(values, sparse, layout)

    def _view(self, reference: Place, offset: int, layout: _Layout) -> Raw:
        """(count, width) elements at `offset` of a buffer view, without a copy where possible."""
        view = self._document.follow(reference, "bufferViews")
        data = self._document.view_bytes(view)
        element_bytes = layout.width * layout.dtype.itemsize
        stride_place = view.find("byteStride")
        stride = element_bytes
        if stride_place is not None:
            stride = stride_place.integer(low=element_bytes, high=1 << 16)
        end = offset + (layout.count - 1) * stride + element_bytes
        if end > len(data):
            raise reference.error(
                f"{layout.count} elements of {element_bytes} bytes end at byte {end} "
                f"of {view.path}, which has {len(data)}"
            )
        strides = (stride, layout.dtype.itemsize)
        shape = (layout.count, layout.width)
        values: Raw = np.ndarray(shape, layout.dtype, data, offset, strides)
        return np.require(values, requirements=["C", "A"])

    def _substitute(self, values: Raw, sparse: Place, layout: _Layout) -> Raw:
        """The elements with those replaced that a sparse accessor gives anew (3.6.2.3)."""
        count = sparse.need("count").integer(low=1, high=layout.count)
        where = sparse.need("indices")
        kind = where.need("componentType")
        dtype = _DTYPES.get(kind.integer())
        if dtype is None or dtype.kind != "u":
            raise kind.error("must be 5121, 5123 or 5125")
        indices = self._part(where, _Layout(count, 1, dtype, False))[:, 0].astype(np.int64)
        if indices.max() >= layout.count:
            raise where.error(
                f"element {indices.max()} is out of range (the accessor has {layout.count})"
            )
        replacement = _Layout(count, layout.width, layout.dtype, layout.normalized)
        result = values.copy()
        result[indices] = self._part(sparse.need("values"), replacement)
        return result

    def _part(self, place: Place, layout: _Layout) -> Raw:
        offset = place.find("byteOffset")
        start = 0 if offset is None else offset.integer(high=2**53)
        return self._view(place.need("bufferView"), start, layout)


def _layout(place: Place) -> _Layout:
    kind = place.need("type")
    width = _WIDTHS.get(kind.text())
    if width is None:
        raise kind.error(f"{kind.text()[:40]!r} is not one of {', '.join(_WIDTHS)}")
    component = place.need("componentType")
    dtype = _DTYPES.get(component.integer())
    if dtype is None:
        raise component.error(f"{component.integer()} is not a component type")
    return _Layout(place.need("count").integer(low=1), width, dtype, place.flag("normalized"))


def _zeros(place: Place, layout: _Layout) -> Raw:
    if layout.count > MAX_ZEROS:
        raise place.error(f"{layout.count} elements without a bufferView (limit {MAX_ZEROS})")
    return np.zeros((layout.count, layout.width), layout.dtype)


def _to_float(values: Raw, normalized: bool) -> Floats:
    """Float32 by the formulas for normalised integers (glTF 2.0, 3.6.2.2)."""
    floats: Floats = values.astype(np.float32, copy=False)
    if values.dtype.kind == "f" or not normalized:
        return floats
    bits = values.dtype.itemsize * 8 - (1 if values.dtype.kind == "i" else 0)
    scaled: Floats = floats / np.float32(2**bits - 1)
    return np.maximum(scaled, np.float32(-1.0))


def _with_width(
    values: npt.NDArray[T], reference: Place, widths: tuple[int, ...]
) -> npt.NDArray[T]:
    if values.shape[1] not in widths:
        allowed = " or ".join(str(w) for w in widths)
        raise reference.error(
            f"must refer to elements of {allowed} components, not {values.shape[1]}"
        )
    return values


def _first_bad(values: Floats) -> str:
    row = int(np.nonzero(~np.isfinite(values).all(axis=1))[0][0])
    return f"(element {row}: {', '.join(f'{v:g}' for v in values[row])})"
