"""In which order the addresses of a name are tried, each with a head start over the next.

RFC 8305 ("Happy Eyeballs") without its DNS part: IPv6 and IPv4 in turns, a new attempt each
250 ms or as soon as the last one has failed, and the first connection wins. So an address that
swallows packets costs a quarter of a second, not the whole patience. No sockets, no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

#: RFC 8305, section 5: "Connection Attempt Delay".
HEAD_START_S = 0.25
#: One name's addresses that are worth trying for one connection.
MAX_TRIED = 16


def interleave(addresses: Iterable[str]) -> list[str]:
    """Return numeric addresses with the families in turns, each family in its given order."""
    unique = list(dict.fromkeys(addresses))
    six = deque(a for a in unique if ":" in a)
    four = deque(a for a in unique if ":" not in a)
    first, second = (six, four) if unique and ":" in unique[0] else (four, six)
    ordered: list[str] = []
    while first or second:
        for family in (first, second):
            if family:
                ordered.append(family.popleft())
    return ordered[:MAX_TRIED]


class AddressRace:
    """The attempts at one name. Ask `due` at the start, each tick, and after each `failed`."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._waiting = deque(interleave(addresses))
        self._running: set[str] = set()
        self._next_s = 0.0

    def due(self, now_s: float) -> str | None:
        """Return the address to try now, None while the last one has its head start."""
        if not self._waiting or (self._running and now_s < self._next_s):
            return None
        address = self._waiting.popleft()
        self._running.add(address)
        self._next_s = now_s + HEAD_START_S
        return address

    def failed(self, address: str) -> None:
        """An attempt is over; the next one need not wait for its turn."""
        self._running.discard(address)
        self._next_s = 0.0

    @property
    def is_lost(self) -> bool:
        """Whether every address has failed."""
        return not self._waiting and not self._running
