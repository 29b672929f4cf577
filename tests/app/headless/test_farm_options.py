"""Rows of servers that dialled in, the options of the farm, and the scene's own list."""

import pytest

from app.servers.scene_servers import sidecar_of
from app.servers.server_file import (
    MAX_CACHE_GB,
    MAX_CACHE_H,
    ServerFileError,
    load_server_list,
    save_server_list,
)
from app.servers.server_list import ServerList
from app.session.core_values import apply_settings, cache_options, find_withheld
from app.values.cache_limits import DEFAULT_AGE, DEFAULT_SIZE, parse_age, parse_size
from app.values.session_types import DistributedSettings, ServerEntry
from app.widgets import dr_dialog
from network.messages import ACCEPT_PORT, AssetEntry
from network.work import JobSpec, Unit

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


def test_cache_limits_and_restarts_are_options_of_the_dialog(window, session, tmp_path):
    dialog = window.servers.open_dialog(window)
    dialog.cache_gb.setValue(0)
    dialog.cache_hours.setValue(48)
    dialog.restart_servers.setChecked(True)

    assert (session.settings.cache_gb, session.settings.cache_hours) == (0, 48)
    assert session.settings.restart_servers
    assert dialog.cache_gb.text() == "No limit"
    assert cache_options(session.settings) == ("none", "48h")
    stored = tmp_path / "stored.toml"  # the window saves its own list meanwhile
    save_server_list(stored, ServerList((), session.settings))
    assert load_server_list(stored).settings == session.settings


def test_assets_are_options_of_the_dialog(window, session, tmp_path):
    dialog = window.servers.open_dialog(window)
    assert dialog.transfer_assets.isChecked()
    assert dialog.use_cached.isChecked()
    dialog.transfer_assets.setChecked(False)
    dialog.use_cached.setChecked(False)

    wanted = session.settings
    assert (wanted.transfer_assets, wanted.use_cached_assets) == (False, False)
    stored = tmp_path / "stored.toml"  # the window saves its own list meanwhile
    save_server_list(stored, ServerList((), wanted))
    assert load_server_list(stored).settings == wanted


def test_job_says_how_its_files_are_to_be_treated():
    labels = ("room.gltf", "room.bin", "wood.png", "environment/sky.hdr")
    assets = tuple(AssetEntry(x, f"{i:064x}", 10) for i, x in enumerate(labels))
    unit = Unit(0, 0, 0, 8, 8, 0, 1)
    spec = JobSpec("1" * 32, "tracer", "room.gltf", b"", 8, 8, 4, assets, (unit,))

    kept = apply_settings(spec, DistributedSettings())
    assert (kept.use_cache, kept.introduce) == (True, True)
    changed = apply_settings(
        spec, DistributedSettings(transfer_assets=False, use_cached_assets=False)
    )
    assert (changed.use_cache, changed.introduce) == (False, False)
    assert find_withheld(spec) == {f"{2:064x}", f"{3:064x}"}  # pictures, not the geometry


def test_job_waits_for_servers_that_may_dial_in_only_when_the_client_accepts_any():
    spec = JobSpec("1" * 32, "tracer", "a.gltf", b"", 8, 8, 4, (), (Unit(0, 0, 0, 8, 8, 0, 1),))

    assert not apply_settings(spec, DistributedSettings()).guests
    assert apply_settings(spec, DistributedSettings(accept="0.0.0.0:20728")).guests


def test_cache_limits_are_what_the_server_command_takes():
    for settings in (DistributedSettings(), DistributedSettings(cache_gb=0, cache_hours=0)):
        size, age = cache_options(settings)
        parse_size(size)
        parse_age(age)
    assert parse_size(cache_options(DistributedSettings())[0]) == parse_size(DEFAULT_SIZE)
    assert parse_age(cache_options(DistributedSettings())[1]) == parse_age(DEFAULT_AGE)
    assert (dr_dialog.MAX_CACHE_GB, dr_dialog.MAX_CACHE_H) == (MAX_CACHE_GB, MAX_CACHE_H)


def test_hardware_address_and_addresses_are_stored_with_a_row(tmp_path):
    path = tmp_path / "servers.toml"
    row = ServerEntry("1", "studio-1", mac="00:1b:63:84:45:e6", all_addresses=False)
    save_server_list(path, ServerList([row]))
    assert load_server_list(path).entry("1") == row

    save_server_list(path, ServerList([ServerEntry("1", "studio-1")]))

    assert "mac" not in path.read_text()
    assert load_server_list(path).entry("1") == ServerEntry("1", "studio-1")


def test_hardware_address_that_is_none_is_named(tmp_path):
    path = tmp_path / "servers.toml"
    path.write_text('[[server]]\naddress = "a"\nmac = "x"\n')

    with pytest.raises(ServerFileError, match="mac: 'x' is not a hardware address"):
        load_server_list(path)


def test_hardware_address_is_checked_while_it_is_typed(window):
    dialog = window.servers.open_add(window)
    dialog.address.setText("studio-1")
    dialog.mac.setText("00:1b")
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert not ok.isEnabled()
    assert "hardware address" in dialog.reason.text()

    dialog.mac.setText("00-1B-63-84-45-E6")
    dialog.accept()

    assert window.servers.model.entries[-1].mac == "00:1b:63:84:45:e6"
