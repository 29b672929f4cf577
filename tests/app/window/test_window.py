import subprocess
import sys

import numpy as np
import pytest
from fake_session import FakeSession, FakeSummary
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from app.saving.image_kinds import find_kind
from app.servers.server_file import load_server_list
from app.servers.server_list import LOCAL_UID
from app.values.session_types import DistributedSettings, ServerState
from app.widgets import server_model as columns
from app.widgets.frame_buffer import Outlines
from app.widgets.server_pane import SERVER_COMMAND
from app.widgets.theme import UNRENDERED, is_dark, server_color
from app.window.render_controller import RenderState
from app.window.window import MainWindow
from network.discovery import FoundServer

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def click_render(qtbot, window) -> None:
    qtbot.mouseClick(window.empty_view.render_button, Qt.MouseButton.LeftButton)


def add_server(window, text: str) -> str:
    """Through the Add dialog; return the row's identity."""
    dialog = window.servers.open_add(window)
    dialog.address.setText(text)
    dialog.accept()
    return window.servers.model.entries[-1].uid


def text_of(window, uid: str, column: int) -> str:
    model = window.servers.model
    return model.index(model.row(uid), column).data()


# -- first run --------------------------------------------------------------------------------


def test_window_is_ready_to_render_the_demo_on_this_computer_when_it_runs_first(
    qtbot, window, session, world
):
    assert [(e.uid, e.enabled) for e in session.entries] == [(LOCAL_UID, True)]
    assert window.empty_view.isVisible()
    assert window.empty_view.title.text() == "Demo scene"
    assert "120,000" in window.empty_view.detail.text()

    click_render(qtbot, window)

    assert session.requests[0].scene == world.demo
    assert session.requests[0].settings.width == 960
    assert window.render_control.state is RenderState.PREPARING


def test_window_tells_how_to_add_servers_while_there_is_none(qtbot, window):
    help_box = window.server_pane.help
    assert help_box.isVisible()

    qtbot.mouseClick(help_box.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == SERVER_COMMAND

    add_server(window, "studio-1")
    assert not help_box.isVisible()


# -- rendering --------------------------------------------------------------------------------


def test_buckets_are_outlined_then_shown_when_a_server_renders_them(qtbot, window, session):
    uid = add_server(window, "studio-1")
    click_render(qtbot, window)
    job = session.begin()
    assert not window.empty_view.isVisible()

    session.lease(0, uid)
    mark = window.frame_buffer.marks[0]
    assert mark.name == "studio-1"
    assert mark.color == server_color(1)

    session.deliver(0, uid, 1e6)
    region = job.regions[0]
    picture = window.frame_buffer.picture()
    assert picture.pixelColor(region.x, region.y) == QColor(255, 255, 255)
    assert picture.pixelColor(0, 0).red() == UNRENDERED
    assert window.frame_buffer.marks == {}


def test_render_pauses_and_goes_on_by_its_key(qtbot, window, session):
    pause = window.actions_by_key["pause"]
    assert not pause.isEnabled()
    click_render(qtbot, window)
    session.begin()
    window.frame_buffer.setFocus()

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_P)
    assert session.paused
    assert pause.isChecked()
    session.progress(27, servers=2, eta_s=65.0)
    assert "servers finish what they have" in window.render_status.message.text()
    session.progress(29, servers=0, eta_s=65.0)
    assert window.render_status.message.text().startswith("Paused at 29 of 135")

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_P)
    assert not session.paused
    assert not pause.isChecked()


def test_pause_ends_when_the_render_is_stopped(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    window.actions_by_key["pause"].trigger()
    window.render_control.stop()

    assert not window.actions_by_key["pause"].isChecked()
    assert not window.actions_by_key["pause"].isEnabled()


def test_offset_keys_lift_the_picture_and_normalize_shows_its_whole_range(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    for unit, value in ((0, 2.0), (1, 6.0)):
        session.lease(unit, LOCAL_UID)
        session.deliver(unit, LOCAL_UID, value)
    window.frame_buffer.setFocus()

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_O)
    assert window.controls.lens.offset == pytest.approx(0.1)
    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert window.controls.lens.offset == 0.0

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.controls.lens.offset != 0.0)
    assert window.display.look.exposure_ev == pytest.approx(-2.0)
    assert window.controls.lens.offset == pytest.approx(-0.5)

    window.actions_by_key["reset"].trigger()
    assert window.controls.lens.offset == 0.0


def test_window_stands_where_it_stood_after_each_start(qtbot, world):
    places = []
    for _ in range(3):
        window = MainWindow(FakeSession(), world.services(), world.paths)
        qtbot.addWidget(window)
        if not places:
            window.setGeometry(30, 0, 700, 560)
        window.show()
        places.append(window.geometry())
        window.close_now()

    assert places[1] == places[2] == places[0]


def test_outline_goes_when_the_bucket_is_given_back(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    session.lease(4, LOCAL_UID)
    session.bucket_released.emit(4)

    assert window.frame_buffer.marks == {}


def test_status_bar_tells_progress_and_the_end(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    session.progress(27, servers=2, eta_s=65.0)
    status = window.render_status

    assert status.bar.format() == "20 %"
    assert "27 of 135 buckets" in status.message.text()
    assert "1:05 left" in status.message.text()
    assert "1.5 Msamples/s" in status.message.text()
    assert status.servers.text() == "2 servers at work"

    session.finish()
    assert status.message.text().startswith("Finished in 12 s · 135 buckets")
    assert status.bar.isHidden()


def test_status_bar_tells_what_a_server_does_while_nobody_renders_yet(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    session.set_state(LOCAL_UID, ServerState.OPENING, fraction=0.5, detail="building the tree")
    session.progress(0, servers=0)

    assert window.render_status.message.text() == (
        "This computer: Opening scene 50% (building the tree)"
    )


def test_stop_keeps_the_pixels_and_render_works_again(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()
    session.deliver(0, LOCAL_UID, 1e6)
    session.lease(1, LOCAL_UID)

    window.actions_by_key["stop"].trigger()
    assert session.stops == 1
    assert not window.actions_by_key["render"].isEnabled()
    session.finish(complete=False)

    assert window.frame_buffer.marks == {}
    assert window.render_status.message.text().startswith("Stopped after")
    assert window.actions_by_key["render"].isEnabled()
    assert window.render_control.film.done.any()


def test_window_is_idle_again_when_it_is_stopped_while_preparing(qtbot, window, session):
    click_render(qtbot, window)
    window.actions_by_key["stop"].trigger()

    assert session.stops == 1
    assert window.render_control.state is RenderState.IDLE
    assert window.actions_by_key["render"].isEnabled()


def test_strip_tells_why_when_a_frame_cannot_begin(qtbot, window, session):
    click_render(qtbot, window)
    session.job_failed.emit("demo.glb: image 3 is missing")

    assert window.strips.messages.isVisible()
    assert "image 3 is missing" in window.strips.messages.text.text()
    assert window.render_control.state is RenderState.IDLE


def test_window_offers_this_computer_when_no_server_is_ticked(qtbot, window, session):
    window.servers.set_enabled([LOCAL_UID], False)

    click_render(qtbot, window)
    assert session.requests == []
    button = window.strips.messages.findChild(type(window.empty_view.render_button))
    assert button.text() == "Use this computer"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert session.entries[0].enabled
    click_render(qtbot, window)
    assert len(session.requests) == 1


def test_pixel_under_the_pointer_is_told_with_its_float_value(qtbot, window, session):
    click_render(qtbot, window)
    job = session.begin()
    session.deliver(0, LOCAL_UID, 0.25)
    region = job.regions[0]

    window.frame_buffer.gestures.pixel_hovered.emit(region.x, region.y)
    assert f"{region.x}, {region.y}   0.25  0.25  0.25  0.25" in window.render_status.pixel.text()
    window.frame_buffer.gestures.pixel_hovered.emit(0, 0)
    assert "not rendered yet" in window.render_status.pixel.text()
    window.frame_buffer.gestures.pixel_hovered.emit(-1, -1)
    assert window.render_status.pixel.text() == ""


def test_picture_gets_brighter_when_e_is_pressed(qtbot, window, session):
    click_render(qtbot, window)
    job = session.begin()
    session.deliver(0, LOCAL_UID, 0.1)
    region = job.regions[0]
    before = window.frame_buffer.picture().pixelColor(region.x, region.y).red()
    window.frame_buffer.setFocus()

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: not window.display.busy)
    after = window.frame_buffer.picture().pixelColor(region.x, region.y).red()
    assert after > before
    assert window.display_bar.exposure.exposure_ev == 0.5
    assert session.film.pixels[region.y, region.x, 0] == np.float32(0.1)

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not window.display.busy)
    assert window.frame_buffer.picture().pixelColor(region.x, region.y).red() == before


def test_outlines_go_through_all_kinds_when_b_is_pressed(qtbot, window):
    window.frame_buffer.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(window.frame_buffer, Qt.Key.Key_B)
        seen.append(window.frame_buffer.outlines)

    assert seen == [Outlines.WHITE, Outlines.BLACK, Outlines.NONE, Outlines.SERVER]


def test_letter_keys_are_typed_when_a_field_has_the_focus(qtbot, window):
    field = window.settings_panel.rollouts["environment"].map.line
    field.setFocus()
    qtbot.keyClicks(field, "berf")

    assert field.text() == "berf"
    assert window.frame_buffer.outlines is Outlines.SERVER
    assert window.display.look.exposure_ev == 0.0


def test_picture_gets_warmer_when_the_white_balance_is_set(qtbot, window, session, world):
    click_render(qtbot, window)
    job = session.begin()
    session.deliver(0, LOCAL_UID, 0.2)
    region = job.regions[0]

    window.display_bar.look.temperature.setValue(9000)
    qtbot.waitUntil(lambda: not window.display.busy)

    colour = window.frame_buffer.picture().pixelColor(region.x, region.y)
    assert colour.red() > colour.blue() + 10
    assert window.display_bar.look.font().bold()
    assert window.store.preferences.temperature_k == 9000

    qtbot.mouseClick(window.display_bar.look.reset_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.display.busy)
    colour = window.frame_buffer.picture().pixelColor(region.x, region.y)
    assert abs(colour.red() - colour.blue()) <= 1  # AgX' own


def test_legend_is_listed_while_false_colour_is_seen(window):
    legend = window.display_bar.look.legend

    window.controls.set_view("false-colour")
    assert legend.count() == 14

    window.controls.set_view("agx")
    assert legend.count() == 0


# -- denoising --------------------------------------------------------------------------------


def render_all(qtbot, window, session) -> None:
    click_render(qtbot, window)
    session.begin()
    for unit in range(len(session.job.regions)):
        session.deliver(unit, LOCAL_UID, 0.5)
    session.finish()


def test_complete_picture_is_denoised_and_noisy_again_by_one_key(qtbot, window, session):
    render_all(qtbot, window, session)
    noisy = window.frame_buffer.picture().pixelColor(5, 5).red()
    window.frame_buffer.setFocus()

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: window.denoiser.shown is not None and not window.display.busy)
    assert window.frame_buffer.picture().pixelColor(5, 5).red() < noisy
    assert window.display.value(5, 5) == (0.25, 0.25, 0.25, 0.25)

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not window.display.busy)
    assert window.frame_buffer.picture().pixelColor(5, 5).red() == noisy
    assert (session.film.pixels == 0.5).all()


def test_frame_is_rendered_with_guides_when_denoise_is_on(qtbot, window, session):
    window.actions_by_key["denoise"].trigger()

    click_render(qtbot, window)

    assert session.requests[0].settings.channels == ("albedo", "normal")


def test_strip_tells_how_to_install_the_denoiser_when_it_is_missing(qtbot, window, session, world):
    world.denoise_error = "Open Image Denoise is not installed; pip install it"
    render_all(qtbot, window, session)

    window.actions_by_key["denoise"].trigger()
    qtbot.waitUntil(window.strips.messages.isVisible)

    assert "pip install it" in window.strips.messages.text.text()
    assert not window.actions_by_key["denoise"].isChecked()


def test_ctrl_click_sets_the_focus_point_and_says_what_it_takes(window):
    window.frame_buffer.gestures.focus_requested.emit(0.25, 0.75)

    options = window.settings_panel.options
    assert (options.focus_x, options.focus_y) == (0.25, 0.75)
    assert "f-stop" in window.render_status.message.text()
    window.settings_panel.rollouts["lens"].fstop.setValue(2.8)
    window.frame_buffer.gestures.focus_requested.emit(0.5, 0.5)
    assert "sharp" in window.render_status.message.text()


# -- failures ---------------------------------------------------------------------------------


def lose_together(session, world, uids) -> None:
    for uid in uids:
        session.lose(uid, f"server {uid}")
    world.now_s += 0.5


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
def test_exported_list_is_the_same_when_it_is_imported(window, session, tmp_path, name):
    window.servers.exchange.paste("a b:4000 [::1]:5000")
    before = [(e.address, e.port) for e in session.entries]
    window.servers.exchange.export_file(tmp_path / name)
    window.servers.remove([e.uid for e in session.entries])
    assert len(session.entries) == 1

    window.servers.exchange.import_file(tmp_path / name)

    assert [(e.address, e.port) for e in session.entries] == before


def test_strip_tells_why_when_a_list_cannot_be_imported(window, tmp_path):
    window.servers.exchange.import_file(tmp_path / "none.txt")
    assert "none.txt" in window.strips.messages.text.text()


# -- files ------------------------------------------------------------------------------------


def test_image_is_saved_with_how_it_was_made(qtbot, window, session, world, tmp_path):
    window.settings_panel.samples.setValue(16)
    click_render(qtbot, window)
    session.begin()
    for unit in range(len(session.job.regions)):
        session.deliver(unit, LOCAL_UID, 0.5)
    report = session.finish()
    window.controls.set_exposure(1.5)

    window.files.save_image(tmp_path / "still.exr")
    qtbot.waitUntil(lambda: bool(world.saved))

    path, pixels, look, _options, metadata = world.saved[0]
    assert path == tmp_path / "still.exr"
    assert pixels.shape == (540, 960, 4)
    assert (pixels == 0.5).all()
    assert (look.exposure_ev, look.view) == (1.5, "agx")
    assert metadata["samples"] == 16
    assert metadata["frame_sha256"] == report.frame_sha256
    qtbot.waitUntil(lambda: "Saved" in window.render_status.message.text())


def test_save_dialog_keeps_kind_and_options(qtbot, window, session, world, tmp_path):
    render_all(qtbot, window, session)
    options = window.files.ask_for_options()
    options.alpha.setChecked(True)
    options.compression.setCurrentIndex(options.compression.findData("piz"))
    options.quality.setValue(70)
    options.stamp_on.setChecked(True)
    options.stamp.setText("%scene by %host")
    options.accept()

    kind = find_kind("PNG, 16 bit (*.png)")
    window.files.save_image(tmp_path / "still.png", kind)
    qtbot.waitUntil(lambda: bool(world.saved))

    saved = world.saved[0][3]
    assert (saved.bits, saved.alpha, saved.compression, saved.jpeg_quality) == (16, True, "piz", 70)
    assert world.saved_stamps[0].startswith("demo.glb by ")
    dialog = window.files.ask_for_image()
    assert dialog.selectedNameFilter() == kind.name_filter
    dialog.reject()


def test_typed_extension_wins_over_the_dialogs_kind(qtbot, window, session, world, tmp_path):
    render_all(qtbot, window, session)

    window.files.save_image(tmp_path / "still.png", find_kind("TIFF, 32 bit linear float (*.tif)"))
    qtbot.waitUntil(lambda: bool(world.saved))

    assert world.saved[0][3].bits == 8


def test_strip_tells_why_when_the_image_cannot_be_saved(qtbot, window, session, world, tmp_path):
    world.save_error = "still.png: the disk is full; free some space or choose another folder"
    click_render(qtbot, window)
    session.begin()
    window.files.save_image(tmp_path / "still.png")

    qtbot.waitUntil(window.strips.messages.isVisible)
    assert "disk is full" in window.strips.messages.text.text()


def test_scene_before_stays_open_when_another_cannot_be_opened(qtbot, window, world, tmp_path):
    world.scene_error = "broken.glb: accessors[3].bufferView: 12 is out of range"
    window.opener.open(tmp_path / "broken.glb")

    qtbot.waitUntil(window.strips.messages.isVisible)
    assert "accessors[3]" in window.strips.messages.text.text()
    assert window.opener.scene == world.demo


def test_dropped_files_go_where_they_belong(qtbot, window, session, tmp_path):
    servers = tmp_path / "farm.txt"
    servers.write_text("attic\ncellar")
    names = ("room.glb", "sky.exr", "farm.txt", "notes.pdf")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: window.opener.scene == tmp_path / "room.glb")

    assert [e.address for e in session.entries[1:]] == ["attic", "cellar"]
    use, compare = window.files.drop_menu.actions()
    assert window.settings_panel.options.environment == ""
    use.trigger()
    assert window.settings_panel.options.environment == str(tmp_path / "sky.exr")
    assert "Compare" in compare.text()


def test_what_a_scene_lacks_is_told_when_it_is_opened(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setattr(FakeSummary, "warnings", ("a.obj: its material file is missing",))

    window.opener.open(tmp_path / "a.obj")

    qtbot.waitUntil(lambda: window.opener.scene == tmp_path / "a.obj")
    assert "its material file is missing" in window.strips.messages.text.text()


def test_cameras_of_the_scene_are_offered(window):
    camera = window.settings_panel.camera
    assert [camera.itemText(i) for i in range(camera.count())] == ["First camera", "Front", "Top"]


# -- life -------------------------------------------------------------------------------------


def test_everything_is_as_it_was_when_the_window_opens_again(
    qtbot, open_window, session, world, tmp_path
):
    scene = tmp_path / "room.glb"
    scene.write_bytes(b"")
    first = open_window()
    add_server(first, "studio-1")
    first.settings_panel.samples.setValue(7)
    first.settings_panel.camera.setCurrentIndex(2)
    first.controls.set_exposure(-2.0)
    first.controls.set_view("aces")
    first.controls.set_outlines(Outlines.NONE)
    first.controls.set_balance(4200, -10.0, 1.5)
    first.set_denoise(True)
    first.opener.open(scene)
    qtbot.waitUntil(lambda: first.opener.scene == scene)
    first.log_dock.show()
    first.close()
    assert session.is_shut_down

    again = open_window()

    assert [e.address for e in session.entries[1:]] == ["studio-1"]
    assert again.settings_panel.options.samples == 7
    assert again.settings_panel.options.camera == "Top"
    assert (again.display.look.exposure_ev, again.display.look.view) == (-2.0, "aces")
    assert again.frame_buffer.outlines is Outlines.NONE
    assert again.display_bar.look.values == (4200, -10.0, 1.5)
    assert again.denoiser.wanted
    assert again.actions_by_key["denoise"].isChecked()
    assert again.opener.scene == scene
    assert not again.log_dock.isHidden()


def test_closing_asks_once_while_a_frame_is_rendered(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()

    assert not window.close()
    assert window.isVisible()
    assert not session.is_shut_down
    question = window.close_question
    stop = next(b for b in question.buttons() if "Stop" in b.text())
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)

    assert session.is_shut_down
    assert not window.isVisible()


def test_unreadable_list_is_kept_and_told_when_the_window_starts(open_window, world):
    world.paths.servers.write_text("[[server")

    window = open_window()

    assert "is kept as servers.toml.unreadable" in window.strips.messages.text.text()
    add_server(window, "new")
    assert (world.paths.servers.parent / "servers.toml.unreadable").read_text() == "[[server"


def test_log_panel_shows_what_the_session_says(window, session):
    session.logged.emit("warning", "studio-1", "no heartbeat for 5 s")

    line = window.log_panel.shown_lines()[-1]
    assert str(line) == "12:00:00  warning  studio-1: no heartbeat for 5 s"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_window_is_light_or_dark_when_asked(qtbot, window, scheme):
    window.set_color_scheme(scheme)

    qtbot.waitUntil(lambda: is_dark(window.palette()) == (scheme == "dark"))
    assert is_dark(window.settings_panel.palette()) == (scheme == "dark")
    assert window.store.preferences.color_scheme == scheme
    window.set_color_scheme("light")


def test_every_icon_button_has_a_name_for_screen_readers(window):
    from PySide6.QtWidgets import QAbstractButton

    unnamed = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
        and not (button.text() or button.accessibleName() or button.toolTip())
        and not button.objectName().startswith("qt_")
    ]

    assert unnamed == []


@pytest.mark.slow
def test_window_starts_without_loading_what_is_heavy():
    heavy = "numba", "llvmlite", "embreex", "OpenEXR", "zeroconf", "cryptography"
    program = (
        f"import sys, app.window.window_program; print([m for m in {heavy} if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "[]"
