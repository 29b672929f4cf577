"""Which buckets the artist wants first: those near a point or in a region of the frame.

Buckets are sorted into cells once; a new focus sorts cells only, at most `CELLS` squared of
them, so that following the mouse costs milliseconds whatever the frame's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from network.work import Unit

#: Cells along a side of the frame: of a 4K frame in buckets of 64 pixels each is a bucket.
CELLS = 64

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A region of the frame, in pixels; a point is one of 1 × 1."""

    x: int
    y: int
    width: int = 1
    height: int = 1

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a focus of {self.width} × {self.height} pixels is none")


class FocusGrid:
    """The buckets of a job by cell.

    Args:
        units: whole ones, numbered by place.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        width = max(unit.x + unit.width for unit in units)
        height = max(unit.y + unit.height for unit in units)
        # Each axis by itself: with flat buckets a square cell would hold dozens, of which the
        # nearest is not the first.
        self._wide_px = max(max(unit.width for unit in units), -(-width // CELLS))
        self._high_px = max(max(unit.height for unit in units), -(-height // CELLS))
        self._units = units
        self._members: dict[Cell, list[int]] = {}
        for unit in reversed(units):  # so that the first one is the last of its list
            self._members.setdefault(self._cell(unit), []).append(unit.index)

    def _cell(self, unit: Unit) -> Cell:
        centre_x, centre_y = unit.x + unit.width // 2, unit.y + unit.height // 2
        return centre_x // self._wide_px, centre_y // self._high_px

    def order(self, around: Rectangle) -> list[Cell]:
        """Return the cells, the nearest first, and equally near ones in handing-out order."""
        return sorted(self._members, key=lambda x: (self._distance(x, around), self._first(x)))

    def _first(self, cell: Cell) -> int:
        members = self._members[cell]
        return members[-1] if members else 0

    def _distance(self, cell: Cell, around: Rectangle) -> int:
        """Return the squared distance of a cell from the rectangle, 0 where they overlap."""
        across = _gap(cell[0] * self._wide_px, self._wide_px, around.x, around.width)
        down = _gap(cell[1] * self._high_px, self._high_px, around.y, around.height)
        return across * across + down * down

    def cell_of_bucket(self, bucket: int) -> Cell:
        """Return where a bucket lies; its parts are taken to lie there too."""
        return self._cell(self._units[bucket])

    def first(self, cell: Cell, taken: bytearray) -> int | None:
        """Return the cell's first bucket that was not taken; forgets those that were."""
        members = self._members[cell]
        while members and taken[members[-1]]:
            members.pop()
        return members[-1] if members else None


def _gap(start: int, length: int, other: int, other_length: int) -> int:
    """Return how far apart two stretches of an axis are, 0 where they overlap."""
    return max(start - (other + other_length - 1), other - (start + length - 1), 0)
