"""Saves the server list off the GUI thread: a thousand rows take a second. The newest wins."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.servers.server_file import ServerFileError, save_server_list
from app.servers.server_list import ServerList
from app.system.background import Background

log = logging.getLogger("brigade.window")


class ListSaver(QObject):
    """One per window.

    Signals:
        failed(str): why the list is not saved.
    """

    failed = Signal(str)

    def __init__(self, servers: ServerList, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._servers, self._path = servers, path
        self._writer = Background(threads=1, parent=self)
        self._saving = False
        self._again = False

    def save(self) -> None:
        """Write the list as it is now."""
        if self._saving:
            self._again = True
            return
        self._saving, self._again = True, False
        snapshot = ServerList(self._servers.entries, self._servers.settings, self._servers.met)
        self._writer.run(
            lambda: save_server_list(self._path, snapshot),
            lambda _none: self._on_saved(),
            self._on_not_saved,
        )

    def stop(self) -> None:
        """Nothing more is written; the list is saved when this returns."""
        self._writer.close(finish=True)
        if self._again:
            try:
                save_server_list(self._path, self._servers)
            except ServerFileError as error:
                log.error("the server list is not saved: %s", error)

    def _on_saved(self) -> None:
        self._saving = False
        if self._again:
            self.save()

    def _on_not_saved(self, error: Exception) -> None:
        self.failed.emit(self.tr("The server list is not saved: {}").format(error))
        self._on_saved()
