"""Remembers what the artist made of the columns of the server lists: of the dock, of the dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.widgets.server_header import ServerHeader


class ColumnMemory:
    """Widths, order and choice of columns, in the file of the window's layout.

    Args:
        path: of that file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def follow(self, header: ServerHeader, name: str) -> None:
        """Arrange columns as they were last time, and note what is changed about them.

        Args:
            header: of a list.
            name: under which its columns are kept.
        """
        key = f"columns/{name}"
        kept = self._settings().value(key)
        if isinstance(kept, QByteArray):
            header.restore(kept)
        header.arranged.connect(lambda: self._keep(key, header.arrangement()))

    def _keep(self, key: str, arrangement: QByteArray) -> None:
        settings = self._settings()
        settings.setValue(key, arrangement)
        settings.sync()

    def _settings(self) -> QSettings:
        return QSettings(str(self._path), QSettings.Format.IniFormat)
