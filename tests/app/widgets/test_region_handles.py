import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt

from app.widgets.frame_buffer import FrameBuffer
from app.widgets.region_handles import Grip, cursor_of, drag_region, find_grip

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

AREA = QRectF(100, 100, 200, 120)
SIZE = (200, 100)
LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ((100, 100), (-1, -1)),
        ((303, 217), (1, 1)),
        ((97, 150), (-1, 0)),
        ((200, 224), (0, 1)),
        ((205, 163), (0, 0)),
        ((150, 150), None),
        ((92, 150), None),
    ],
)
def test_grip_is_found_on_corners_edges_and_in_the_middle(at, place):
    grip = find_grip([AREA], QPointF(*at), 1.0)

    assert grip == (None if place is None else Grip(0, *place))


def test_grips_reach_as_far_to_the_eye_on_a_fine_screen():
    assert find_grip([AREA], QPointF(90, 150), 1.0) is None
    assert find_grip([AREA], QPointF(90, 150), 2.0) == Grip(0, -1, 0)


def test_chosen_region_is_taken_before_the_one_that_lies_on_top():
    areas = [AREA, AREA]

    assert find_grip(areas, QPointF(100, 100), 1.0) == Grip(1, -1, -1)
    assert find_grip(areas, QPointF(100, 100), 1.0, chosen=0) == Grip(0, -1, -1)


@pytest.mark.parametrize(
    ("place", "move", "after"),
    [
        ((0, 0), (10, -5), (60, 15, 40, 30)),
        ((0, 0), (500, 500), (160, 70, 40, 30)),
        ((-1, 0), (10, 99), (60, 20, 30, 30)),
        ((-1, -1), (-500, -500), (0, 0, 90, 50)),
        ((1, 1), (500, 500), (50, 20, 150, 80)),
        ((1, 0), (-500, 0), (50, 20, 4, 30)),
        ((0, -1), (0, 500), (50, 46, 40, 4)),
    ],
)
def test_region_is_dragged_within_the_picture_and_never_to_nothing(place, move, after):
    region = drag_region(QRect(50, 20, 40, 30), Grip(0, *place), move, SIZE, 4)

    assert region.getRect() == after


def test_pointer_tells_what_a_grip_does():
    shapes = Qt.CursorShape
    assert cursor_of(Grip(0, 1, -1)) is shapes.SizeBDiagCursor
    assert cursor_of(Grip(0, -1, -1)) is shapes.SizeFDiagCursor
    assert cursor_of(Grip(0, 1, 0)) is shapes.SizeHorCursor
    assert cursor_of(Grip(0, 0, 1)) is shapes.SizeVerCursor
    assert cursor_of(Grip(0, 0, 0)) is shapes.SizeAllCursor


# -- over the picture -------------------------------------------------------------------------


@pytest.fixture
def view(qtbot):
    """A picture of 200 x 100 whose corner lies at (100, 100)."""
    widget = FrameBuffer()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    qtbot.waitExposed(widget)
    widget.begin(*SIZE)
    widget.region_tool.set_regions([QRect(20, 20, 100, 60)])
    return widget


@pytest.fixture
def changes(view):
    seen: list = []
    view.region_tool.regions_changed.connect(seen.append)
    return seen


def test_edge_of_a_region_is_dragged_without_arming_the_tool(qtbot, view, changes):
    before = view.geometry_now
    qtbot.mousePress(view, LEFT, pos=QPoint(220, 150))
    qtbot.mouseMove(view, QPoint(240, 155))
    assert changes == []
    qtbot.mouseRelease(view, LEFT, pos=QPoint(240, 155))

    assert [r.getRect() for r in changes[-1]] == [(20, 20, 120, 60)]
    assert view.region_tool.chosen == 0
    assert view.geometry_now == before


def test_inside_of_a_region_pans_as_ever(qtbot, view, changes):
    x = view.geometry_now.x
    qtbot.mousePress(view, LEFT, pos=QPoint(140, 140))
    qtbot.mouseMove(view, QPoint(150, 140))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(150, 140))

    assert view.geometry_now.x == x + 10
    assert changes == []


def test_esc_while_dragging_leaves_the_region_as_it_was(qtbot, view, changes):
    qtbot.mousePress(view, LEFT, pos=QPoint(220, 150))
    qtbot.mouseMove(view, QPoint(240, 150))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view, LEFT, pos=QPoint(250, 150))

    assert view.region_tool.regions == (QRect(20, 20, 100, 60),)
    assert changes == []


def test_esc_while_drawing_draws_nothing(qtbot, view, changes):
    tool = view.region_tool
    tool.arm(True)
    qtbot.mousePress(view, LEFT, pos=QPoint(250, 120))
    qtbot.mouseMove(view, QPoint(280, 150))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view, LEFT, pos=QPoint(290, 160))

    assert changes == []
    assert tool.armed
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tool.armed


def test_chosen_region_is_removed_by_del(qtbot, view, changes):
    view.region_tool.set_regions([QRect(0, 0, 10, 10), QRect(20, 20, 100, 60)])
    view.region_tool.choose(1)
    qtbot.keyClick(view, Qt.Key.Key_Delete)

    assert [r.getRect() for r in changes[-1]] == [(0, 0, 10, 10)]
    assert view.region_tool.chosen is None
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(changes) == 1


def test_regions_over_another_picture_are_out_of_reach(qtbot, view, changes):
    view.show_marks(False)
    qtbot.mousePress(view, LEFT, pos=QPoint(220, 150))
    qtbot.mouseMove(view, QPoint(240, 150))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(240, 150))

    assert changes == []


def test_pointer_changes_over_an_edge_and_back(qtbot, view):
    qtbot.mouseMove(view, QPoint(220, 150))
    assert view.cursor().shape() is Qt.CursorShape.SizeHorCursor
    qtbot.mouseMove(view, QPoint(140, 130))
    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor
