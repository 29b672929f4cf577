"""Which row of the list has reached which server: each server process is counted once.

A server may be in the list under two names, behind two addresses of one name, or dial in while
it is in the list as well. Its certificate's fingerprint says who it is; servers that share one
configuration folder share it too, so the number of the process counts with it.
"""

from __future__ import annotations

import hashlib

#: Of the hash that names a server process.
_ID_CHARS = 16


def process_id(fingerprint: str, instance: str) -> str:
    """Return a short name for a server process.

    Args:
        fingerprint: of its certificate, hex.
        instance: what its Welcome tells; any text.
    """
    text = f"{fingerprint}/{instance}".encode()
    return hashlib.sha256(text).hexdigest()[:_ID_CHARS]


class LiveSessions:
    """Server processes with a session, and the rows that wait because another has it."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}  # process -> uid of its row
        self._waiting: dict[str, dict[str, None]] = {}  # process -> rows that found it, in order

    def claim(self, uid: str, process: str) -> str:
        """A row has reached a process; return the row that has it already, "" if it is free."""
        holder = self._holders.setdefault(process, uid)
        if holder == uid:
            return ""
        self._waiting.setdefault(process, {})[uid] = None
        return holder

    def release(self, uid: str) -> tuple[str, ...]:
        """A row has lost its session or is gone; return the rows that may have it now."""
        for rows in self._waiting.values():
            rows.pop(uid, None)
        for process in [p for p, holder in self._holders.items() if holder == uid]:
            del self._holders[process]
            return tuple(self._waiting.pop(process, ()))
        return ()
