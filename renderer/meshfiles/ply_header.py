"""The header of a PLY file: which elements follow, and of which properties each consists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderer.meshfiles.files import DAMAGED
from renderer.scene import SceneError

#: Headers have some 20 lines; comments of scanners may have many more.
MAX_HEADER_BYTES = 1 << 20
MAX_COUNT = 1 << 31

_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1",
    "short": "i2", "int16": "i2", "ushort": "u2", "uint16": "u2",
    "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "float": "f4", "float32": "f4", "double": "f8", "float64": "f8",
}  # fmt: skip
_ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True)
class Property:
    """One property of an element.

    Attributes:
        name: `x`, `red`, `vertex_indices`.
        dtype: of the value, or of a list's elements; with byte order.
        count_dtype: of a list's length; None for a single value.
    """

    name: str
    dtype: np.dtype[np.generic]
    count_dtype: np.dtype[np.generic] | None = None


@dataclass(frozen=True)
class Element:
    """A table: `count` rows of the same properties."""

    name: str
    count: int
    properties: tuple[Property, ...]

    @property
    def has_lists(self) -> bool:
        """Whether rows may differ in size."""
        return any(p.count_dtype is not None for p in self.properties)

    @property
    def row_dtype(self) -> np.dtype[np.void]:
        """The layout of a row without lists."""
        return np.dtype([(p.name, p.dtype) for p in self.properties])


@dataclass(frozen=True)
class Header:
    """What precedes the data.

    Attributes:
        is_text: True for ascii.
        elements: the tables, in the order of the file.
        texture: image that a comment names (MeshLab's `TextureFile`), or "".
        size: bytes until the data.
        lines: lines until the data.
    """

    is_text: bool
    elements: tuple[Element, ...]
    texture: str
    size: int
    lines: int


def read_header(data: bytes, label: str) -> Header:
    """Reads the header at the beginning of `data`.

    Raises:
        SceneError: names the line that is wrong.
    """
    end = data.find(b"end_header", 0, MAX_HEADER_BYTES)
    newline = data.find(b"\n", end) if b"\n" in data[:end] else data.find(b"\r", end)
    if not data.startswith(b"ply") or end < 0 or newline < 0:
        raise SceneError(f"{label}: is not a PLY file, or ends within its header; {DAMAGED}")
    lines = data[:end].decode("utf-8", "replace").splitlines()
    reader = _HeaderReader(label)
    for number, line in enumerate(lines[1:], 2):
        try:
            reader.read(line.split())
        except (KeyError, IndexError, ValueError) as error:
            raise SceneError(
                f"{label}: line {number}: {line[:80]!r} is not understood ({error})"
            ) from error
    if reader.order is None:
        raise SceneError(f"{label}: has no format line; {DAMAGED}")
    return Header(
        is_text=reader.order == "",
        elements=reader.elements(),
        texture=reader.texture,
        size=newline + 1,
        lines=len(lines) + 1,
    )


class _HeaderReader:
    """Collects what the lines say, one after the other."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.order: str | None = None
        self.texture = ""
        self._tables: list[tuple[str, int, list[Property]]] = []

    def read(self, words: list[str]) -> None:
        """Takes one line; raises KeyError, IndexError or ValueError where it is wrong."""
        if not words or words[0] == "obj_info":
            return
        if words[0] == "comment":
            if len(words) > 2 and words[1] == "TextureFile":
                self.texture = self.texture or " ".join(words[2:])
        elif words[0] == "format":
            self.order = _ORDERS[words[1]]
        elif words[0] == "element":
            count = int(words[2])
            if not 0 <= count < MAX_COUNT or self.order is None:
                raise ValueError("the count is out of range, or the format comes later")
            self._tables.append((words[1], count, []))
        elif words[0] == "property":
            self._tables[-1][2].append(self._property(words[1:]))
        else:
            raise ValueError("unknown keyword")

    def elements(self) -> tuple[Element, ...]:
        """The tables that were described."""
        for name, _, properties in self._tables:
            if len({p.name for p in properties}) < len(properties):
                raise SceneError(f"{self.label}: element {name} has a property twice; {DAMAGED}")
        return tuple(Element(name, count, tuple(rows)) for name, count, rows in self._tables)

    def _property(self, words: list[str]) -> Property:
        if words[0] == "list":
            count = self._dtype(words[1])
            if count.kind == "f":
                raise ValueError("a list's length must be an integer")
            return Property(words[3], self._dtype(words[2]), count)
        return Property(words[1], self._dtype(words[0]))

    def _dtype(self, name: str) -> np.dtype[np.generic]:
        return np.dtype(f"{self.order or '<'}{_TYPES[name]}")
