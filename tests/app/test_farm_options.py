"""Rows of servers that dialled in, the options of the farm, and the scene's own list."""

import pytest

from app.scene_servers import sidecar_of
from app.server_file import load_server_list, save_server_list
from app.server_list import ServerList
from app.session_types import DistributedSettings, ServerEntry
from app.widgets import dr_dialog
from network.messages import ACCEPT_PORT

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
GUEST = ServerEntry("guest-1", "10.1.2.3", port=0, name="node-17", guest=True)


def menu_state(pane, text: str) -> bool:
    action = next(a for a in pane.table.make_menu().actions() if a.text() == text)
    return action.isEnabled()


def test_guest_cannot_be_edited_and_goes_when_it_is_removed(window, session):
    session.server_appeared.emit(GUEST)
    window.server_pane.table.select_uids(["guest-1"])

    assert not menu_state(window.server_pane, "Edit…")
    assert not menu_state(window.server_pane, "Test connection")
    assert not menu_state(window.server_pane, "Pair…")
    window.servers.remove(["guest-1"])
    assert session.drained == ["guest-1"]


def test_dialog_sets_all_options_at_once_also_during_a_render(window, session):
    dialog = window.servers.open_dialog(window)
    dialog.dial_in.setChecked(True)
    dialog.audit.setValue(5)
    dialog.mix_engines.setChecked(True)
    dialog.save_with_scene.setChecked(True)

    wanted = session.settings
    assert (wanted.accept, wanted.audit_percent) == ("*", 5)
    assert (wanted.mix_engines, wanted.save_with_scene) == (True, True)

    window.start_render()
    assert session.requests[0].audit == 0.05
    assert session.requests[0].mix_engines
    dialog.dial_in.setChecked(False)
    assert session.settings.accept == ""


def test_options_are_stored_with_the_list(tmp_path):
    settings = DistributedSettings(audit_percent=7, mix_engines=True, save_with_scene=True)
    save_server_list(tmp_path / "servers.toml", ServerList((), settings))

    assert load_server_list(tmp_path / "servers.toml").settings == settings


def test_dialog_names_the_port_that_servers_dial():
    assert dr_dialog.ACCEPT_PORT == ACCEPT_PORT


def test_window_offers_the_servers_of_a_scene_and_adds_them_on_a_click(
    qtbot, window, session, tmp_path
):
    scene = tmp_path / "still.glb"
    scene.touch()
    save_server_list(sidecar_of(scene), ServerList([ServerEntry("x", "studio-9")]))

    window.opener.open(scene)

    qtbot.waitUntil(lambda: "brings 1 servers" in window.strips.messages.text.text())
    window.strips.messages.action_requested.emit("offer")
    assert session.entries[-1].address == "studio-9"


def test_test_button_tests_the_rows_of_the_list(qtbot, window, session, world):
    window.server_pane.test_button.click()
    assert "no server in the list" in window.strips.messages.text.text()

    window.servers.exchange.paste("studio-1 studio-2")
    world.resolver.waiting.clear()
    window.server_pane.table.select_uids([])
    window.server_pane.test_button.click()
    asked = [name for name, _done in world.resolver.waiting]
    assert asked == ["studio-1", "studio-2"]

    world.resolver.answer((), "not found")
    assert "FAILED  Name: not found" in window.servers.trials.dialog.as_text()
