"""A window whose session, files and clock are in the test's hand."""

import pytest
from fake_session import FakeSession, FakeWorld
from PySide6.QtCore import QLocale

from app.window.window import MainWindow


@pytest.fixture
def world(tmp_path):
    return FakeWorld(tmp_path)


@pytest.fixture
def session(qtbot):
    return FakeSession()


@pytest.fixture
def open_window(qtbot, session, world):
    windows = []

    def make() -> MainWindow:
        window = MainWindow(session, world.services(), world.paths)
        qtbot.addWidget(window, before_close_func=lambda w: w.close_now())
        windows.append(window)
        window.resize(1200, 800)
        window.show()
        window.start()
        qtbot.waitUntil(lambda: not window.opener.busy)
        return window

    return make


@pytest.fixture
def window(open_window):
    return open_window()


@pytest.fixture(autouse=True, scope="session")
def _application(qapp):
    """Let commands that run in the tests' process find an application that serves widgets too.

    Numbers are written as in English, wherever the tests run.
    """
    QLocale.setDefault(QLocale("en_US"))
    return qapp
