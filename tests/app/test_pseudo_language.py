import re

import pytest
from fake_session import FakeSummary
from pseudo_language import PseudoLanguage, cut_off, untranslated
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from app.system.translation import translate

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: Names of things, alike in every language: of the program, its command, files, cameras, languages.
NAMES = re.compile(
    "Bucket Brigade|brigade server --lan --key-file farm.key|[a-z-]+[.][a-z]{3}"
    f"|{'|'.join(FakeSummary.cameras)}|English|Deutsch"
)


@pytest.fixture
def pseudo(qapp):
    language = PseudoLanguage()
    QApplication.installTranslator(language)
    yield language
    QApplication.removeTranslator(language)


def open_all(window) -> list[QWidget]:
    """Open everything that the window can show."""
    for rollout in window.settings_panel.rollouts.values():
        rollout.set_open(True)
    for dock in window.docks:
        dock.show()
    window.resize(2000, 1400)
    window.keys_dialog.show()
    window.incidents.show_dialog()
    window.servers.open_dialog(window)
    window.servers.open_add(window)
    window.files.ask_for_options()
    return [window, *(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())]


def test_window_shows_no_text_that_was_never_translated(pseudo, window):
    open_all(window)
    assert not untranslated(window, NAMES)


def test_texts_that_are_a_third_longer_have_room(pseudo, qtbot, window):
    parts = open_all(window)
    assert len(parts) >= 5
    qtbot.wait(50)  # layouts settle in the event loop
    assert not [cut for part in parts for cut in cut_off(part)]


def test_pseudo_language_finds_a_text_that_was_never_translated(pseudo, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    QLabel("forgotten", parent)
    QLabel(translate("window", "Channel"), parent)
    assert untranslated(parent, NAMES) == ["QLabel: text: 'forgotten'"]


def test_pseudo_language_finds_a_label_that_is_cut_off(pseudo, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    label = QLabel(
        translate("window", "View transform: how light becomes colours of the screen"), parent
    )
    label.resize(20, 20)
    parent.show()
    assert len(cut_off(parent)) == 1
