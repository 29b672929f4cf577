"""Rows that are dragged into another order, and what is dropped on the list from outside."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from app.values.session_types import ServerEntry
from app.widgets.row_dragging import (
    MAX_ROWS_BYTES,
    ROWS_FORMAT,
    list_files,
    move_block,
    pack_rows,
    unpack_rows,
)
from app.widgets.server_model import ServerTableModel
from app.widgets.server_table import ServerTable

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ROWS = [
    ServerEntry(uid="local", address="127.0.0.1", name="This computer", local=True),
    *(ServerEntry(uid=uid, address=f"studio-{uid}") for uid in "abcd"),
]
GUEST = ServerEntry(uid="g", address="10.0.0.9", port=0, guest=True)


@pytest.fixture
def table(qtbot):
    model = ServerTableModel()
    model.set_entries([*ROWS, GUEST])
    table = ServerTable(model)
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    return table


@pytest.fixture
def wishes(table):
    wishes = []
    table.order_requested.connect(wishes.append)
    return wishes


def point(table, row: int, part: float = 0.25) -> QPoint:
    """A point in a row, so far down in it; below the last row there is nobody."""
    y = table.rowViewportPosition(row) + round(table.rowHeight(row) * part)
    return QPoint(30, y)


def drop(table, data: QMimeData, at: QPoint) -> bool:
    """Drag over the table and let go; returns whether it was taken."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    actions = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, actions, data, buttons, keys)
    table.dragEnterEvent(enter)
    table.dragMoveEvent(QDragMoveEvent(at, actions, data, buttons, keys))
    table.viewport().grab()  # with the mark where it would go
    event = QDropEvent(QPointF(at), actions, data, buttons, keys)
    table.dropEvent(event)
    return enter.isAccepted()


def rows(*uids: str) -> QMimeData:
    return pack_rows(uids, "")


@pytest.mark.parametrize(
    ("moved", "place", "expected"),
    [
        ("a", 0, "abcd"),
        ("a", 1, "abcd"),
        ("a", 2, "bacd"),
        ("d", 0, "dabc"),
        ("bd", 1, "abdc"),
        ("ad", 2, "badc"),
        ("ab", 4, "cdab"),
        ("", 2, "abcd"),
    ],
)
def test_block_goes_in_front_of_what_stood_there(moved, place, expected):
    assert "".join(move_block("abcd", set(moved), place)) == expected


def test_rows_are_dropped_between_rows(table, wishes):
    drop(table, rows("c", "d"), point(table, 1))
    drop(table, rows("a"), point(table, 3, 0.75))

    assert wishes == [["local", "c", "d", "a", "b"], ["local", "b", "c", "a", "d"]]


def test_rows_dropped_below_the_list_go_to_its_end_before_guests(table, wishes):
    drop(table, rows("a"), point(table, 5, 0.9))  # on the guest
    drop(table, rows("local"), QPoint(30, 390))

    assert wishes == [["local", "b", "c", "d", "a"], ["a", "b", "c", "d", "local"]]


def test_nothing_is_wished_when_rows_are_dropped_where_they_are(table, wishes):
    assert drop(table, rows("b"), point(table, 2))
    assert drop(table, rows("gone"), point(table, 2))

    assert wishes == []


def test_mark_is_gone_when_the_drag_leaves(table):
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data = rows("a")  # the event does not own it
    table.dragMoveEvent(
        QDragMoveEvent(point(table, 2), Qt.DropAction.MoveAction, data, buttons, keys)
    )
    assert table.gap_row == 2

    table.dragLeaveEvent(QDragLeaveEvent())

    assert table.gap_row == -1


def test_guests_are_not_dragged(table):
    model = table.model()
    flag = Qt.ItemFlag.ItemIsDragEnabled

    assert model.index(1, 0).flags() & flag
    assert not model.index(5, 0).flags() & flag


def test_dragged_rows_are_addresses_for_other_programs(table):
    model = table.model()
    data = model.mimeData([model.index(2, 1), model.index(1, 0), model.index(0, 0)])

    assert unpack_rows(data) == ["local", "a", "b"]
    assert data.text() == "studio-a:20727\nstudio-b:20727"


@pytest.mark.parametrize(
    ("selected", "key", "expected"),
    [
        (["c"], Qt.Key.Key_Up, ["local", "a", "c", "b", "d"]),
        (["b", "c"], Qt.Key.Key_Down, ["local", "a", "d", "b", "c"]),
        (["a", "d"], Qt.Key.Key_Up, ["a", "d", "local", "b", "c"]),
    ],
)
def test_alt_and_arrows_move_the_selected_rows(qtbot, table, wishes, selected, key, expected):
    table.select_uids(selected)
    qtbot.keyClick(table, key, Qt.KeyboardModifier.AltModifier)

    assert wishes == [expected]


def test_first_row_goes_no_further_up_and_last_no_further_down(qtbot, table, wishes):
    table.select_uids(["local"])
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert (table.can_move(-1), table.can_move(1)) == (False, True)
    table.select_uids(["d"])
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert (table.can_move(-1), table.can_move(1)) == (True, False)
    table.select_uids(["g"])
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert (table.can_move(-1), table.can_move(1)) == (False, False)

    assert wishes == []


def test_arrows_alone_still_move_the_selection(qtbot, table, wishes):
    table.select_uids(["a"])
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)

    assert table.selected_uids() == ["b"]
    assert wishes == []


def test_rows_keep_selection_and_place_when_their_order_changes(table):
    table.select_uids(["b", "d"])
    model = table.model()

    model.set_entries([ROWS[4], *ROWS[:4], GUEST])

    assert table.selected_uids() == ["d", "b"]
    assert model.index(0, 0).data() == "studio-d"
    assert model.row("local") == 1


def test_list_files_are_taken_and_others_are_the_windows(tmp_path, table):
    dropped = []
    table.list_dropped.connect(dropped.append)
    data, scene = QMimeData(), QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / n)) for n in ("A.TXT", "b.toml", "c.png")])
    scene.setUrls([QUrl.fromLocalFile(str(tmp_path / "scene.glb"))])

    assert drop(table, data, point(table, 1))
    assert not drop(table, scene, point(table, 1))

    assert dropped == [str(tmp_path / "A.TXT"), str(tmp_path / "b.toml")]
    assert list_files(scene) == []


def test_text_is_taken(table, wishes):
    texts = []
    table.text_dropped.connect(texts.append)
    data = QMimeData()
    data.setText("one:4000\ntwo")

    assert drop(table, data, point(table, 1))

    assert texts == ["one:4000\ntwo"]
    assert wishes == []


def test_rows_of_another_program_are_no_rows():
    huge, empty = QMimeData(), QMimeData()
    huge.setData(ROWS_FORMAT, b"x" * (MAX_ROWS_BYTES + 1))

    assert unpack_rows(huge) == unpack_rows(empty) == []
