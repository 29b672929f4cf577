"""`brigade server --tray`: the server's small window and its place in the system's tray.

The only part of a server that knows widgets; a server without `--tray` never imports it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.serving.lending import Lending
from app.serving.lending_file import load_wish
from app.serving.server_front import ServerFront
from app.settings.preferences import load_preferences
from app.system.idle_time import make_idle_clock
from app.system.paths import config_dir
from app.system.translation import choose_language, choose_locale, install_language
from app.values.lending_rules import LendingWish
from app.widgets.lending_window import LendingWindow
from app.widgets.theme import apply_color_scheme, make_icon

SETTINGS_FILE = "server.toml"
LOG_FORMAT = "%(asctime)s  %(message)s"


def why_no_window(system: str, environment: Mapping[str, str]) -> str:
    """Return why no window can be shown here, "" if one can: Qt would end the program."""
    if system in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return "--tray needs a screen, and there is none here; leave it out"


def make_tray_application() -> QApplication:
    """Return an application that may have windows, and goes on without any."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Bucket Brigade server")
    application.setQuitOnLastWindowClosed(False)
    preferences = load_preferences(config_dir() / "settings.toml")
    language = choose_language(preferences.language)
    install_language(application, language)
    QLocale.setDefault(choose_locale(language))
    apply_color_scheme(preferences.color_scheme)
    application.setWindowIcon(make_icon("brigade", application.palette()))
    return application


def load_tray_wish(threads: int) -> LendingWish:
    """Return what the window was told last time, for a computer of so many threads."""
    return load_wish(_wish_file(), threads)


def _wish_file() -> Path:
    return config_dir() / SETTINGS_FILE


class LogTap(logging.Handler):
    """Passes log lines on, from any thread; it lives as long as its window."""

    class _Wire(QObject):
        line = Signal(str)

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.wire = LogTap._Wire()
        self.setFormatter(logging.Formatter(LOG_FORMAT, "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on; Qt carries it into the window's thread."""
        self.wire.line.emit(self.format(record))


class ServerTray(QObject):
    """Window, tray icon and the wishes behind them; made by the program, ended by `close`."""

    def __init__(self, front: ServerFront, where: str, threads: int) -> None:
        super().__init__()
        in_tray = QSystemTrayIcon.isSystemTrayAvailable()
        self.window = LendingWindow(front.name, where, threads, in_tray=in_tray)
        self.lending = Lending(front, load_tray_wish(threads), _wish_file(), make_idle_clock, self)
        self._tap = LogTap()
        self._icon = self._make_icon() if in_tray else None
        self.lending.changed.connect(self.window.show_state)
        self.lending.serving_changed.connect(self.window.show_serving)
        self.lending.problem.connect(self.window.show_problem)
        self.lending.changed.connect(lambda *_state: self._show_in_tray())
        self.lending.serving_changed.connect(lambda _client: self._show_in_tray())
        self.window.wish_requested.connect(self.lending.set_wish)
        self.window.stop_requested.connect(front.drain)
        self._tap.wire.line.connect(self.window.add_log)
        logging.getLogger("brigade").addHandler(self._tap)

    def start(self) -> None:
        """Show the window, and lend what was wished last time."""
        self.lending.start()
        self.window.show()
        if self._icon is not None:
            self._icon.show()

    def close(self) -> None:
        """Take everything off the screen."""
        logging.getLogger("brigade").removeHandler(self._tap)
        if self._icon is not None:
            self._icon.hide()
        self.window.hide()

    def _make_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(make_icon("brigade", self.window.palette()), self)
        self._menu = QMenu()
        self._pause = QAction(self.tr("Pause"), self._menu)
        self._pause.setCheckable(True)
        self._pause.triggered.connect(self.lending.set_paused)
        self._menu.addAction(self._pause)
        self._menu.addAction(self.tr("Show window"), self._raise)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Stop server"), self.window.stop_requested.emit)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._on_activated)
        return icon

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._raise()

    def _raise(self) -> None:
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _show_in_tray(self) -> None:
        if self._icon is not None:
            self._icon.setToolTip(f"{self.window.windowTitle()}\n{self.window.summary}")
            self._pause.setChecked(self.lending.wish.paused)


def check_screen() -> str:
    """Return why there can be no window on this computer, "" if there can."""
    return why_no_window(sys.platform, os.environ)
