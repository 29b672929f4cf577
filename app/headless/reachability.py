"""When a render without a person in front of it stops to hope for a server.

The window waits for ever: its artist sees the list. A command in a script that can never finish
must end with a clear status instead. Once any server was reached, it waits for as long as it
takes: servers that were there come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.values.session_types import ServerState, ServerStatus

#: Nobody reached for so long: time enough to start a server beside the client, and a slow DNS.
UNREACHABLE_LIMIT_S = 30.0

_NOT_REACHED = {
    ServerState.NAME_NOT_FOUND,
    ServerState.REFUSED,
    ServerState.TIMED_OUT,
    ServerState.WRONG_VERSION,
    ServerState.WRONG_KEY,
    ServerState.NOT_PAIRED,
    ServerState.OTHER_IDENTITY,
    ServerState.LOST,  # the local server's process that never came up
}
#: No amount of waiting changes these.
_FOR_GOOD = {
    ServerState.WRONG_VERSION,
    ServerState.WRONG_KEY,
    ServerState.NOT_PAIRED,
    ServerState.OTHER_IDENTITY,
}
_REACHED = {
    ServerState.IDLE,
    ServerState.QUEUED,
    ServerState.SYNCING,
    ServerState.OPENING,
    ServerState.RENDERING,
    ServerState.DIFFERENT,
    ServerState.FAILED,
}


class Reachability:
    """What became of the first attempts to reach each server.

    Args:
        servers: their uids; with none it waits: for servers that dial in.
        start_s: when the first attempts began.
    """

    def __init__(self, servers: Iterable[str], start_s: float) -> None:
        self._failures: dict[str, ServerState | None] = dict.fromkeys(servers)
        self._start_s = start_s
        self._reached = False

    def note(self, status: ServerStatus) -> None:
        """Take a server's news."""
        if status.state in _REACHED:
            self._reached = True
        elif status.state in _NOT_REACHED and status.uid in self._failures:
            self._failures[status.uid] = status.state

    def is_hopeless(self, now_s: float) -> bool:
        """Whether it is time to give up."""
        failures = self._failures.values()
        if self._reached or not failures or None in failures:
            return False
        waited = now_s - self._start_s >= UNREACHABLE_LIMIT_S
        return waited or all(state in _FOR_GOOD for state in failures)

    def explain(self, names: Mapping[str, str], now_s: float) -> str:
        """Return why it gives up, in words."""
        reasons = [
            f"{names.get(uid, uid)}: {state.value.lower()}"
            for uid, state in self._failures.items()
            if state is not None
        ]
        waited_s = now_s - self._start_s
        within = f" within {waited_s:.0f} s" if waited_s >= UNREACHABLE_LIMIT_S else ""
        return (
            f"no server could be reached{within} ({'; '.join(reasons)}); "
            "`brigade test HOST` shows what is wrong"
        )
