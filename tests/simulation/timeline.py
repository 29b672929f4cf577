"""Virtual time: one heap of events, in order of time and then of their making."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Timeline:
    def __init__(self) -> None:
        self.now_s = 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0

    def at(self, time_s: float, action: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._heap, (max(time_s, self.now_s), self._made, action))

    def after(self, delay_s: float, action: Callable[[], None]) -> None:
        self.at(self.now_s + delay_s, action)

    def step(self) -> bool:
        """Perform the next event; False when nothing is left."""
        if not self._heap:
            return False
        self.now_s, _, action = heapq.heappop(self._heap)
        action()
        return True
