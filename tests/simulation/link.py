"""A made-up connection between two processes."""

from __future__ import annotations

from collections.abc import Callable

from .timeline import Timeline


class Link:
    """One TCP connection: ordered both ways, each way with its delay."""

    def __init__(self, time: Timeline, delay_s: float, client: int) -> None:
        self._time = time
        self._delay_s = delay_s
        self.client = client  # the server's name for this link
        self.open = True
        self._held: list[tuple[str, Callable[[], None]]] | None = None  # while it is clogged
        self._busy_until_s = {"up": 0.0, "down": 0.0}

    def carry(self, way: str, action: Callable[[], None], delay_s: float | None = None) -> None:
        if self._held is not None:
            self._held.append((way, action))
            return
        delay_s = self._delay_s if delay_s is None else delay_s
        arrives_s = max(self._time.now_s + delay_s, self._busy_until_s[way])
        self._busy_until_s[way] = arrives_s
        self._time.at(arrives_s, action)

    @property
    def is_clogged(self) -> bool:
        return self._held is not None

    def clog(self) -> None:
        """Let nothing more through, either way, and lose nothing."""
        self._held = [] if self._held is None else self._held

    def free(self) -> None:
        """Let through what waited, in order."""
        held, self._held = self._held or [], None
        for way, action in held:
            self.carry(way, action)
