"""Columns that fit what they show, until somebody sizes them."""

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtTest import QTest

from app.values.session_types import ServerEntry, ServerStatus
from app.widgets import server_columns as columns
from app.widgets.server_model import ServerTableModel
from app.widgets.server_table import ServerTable

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LONG = "a-very-long-name-of-a-render-server-in-the-cellar.farm.example.org"


def entries(*names: str) -> list[ServerEntry]:
    return [ServerEntry(uid=name, address=name) for name in names]


@pytest.fixture
def model(qtbot):
    model = ServerTableModel()
    model.set_entries(entries("b10", "b9"))
    return model


@pytest.fixture
def table(qtbot, model):
    table = ServerTable(model)
    qtbot.addWidget(table)
    table.resize(1400, 300)
    table.show()
    return table


def drag_border(table, column: int, by_px: int) -> None:
    header, port = table.header, table.header.viewport()
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    start, end = QPoint(edge, 5), QPoint(edge + by_px, 5)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)


def test_name_is_as_wide_as_the_names_and_never_takes_all(table, model):
    short = table.columnWidth(columns.NAME)
    model.set_entries(entries("b10", "render-server-7"))
    usual = table.columnWidth(columns.NAME)
    model.set_entries(entries("b10", LONG))
    long = table.columnWidth(columns.NAME)

    digit_px = table.fontMetrics().horizontalAdvance("0")
    assert short <= usual < long <= 28 * digit_px


def test_state_comes_second_and_rare_columns_are_hidden(table):
    order = [table.header.logicalIndex(place) for place in range(4)]

    assert order == [columns.NAME, columns.STATE, columns.BUCKETS, columns.SPEED]
    assert table.isColumnHidden(columns.VERSION)


def test_width_that_was_dragged_stays_when_rows_come(table, model):
    told = []
    table.header.arranged.connect(lambda: told.append(1))
    before = table.columnWidth(columns.NAME)

    drag_border(table, columns.NAME, 40)
    model.set_entries(entries("b10", "b9", LONG))

    assert table.columnWidth(columns.NAME) == before + 40
    assert told
    assert not table.header.arrangement().isEmpty()


def test_arrangement_is_restored_in_another_table(qtbot, table, model):
    drag_border(table, columns.NAME, 33)
    table.header.make_menu(-1).actions()[columns.VERSION].setChecked(True)
    other = ServerTable(model)
    qtbot.addWidget(other)

    other.header.restore(table.header.arrangement())
    other.show()

    assert other.columnWidth(columns.NAME) == table.columnWidth(columns.NAME)
    assert not other.isColumnHidden(columns.VERSION)


def test_broken_arrangement_is_left_alone(table):
    table.header.restore(table.header.arrangement())  # nothing was arranged
    table.header.restore(QByteArray(b"nonsense"))

    assert table.header.arrangement().isEmpty()
    assert table.isColumnHidden(columns.VERSION)


def test_columns_fit_again_when_asked(table):
    before = table.columnWidth(columns.NAME)
    drag_border(table, columns.NAME, 70)

    table.header.make_menu(-1).actions()[-1].trigger()

    assert table.columnWidth(columns.NAME) == before
    assert table.header.arrangement().isEmpty()


def test_list_is_put_in_the_order_of_a_column_only_from_the_menu(table, model):
    wishes = []
    table.order_requested.connect(wishes.append)
    model.set_status(ServerStatus("b9", samples_per_s=1.0, ping_s=0.1))
    model.set_status(ServerStatus("b10", samples_per_s=2.0))

    QTest.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    assert wishes == []
    for column in (columns.NAME, columns.SPEED, columns.PING):
        menu = table.header.make_menu(column)
        next(a for a in menu.actions() if "Order the list by" in a.text()).trigger()

    assert wishes == [["b9", "b10"], ["b9", "b10"]]  # by speed they are already


def test_head_says_that_the_order_is_that_of_preference(model):
    tip = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)

    assert "preference" in tip
    assert "sorts nothing" in tip
