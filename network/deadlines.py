"""Deadlines on a clock that is given, which forgive the time in which we ourselves slept."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from network import limits
from network.errors import CloseCode


class Wait(Enum):
    """What a connection waits for."""

    TLS = "the TLS handshake"
    LOGIN = "the login"
    SILENCE = "a sign of life"
    FRAME = "the rest of a frame"
    SEND = "the peer to read"


#: What to say when it does not come.
OVERDUE: Final[Mapping[Wait, tuple[CloseCode, str]]] = {
    Wait.TLS: (CloseCode.TIMEOUT, f"no TLS handshake within {limits.TLS_S:g} s"),
    Wait.LOGIN: (CloseCode.TIMEOUT, f"no login within {limits.LOGIN_S:g} s"),
    Wait.SILENCE: (CloseCode.SILENT, f"no sign of life for {limits.SILENCE_S:g} s"),
    Wait.FRAME: (CloseCode.LIMIT, "the peer sends too slowly: a message stayed incomplete"),
    Wait.SEND: (CloseCode.LIMIT, f"the peer has read nothing for {limits.SEND_STALL_S:g} s"),
}


class Deadlines:
    """The deadlines of one connection.

    `tick` must be called at least each `limits.PAUSE_S`. When it comes later than that, this
    process was asleep or blocked and could not have heard anything: every deadline moves by
    the time lost, but never further away than it was when it was set.
    """

    def __init__(self, now_s: float) -> None:
        self._last_tick_s = now_s
        self._waits: dict[Wait, tuple[float, float]] = {}  # (due, duration)

    def set(self, wait: Wait, duration_s: float, now_s: float) -> None:
        """Expect this within the duration from now; replaces an earlier deadline."""
        self._waits[wait] = (now_s + duration_s, duration_s)

    def clear(self, wait: Wait) -> None:
        """It came, or is not expected any more."""
        self._waits.pop(wait, None)

    def __contains__(self, wait: Wait) -> bool:
        return wait in self._waits

    def tick(self, now_s: float) -> tuple[list[Wait], bool]:
        """Tell what is overdue.

        Returns:
            The overdue waits in the order of `Wait`, and whether this tick came late.
        """
        gap_s = now_s - self._last_tick_s
        self._last_tick_s = now_s
        late = gap_s > limits.PAUSE_S
        if late:
            for wait, (due_s, duration_s) in self._waits.items():
                self._waits[wait] = (min(due_s + gap_s, now_s + duration_s), duration_s)
        overdue = [wait for wait, (due_s, _) in self._waits.items() if due_s <= now_s]
        return sorted(overdue, key=list(Wait).index) if overdue else overdue, late
