"""What the window tells about a picture, and saves of it."""

from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from window_steps import render_frame, view_point

from app.servers.server_list import LOCAL_UID
from app.values.session_types import ServerState
from app.widgets.history_panel import NOW
from app.widgets.theme import server_color

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


# -- pixel card -------------------------------------------------------------------------------


def test_card_tells_all_about_a_pixel_while_the_right_button_is_held(qtbot, window, session, world):
    window.start_render()
    job = session.begin()
    session.lease(0, LOCAL_UID)
    world.now_s += 2.5
    session.deliver(0, LOCAL_UID, 0.36)
    region = job.regions[0]
    view, card = window.frame_buffer, window.tools.inspector.card
    at = view_point(window, region.x + 3, region.y + 3)

    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=at)
    assert card.isVisible()
    assert card.values["Red"] == "0.36"
    assert card.values["Brightness"].endswith("(+1.0 EV)")
    assert card.values["Server"] == "This computer"
    assert card.values["Samples"] == "64"
    assert card.values["Took"] == "2.50 s"
    assert card.values["Bucket"].startswith(f"{region.width} × {region.height}")
    away = at + QPoint(0, 30)
    qtbot.mouseMove(view, away)
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=away)
    assert not card.isVisible()


def test_card_says_when_nothing_is_rendered_there(qtbot, window, session):
    window.start_render()
    session.begin()
    window.tools.inspector.set_pinned(True)
    view = window.frame_buffer
    qtbot.mouseMove(view, view_point(window, 2, 2))

    assert window.tools.inspector.card.values == {"State": "not rendered yet"}
    window.tools.inspector.set_pinned(False)
    assert not window.tools.inspector.card.isVisible()


def test_right_click_opens_the_menu_of_the_picture(qtbot, window, session):
    render_frame(window, session, 0.3)
    view = window.frame_buffer
    with qtbot.waitSignal(view.gestures.menu_requested):
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=view_point(window, 9, 9))


# -- tint, timeline, statistics ---------------------------------------------------------------


def test_tint_shows_who_rendered_what_and_not_over_old_pictures(qtbot, window, session):
    render_frame(window, session, 0.3, done=2)
    window.tools.set_tinted(True)

    assert [mark.name for mark in window.frame_buffer.tint] == ["This computer"] * 2
    assert window.frame_buffer.tint[0].color == server_color(0)
    qtbot.waitUntil(lambda: len(window.tools.shelf.entries) == 1)
    window.tools.history.show_number(2)
    qtbot.waitUntil(lambda: not window.frame_buffer.tint)
    window.tools.history.show(NOW)
    assert window.frame_buffer.tint
    window.tools.set_tinted(False)
    assert not window.frame_buffer.tint


def test_timeline_has_a_bar_per_bucket_and_points_it_out(qtbot, window, session, world):
    window.actions_by_key["timeline"].trigger()
    window.start_render()
    job = session.begin()
    session.lease(0, LOCAL_UID)
    world.now_s += 2.0
    session.deliver(0, LOCAL_UID)
    session.lease(1, LOCAL_UID)
    session.bucket_released.emit(1)
    session.lease(2, LOCAL_UID)
    world.now_s += 2.0
    view = window.tools.timeline.panel.view
    window.tools.watch.changed.emit()

    (row,) = view._rows
    assert [(bar.kind, bar.start_s, bar.end_s) for bar in row.bars] == [
        ("done", 0.0, 2.0),
        ("lost", 2.0, 2.0),
        ("open", 2.0, 4.0),
    ]
    assert row.share == "100 %"
    assert "being rendered" in window.tools.timeline.describe(2)
    window.frame_buffer.zoom_by(8)
    window.frame_buffer.pan_by(-1000, -1000)
    view.bar_clicked.emit(0)
    region = job.regions[0]
    geometry = window.frame_buffer.geometry_now
    middle = geometry.image_point(geometry.view_width / 2, geometry.view_height / 2)
    assert middle[0] == pytest.approx(region.x + region.width / 2, abs=1)
    assert middle[1] == pytest.approx(region.y + region.height / 2, abs=1)


def test_timeline_starts_anew_with_the_next_frame(window, session):
    window.actions_by_key["timeline"].trigger()
    render_frame(window, session, 0.3)
    window.tools.watch.changed.emit()
    window.start_render()
    session.begin()
    session.lease(3, LOCAL_UID)
    window.tools.watch.changed.emit()

    (row,) = window.tools.timeline.panel.view._rows
    assert [bar.kind for bar in row.bars] == ["open"]


def test_statistics_count_what_has_arrived(qtbot, window, session):
    window.actions_by_key["statistics"].trigger()
    render_frame(window, session, 0.36, done=1)
    window.tools.statistics._count()
    panel = window.tools.docks[1].widget()
    pixels = session.job.regions[0].pixels

    qtbot.waitUntil(lambda: f"{pixels:,}" in panel.numbers.text())
    assert "0.36" in panel.numbers.text()


# -- what the list's menu asks for ------------------------------------------------------------


def menu_action(window, uid: str, text: str):
    table = window.server_pane.table
    table.select_uids([uid])
    return next(action for action in table.make_menu().actions() if action.text() == text)


def test_server_is_drained_then_its_box_is_cleared(window, session):
    window.start_render()
    session.begin()
    assert not menu_action(window, LOCAL_UID, "Finish its buckets, then stop").isEnabled()
    session.set_state(LOCAL_UID, ServerState.RENDERING, leases=2)
    menu_action(window, LOCAL_UID, "Finish its buckets, then stop").trigger()
    assert session.drained == [LOCAL_UID]
    assert session.entries[0].enabled

    session.server_drained.emit(LOCAL_UID)
    assert not session.entries[0].enabled


def test_buckets_of_one_server_are_tinted_by_the_lists_menu(window, session):
    window.start_render()
    session.begin()
    session.deliver(0, LOCAL_UID)
    session.deliver(1, "other")
    menu_action(window, LOCAL_UID, "Show its buckets in the picture").trigger()

    assert [mark.name for mark in window.frame_buffer.tint] == ["This computer"]
    assert window.actions_by_key["tint"].isChecked()
    menu_action(window, LOCAL_UID, "Show its buckets in the picture").trigger()
    assert not window.frame_buffer.tint


def test_log_of_one_server_is_shown_by_the_lists_menu(window, session):
    session.logged.emit("info", "This computer", "hello")
    session.logged.emit("info", "attic", "good bye")
    menu_action(window, LOCAL_UID, "Show its log").trigger()

    assert window.log_dock.isVisible()
    assert [line.text for line in window.log_panel.shown_lines()] == ["hello"]


def test_server_keeps_its_colour_when_another_is_removed(window):
    def add(text: str) -> str:
        dialog = window.servers.open_add(window)
        dialog.address.setText(text)
        dialog.accept()
        return window.servers.model.entries[-1].uid

    attic, cellar = add("attic"), add("cellar")
    before = window.servers.color(cellar)
    window.servers.remove([attic])
    assert window.servers.color(cellar) == before == server_color(2)

    assert window.servers.color(add("shed")) == server_color(1)


# -- components and burnt pixels --------------------------------------------------------------


def test_keys_show_one_component_and_all_again(qtbot, window, session):
    render_frame(window, session, 0.2, done=1)
    region = session.job.regions[0]
    session.film.pixels[region.y, region.x, :4] = (0.9, 0.1, 0.1, 1.0)
    view = window.frame_buffer
    view.setFocus()

    def color() -> tuple[int, int, int]:
        return view.picture().pixelColor(region.x, region.y).getRgb()[:3]

    window.actions_by_key["red"].trigger()
    qtbot.waitUntil(lambda: len(set(color())) == 1)
    bright = color()
    window.actions_by_key["green"].trigger()
    qtbot.waitUntil(lambda: color()[0] < bright[0])
    assert not window.actions_by_key["red"].isChecked()
    window.actions_by_key["reset"].trigger()
    qtbot.waitUntil(lambda: len(set(color())) > 1)
    assert not window.actions_by_key["green"].isChecked()


def test_burnt_pixels_are_marked(qtbot, window, session):
    render_frame(window, session, 3.0, done=1)
    region = session.job.regions[0]
    window.actions_by_key["burnt"].trigger()

    qtbot.waitUntil(
        lambda: (
            window.frame_buffer.picture().pixelColor(region.x, region.y).getRgb()[:3]
            == (255, 0, 255)
        )
    )


# -- saving -----------------------------------------------------------------------------------


def test_each_channel_is_saved_as_a_picture_of_its_own(qtbot, window, session, world, tmp_path):
    window.settings_panel.change_options(
        replace(window.settings_panel.options, channels=("normal", "depth", "uv"))
    )
    render_frame(window, session, 0.5, done=1)
    dialog = window.files.ask_for_channels()
    dialog.fileSelected.emit(str(tmp_path / "room.exr"))

    qtbot.waitUntil(lambda: "room.*.exr" in window.render_status.message.text())
    saved = {path.name: pixels for path, pixels, *_ in world.saved}
    assert set(saved) == {
        "room.beauty.exr",
        "room.normal.exr",
        "room.depth.exr",
        "room.uv.exr",
    }
    region = session.job.regions[0]
    assert saved["room.depth.exr"][region.y, region.x].tolist() == [0.5, 0.5, 0.5]
    assert saved["room.uv.exr"][region.y, region.x].tolist() == [0.5, 0.5, 0.0]
    assert saved["room.beauty.exr"][region.y, region.x].tolist() == [0.5] * 4


def test_view_is_saved_as_the_screen_has_it(qtbot, window, session, tmp_path):
    render_frame(window, session, 0.5)
    shown = window.frame_buffer.picture().pixelColor(3, 3).getRgb()
    dialog = window.files.ask_for_view()
    dialog.fileSelected.emit(str(tmp_path / "seen.png"))

    qtbot.waitUntil((tmp_path / "seen.png").exists)
    qtbot.waitUntil(lambda: "Saved" in window.render_status.message.text())
    with Image.open(tmp_path / "seen.png") as picture:
        assert picture.convert("RGB").getpixel((3, 3)) == shown[:3]


def test_view_that_cannot_be_saved_is_told(qtbot, window, session, tmp_path):
    render_frame(window, session, 0.5)
    window.files.ask_for_view().fileSelected.emit(str(tmp_path / "no" / "seen.png"))

    qtbot.waitUntil(lambda: "seen.png" in window.strips.messages.text.text())
