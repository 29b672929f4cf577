"""The server list to and from files that people share: lines of addresses, or `servers.toml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.servers.server_file import (
    MAX_FILE_BYTES,
    ServerFileError,
    format_lines,
    load_server_list,
    save_server_list,
    write_atomically,
)
from app.servers.server_list import ServerList, ServerListError, make_uid
from app.system.background import Background
from app.values.session_types import ServerEntry
from network.addresses import AddressError, parse_address_list

#: Characters that are read at once; thousands of addresses take longer than a frame of the screen.
SHORT_TEXT = 8192


class ListExchange(QObject):
    """Import, export, paste and drop.

    Args:
        servers: the list.
        add: puts rows into it and returns how many were new; raises `ServerListError`.
        parent: Qt's owner.

    Signals:
        failed(str): what could not be done, and why.
        added(str): what came into the list, for a strip that offers Undo.
    """

    failed = Signal(str)
    added = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        add: Callable[[Sequence[ServerEntry]], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers = servers
        self._add = add
        self._reader = Background(threads=1, parent=self)  # a share may be slow

    def paste(self, text: str) -> None:
        """Add the servers of a pasted or dropped text: lines, or apart by semicolons or commas."""
        if len(text) > SHORT_TEXT:
            self._reader.run(
                lambda: read_lines(text), lambda rows: self._take(rows, ""), self._refuse
            )
            return
        try:
            rows = read_lines(text)
        except AddressError as error:
            self._refuse(error)
            return
        self._take(rows, "")

    def _refuse(self, error: Exception) -> None:
        self.failed.emit(self.tr("Nothing was added: {}").format(error))

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
        """Add the servers of a file of lines, or of another `servers.toml`; `added` follows."""
        self._reader.run(
            lambda: read_rows(path),
            lambda rows: self._take(rows, path.name),
            lambda error: self.failed.emit(str(error)),
        )

    def stop(self) -> None:
        """Read no more; returns when nothing is being read."""
        self._reader.close()

    def _take(self, rows: Sequence[ServerEntry], source: str) -> None:
        try:
            count = self._add(rows)
        except ServerListError as error:
            self._refuse(error)
            return
        if not count:
            known = self.tr("Nothing was added: the list has all of these servers already")
            self.failed.emit(known if rows else self.tr("Nothing was added: no server in there"))
            return
        self.added.emit(self._describe(count, len(rows) - count, source))

    def _describe(self, count: int, known: int, source: str) -> str:
        number = QLocale().toString(count)
        if not source:
            one, many = self.tr("Added 1 server."), self.tr("Added {} servers.")
            text = one if count == 1 else many.format(number)
        elif count == 1:
            text = self.tr("Added 1 server from {}.").format(source)
        else:
            text = self.tr("Added {} servers from {}.").format(number, source)
        if not known:
            return text
        return self.tr("{} The list had {} of them already.").format(
            text, QLocale().toString(known)
        )


def read_lines(text: str) -> list[ServerEntry]:
    """Return a row for each address of a text.

    Raises:
        AddressError: something in it is no address.
    """
    return [ServerEntry(make_uid(), place.host, place.port) for place in parse_address_list(text)]


def read_rows(path: Path) -> list[ServerEntry]:
    """Return the servers of a file of lines, or of another `servers.toml`.

    Raises:
        ServerFileError: the file cannot be read, or is no server list.
    """
    if path.suffix.lower() == ".toml":
        rows = load_server_list(path).entries
        return [replace(entry, uid=make_uid()) for entry in rows if not entry.local]
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ServerFileError(f"{path} is too large for a server list")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ServerFileError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ServerFileError(f"{path} is no text: {error}") from error
    try:
        return read_lines(text)
    except AddressError as error:
        raise ServerFileError(f"{path.name}: {error}") from error
