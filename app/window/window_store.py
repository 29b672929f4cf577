"""What the window remembers: read at the start, written when something changes."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QByteArray, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from app.servers.server_file import ServerFileError, load_server_list, set_aside
from app.servers.server_list import ServerList
from app.settings.preferences import load_preferences, save_preferences
from app.window.window_services import WindowPaths

log = logging.getLogger("brigade.window")

#: Counts up when docks are added or renamed, so that an old layout is not half applied.
LAYOUT_VERSION = 1


class WindowStore:
    """Files of one window, at places that tests choose.

    Attributes:
        preferences: as they are now; `save` writes them.
        servers: the list as loaded.
        problem: what could not be read at the start, "" if all could.
    """

    def __init__(self, paths: WindowPaths) -> None:
        self.paths = paths
        self.preferences = load_preferences(paths.preferences)
        self.problem = ""
        self.servers = self._load_servers()

    def update(self, **changes: Any) -> None:
        """Change fields of the preferences; `save` writes them."""
        self.preferences = replace(self.preferences, **changes)

    def save(self) -> None:
        """Write the preferences; a full disk is logged and stops nothing."""
        try:
            save_preferences(self.paths.preferences, self.preferences)
        except ServerFileError as error:
            log.warning("settings are not saved: %s", error)

    def restore_layout(self, window: QMainWindow) -> bool:
        """Put window and docks where they were; False if nothing is known."""
        settings = self._geometry()
        geometry, state = settings.value("geometry"), settings.value("state")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return False
        restored = window.restoreGeometry(geometry) and window.restoreState(state, LAYOUT_VERSION)
        place = settings.value("place")
        special = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
        if restored and isinstance(place, QRect) and not window.windowState() & special:
            screen = QGuiApplication.screenAt(place.center())
            if screen is not None and screen.availableGeometry().contains(place):
                # Qt makes room for a title bar where there is none: the window would creep down
                # by one with every start.
                window.setGeometry(place)
        return restored

    def save_layout(self, window: QMainWindow) -> None:
        """Remember where window and docks are."""
        settings = self._geometry()
        settings.setValue("geometry", window.saveGeometry())
        settings.setValue("place", window.geometry())
        settings.setValue("state", window.saveState(LAYOUT_VERSION))
        settings.sync()

    def _geometry(self) -> QSettings:
        return QSettings(str(self.paths.geometry), QSettings.Format.IniFormat)

    def _load_servers(self) -> ServerList:
        try:
            return load_server_list(self.paths.servers)
        except ServerFileError as error:
            self.problem = str(error)
        try:
            kept = set_aside(self.paths.servers)
            self.problem += f". The file is kept as {kept.name}; the list starts empty."
        except OSError as error:
            self.problem += f". It could not be set aside: {error}"
        log.warning("%s", self.problem)
        return ServerList()
