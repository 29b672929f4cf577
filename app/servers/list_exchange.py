"""The server list to and from files that people share: lines of addresses, or `servers.toml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.servers.server_file import (
    ServerFileError,
    format_lines,
    load_server_list,
    save_server_list,
    write_atomically,
)
from app.servers.server_list import ServerList, ServerListError, make_uid
from app.values.session_types import ServerEntry
from network.addresses import AddressError, parse_address_list


class ListExchange(QObject):
    """Import, export and paste.

    Args:
        servers: the list.
        add: puts rows into it and returns how many were new; raises `ServerListError`.
        parent: Qt's owner.

    Signals:
        failed(str): what could not be done, and why.
    """

    failed = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        add: Callable[[Sequence[ServerEntry]], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers = servers
        self._add = add

    def paste(self, text: str) -> None:
        """Add the servers of a pasted text: lines, or separated by semicolons or commas."""
        try:
            places = parse_address_list(text)
            added = self._add([ServerEntry(make_uid(), a.host, a.port) for a in places])
        except (AddressError, ServerListError) as error:
            self.failed.emit(self.tr("Nothing was pasted: {}").format(error))
            return
        if not added:
            self.failed.emit(self.tr("Nothing was pasted: no new address in the clipboard"))

    def ask_for_import(self, parent: QWidget) -> None:
        """Add the servers of a file that the artist chooses."""
        dialog = QFileDialog(parent.window(), self.tr("Import servers"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Server lists (*.toml *.txt)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda path: self.import_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_for_export(self, parent: QWidget) -> None:
        """Write the list to a file that the artist names."""
        dialog = QFileDialog(parent.window(), self.tr("Export servers"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Lines host:port (*.txt)"), self.tr("Full list (*.toml)")])
        dialog.setDefaultSuffix("txt")
        dialog.selectFile("servers.txt")
        dialog.fileSelected.connect(lambda path: self.export_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_file(self, path: Path) -> None:
        """Write the list: names and options as TOML, or addresses as lines."""
        try:
            if path.suffix.lower() == ".toml":
                save_server_list(path, self._servers)
            else:
                remote = [e for e in self._servers.entries if not e.local]
                write_atomically(path, format_lines(remote))
        except ServerFileError as error:
            self.failed.emit(str(error))

    def import_file(self, path: Path) -> None:
        """Add the servers of a file of lines, or of another `servers.toml`."""
        try:
            if path.suffix.lower() == ".toml":
                rows = [e for e in load_server_list(path).entries if not e.local]
                self._add([replace(e, uid=make_uid()) for e in rows])
            else:
                self.paste(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.failed.emit(str(error))
