"""The units of a job and where each is; a unit may be split, then its parts stand for it.

Splitting cuts the region and never the samples, so it changes no pixel. A split unit is not
handed out any more, but who has it may go on: its result sets every part that is still open.

    todo, leased ──split──► split (its parts are todo)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from network.leases import UnitState
from network.work import Unit, cut_unit

#: Parts that all splits of a job may make: a million entries of some 300 bytes.
MAX_PARTS = 1_000_000

_OPEN = (UnitState.TODO, UnitState.LEASED)


class UnitTree:
    """See the module.

    Args:
        units: in handing-out order, numbered by place; parts are numbered from there on.
        grain_px: no side of a part is shorter; 0: nothing is ever split.
    """

    def __init__(self, units: Sequence[Unit], grain_px: int) -> None:
        self.units = list(units)
        self._grain_px = grain_px
        self._most = len(units) + MAX_PARTS
        self.states = [UnitState.TODO] * len(units)
        self._parts: dict[int, tuple[int, ...]] = {}
        self._parents: dict[int, int] = {}
        self._counts = dict.fromkeys(UnitState, 0)
        self._counts[UnitState.TODO] = len(units)
        self.open_work = sum(unit.pixel_samples for unit in units)  # todo and leased
        self.todo_work = self.open_work

    def state(self, unit: int) -> UnitState:
        """Where a unit is."""
        return self.states[unit]

    def count(self, state: UnitState) -> int:
        """Number of units in this state."""
        return self._counts[state]

    def work(self, unit: int) -> int:
        """Pixel samples of a unit."""
        return self.units[unit].pixel_samples

    def move(self, unit: int, state: UnitState) -> None:
        """A unit is somewhere else now."""
        before = self.states[unit]
        work = self.units[unit].pixel_samples
        self.open_work += work * ((state in _OPEN) - (before in _OPEN))
        self.todo_work += work * ((state is UnitState.TODO) - (before is UnitState.TODO))
        self._counts[before] -= 1
        self._counts[state] += 1
        self.states[unit] = state

    def can_split(self, unit: int) -> bool:
        """Whether the unit has two sensible halves."""
        longer_px = max(self.units[unit].width, self.units[unit].height)
        return 0 < 2 * self._grain_px <= longer_px and len(self.units) + 2 <= self._most

    def add_copy(self, unit: int) -> int:
        """Add a done unit once more, todo; returns the copy's index."""
        copy = replace(self.units[unit], index=len(self.units), whole=self.units[unit].bucket)
        self._append(copy)
        return copy.index

    def _append(self, unit: Unit) -> None:
        self.units.append(unit)
        self.states.append(UnitState.TODO)
        self._counts[UnitState.TODO] += 1
        self.open_work += unit.pixel_samples
        self.todo_work += unit.pixel_samples

    def is_split(self, unit: int) -> bool:
        """Whether parts stand for the unit."""
        return unit in self._parts

    def split(self, unit: int) -> tuple[int, ...]:
        """Cut an open unit in halves; returns them, both todo."""
        halves = cut_unit(self.units[unit], len(self.units), self._grain_px)
        self.move(unit, UnitState.SPLIT)
        for half in halves:
            self._parents[half.index] = unit
            self._append(half)
        self._parts[unit] = tuple(half.index for half in halves)
        return self._parts[unit]

    def leaves(self, unit: int) -> Iterator[int]:
        """Yield the units that stand for this one: itself unless it was split."""
        if unit in self._parts:
            for part in self._parts[unit]:
                yield from self.leaves(part)
        else:
            yield unit

    def unfinished(self, unit: int) -> list[int]:
        """Return what of the unit a result could still set."""
        return [leaf for leaf in self.leaves(unit) if self.states[leaf] is not UnitState.DONE]

    def ancestors(self, unit: int) -> Iterator[int]:
        """Yield the units that this one is a part of, the nearest first."""
        while unit in self._parents:
            unit = self._parents[unit]
            yield unit
