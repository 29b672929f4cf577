"""The window as a program: application, session, window, and their end."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.keys.keyring import Keyring
from app.logs.logs import join_qt_messages, log_start, set_up_logging
from app.session.session import RenderSession
from app.settings.preferences import load_preferences
from app.system.garbage import collect_here
from app.system.paths import config_dir, history_dir, log_dir, unfinished_dir
from app.system.signal_relay import SignalRelay
from app.system.translation import choose_language, choose_locale, install_language
from app.widgets.theme import make_icon
from app.window.window import MainWindow
from app.window.window_services import WindowPaths, make_services

MAX_CLIENT_NAME = 64


def run_window(scene: Path | None) -> int:
    """Open the window; return the exit status when it is closed."""
    set_up_logging(log_dir() / "client.log")
    log_start()
    join_qt_messages()
    application = make_application()
    config = config_dir()
    language = choose_language(load_preferences(config / "settings.toml").language)
    install_language(application, language)
    QLocale.setDefault(choose_locale(language))
    session = RenderSession(
        keyring=Keyring(config), client_name=socket.gethostname()[:MAX_CLIENT_NAME]
    )
    paths = WindowPaths(
        config / "servers.toml",
        config / "settings.toml",
        config / "window.ini",
        history_dir(),
        unfinished_dir(),
    )
    window = MainWindow(session, make_services(application), paths)
    window.show()
    collect_here(application)
    QTimer.singleShot(0, window, lambda: window.start(scene))
    relay = SignalRelay((signal.SIGINT, signal.SIGTERM), application)
    relay.caught.connect(lambda _number: window.close_now())
    return application.exec()


def make_application() -> QApplication:
    """Return the application, in the style that follows light and dark everywhere."""
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    application.setApplicationName("Bucket Brigade")
    application.setDesktopFileName("bucket-brigade")
    application.setWindowIcon(make_icon("brigade", QGuiApplication.palette()))
    return application
