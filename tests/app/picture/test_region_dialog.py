"""Regions by numbers: the dialog, the picture and the next frame say the same."""

import pytest
from PySide6.QtCore import QRect, Qt

from app.widgets.region_dialog import EDGE_PX
from renderer.buckets import Region

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def dialog(window, session):
    """Of a frame of 400 x 200, of which half the size was rendered."""
    window.settings_panel.width_px.setValue(400)
    window.settings_panel.height_px.setValue(200)
    window.settings_panel.percent.setCurrentIndex(window.settings_panel.percent.findData(50))
    window.start_render()
    session.begin()
    session.finish()
    window.actions_by_key["regions"].trigger()
    return window.regions.dialog


def numbers(dialog) -> tuple[int, ...]:
    fields = (dialog.left, dialog.top, dialog.wide, dialog.high)
    return tuple(field.value() for field in fields)


def texts(dialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_numbers_are_pixels_of_the_full_frame_while_half_of_it_is_shown(window, dialog):
    window.frame_buffer.region_tool.regions_changed.emit((QRect(20, 10, 100, 50),))

    assert numbers(dialog) == (40, 20, 200, 100)
    assert "400 × 200" in dialog.frame.text()


def test_region_that_is_typed_is_drawn_and_rendered_next(window, session, dialog):
    dialog.add_button.click()
    assert numbers(dialog) == (150, 75, 100, 50)
    dialog.left.setValue(10)
    dialog.high.setValue(30)

    assert window.frame_buffer.region_tool.regions == (QRect(5, 38, 50, 14),)
    window.settings_panel.percent.setCurrentIndex(window.settings_panel.percent.findData(100))
    window.start_render()
    assert session.requests[-1].regions == (Region(10, 75, 100, 30),)


def test_region_stays_inside_the_frame_when_its_numbers_do_not(window, dialog):
    dialog.add_button.click()
    dialog.wide.setValue(400)
    assert numbers(dialog) == (150, 75, 250, 50)
    dialog.left.setValue(399)
    assert numbers(dialog) == (399, 75, 1, 50)


def test_several_regions_are_listed_and_the_chosen_one_is_marked_in_the_picture(window, dialog):
    dialog.add_button.click()
    dialog.add_button.click()
    dialog.left.setValue(0)
    tool = window.frame_buffer.region_tool
    assert texts(dialog) == ["1: 100 × 50 at 150, 75", "2: 100 × 50 at 0, 75"]
    assert tool.chosen == 1

    dialog.list.setCurrentRow(0)
    assert tool.chosen == 0
    assert numbers(dialog)[0] == 150
    dialog.remove_button.click()
    assert texts(dialog) == ["1: 100 × 50 at 0, 75"]


def test_numbers_follow_the_hand_that_drags(qtbot, window, dialog):
    dialog.add_button.click()
    view = window.frame_buffer
    edge = view.middle_of(124, 50).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.middle_of(144, 50).toPoint())
    shown = numbers(dialog)

    assert shown[:2] == (150, 75)
    assert abs(shown[2] - 140) <= 2


def test_whole_frame_is_rendered_again_when_all_regions_go(window, dialog):
    dialog.add_button.click()
    dialog.clear_button.click()

    assert window.regions.shares == ()
    assert not dialog.remove_button.isEnabled()
    assert not dialog.left.isEnabled()
    assert window.render_status.message.text() == "The whole frame is rendered"


def test_regions_can_be_typed_before_anything_is_rendered(window, session):
    window.actions_by_key["regions"].trigger()
    window.regions.dialog.add_button.click()
    width, height = window.settings_panel.options.full_size_px
    window.start_render()

    assert [(r.width, r.height) for r in session.requests[-1].regions] == [
        (width // 4, height // 4)
    ]


def test_dialog_stands_beside_the_picture_and_stays_where_it_was_put(window, dialog):
    view = window.frame_buffer
    seen = view.screen().availableGeometry()
    edge = view.mapToGlobal(view.rect().topRight()).x()
    assert view.mapToGlobal(view.rect().center()).x() < dialog.x() <= edge + EDGE_PX
    assert dialog.x() + dialog.width() <= seen.right() + 1

    dialog.move(7, 9)
    window.actions_by_key["regions"].trigger()
    assert (dialog.x(), dialog.y()) == (7, 9)


def test_numbers_are_of_another_frame_when_its_size_changes(window, dialog):
    dialog.add_button.click()
    window.settings_panel.width_px.setValue(800)

    assert numbers(dialog) == (300, 75, 200, 50)
    assert "800 × 200" in dialog.frame.text()
