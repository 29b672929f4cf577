"""A server's log for those of its clients that ask for it."""

from __future__ import annotations

from network.instructions import Level, Log, SendLog, ServerInstruction
from network.work import ClientId

#: The log is read and sent at most so often, whoever asks: reading files is not free.
LOG_EVERY_S = 1.0


class LogRequests:
    """Answers some of them. Instructions go to the list given."""

    def __init__(self, out: list[ServerInstruction]) -> None:
        self._out = out
        self._next_s = 0.0

    def wanted(self, client: ClientId, name: str, now_s: float) -> None:
        """A client, which people call `name`, asks; dropped if somebody just did."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + LOG_EVERY_S
        self._out.append(Log(Level.INFO, f"client {name} asks for this log"))
        self._out.append(SendLog(client))
