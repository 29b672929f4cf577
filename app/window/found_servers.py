"""Servers that announce themselves on this network: shown where asked for, or added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.servers.server_list import ServerList, ServerListError, make_uid
from app.values.session_types import ServerEntry
from app.widgets.server_pane import FoundServer
from app.window.window_services import Finder
from network import discovery


class FoundServers(QObject):
    """Looks while at least one pane wants it, or while found servers are added by themselves.

    A server is added so at most once, ever: one that the artist removes, or takes back with
    Undo, stays away. Adding is all: whether it has our key shows when it is connected.

    Args:
        servers: what is in the list already.
        finder: does the looking.
        add: puts rows into the list; raises `ServerListError`.
        parent: Qt's owner.

    Signals:
        shown(rows, problem): what is found (`FoundServer`), and why there may be none.
        added(str): what came into the list by itself, for a strip that offers Undo.
        failed(str): why servers could not be added.
        noted(): the list remembers more servers that it has had.
    """

    shown = Signal(list, str)
    added = Signal(str)
    failed = Signal(str)
    noted = Signal()

    def __init__(
        self,
        servers: ServerList,
        finder: Finder,
        add: Callable[[Sequence[ServerEntry]], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._finder, self._add = servers, finder, add
        self._wanted = 0
        self._automatic = False
        self._found: tuple[discovery.FoundServer, ...] = ()
        self._problem = ""
        finder.changed.connect(self._on_found)
        finder.failed.connect(self._on_failed)

    def want(self, wanted: bool) -> None:
        """A pane begins or ends to look."""
        self._wanted += 1 if wanted else -1
        if wanted and self._wanted == 1:
            self._problem = ""
            self._finder.start()
        elif not self._wanted:
            self._finder.stop()
        self.refresh()

    def set_automatic(self, on: bool) -> None:
        """Add what is found from now on, or leave it to the artist."""
        if on != self._automatic:
            self._automatic = on
            self.want(on)

    def add(self, found: Sequence[FoundServer]) -> None:
        """Put servers into the list that the artist chose."""
        try:
            self._add([_make_entry(server) for server in found])
        except ServerListError as error:
            self.failed.emit(str(error))

    def stop(self) -> None:
        """Look for nothing more."""
        if self._wanted:
            self._finder.stop()

    def refresh(self) -> None:
        """Show what is found; what is in the list says so. Add what is new, if that is wanted."""
        rows, fresh, listed_keys = [], [], []
        for server in self._found:
            if not server.addresses:
                continue
            listed = any(self._servers.find(a, server.port) for a in server.addresses)
            row = FoundServer(server.name, server.addresses[0], server.port, listed)
            rows.append(row)
            if listed:
                listed_keys.append(_key(server))
            elif _key(server) not in self._servers.met:
                fresh.append((_key(server), row))
        if self._servers.note_met(listed_keys):
            self.noted.emit()
        self.shown.emit(rows, self._problem)
        if self._automatic and fresh:
            self._add_fresh(fresh)

    def _add_fresh(self, fresh: Sequence[tuple[str, FoundServer]]) -> None:
        self._servers.note_met(key for key, _ in fresh)  # first: adding them refreshes
        known = set(self._servers.met)
        rows = [row for key, row in fresh if key in known]  # not if no more can be remembered
        try:
            count = self._add([_make_entry(row) for row in rows])
        except ServerListError as error:
            self.failed.emit(str(error))
            return
        if count == 1:
            text = self.tr("Added {}, which appeared on this network.")
            self.added.emit(text.format(rows[0].name))
        elif count:
            text = self.tr("Added {} servers that appeared on this network.")
            self.added.emit(text.format(count))

    def _on_found(self, found: tuple[discovery.FoundServer, ...]) -> None:
        self._found = found
        self.refresh()

    def _on_failed(self, problem: str) -> None:
        self._problem = problem
        self.refresh()


def _make_entry(server: FoundServer) -> ServerEntry:
    return ServerEntry(uid=make_uid(), address=server.address, port=server.port, name=server.name)


def _key(server: discovery.FoundServer) -> str:
    """Its announced identity, which outlives its address; else its address."""
    return server.short_id or f"{server.addresses[0]}:{server.port}"
