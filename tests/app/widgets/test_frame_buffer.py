import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.widgets.bucket_overlay import BucketMark
from app.widgets.display_image import DisplayImage
from app.widgets.frame_buffer import FrameBuffer, Outlines
from app.widgets.theme import SURROUND, UNRENDERED

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def view(qtbot):
    widget = FrameBuffer()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    qtbot.waitExposed(widget)
    widget.begin(200, 100)
    return widget


def solid(width: int, height: int, color: tuple[int, int, int]) -> np.ndarray:
    rgb = np.empty((height, width, 3), dtype=np.uint8)
    rgb[...] = color
    return rgb


def color_at(view: FrameBuffer, x: int, y: int) -> tuple[int, int, int]:
    color = view.grab().toImage().pixelColor(x, y)
    return color.red(), color.green(), color.blue()


def wheel(view: FrameBuffer, x: int, y: int, delta: int) -> None:
    event = QWheelEvent(
        QPointF(x, y),
        QPointF(view.mapToGlobal(QPoint(x, y))),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_picture_lies_in_the_middle_of_the_grey_surround(view):
    view.put(0, 0, solid(200, 100, (10, 200, 30)))

    assert color_at(view, 5, 5) == (SURROUND.red(),) * 3
    assert color_at(view, 100, 100) == (10, 200, 30)
    assert color_at(view, 299, 199) == (10, 200, 30)
    assert color_at(view, 300, 199) == (SURROUND.red(),) * 3


def test_each_pixel_is_where_it_belongs_at_100_percent(view):
    rgb = np.arange(200 * 100 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)
    view.put(0, 0, rgb)

    shown = view.grab().toImage()
    for x, y in ((0, 0), (199, 0), (0, 99), (199, 99), (57, 23)):
        color = shown.pixelColor(100 + x, 100 + y)
        assert [color.red(), color.green(), color.blue()] == rgb[y, x].tolist()


def test_pixels_are_hard_squares_when_zoomed_in(view):
    rgb = solid(200, 100, (0, 0, 0))
    rgb[50, 100] = (255, 255, 255)
    view.put(0, 0, rgb)
    view.zoom_by(8.0)
    x, y, width, height = view.geometry_now.view_rect(100, 50, 1, 1)

    assert (width, height) == (8, 8)
    assert color_at(view, int(x), int(y)) == (255, 255, 255)
    assert color_at(view, int(x) + 7, int(y) + 7) == (255, 255, 255)
    assert color_at(view, int(x) + 8, int(y)) == (0, 0, 0)
    assert color_at(view, int(x) - 1, int(y)) == (0, 0, 0)


def test_outline_has_its_servers_colour_and_leaves_the_picture_alone(view):
    view.set_mark(3, BucketMark(0, 0, 64, 64, "studio-1", QColor("#E69F00")))
    outlined = color_at(view, 101, 100)
    assert outlined == (0xE6, 0x9F, 0x00)

    view.set_outlines(Outlines.WHITE)
    assert color_at(view, 101, 100) == (255, 255, 255)
    view.set_outlines(Outlines.NONE)
    assert color_at(view, 101, 100) == (UNRENDERED,) * 3
    assert view.picture().pixelColor(1, 0).red() == UNRENDERED


def test_wheel_zooms_at_the_pointer(view, qtbot):
    before = view.geometry_now.image_point(150, 150)
    with qtbot.waitSignal(view.zoom_changed):
        wheel(view, 150, 150, 480)

    assert view.geometry_now.scale == pytest.approx(2.0)
    assert view.geometry_now.image_point(150, 150) == before


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans(view, qtbot, button):
    start = view.geometry_now
    qtbot.mousePress(view, button, pos=QPoint(150, 150))
    qtbot.mouseMove(view, QPoint(170, 130))
    qtbot.mouseRelease(view, button, pos=QPoint(170, 130))
    qtbot.mouseMove(view, QPoint(20, 20))

    assert (view.geometry_now.x, view.geometry_now.y) == (start.x + 20, start.y - 20)


@pytest.mark.parametrize(
    ("key", "held", "moves"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (32, 0)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, (0, -320)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, (-320, 0)),
        (Qt.Key.Key_H, Qt.KeyboardModifier.NoModifier, (32, 0)),
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, (-32, 0)),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier, (0, 320)),
        (Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier, (0, 0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, (0, 0)),
    ],
)
def test_arrows_and_letters_pan_and_ten_times_as_far_with_shift(view, qtbot, key, held, moves):
    view.zoom_by(16)
    before = view.geometry_now
    qtbot.keyClick(view, key, held)

    now = view.geometry_now
    assert (now.x - before.x, now.y - before.y) == moves


def test_pixel_under_the_pointer_is_told(view, qtbot):
    seen = []
    view.gestures.pixel_hovered.connect(lambda x, y: seen.append((x, y)))
    qtbot.mouseMove(view, QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(299, 199))
    qtbot.mouseMove(view, QPoint(5, 5))

    assert (0, 0) in seen
    assert (199, 99) in seen
    assert seen[-1] == (-1, -1)


def test_ctrl_click_asks_for_the_focus_at_a_point_of_the_picture(qtbot, view):
    view.actual_size()
    asked = []
    view.gestures.focus_requested.connect(lambda x, y: asked.append((x, y)))
    ctrl, left = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton

    qtbot.mouseClick(view, left, ctrl, QPoint(150, 175))
    qtbot.mouseClick(view, left, ctrl, QPoint(5, 5))  # beside the picture
    qtbot.mouseClick(view, left, pos=QPoint(150, 175))

    assert asked == [(50.5 / 200, 75.5 / 100)]


def test_shrunk_levels_average_what_was_put():
    image = DisplayImage(512, 256)
    checker = solid(512, 256, (0, 0, 0))
    checker[::2, ::2] = checker[1::2, 1::2] = (200, 100, 40)
    for y in range(0, 256, 50):  # in pieces that do not fit the levels
        for x in range(0, 512, 50):
            piece = checker[y : y + 50, x : x + 50]
            image.put(x, y, piece)

    level = image.level_for(0.25)
    assert level == 2
    shrunk = image.image(level)
    assert (shrunk.width(), shrunk.height()) == (128, 64)
    colors = {shrunk.pixelColor(x, y).getRgb() for x in range(128) for y in range(64)}
    assert colors == {(100, 50, 20, 255)}


def test_level_is_never_smaller_than_what_is_shown():
    image = DisplayImage(4096, 4096)

    assert [image.level_for(s) for s in (2.0, 1.0, 0.51, 0.5, 0.26, 0.25, 0.125, 0.01)] == [
        0, 0, 0, 1, 1, 2, 3, 3,
    ]  # fmt: skip
    assert DisplayImage(100, 100).level_for(0.1) == 0


def drag(qtbot, view: FrameBuffer, start: QPoint, end: QPoint, *keys) -> None:
    held = keys[0] if keys else Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, held, start)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, held, end)


def test_region_is_drawn_while_the_tool_is_armed_and_panned_afterwards(qtbot, view):
    view.actual_size()
    tool, seen = view.region_tool, []
    tool.regions_changed.connect(seen.append)
    tool.arm(True)
    before = view.geometry_now
    drag(qtbot, view, QPoint(180, 160), QPoint(120, 110))  # from the lower right corner

    assert [r.getRect() for r in seen[-1]] == [(20, 10, 60, 50)]
    assert view.geometry_now == before
    assert not tool.armed
    drag(qtbot, view, QPoint(150, 150), QPoint(160, 150))
    assert view.geometry_now.x == before.x + 10
    assert len(seen) == 1


def test_region_is_added_with_shift_and_stays_inside_the_picture(qtbot, view):
    view.actual_size()
    tool, shift = view.region_tool, Qt.KeyboardModifier.ShiftModifier
    tool.set_regions([QRect(0, 0, 10, 10)])
    tool.arm(True)
    drag(qtbot, view, QPoint(250, 150), QPoint(390, 290), shift)

    assert [r.getRect() for r in tool.regions] == [(0, 0, 10, 10), (150, 50, 50, 50)]
    assert tool.armed


def test_slip_of_the_hand_draws_no_region_and_esc_gives_up(qtbot, view):
    tool, seen = view.region_tool, []
    tool.regions_changed.connect(seen.append)
    tool.arm(True)
    drag(qtbot, view, QPoint(150, 150), QPoint(152, 190))
    assert seen == []
    with qtbot.waitSignal(tool.disarmed):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tool.armed


def test_what_lies_outside_the_regions_is_dimmed(view):
    view.actual_size()
    view.put(0, 0, solid(200, 100, (200, 200, 200)))
    view.region_tool.set_regions([QRect(50, 20, 100, 50)])

    assert color_at(view, 100 + 75, 100 + 40) == (200, 200, 200)
    assert color_at(view, 100 + 10, 100 + 10)[0] < 150
