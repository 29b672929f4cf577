"""Looking at pixels and at burnt places by the keyboard alone."""

import pytest
from PySide6.QtCore import QLocale, Qt

from app.widgets.frame_buffer import FrameBuffer
from app.window import pixel_inspector

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def view(window, session) -> FrameBuffer:
    """Of a frame whose first bucket has arrived."""
    window.start_render()
    session.begin()
    session.deliver(0, "local", 0.25)
    window.frame_buffer.setFocus()
    return window.frame_buffer


def first_pixel(session) -> tuple[int, int]:
    region = session.job.regions[0]
    return region.x, region.y


def test_status_bar_and_card_follow_the_cursor(qtbot, window, session, view):
    view.gestures.pixel_hovered.emit(*first_pixel(session))
    window.actions_by_key["card"].trigger()
    qtbot.keyClick(view, Qt.Key.Key_X)
    x, y = first_pixel(session)
    assert view.pixel_cursor.pixel == (x, y)
    assert window.actions_by_key["pixel_cursor"].isChecked()

    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert window.render_status.pixel.text().startswith(f"{x + 1}, {y}   0.25  0.25  0.25")
    card = window.tools.inspector.card
    assert card.title.text() == f"Pixel {x + 1}, {y}"
    assert not card.geometry().contains(view.middle_of(x + 1, y).toPoint())


def test_cursor_is_told_of_when_the_pointer_leaves_the_picture(qtbot, window, session, view):
    view.gestures.pixel_hovered.emit(*first_pixel(session))
    qtbot.keyClick(view, Qt.Key.Key_X)
    view.gestures.pixel_hovered.emit(-1, -1)
    x, y = first_pixel(session)
    assert window.render_status.pixel.text().startswith(f"{x}, {y} ")

    qtbot.keyClick(view, Qt.Key.Key_X)
    assert window.render_status.pixel.text() == ""


def test_cursor_is_announced_when_it_rests_and_not_on_its_way(
    qtbot, window, session, view, monkeypatch
):
    told: list = []
    monkeypatch.setattr(pixel_inspector, "announce", lambda _view, text: told.append(text))
    view.gestures.pixel_hovered.emit(*first_pixel(session))
    qtbot.keyClick(view, Qt.Key.Key_X)
    for _ in range(5):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert told == []

    x, y = first_pixel(session)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert told[0].startswith(f"{x}, {y + 5}   0.25")


def test_cursor_stays_off_before_the_first_frame(qtbot, window):
    window.frame_buffer.setFocus()
    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_X)

    assert not window.actions_by_key["pixel_cursor"].isChecked()


def test_burnt_pixels_are_marked_while_u_is_held(qtbot, window, session, view):
    window.held_burnt.timer.setInterval(1)
    qtbot.keyPress(view, Qt.Key.Key_U)
    assert window.controls.lens.burnt
    qtbot.waitUntil(lambda: not window.held_burnt.timer.isActive())
    qtbot.keyRelease(view, Qt.Key.Key_U)

    assert not window.controls.lens.burnt
    assert not window.actions_by_key["burnt"].isChecked()


def test_values_stand_in_pixels_that_are_zoomed_in(window, session, view):
    texts = window.tools.inspector.texts_in(*first_pixel(session))
    assert texts == ("0.25", "0.25", "0.25")

    last = session.job.regions[-1]
    assert window.tools.inspector.texts_in(last.x, last.y) == ()


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def test_values_have_a_decimal_comma_where_the_artist_writes_one(german, window, session, view):
    view.gestures.pixel_hovered.emit(*first_pixel(session))

    assert "0,25  0,25  0,25" in window.render_status.pixel.text()
    session.progress(1200)
    assert "1.200 of" in window.render_status.message.text()
