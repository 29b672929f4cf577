"""Servers that announce themselves on this network, for the panes that ask for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.servers.server_list import ServerList
from app.widgets.server_pane import FoundServer
from app.window.window_services import Finder
from network import discovery


class FoundServers(QObject):
    """Looks while at least one pane wants it.

    Args:
        servers: what is in the list already.
        finder: does the looking.
        show: takes the rows, and why there may be none.
        parent: Qt's owner.
    """

    def __init__(
        self,
        servers: ServerList,
        finder: Finder,
        show: Callable[[Sequence[FoundServer], str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._finder, self._show = servers, finder, show
        self._wanted = 0
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

    def stop(self) -> None:
        """Look for nothing more."""
        if self._wanted:
            self._finder.stop()

    def refresh(self) -> None:
        """Show what is found; what is in the list says so."""
        rows = []
        for server in self._found:
            listed = any(self._servers.find(a, server.port) for a in server.addresses)
            if server.addresses:
                rows.append(FoundServer(server.name, server.addresses[0], server.port, listed))
        self._show(rows, self._problem)

    def _on_found(self, found: tuple[discovery.FoundServer, ...]) -> None:
        self._found = found
        self.refresh()

    def _on_failed(self, problem: str) -> None:
        self._problem = problem
        self.refresh()
