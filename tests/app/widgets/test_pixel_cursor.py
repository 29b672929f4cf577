import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.widgets.frame_buffer import FrameBuffer
from app.widgets.held_key import HeldKey

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot):
    widget = FrameBuffer()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    qtbot.waitExposed(widget)
    widget.begin(200, 100)
    widget.setFocus()
    return widget


def test_cursor_begins_in_the_middle_and_goes_by_the_arrows(qtbot, view):
    cursor, seen = view.pixel_cursor, []
    cursor.moved.connect(lambda x, y: seen.append((x, y)))
    assert cursor.set_on(True)
    before = view.geometry_now
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT)

    assert seen == [(100, 50), (101, 50), (101, 49), (91, 49)]
    assert view.geometry_now == before


def test_arrows_pan_again_when_the_cursor_is_off(qtbot, view):
    cursor = view.pixel_cursor
    cursor.set_on(True)
    assert not cursor.set_on(False)
    x = view.geometry_now.x
    qtbot.keyClick(view, Qt.Key.Key_Left)

    assert cursor.pixel is None
    assert view.geometry_now.x == x + 32


def test_cursor_stays_in_the_picture_also_when_that_is_another(qtbot, view):
    cursor = view.pixel_cursor
    cursor.set_on(True, (199, 99))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert cursor.pixel == (199, 99)

    view.begin(50, 60)
    assert cursor.pixel == (49, 59)


def test_picture_follows_the_cursor_out_of_the_view(qtbot, view):
    view.zoom_by(40)
    cursor = view.pixel_cursor
    cursor.set_on(True)
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)

    assert view.rect().contains(view.middle_of(*cursor.pixel).toPoint())


def test_cursor_stays_off_without_a_picture(qtbot):
    empty = FrameBuffer()
    qtbot.addWidget(empty)

    assert not empty.pixel_cursor.set_on(True)


def test_shortcuts_of_shift_and_an_arrow_wait_until_the_cursor_is_off(qtbot, view):
    action, triggered = QAction(view), []
    action.setShortcut(QKeySequence("Shift+Right"))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(lambda: triggered.append(True))
    view.addAction(action)
    view.pixel_cursor.set_on(True)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert triggered == []

    view.pixel_cursor.set_on(False)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert triggered == [True]


def test_cursor_is_seen_on_black_and_on_white(view):
    for level in (0, 255):
        view.put(0, 0, np.full((100, 200, 3), level, np.uint8))
        view.pixel_cursor.set_on(True, (100, 50))
        shown = view.grab().toImage()
        around = {
            shown.pixelColor(x, int(view.middle_of(100, 50).y())).red() for x in range(190, 212)
        }
        assert max(around) - min(around) > 150


# -- values in the pixels ---------------------------------------------------------------------


def test_values_are_written_into_pixels_only_when_they_are_large(view):
    view.put(0, 0, np.zeros((100, 200, 3), np.uint8))
    asked = []
    view.set_pixel_texts(lambda x, y: asked.append((x, y)) or ("0.25",))
    view.grab()
    assert asked == []

    view.zoom_by(64, QPointF(200, 150))
    picture = view.grab().toImage()
    assert 20 < len(set(asked)) < 80
    levels = {picture.pixelColor(x, y).red() for x in range(400) for y in range(100, 200)}
    assert max(levels) > 200


def test_letters_are_dark_in_bright_pixels(view):
    view.put(0, 0, np.full((100, 200, 3), 255, np.uint8))
    view.set_pixel_texts(lambda _x, _y: ("0.25", "0.5"))
    view.zoom_by(64, QPointF(200, 150))
    picture = view.grab().toImage()

    levels = {picture.pixelColor(x, y).red() for x in range(400) for y in range(100, 200)}
    assert min(levels) < 60
    assert max(levels) == 255


# -- a key that is held -----------------------------------------------------------------------


@pytest.fixture
def burnt(view):
    action = QAction(view)
    action.setShortcut(QKeySequence("U"))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setCheckable(True)
    view.addAction(action)
    held = HeldKey(view, action)
    held.timer.setInterval(1)
    action.held = held
    return action


def test_key_that_is_tapped_switches_on_and_off(qtbot, view, burnt):
    burnt.held.timer.setInterval(60_000)
    qtbot.keyClick(view, Qt.Key.Key_U)
    assert burnt.isChecked()
    qtbot.keyClick(view, Qt.Key.Key_U)
    assert not burnt.isChecked()


@pytest.mark.parametrize("before", [False, True])
def test_key_that_is_held_switches_back_when_it_is_let_go(qtbot, view, burnt, before):
    burnt.setChecked(before)
    qtbot.keyPress(view, Qt.Key.Key_U)
    assert burnt.isChecked() is not before
    qtbot.waitUntil(lambda: not burnt.held.timer.isActive())
    qtbot.keyRelease(view, Qt.Key.Key_U)

    assert burnt.isChecked() is before


def test_key_that_is_let_go_elsewhere_switches_back_too(qtbot, view, burnt):
    qtbot.keyPress(view, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: not burnt.held.timer.isActive())
    view.clearFocus()

    assert not burnt.isChecked()
    qtbot.keyRelease(view, Qt.Key.Key_U)
    assert not burnt.isChecked()


def test_click_on_the_action_is_for_good(qtbot, view, burnt):
    burnt.trigger()
    qtbot.keyRelease(view, Qt.Key.Key_U)

    assert burnt.isChecked()
