"""The list of keys in the window: what is changed there works, and is there again."""

import pytest
from PySide6.QtCore import Qt
from window_steps import click_render

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_changed_key_works_at_once_and_after_the_next_start(qtbot, open_window, session):
    window = open_window()

    window.keys_dialog.key_requested.emit("pause", "G")
    click_render(qtbot, window)
    session.begin()
    window.frame_buffer.setFocus()
    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_P)
    assert not session.paused
    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_G)
    assert session.paused
    assert "G" in [item.text() for item in window.keys_dialog.table.findItems("G", Qt.MatchExactly)]

    window.store.save()
    again = open_window()
    assert [key.toString() for key in again.actions_by_key["pause"].shortcuts()] == ["G"]


def test_refused_key_changes_nothing_and_says_why(open_window):
    window = open_window()

    window.keys_dialog.key_requested.emit("pause", "E")

    assert "Exposure up" in window.keys_dialog.fault.text()
    assert window.store.preferences.keys == {}


def test_defaults_come_back(open_window):
    window = open_window()
    window.keys_dialog.key_requested.emit("pause", "G")
    window.keys_dialog.key_requested.emit("fit", "Ctrl+F")

    window.keys_dialog.reset_requested.emit("pause")
    assert window.store.preferences.keys == {"fit": "Ctrl+F"}
    window.keys_dialog.all_reset_requested.emit()

    assert window.store.preferences.keys == {}
    assert [key.toString() for key in window.actions_by_key["fit"].shortcuts()] == ["F"]
