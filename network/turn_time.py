"""How long a job has had its server's worker, and when it is another client's turn."""

from __future__ import annotations

#: While other clients wait, a job renders so long before it is their turn, ...
TURN_S = 10.0
#: ... but at least for so many times what it takes to open its scene: changing costs a fifth.
TURN_OPENINGS = 4.0


class TurnTime:
    """Of one job. Only the time counts for which its scene is open."""

    def __init__(self, now_s: float) -> None:
        self._opening_s = now_s  # when the scene was last given to the worker
        self._open_s = now_s  # when it was open
        self._is_open = False
        self._served_s = 0.0  # in turns that are over, and what it did not need to catch up

    def opening(self, now_s: float) -> None:
        """The worker begins to open the scene."""
        self._opening_s = now_s

    def opened(self, now_s: float) -> None:
        """The scene is open: its time counts from now on."""
        self._open_s = now_s
        self._is_open = True

    def closed(self, now_s: float) -> None:
        """The scene is open no more."""
        self._served_s = self.served_s(now_s)
        self._is_open = False

    @property
    def turn_s(self) -> float:
        """How long its turns should last, by what it takes to open its scene."""
        return max(TURN_S, TURN_OPENINGS * (self._open_s - self._opening_s))

    def served_s(self, now_s: float) -> float:
        """For how long it has had the worker, its scene open."""
        return self._served_s + (now_s - self._open_s if self._is_open else 0.0)

    def catch_up(self, served_s: float) -> None:
        """It came later than others: what they had before is not owed to it."""
        self._served_s = max(self._served_s, served_s)

    def is_over(self, now_s: float, turn_s: float) -> bool:
        """Whether it has rendered for a turn of this length."""
        return self._is_open and now_s - self._open_s > turn_s
