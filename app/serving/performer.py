"""Performing what a core decides: instructions in order, also those that follow from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class Performer:
    """Calls the right function for each instruction.

    What follows from performing one (a link that is refused at once) waits for its turn, so that
    a core's instructions are never performed inside each other.

    Args:
        performers: function for every type of instruction.
    """

    def __init__(self, performers: Mapping[type, Callable[[Any], None]]) -> None:
        self._performers = performers
        self._to_do: deque[object] = deque()
        self._busy = False

    def __call__(self, instructions: Sequence[object]) -> None:
        """Perform these after those that wait already."""
        self._to_do.extend(instructions)
        if self._busy:
            return
        self._busy = True
        try:
            while self._to_do:
                order = self._to_do.popleft()
                self._performers[type(order)](order)
        finally:
            self._busy = False
