"""The window's rows of servers that came by themselves; they are shown, never stored."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.session.session import RenderSession
from app.values.session_types import ServerEntry


class GuestRows(QObject):
    """Follows the guests of a session.

    Signals:
        changed(): a row came or went.
        failed(str): servers cannot dial in, and the way out.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, session: RenderSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, ServerEntry] = {}
        session.server_appeared.connect(self._on_appeared)
        session.server_removed.connect(self._on_removed)
        session.accept_failed.connect(self.failed)

    @property
    def entries(self) -> tuple[ServerEntry, ...]:
        """The rows, in the order in which they came."""
        return tuple(self._entries.values())

    def entry(self, uid: str) -> ServerEntry | None:
        """Return a guest's row, None if it is none or gone."""
        return self._entries.get(uid)

    @Slot(object)
    def _on_appeared(self, entry: ServerEntry) -> None:
        if self._entries.get(entry.uid) != entry:
            self._entries[entry.uid] = entry
            self.changed.emit()

    @Slot(str)
    def _on_removed(self, uid: str) -> None:
        if self._entries.pop(uid, None) is not None:
            self.changed.emit()
