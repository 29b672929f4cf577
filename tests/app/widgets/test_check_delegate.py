"""The boxes of the server list, light and dark."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.widgets.check_delegate import CheckDelegate


def luminance(color: QColor) -> float:
    """WCAG 2.2: relative luminance."""
    parts = [color.redF(), color.greenF(), color.blueF()]
    light = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


@pytest.fixture
def dark_list(qtbot):
    view = QListWidget()
    qtbot.addWidget(view)
    palette = QPalette()
    role = QPalette.ColorRole
    for key, name in ((role.Window, "#37393c"), (role.Base, "#191b1d"), (role.Text, "#e6e6e6")):
        palette.setColor(key, QColor(name))
    view.setPalette(palette)
    item = QListWidgetItem("")
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Unchecked)
    view.addItem(item)
    view.resize(120, 60)
    return view


def brightest(view) -> float:
    picture = view.viewport().grab().toImage()
    return max(
        luminance(picture.pixelColor(x, y)) for x in range(30) for y in range(picture.height() // 2)
    )


def test_empty_box_is_seen_in_the_dark(dark_list):
    paper = luminance(QColor("#191b1d"))

    dark_list.setItemDelegate(CheckDelegate(dark_list))

    assert (brightest(dark_list) + 0.05) / (paper + 0.05) >= 3.0


def test_box_is_as_the_style_draws_it_in_the_light(dark_list):
    dark_list.setPalette(QPalette(QColor("#efefef")))
    before = dark_list.viewport().grab().toImage()
    dark_list.setItemDelegate(CheckDelegate(dark_list))
    assert dark_list.viewport().grab().toImage() == before


def test_row_without_a_box_gets_no_frame(dark_list):
    dark_list.item(0).setData(Qt.ItemDataRole.CheckStateRole, None)
    before = dark_list.viewport().grab().toImage()
    dark_list.setItemDelegate(CheckDelegate(dark_list))
    assert dark_list.viewport().grab().toImage() == before
