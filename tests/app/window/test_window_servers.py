"""The server list in the window, and servers that fail."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox
from window_steps import add_server, click_render, lose_together, text_of

from app.servers.server_file import load_server_list
from app.servers.server_list import LOCAL_UID
from app.values.session_types import DistributedSettings, ServerState
from app.widgets import server_columns as columns
from network.discovery import FoundServer

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


# -- failures ---------------------------------------------------------------------------------


def test_one_dialog_is_raised_when_five_servers_fail_together(qtbot, window, session, world):
    uids = [add_server(window, f"s{i}") for i in range(5)]
    click_render(qtbot, window)
    session.begin()
    lose_together(session, world, uids)
    dialog = window.incidents.dialog
    qtbot.waitUntil(dialog.isVisible, timeout=2000)

    assert dialog.table.rowCount() == 5
    assert dialog.headline.text() == "5 render servers failed."
    assert dialog.table.item(4, 0).text() == f"server {uids[4]}"
    assert dialog.table.item(4, 3).text() == "2"
    assert "went back to the queue" in dialog.outcome.text()
    assert not dialog.isModal()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert sum(isinstance(w, QDialog) and w.isVisible() for w in window.findChildren(QDialog)) == 1
    assert "3 more servers failed · 10 buckets given back" in window.strips.incidents.text.text()


def test_dialog_retries_and_disables_the_servers_it_shows(qtbot, window, session, world):
    uids = [add_server(window, f"s{i}") for i in range(2)]
    click_render(qtbot, window)
    session.begin()
    lose_together(session, world, uids)
    dialog = window.incidents.dialog
    qtbot.waitUntil(dialog.isVisible, timeout=2000)

    qtbot.mouseClick(dialog.retry_button, Qt.MouseButton.LeftButton)
    assert session.retried == uids
    qtbot.mouseClick(dialog.disable_button, Qt.MouseButton.LeftButton)

    assert not dialog.isVisible()
    assert [e.enabled for e in session.entries] == [True, False, False]
    assert text_of(window, uids[0], columns.STATE) == "Disabled"
    assert window.strips.incidents.isHidden()


def test_strip_goes_when_the_lost_server_is_back(qtbot, window, session, world):
    uid = add_server(window, "s")
    click_render(qtbot, window)
    session.begin()
    lose_together(session, world, [uid])
    qtbot.waitUntil(window.strips.incidents.isVisible, timeout=2000)

    session.set_state(uid, ServerState.LOST)
    assert window.strips.incidents.isVisible()
    session.set_state(uid, ServerState.RENDERING, leases=1)
    assert window.strips.incidents.isHidden()


def test_no_dialog_comes_again_when_the_artist_asked_for_silence(qtbot, window, session, world):
    uid = add_server(window, "s")
    click_render(qtbot, window)
    session.begin()
    lose_together(session, world, [uid])
    dialog = window.incidents.dialog
    qtbot.waitUntil(dialog.isVisible, timeout=2000)
    dialog.mute.setChecked(True)
    dialog.close()

    session.lose(uid, "s", what="out of memory")
    world.now_s += 0.5
    qtbot.waitUntil(lambda: "out of memory" in window.strips.incidents.text.text(), timeout=2000)
    assert not dialog.isVisible()

    session.finish()
    window.start_render()
    assert not dialog.mute.isChecked()


# -- the server list --------------------------------------------------------------------------


def test_newest_list_is_on_disk_when_the_window_has_closed(window, session, world):
    for number in range(5):
        add_server(window, f"studio-{number}")

    window.close()

    assert load_server_list(world.paths.servers).entries == session.entries


def test_server_is_connected_saved_and_looked_up_when_it_is_added(window, session, world, qtbot):
    uid = add_server(window, "studio-1:4000")

    assert (session.entries[1].address, session.entries[1].port) == ("studio-1", 4000)
    qtbot.waitUntil(lambda: load_server_list(world.paths.servers).entries == session.entries)
    assert text_of(window, uid, columns.RESOLVED) == "Resolving…"
    world.resolver.answer(("192.168.1.20", "fd00::20"))
    assert text_of(window, uid, columns.RESOLVED) == "192.168.1.20, fd00::20"
    assert window.server_pane.table.selected_uids() == [uid]


def test_resolve_asks_for_all_rows_and_says_which_name_is_unknown(qtbot, window, world):
    one, two = add_server(window, "one"), add_server(window, "two")
    world.resolver.waiting.clear()
    window.server_pane.table.clearSelection()

    qtbot.mouseClick(window.server_pane.resolve_button, Qt.MouseButton.LeftButton)
    assert [name for name, _done in world.resolver.waiting] == ["one", "two"]
    world.resolver.answer((), "two: Host not found")

    for uid in (one, two):
        assert text_of(window, uid, columns.RESOLVED) == "Name not found"


def test_answer_for_an_older_address_is_dropped_when_the_row_was_edited(window, world):
    uid = add_server(window, "old")
    old = world.resolver.waiting.copy()
    dialog = window.servers.open_edit(uid, window)
    dialog.address.setText("new")
    dialog.accept()

    for _name, done in old:
        done(("10.0.0.1",), "")

    assert text_of(window, uid, columns.RESOLVED) == "Resolving…"
    world.resolver.answer(("10.0.0.2",))
    assert text_of(window, uid, columns.RESOLVED) == "10.0.0.2"


def test_add_dialog_says_why_and_refuses_while_the_address_is_wrong(window):
    add_server(window, "studio-1")
    dialog = window.servers.open_add(window)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)

    assert not ok.isEnabled()
    dialog.address.setText("studio 2")
    assert not ok.isEnabled()
    assert "letters, digits" in dialog.reason.text()
    dialog.address.setText("studio-1")
    assert "in the list already" in dialog.reason.text()
    dialog.port.setValue(4000)
    assert ok.isEnabled()
    dialog.reject()
    assert len(window.servers.model.entries) == 2


def test_pasted_list_is_added_and_what_is_no_address_is_named(window, session):
    window.servers.exchange.paste("a;b:4000\n[::1]:5000 # mine")
    assert [(e.address, e.port) for e in session.entries[1:]] == [
        ("a", 20727),
        ("b", 4000),
        ("::1", 5000),
    ]

    window.servers.exchange.paste("fine, not/fine")
    assert len(session.entries) == 4
    assert "not/fine" in window.strips.messages.text.text()


def test_removed_server_comes_back_by_undo_in_the_strip(qtbot, window, session):
    uid = add_server(window, "studio-1")
    window.server_pane.table.select_uids([uid])
    qtbot.keyClick(window.server_pane.table, Qt.Key.Key_Delete)
    assert len(session.entries) == 1
    assert window.strips.messages.text.text() == "Removed studio-1."

    window.strips.messages.action_requested.emit("undo")

    assert [e.uid for e in session.entries] == [LOCAL_UID, uid]
    assert window.strips.messages.isHidden()


def test_space_switches_the_selected_servers(qtbot, window, session):
    uids = [add_server(window, name) for name in "ab"]
    table = window.server_pane.table
    table.select_uids(uids)

    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [e.enabled for e in session.entries] == [True, False, False]
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [e.enabled for e in session.entries] == [True, True, True]


def test_found_server_is_added_only_when_the_artist_asks(qtbot, window, session, world):
    qtbot.mouseClick(window.server_pane.find_button, Qt.MouseButton.LeftButton)
    assert world.finder.running
    world.finder.changed.emit(
        (FoundServer("Attic", ("10.0.0.9",), 20727, "", 1), FoundServer("Dead", (), 1, "", 1))
    )
    found = window.server_pane.found
    assert found.list.count() == 1
    assert len(session.entries) == 1

    qtbot.mouseClick(found.add_all_button, Qt.MouseButton.LeftButton)
    assert (session.entries[1].name, session.entries[1].address) == ("Attic", "10.0.0.9")
    assert "(in the list)" in found.list.item(0).text()
    assert not found.add_all_button.isEnabled()

    qtbot.mouseClick(window.server_pane.find_button, Qt.MouseButton.LeftButton)
    assert not world.finder.running


def test_dr_dialog_changes_the_options_while_a_frame_is_rendered(qtbot, window, session, world):
    click_render(qtbot, window)
    session.begin()
    dialog = window.servers.open_dialog(window)

    dialog.max_servers.setValue(3)
    dialog.use_local.setChecked(False)
    dialog.choose_key("/keys/farm.key")

    assert session.settings == DistributedSettings(
        max_servers=3, use_local=False, key_file="/keys/farm.key"
    )
    assert not session.entries[0].enabled
    assert dialog.pane.table.model() is window.server_pane.table.model()
    qtbot.waitUntil(lambda: load_server_list(world.paths.servers).settings == session.settings)
    assert window.servers.open_dialog(window) is dialog


def test_new_key_is_made_and_chosen(window, session, tmp_path):
    dialog = window.servers.open_dialog(window)

    dialog.new_key_requested.emit(str(tmp_path / "farm.key"))
    assert session.settings.key_file == str(tmp_path / "farm.key")
    dialog.new_key_requested.emit(str(tmp_path / "no-folder" / "farm.key"))
    assert window.strips.messages.isVisible()


def test_distributed_box_is_the_same_in_rollout_and_session(window, session):
    window.settings_panel.distributed.setChecked(False)
    assert not session.settings.enabled
    window.servers.undo()
    assert session.settings.enabled
    assert window.settings_panel.distributed.isChecked()


@pytest.mark.parametrize("name", ["farm.toml", "farm.txt"])
def test_exported_list_is_the_same_when_it_is_imported(qtbot, window, session, tmp_path, name):
    window.servers.exchange.paste("a b:4000 [::1]:5000")
    before = [(e.address, e.port) for e in session.entries]
    window.servers.exchange.export_file(tmp_path / name)
    window.servers.remove([e.uid for e in session.entries])
    assert len(session.entries) == 1

    window.servers.exchange.import_file(tmp_path / name)

    strip = window.strips.messages
    qtbot.waitUntil(lambda: strip.text.text() == f"Added 3 servers from {name}.")
    assert [(e.address, e.port) for e in session.entries] == before
    strip.action_requested.emit("undo")
    assert len(session.entries) == 1


@pytest.mark.parametrize("content", [None, b"a;;b:http", b"\xff\xfe\x00"])
def test_strip_tells_why_when_a_list_cannot_be_imported(qtbot, window, tmp_path, content):
    if content is not None:
        (tmp_path / "some.txt").write_bytes(content)

    window.servers.exchange.import_file(tmp_path / "some.txt")

    qtbot.waitUntil(lambda: "some.txt" in window.strips.messages.text.text())
    assert len(window.servers.model.entries) == 1
