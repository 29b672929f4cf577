"""LUTs in the window: chosen, seen, saved, remembered, and away."""

import sys

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialogButtonBox
from window_steps import pixel, render_all, render_frame

from app.values.lut_choice import LutChoice

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

INVERSE = "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"
BLACK = "LUT_1D_SIZE 2\n0 0 0\n0 0 0\n"


@pytest.fixture
def inverse(tmp_path):
    path = tmp_path / "inverse.cube"
    path.write_text(INVERSE)
    return path


def settled(window):
    """Whether nothing is read and shown any more."""
    return lambda: not window.display.busy and not window.luts.busy


def load(qtbot, window, path):
    window.luts.choose(LutChoice(path=str(path)))
    qtbot.waitUntil(settled(window))


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))


def test_picture_is_seen_through_a_lut_that_is_dropped(qtbot, window, session, inverse):
    render_all(qtbot, window, session)
    plain = pixel(window)

    drop(window, inverse)
    qtbot.waitUntil(settled(window))

    assert abs(pixel(window) + plain - 255) <= 1
    assert window.display.shown_bytes(5, 5)[0] == pixel(window), "the card says what is seen"
    assert window.display_bar.look.text() == "LUT"
    assert window.actions_by_key["lut"].isChecked()
    assert window.display_bar.look.lut.choice.currentText() == "inverse"


def test_lut_goes_and_comes_by_its_key(qtbot, window, session, inverse):
    render_all(qtbot, window, session)
    plain = pixel(window)
    load(qtbot, window, inverse)
    graded = pixel(window)

    window.actions_by_key["lut"].trigger()
    qtbot.waitUntil(settled(window))
    assert pixel(window) == plain
    assert window.display_bar.look.text() == "Look"

    window.actions_by_key["lut"].trigger()
    qtbot.waitUntil(settled(window))
    assert pixel(window) == graded


def test_strength_and_input_are_seen_at_once(qtbot, window, session, inverse):
    render_all(qtbot, window, session)
    plain = pixel(window)
    load(qtbot, window, inverse)
    box = window.display_bar.look.lut

    box.strength.setValue(0)
    qtbot.waitUntil(settled(window))
    assert pixel(window) == plain

    box.strength.setValue(100)
    box.input.setCurrentIndex(box.input.findData("linear"))
    box.input.activated.emit(box.input.currentIndex())
    qtbot.waitUntil(settled(window))
    light = window.display.value(5, 5)[0]
    assert pixel(window) == int((1.0 - light) * 255 + 0.5)


def test_saved_picture_and_picture_b_have_the_lut(qtbot, window, session, world, inverse, tmp_path):
    render_frame(window, session, 0.2)
    load(qtbot, window, inverse)

    window.files.save_image(tmp_path / "still.png")
    qtbot.waitUntil(lambda: bool(world.saved))

    assert world.saved[0][2] == window.display.look
    assert world.saved[0][2].grade.lut.name == "inverse"
    assert window.tools.history.compared.look.grade is window.display.look.grade


def test_exposure_and_view_leave_the_lut(qtbot, window, inverse):
    load(qtbot, window, inverse)
    grade = window.display.look.grade

    window.controls.set_exposure(1.0)
    window.controls.set_view("srgb")
    window.controls.set_balance(4000, 0.0, 1.0)

    assert window.display.look.grade is grade


def test_reset_switches_the_lut_off_and_keeps_it_in_the_list(qtbot, window, inverse):
    load(qtbot, window, inverse)

    window.actions_by_key["reset"].trigger()

    assert window.display.look.grade is None
    assert window.display_bar.look.lut.choice.currentText() == "inverse"


def test_lut_is_there_again_when_the_window_is_opened_again(qtbot, open_window, session, inverse):
    first = open_window()
    load(qtbot, first, inverse)
    first.luts.set_strength(60)
    first.close_now()

    again = open_window()
    qtbot.waitUntil(settled(again))

    assert again.display.look.grade.lut.name == "inverse"
    assert again.display.look.grade.strength == 0.6
    assert again.display_bar.look.lut.strength.value() == 60


def test_lut_that_was_switched_off_stays_off(qtbot, open_window, inverse):
    first = open_window()
    load(qtbot, first, inverse)
    first.luts.set_on(False)
    first.close_now()

    again = open_window()

    assert not again.luts.busy
    assert again.display.look.grade is None
    assert again.display_bar.look.lut.choice.currentText() == "inverse"


def test_strip_tells_of_a_lut_that_is_missing_and_the_picture_is_shown_without(
    qtbot, open_window, inverse
):
    first = open_window()
    load(qtbot, first, inverse)
    first.close_now()
    inverse.rename(inverse.with_suffix(".away"))

    again = open_window()
    qtbot.waitUntil(again.strips.messages.isVisible)

    assert "shown without its LUT" in again.strips.messages.text.text()
    assert str(inverse) in again.strips.messages.text.text()
    assert again.display.look.grade is None
    inverse.with_suffix(".away").rename(inverse)
    again.luts.set_on(True)
    qtbot.waitUntil(settled(again))
    assert again.display.look.grade.lut.name == "inverse"


def test_strip_tells_of_a_lut_that_has_changed_and_offers_it(qtbot, open_window, inverse):
    first = open_window()
    load(qtbot, first, inverse)
    first.close_now()
    inverse.write_text(BLACK)

    again = open_window()
    qtbot.waitUntil(again.strips.messages.isVisible)
    assert "has changed" in again.strips.messages.text.text()
    assert again.display.look.grade is None

    again.strips.messages.action_requested.emit("offer")
    qtbot.waitUntil(settled(again))
    assert again.display.look.grade.lut.curves.tolist() == [[0.0] * 3] * 2


def test_strip_tells_file_and_line_of_a_broken_lut(qtbot, window, inverse, tmp_path):
    load(qtbot, window, inverse)
    broken = tmp_path / "broken.cube"
    broken.write_text(INVERSE.replace("0 0 0", "0 0"))

    load(qtbot, window, broken)

    assert "broken.cube, line 3" in window.strips.messages.text.text()
    assert window.display.look.grade is None
    assert not window.display_bar.look.lut.on.isChecked()


def test_last_luts_are_listed_the_newest_first(qtbot, window, inverse, tmp_path):
    black = tmp_path / "black.cube"
    black.write_text(BLACK)
    load(qtbot, window, inverse)
    load(qtbot, window, black)
    box = window.display_bar.look.lut.choice
    assert [box.itemText(i) for i in range(box.count())] == ["black", "inverse"]

    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(settled(window))

    assert window.display.look.grade.lut.name == "inverse"


def test_file_is_asked_for_when_there_is_no_lut_yet(window):
    window.actions_by_key["lut"].trigger()
    assert not window.actions_by_key["lut"].isChecked() or window.luts.dialog is not None
    assert window.luts.dialog.nameFilters()[0] == "LUTs (*.cube)"

    window.luts.dialog.reject()

    assert not window.actions_by_key["lut"].isChecked()


def test_lut_that_is_read_too_late_is_dropped(qtbot, window, inverse):
    window.luts.choose(LutChoice(path=str(inverse)))
    window.luts.set_on(False)
    qtbot.waitUntil(settled(window))
    assert window.display.look.grade is None


# -- OpenColorIO ------------------------------------------------------------------------------


def open_dialog(qtbot, window):
    window.actions_by_key["ocio"].trigger()
    dialog = window.ocio.dialog
    qtbot.waitUntil(lambda: "Reading" not in dialog.note.text())
    return dialog


def test_view_of_opencolorio_takes_the_views_place(qtbot, window, session, monkeypatch):
    pytest.importorskip("PyOpenColorIO")
    monkeypatch.delenv("OCIO", raising=False)
    render_all(qtbot, window, session)
    dialog = open_dialog(qtbot, window)
    assert dialog.display.currentText() == "sRGB - Display"
    dialog.view.setCurrentText("Un-tone-mapped")

    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    qtbot.waitUntil(settled(window))

    window.controls.set_view("srgb")
    assert window.display.look.grade.input == "stops"
    light = window.display.value(5, 5)[0]
    srgb = 255 * (1.055 * light ** (1 / 2.4) - 0.055)
    qtbot.waitUntil(settled(window))
    assert abs(pixel(window) - srgb) <= 1.5  # what this view is, for light below white
    assert not window.display_bar.look.lut.input.isEnabled()
    assert window.display_bar.look.lut.choice.currentText() == "OCIO Un-tone-mapped"
    again = open_dialog(qtbot, window)
    assert again.view.currentText() == "Un-tone-mapped"
    again.reject()


def test_dialog_says_what_to_install_without_the_package(qtbot, window, monkeypatch):
    monkeypatch.setitem(sys.modules, "PyOpenColorIO", None)

    dialog = open_dialog(qtbot, window)

    assert "pip install 'bucket-brigade[ocio]'" in dialog.note.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    dialog.reject()


def test_dialog_names_a_configuration_that_cannot_be_read(qtbot, window, tmp_path):
    pytest.importorskip("PyOpenColorIO")
    dialog = open_dialog(qtbot, window)

    dialog.start(str(tmp_path / "away.ocio"), "", "")
    qtbot.waitUntil(lambda: "Reading" not in dialog.note.text())

    assert "away.ocio" in dialog.note.text()
    assert not dialog.view.isEnabled()
    dialog.reject()
