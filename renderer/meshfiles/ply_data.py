"""The tables of a PLY file as columns of numbers.

Rows without lists lie at equal distances; so do those whose lists are all of one length (a mesh
of triangles), which is tried first. Only rows of different lengths are walked one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.meshfiles.files import DAMAGED
from renderer.meshfiles.lines import count_tokens, parse_numbers
from renderer.meshfiles.ply_header import Element, Header, Property
from renderer.scene import SceneError

Column = npt.NDArray[np.generic]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """A column of lists.

    Attributes:
        values: of all rows, in order.
        first: (R + 1,) where each row's values begin.
    """

    values: Column
    first: Indices


@dataclass(frozen=True)
class Table:
    """An element's columns by name."""

    columns: dict[str, Column]
    lists: dict[str, Lists]


def read_tables(data: bytes, header: Header, label: str, wanted: set[str]) -> dict[str, Table]:
    """The elements named in `wanted`, as far as the file has them.

    Raises:
        SceneError: the data ends early, or is not numbers.
    """
    reader: _TextReader | _BinaryReader
    if header.is_text:
        reader = _TextReader(data, header, label)
    else:
        reader = _BinaryReader(data, header.size, label)
    missing = set(wanted)
    tables: dict[str, Table] = {}
    for element in header.elements:
        if not missing:
            break
        tables[element.name] = reader.read(element)
        missing.discard(element.name)
    return tables


class _BinaryReader:
    """Reads elements one after the other from bytes."""

    def __init__(self, data: bytes, position: int, label: str) -> None:
        self._data = data
        self._position = position
        self._label = label

    def read(self, element: Element) -> Table:
        if not element.properties or not element.count:
            return Table({}, {p.name: _no_lists() for p in element.properties})
        if not element.has_lists:
            rows = self._rows(element.row_dtype, element)
            return Table({name: rows[name] for name in rows.dtype.names or ()}, {})
        return self._read_equal(element) or self._walk(element)

    def _read_equal(self, element: Element) -> Table | None:
        """The rows, where the lists of all are as long as those of the first one."""
        lengths = self._lengths(element, self._position)
        fields: list[tuple[str, np.dtype[np.generic]] | tuple[str, np.dtype[np.generic], int]] = []
        for p in element.properties:
            if p.count_dtype is None:
                fields.append((p.name, p.dtype))
            else:
                fields.append((f"{p.name}#", p.count_dtype))
                fields.append((p.name, p.dtype, lengths[p.name]))
        dtype = np.dtype(fields)
        if self._position + dtype.itemsize * element.count > len(self._data):
            return None
        rows = np.frombuffer(self._data, dtype, element.count, self._position)
        if any((rows[f"{name}#"] != length).any() for name, length in lengths.items()):
            return None
        self._position += dtype.itemsize * element.count
        lists = {
            name: Lists(rows[name].reshape(-1), np.arange(element.count + 1) * length)
            for name, length in lengths.items()
        }
        singles = [p.name for p in element.properties if p.count_dtype is None]
        return Table({name: rows[name] for name in singles}, lists)

    def _lengths(self, element: Element, position: int) -> dict[str, int]:
        """How long the lists of the row at `position` are."""
        lengths: dict[str, int] = {}
        for p in element.properties:
            if p.count_dtype is not None:
                length = self._number(p.count_dtype, position)
                lengths[p.name] = length
                position += p.count_dtype.itemsize + length * p.dtype.itemsize
            else:
                position += p.dtype.itemsize
        return lengths

    def _number(self, dtype: np.dtype[np.generic], position: int) -> int:
        end = position + dtype.itemsize
        if end > len(self._data):
            raise self._ends_early()
        order = "big" if dtype.str[0] == ">" else "little"
        value = int.from_bytes(
            self._data[position:end],
            "big" if order == "big" else "little",
            signed=dtype.kind == "i",
        )
        if value < 0 or value > len(self._data):
            raise self._ends_early()
        return value

    def _walk(self, element: Element) -> Table:
        """Rows of different lengths: finds where each list begins, then gathers the values."""
        starts: dict[str, list[int]] = {p.name: [] for p in element.properties}
        lengths: dict[str, list[int]] = {p.name: [] for p in element.properties}
        position = self._position
        data = self._data
        for _ in range(element.count):
            for p in element.properties:
                length = 1
                if p.count_dtype is not None:
                    # Nearly all files count in bytes, which can be looked up.
                    is_byte = p.count_dtype.itemsize == 1 and position < len(data)
                    length = data[position] if is_byte else self._number(p.count_dtype, position)
                    position += p.count_dtype.itemsize
                starts[p.name].append(position)
                lengths[p.name].append(length)
                position += length * p.dtype.itemsize
        if position > len(data):
            raise self._ends_early()
        self._position = position
        singles: dict[str, Column] = {}
        lists: dict[str, Lists] = {}
        for p in element.properties:
            column = self._gather(p, np.array(starts[p.name]), np.array(lengths[p.name]))
            if p.count_dtype is None:
                singles[p.name] = column.values
            else:
                lists[p.name] = column
        return Table(singles, lists)

    def _gather(self, p: Property, starts: Indices, lengths: Indices) -> Lists:
        first = np.concatenate([[0], np.cumsum(lengths)])
        size = p.dtype.itemsize
        within = np.arange(first[-1]) - np.repeat(first[:-1], lengths)
        places = np.repeat(starts, lengths) + within * size
        letters = np.frombuffer(self._data, np.uint8)[places[:, None] + np.arange(size)]
        return Lists(np.ascontiguousarray(letters).view(p.dtype).reshape(-1), first)

    def _rows(self, dtype: np.dtype[np.void], element: Element) -> npt.NDArray[np.void]:
        size = dtype.itemsize * element.count
        if self._position + size > len(self._data):
            raise self._ends_early()
        rows = np.frombuffer(self._data, dtype, element.count, self._position)
        self._position += size
        return rows

    def _ends_early(self) -> SceneError:
        return SceneError(f"{self._label}: the data ends early, or a list is broken; {DAMAGED}")


class _TextReader:
    """Reads elements one after the other from numbers in words."""

    def __init__(self, data: bytes, header: Header, label: str) -> None:
        text = data[header.size :]
        if b"\n" not in text:
            text = text.replace(b"\r", b"\n")
        self._label = label
        self._values = parse_numbers(text).astype(np.float64, copy=False)
        self._next = 0
        before = count_tokens(text + b"\n")
        if len(self._values) < before[-1]:
            line = header.lines + int(np.searchsorted(before, len(self._values), side="right"))
            raise SceneError(f"{label}: line {line}: something that is no number; {DAMAGED}")

    def read(self, element: Element) -> Table:
        names = [p.name for p in element.properties]
        if not names or not element.count:
            return Table({}, {name: _no_lists() for name in names})
        if not element.has_lists:
            rows = self._take(len(names) * element.count).reshape(-1, len(names))
            return Table({name: rows[:, i] for i, name in enumerate(names)}, {})
        starts, lengths = self._walk(element)
        singles: dict[str, Column] = {}
        lists: dict[str, Lists] = {}
        for i, p in enumerate(element.properties):
            if p.count_dtype is None:
                singles[p.name] = self._values[starts[:, i]]
                continue
            first = np.concatenate([[0], np.cumsum(lengths[:, i])])
            within = np.arange(first[-1]) - np.repeat(first[:-1], lengths[:, i])
            values = self._values[np.repeat(starts[:, i], lengths[:, i]) + within]
            lists[p.name] = Lists(values, first)
        return Table(singles, lists)

    def _walk(self, element: Element) -> tuple[Indices, Indices]:
        """Where each property of each row begins and how many values it has, both (R, P)."""
        starts: list[int] = []
        lengths: list[int] = []
        values, position = self._values, self._next
        is_list = [p.count_dtype is not None for p in element.properties]
        for _ in range(element.count):
            for holds_many in is_list:
                length = 1
                if holds_many:
                    if position >= len(values) or not 0 <= values[position] <= len(values):
                        raise self._ends_early()
                    length = int(values[position])
                    position += 1
                starts.append(position)
                lengths.append(length)
                position += length
        if position > len(values):
            raise self._ends_early()
        self._next = position
        shape = (element.count, len(is_list))
        return np.array(starts).reshape(shape), np.array(lengths).reshape(shape)

    def _take(self, count: int) -> npt.NDArray[np.float64]:
        if self._next + count > len(self._values):
            raise self._ends_early()
        self._next += count
        return self._values[self._next - count : self._next]

    def _ends_early(self) -> SceneError:
        return SceneError(f"{self._label}: the data ends early, or a list is broken; {DAMAGED}")


def _no_lists() -> Lists:
    return Lists(np.empty(0), np.zeros(1, np.int64))
