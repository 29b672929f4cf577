"""Pictures of frames before, seen again and compared."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from window_steps import pixel, render_frame, view_point

from app.servers.server_list import LOCAL_UID
from app.widgets.history_panel import NOW

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def history(qtbot, window, session):
    """Of a window that has rendered a dark frame, then a bright one."""
    for count, light in ((1, 0.05), (2, 0.4)):
        render_frame(window, session, light)
        qtbot.waitUntil(lambda count=count: len(window.tools.shelf.entries) == count)
    return window.tools.history


def test_digit_shows_a_picture_by_its_place_and_nothing_where_there_is_none(qtbot, window, history):
    newest, older = history.keys[1:]
    window.frame_buffer.setFocus()
    for key, shown in ((Qt.Key.Key_2, older), (Qt.Key.Key_1, newest), (Qt.Key.Key_8, newest)):
        qtbot.keyClick(window.frame_buffer, key)
        assert history.shown == shown


def test_finished_frames_are_kept_newest_first_and_shown_again(qtbot, window, history):
    bright, dark = history.keys[1:]
    before = pixel(window)
    history.show(dark)
    qtbot.waitUntil(lambda: pixel(window) < before)

    assert window.display.value(5, 5)[0] == pytest.approx(0.05)
    history.show(NOW)
    qtbot.waitUntil(lambda: pixel(window) == before)
    assert window.display.value(5, 5)[0] == pytest.approx(0.4)
    assert history.shown == NOW
    assert bright != dark


def test_now_shows_the_frame_once_it_is_kept_and_nothing_when_the_next_one_begins(
    qtbot, window, session, history
):
    rows = window.tools.docks[0].widget().list

    def thumbnail(row: int):
        return rows.item(row).icon().pixmap(64).toImage()

    assert thumbnail(0) == thumbnail(1)  # the newest picture is the frame
    assert thumbnail(1) != thumbnail(2)

    window.start_render()
    session.begin()

    assert thumbnail(0) not in (thumbnail(1), thumbnail(2))


def test_keys_step_through_the_history_and_stop_at_its_ends(qtbot, window, history):
    view = window.frame_buffer
    view.setFocus()
    for _ in range(5):
        qtbot.keyClick(view, Qt.Key.Key_J)
    assert history.shown == history.keys[-1]
    for _ in range(5):
        qtbot.keyClick(view, Qt.Key.Key_J, Qt.KeyboardModifier.AltModifier)
    assert history.shown == NOW


def test_new_frame_is_shown_while_an_old_picture_was(qtbot, window, session, history):
    history.show(history.keys[2])
    window.start_render()
    session.begin()

    assert history.shown == NOW
    session.lease(0, LOCAL_UID)
    session.deliver(0, LOCAL_UID, 0.9)
    region = session.job.regions[0]
    assert window.display.value(region.x, region.y)[0] == pytest.approx(0.9)


def test_buckets_that_land_while_an_old_picture_is_shown_are_seen_afterwards(
    qtbot, window, session, history
):
    window.start_render()
    job = session.begin()
    history.show(history.keys[2])
    qtbot.waitUntil(lambda: window.display.value(5, 5) is not None)
    session.deliver(0, LOCAL_UID, 5.0)
    region = job.regions[0]
    old = pixel(window, region.x, region.y)
    assert window.display.value(region.x, region.y)[0] == pytest.approx(0.05)

    history.show(NOW)
    qtbot.waitUntil(lambda: pixel(window, region.x, region.y) > old)
    assert window.display.value(5, 5) is None or job.regions[0].x < 5


def test_split_shows_a_on_one_side_and_b_on_the_other(qtbot, window, history):
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    view = window.frame_buffer
    qtbot.waitUntil(lambda: view.split is not None and view.compared.size != (0, 0))
    history.compare_with(history.keys[2])
    width = view.geometry_now.image_width

    def shown(x: int) -> int:
        at = view_point(window, x, 20)
        return view.grab().toImage().pixelColor(at * view.devicePixelRatioF()).red()

    qtbot.waitUntil(lambda: shown(5) > shown(width - 5) > 0)
    assert history.split
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(5) == shown(width - 5))


def test_split_line_is_dragged_by_the_mouse_and_pans_elsewhere(qtbot, window, history):
    history.set_split(True)
    view = window.frame_buffer
    qtbot.waitUntil(lambda: view.split is not None)
    width = view.geometry_now.image_width
    middle, quarter = view_point(window, width // 2, 40), view_point(window, width // 4, 40)
    before = view.geometry_now

    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, quarter)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=quarter)

    assert view.split.share == pytest.approx(0.25, abs=0.01)
    assert view.geometry_now == before


def test_split_without_a_second_picture_says_so(window):
    window.tools.history.set_split(True)

    assert not window.tools.history.split
    assert "no other picture" in window.render_status.message.text()


def test_difference_is_shown_with_its_numbers(qtbot, window, history):
    history.compare_with(history.keys[2])
    history.set_measure("absolute")
    panel = window.tools.docks[0].widget()
    qtbot.waitUntil(lambda: bool(panel.distance.text()))

    assert window.display.value(5, 5)[0] == pytest.approx(0.35)
    assert "relative MSE" in panel.distance.text()
    assert f"{0.35**2:.4g}" in panel.distance.text()


def test_equal_pictures_are_called_equal_bit_for_bit(qtbot, window, history):
    history.show(history.keys[1])
    history.compare_with(history.keys[1])
    history.set_measure("squared")
    panel = window.tools.docks[0].widget()

    qtbot.waitUntil(lambda: "bit for bit" in panel.distance.text())


def test_removed_picture_is_no_longer_a_or_b(qtbot, window, history):
    old = history.keys[2]
    history.show(old)
    history.compare_with(old)
    window.tools.docks[0].widget().remove_requested.emit([old])

    assert history.keys.count(old) == 0
    assert (history.shown, history.reference, history.split) == (NOW, "", False)


def test_history_survives_the_window(qtbot, open_window, session):
    first = open_window()
    render_frame(first, session, 0.3)
    qtbot.waitUntil(lambda: len(first.tools.shelf.entries) == 1)
    first.close_now()
    second = open_window()

    qtbot.waitUntil(lambda: len(second.tools.shelf.entries) == 1)
    second.tools.history.show_number(2)
    qtbot.waitUntil(lambda: second.display.value(5, 5) is not None)
    assert second.display.value(5, 5)[0] == pytest.approx(0.3)


def test_image_file_of_another_size_is_compared_by_dropping_it(qtbot, window, history, tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (40, 30), (255, 0, 0)).save(path)
    window.files.picture_dropped.emit(str(path))
    qtbot.waitUntil(lambda: window.display.value(5, 5) is not None and not window.display.busy)
    qtbot.waitUntil(lambda: window.display.value(5, 5)[:3] == (1.0, 0.0, 0.0))

    assert window.frame_buffer.geometry_now.image_width == 40
    history.compare_with(history.keys[2])
    history.set_measure("squared")
    panel = window.tools.docks[0].widget()
    qtbot.waitUntil(lambda: "one size" in panel.distance.text())
    assert history.measure == ""


def test_saving_saves_the_old_picture_that_is_seen(qtbot, window, world, history, tmp_path):
    history.show(history.keys[2])
    with qtbot.waitSignal(history.save_requested):
        window.actions_by_key["save"].trigger()
    pixels = np.full((4, 4, 4), 0.05, dtype=np.float32)
    dialog = window.files.ask_for_picture(pixels, "room.png")
    dialog.fileSelected.emit(str(tmp_path / "old.exr"))

    qtbot.waitUntil(lambda: len(world.saved) == 1)
    path, saved = world.saved[0][:2]
    assert path.name == "old.exr"
    assert saved == pytest.approx(0.05)
