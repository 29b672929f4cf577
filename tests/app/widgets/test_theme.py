import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox

from app.widgets.theme import apply_color_scheme

ROLE, GROUP = QPalette.ColorRole, QPalette.ColorGroup


def luminance(color: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    codes = (color.redF(), color.greenF(), color.blueF())
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in codes]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def dark(qtbot):
    apply_color_scheme("dark")
    yield
    apply_color_scheme("light")


def test_boxes_stand_out_from_a_dark_window_and_their_marks_from_them(dark, qtbot):
    box = QCheckBox("Use local machine")
    qtbot.addWidget(box)
    box.ensurePolished()
    palette = box.palette()

    assert contrast(palette.color(ROLE.Base), palette.color(ROLE.Window)) >= 3.0
    assert contrast(palette.color(ROLE.Base), palette.color(ROLE.Text)) >= 3.0
    assert palette.color(GROUP.Disabled, ROLE.Base) != palette.color(GROUP.Active, ROLE.Base)


def test_boxes_are_as_all_fields_are_when_it_is_light_again(dark, qtbot):
    apply_color_scheme("light")

    assert QApplication.palette("QCheckBox") == QApplication.palette()
