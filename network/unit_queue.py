"""What waits to be handed out: whole units in their order, and before them what came back.

With a focus the nearest to it goes first, whether it came back, is a part or was never handed
out; equally near ones go in the usual order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from network.focus import Cell, FocusGrid, Rectangle
from network.unit_tree import UnitTree

Suits = Callable[[int], bool]


class UnitQueue:
    """See the module.

    Args:
        tree: the job's units, none of them split yet.
    """

    def __init__(self, tree: UnitTree) -> None:
        self._tree = tree
        self._whole = list(tree.units)
        self._taken = bytearray(len(self._whole))  # whole units that left the queue once
        self._next = 0  # all whole units before it have
        self._returned: deque[int] = deque()
        self._grid: FocusGrid | None = None
        self._ranks: dict[Cell, int] = {}  # of all cells; empty without a focus
        self._cells: list[Cell] = []  # that may have whole units, the farthest first

    def has_fresh(self) -> bool:
        """Whether a whole unit is left that was never handed out."""
        return self._first_in_order() is not None

    def returned(self) -> tuple[int, ...]:
        """What came back or is a part, in order."""
        return tuple(self._returned)

    def put_first(self, *units: int) -> None:
        """Units come back, or are parts of one that was taken: they go first."""
        self._returned.extendleft(reversed(units))

    def put_last(self, unit: int) -> None:
        """A unit is to come after the others that came back."""
        self._returned.append(unit)

    def remove(self, unit: int) -> None:
        """A unit that waits need not be handed out any more."""
        if unit < len(self._taken) and not self._taken[unit]:
            self._taken[unit] = 1
        else:
            self._returned.remove(unit)

    def focus(self, around: Rectangle | None) -> None:
        """Have what is nearest to the rectangle go first; None: the usual order again."""
        self._ranks, self._cells = {}, []
        if around is None:
            return
        if self._grid is None:
            self._grid = FocusGrid(self._whole)
        cells = self._grid.order(around)
        self._ranks = {cell: rank for rank, cell in enumerate(cells)}
        self._cells = cells[::-1]

    def take(self, suits: Suits) -> int | None:
        """Take the first unit that suits; one that was never handed out suits everybody."""
        returned = next((unit for unit in self._by_rank() if suits(unit)), None)
        fresh = self._first_in_order() if not self._ranks else self._nearest_fresh()
        unit = returned
        if returned is None or (
            self._ranks and fresh is not None and self._rank(fresh) < self._rank(returned)
        ):
            unit = fresh
        if unit is not None:
            self.remove(unit)
        return unit

    def _by_rank(self) -> list[int] | deque[int]:
        """Return what came back, in the order of handing out; the sort keeps equals in order."""
        return sorted(self._returned, key=self._rank) if self._ranks else self._returned

    def _rank(self, unit: int) -> int:
        assert self._grid is not None
        return self._ranks[self._grid.cell_of_bucket(self._tree.units[unit].bucket)]

    def _first_in_order(self) -> int | None:
        while self._next < len(self._taken) and self._taken[self._next]:
            self._next += 1
        return self._next if self._next < len(self._taken) else None

    def _nearest_fresh(self) -> int | None:
        assert self._grid is not None
        while self._cells:
            unit = self._grid.first(self._cells[-1], self._taken)
            if unit is not None:
                return unit
            self._cells.pop()
        return None
