"""Whether anybody is left who could render. Plain values in, no clock."""

from __future__ import annotations

from collections.abc import Collection

from app.values.session_types import ServerState

#: It could be given buckets, now or soon.
_THERE = frozenset(
    {
        ServerState.IDLE,
        ServerState.QUEUED,
        ServerState.SYNCING,
        ServerState.OPENING,
        ServerState.RENDERING,
    }
)
#: Says nothing: a row that is tried again and again is in these again and again.
_TRYING = frozenset(
    {
        ServerState.NOT_TESTED,
        ServerState.RESOLVING,
        ServerState.STARTING,
        ServerState.CONNECTING,
    }
)


class Reach:
    """Who is out of reach, by what the rows' states say."""

    def __init__(self) -> None:
        self._gone: set[str] = set()

    def note(self, uid: str, state: ServerState) -> bool:
        """A row's state; returns whether it is news of the row being there or not."""
        known = uid in self._gone
        gone = state not in _THERE and (known or state not in _TRYING)
        if gone:
            self._gone.add(uid)
        else:
            self._gone.discard(uid)
        return gone is not known

    def is_nobody_left(self, wanted: Collection[str]) -> bool:
        """Whether all of these rows are out of reach; with none there is nobody either."""
        return self._gone.issuperset(wanted)
