"""The list in the artist's order: dragged, taken back, told to the session, kept in the file."""

import pytest
from PySide6.QtCore import Qt

from app.servers.server_file import load_server_list
from app.widgets import server_columns as columns

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def addresses(session) -> list[str]:
    return [e.address for e in session.entries]


@pytest.fixture
def listed(window):
    window.servers.exchange.paste("a b c")
    return window


def test_session_learns_of_the_new_order_and_undo_takes_it_back(qtbot, listed, session):
    table = listed.server_pane.table
    table.select_uids([listed.servers.model.entry(3).uid])
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)

    assert addresses(session) == ["127.0.0.1", "a", "c", "b"]
    assert [e.address for e in listed.servers.model.entries] == addresses(session)
    assert len(table.selected_uids()) == 1
    assert "Order servers" in listed.server_pane.undo_button.toolTip()

    listed.servers.undo()
    assert addresses(session) == ["127.0.0.1", "a", "b", "c"]
    listed.servers.redo()
    assert addresses(session) == ["127.0.0.1", "a", "c", "b"]


def test_order_is_kept_until_the_next_start_also_that_of_this_computer(
    qtbot, listed, session, world
):
    uids = [e.uid for e in session.entries]
    listed.servers.reorder([uids[2], uids[0], uids[3], uids[1]])
    listed.close_now()

    kept = load_server_list(world.paths.servers)

    assert [e.address for e in kept.entries] == ["b", "127.0.0.1", "c", "a"]
    assert kept.entries[1].local


def test_widths_are_remembered_for_dock_and_dialog_apart(open_window):
    first = open_window()
    table = first.server_pane.table
    table.header.make_menu(-1).actions()[columns.VERSION].setChecked(True)
    table.setColumnWidth(columns.NAME, 77)
    table.header.arranged.emit()
    first.close_now()

    second = open_window()
    dialog = second.servers.open_dialog(second)

    assert second.server_pane.table.columnWidth(columns.NAME) == 77
    assert not second.server_pane.table.isColumnHidden(columns.VERSION)
    assert dialog.pane.table.isColumnHidden(columns.VERSION)
    assert dialog.pane.table.columnWidth(columns.NAME) != 77


def test_list_file_that_is_dropped_on_the_list_comes_in_and_can_be_taken_back(
    qtbot, window, session, tmp_path
):
    (tmp_path / "farm.txt").write_text("one\ntwo:4000\n", encoding="utf-8")
    window.servers.exchange.paste("one")

    window.server_pane.table.list_dropped.emit(str(tmp_path / "farm.txt"))

    told = "Added 1 server from farm.txt. The list had 1 of them already."
    qtbot.waitUntil(lambda: window.strips.messages.text.text() == told)
    assert addresses(session) == ["127.0.0.1", "one", "two"]
    window.strips.messages.action_requested.emit("undo")
    assert addresses(session) == ["127.0.0.1", "one"]


def test_text_that_is_dropped_on_the_list_comes_in(window, session):
    window.server_pane.table.text_dropped.emit("one, two")

    assert addresses(session) == ["127.0.0.1", "one", "two"]
    assert window.strips.messages.text.text() == "Added 2 servers."


@pytest.mark.parametrize(("text", "told"), [("a", "has all"), ("  ", "no server")])
def test_strip_says_why_nothing_came_in(listed, session, text, told):
    listed.servers.exchange.paste(text)

    assert told in listed.strips.messages.text.text()
    assert len(session.entries) == 4
