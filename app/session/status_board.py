"""How each server stands, told to the views: states at once, counters ten times a second.

A thousand servers may deliver thousands of buckets a second; nobody reads numbers that fast.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.values.session_types import ServerStatus

#: Faster than eyes read numbers.
TELL_MS = 100
#: A thousand rows are told in so many at a time, spread over `TELL_MS`: views take some 20 µs for
#: each, and nobody should wait for all of them.
TELL_AT_ONCE = 50
TELL_NEXT_MS = 5


@dataclass(slots=True)
class _Row:
    """`status` plus what is `untold` is how it stands."""

    status: ServerStatus
    untold: dict[str, object] = field(default_factory=dict)


class StatusBoard(QObject):
    """See the module.

    Signals:
        changed(ServerStatus).
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._untold: dict[str, None] = {}  # rows whose counters changed, in order
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tell)

    def add(self, status: ServerStatus) -> None:
        """A row is there, and its views are told."""
        self._rows[status.uid] = _Row(status)
        self.changed.emit(status)

    def remove(self, uid: str) -> None:
        """A row is gone."""
        del self._rows[uid]
        self._untold.pop(uid, None)

    def change(self, uid: str, changes: dict[str, object]) -> None:
        """Change fields of a row's status, if it is there; views are told if any differs."""
        row = self._rows.get(uid)
        if row is None:
            return
        row.untold.update(changes)
        if "state" in changes or "error" in changes:
            before = row.status
            status = self.status(uid)
            if (status.state, status.error) != (before.state, before.error):
                self._untold.pop(uid, None)
                self.changed.emit(status)
                return
        self._untold[uid] = None
        if not self._timer.isActive():
            self._timer.start(TELL_MS)

    def status(self, uid: str) -> ServerStatus:
        """Return how a row stands."""
        row = self._rows[uid]
        if row.untold:
            row.status = replace(row.status, **row.untold)  # type: ignore[arg-type]
            row.untold.clear()
        return row.status

    @Slot()
    def _tell(self) -> None:
        for uid in list(islice(self._untold, TELL_AT_ONCE)):
            if self._untold.pop(uid, self) is None:  # a view may remove rows while it is told
                self.changed.emit(self.status(uid))
        if self._untold:
            self._timer.start(TELL_NEXT_MS)
