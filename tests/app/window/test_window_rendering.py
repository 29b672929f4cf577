"""A frame in the window, while it is rendered and after."""

import numpy as np
import pytest
from fake_session import FakeSession
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from window_steps import add_server, click_render

from app.servers.server_list import LOCAL_UID
from app.values.session_types import ServerState
from app.widgets.frame_buffer import Outlines
from app.widgets.theme import UNRENDERED, server_color
from app.window.render_controller import RenderState
from app.window.window import MainWindow

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


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
    assert "1.50 Msamples/s" in status.message.text()
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
        "This computer: Opening scene 50 % (building the tree)"
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
