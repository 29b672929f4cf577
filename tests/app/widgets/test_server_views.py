import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from app.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets import server_model as columns
from app.widgets.server_model import (
    STATE_KINDS,
    NameLookup,
    ServerTableModel,
    format_rate,
    state_text,
)
from app.widgets.server_pane import FoundServer, ServerPane
from app.widgets.server_table import ServerTable

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LOCAL = ServerEntry(uid="local", address="127.0.0.1", name="This computer", local=True)
ONE = ServerEntry(uid="1", address="studio-1")
TWO = ServerEntry(uid="2", address="::1", port=4000, name="Two", enabled=False)


@pytest.fixture
def model(qtbot):
    model = ServerTableModel()
    model.set_entries([LOCAL, ONE, TWO])
    return model


@pytest.fixture
def table(qtbot, model):
    table = ServerTable(model)
    qtbot.addWidget(table)
    table.show()
    return table


def text(model, row: int, column: int) -> str:
    return model.index(row, column).data()


def test_model_keeps_the_rules_of_item_models_when_rows_come_and_go(qtbot):
    model = ServerTableModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_entries([LOCAL, ONE])
    model.set_status(ServerStatus("1", ServerState.RENDERING, leases=1))
    model.set_entries([LOCAL, TWO, ONE])
    model.set_entries([LOCAL])
    model.set_status(ServerStatus("1", ServerState.LOST))

    assert tester.model() is model
    assert model.rowCount() == 1


def test_state_of_a_row_is_kept_when_other_rows_come(model):
    model.set_status(ServerStatus("1", ServerState.IDLE, threads=8, buckets_done=5))
    model.set_entries([LOCAL, TWO, ONE])

    assert text(model, 2, columns.STATE) == "Idle"
    assert text(model, 2, columns.CORES) == "8"
    assert text(model, 2, columns.BUCKETS) == "5"


def test_cells_say_what_they_mean(model):
    model.set_status(
        ServerStatus(
            "1",
            ServerState.LOST,
            detail="tried again in 8 s",
            error="no heartbeat",
            samples_per_s=2.5e6,
            ping_s=0.0123,
            version="0.1.0",
        )
    )
    model.set_lookup("1", NameLookup(("10.0.0.1",)))

    assert text(model, 0, columns.PORT) == "auto"
    assert text(model, 1, columns.NAME) == "studio-1"
    assert text(model, 1, columns.SPEED) == "2.5 Msamples/s"
    assert text(model, 1, columns.PING) == "12.3 ms"
    assert text(model, 1, columns.RESOLVED) == "10.0.0.1"
    assert text(model, 2, columns.STATE) == "Disabled"
    tip = model.index(1, columns.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Lost\ntried again in 8 s\nno heartbeat"
    spoken = model.index(1, columns.STATE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "State: Lost"


def test_every_state_has_a_kind_and_an_icon_that_can_be_drawn(model):
    assert set(STATE_KINDS) == set(ServerState)
    for state in ServerState:
        model.set_status(ServerStatus("1", state))
        icon = model.index(1, columns.STATE).data(Qt.ItemDataRole.DecorationRole)
        assert not icon.pixmap(16).isNull()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ServerStatus("1", ServerState.RENDERING, leases=1), "Rendering 1 bucket"),
        (ServerStatus("1", ServerState.RENDERING, leases=3), "Rendering 3 buckets"),
        (ServerStatus("1", ServerState.SYNCING, fraction=0.434), "Sending scene 43%"),
        (ServerStatus("1", ServerState.OPENING), "Opening scene"),
    ],
)
def test_state_tells_its_progress(status, expected):
    assert state_text(status) == expected


def test_rates_have_readable_units():
    assert [format_rate(r) for r in (0, 12, 4321, 5.25e6)] == [
        "",
        "12 samples/s",
        "4.32 ksamples/s",
        "5.25 Msamples/s",
    ]


def test_box_is_a_wish_and_changes_nothing_by_itself(qtbot, model):
    with qtbot.waitSignal(model.enable_requested) as wish:
        model.setData(
            model.index(1, columns.NAME),
            Qt.CheckState.Unchecked.value,
            Qt.ItemDataRole.CheckStateRole,
        )

    assert wish.args == [["1"], False]
    box = model.index(1, columns.NAME).data(Qt.ItemDataRole.CheckStateRole)
    assert box == Qt.CheckState.Checked


def test_table_asks_for_what_its_keys_mean(qtbot, table):
    table.select_uids(["1", "2"])
    with qtbot.waitSignal(table.remove_requested) as wish:
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert wish.args == [["1", "2"]]
    with qtbot.waitSignal(table.enable_requested) as wish:
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert wish.args == [["1", "2"], True]
    table.select_uids(["2"])
    with qtbot.waitSignal(table.edit_requested) as wish:
        qtbot.keyClick(table, Qt.Key.Key_F2)
    assert wish.args == ["2"]
    with qtbot.waitSignal(table.add_requested):
        qtbot.keyClick(table, Qt.Key.Key_Insert)


def test_copied_rows_can_be_pasted(qtbot, table):
    table.select_uids(["local", "1", "2"])
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "studio-1:20727\n[::1]:4000"

    with qtbot.waitSignal(table.paste_requested) as wish:
        qtbot.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert wish.args == ["studio-1:20727\n[::1]:4000"]


def test_menu_offers_only_what_the_selected_rows_can_do(table):
    def enabled() -> set[str]:
        return {a.text() for a in table.make_menu().actions() if a.isEnabled() and a.text()}

    QGuiApplication.clipboard().clear()
    table.select_uids(["local"])
    assert enabled() == {
        "Disable",
        "Add…",
        "Retry now",
        "Show its log",
        "Show its buckets in the picture",
        "Import list…",
        "Export list…",
    }
    table.select_uids(["1", "2"])
    assert {"Enable", "Disable", "Remove", "Copy address"} <= enabled()
    assert "Edit…" not in enabled()


def test_selection_stays_when_the_list_changes(table, model):
    table.select_uids(["2"])
    model.set_entries([LOCAL, TWO])

    assert table.selected_uids() == ["2"]


def test_buttons_are_enabled_for_what_is_selected(qtbot, model):
    pane = ServerPane(model)
    qtbot.addWidget(pane)

    def states() -> tuple[bool, bool]:
        return pane.edit_button.isEnabled(), pane.remove_button.isEnabled()

    assert states() == (False, False)
    pane.table.select_uids(["local"])
    assert states() == (False, False)
    pane.table.select_uids(["1"])
    assert states() == (True, True)
    pane.table.select_uids(["1", "2"])
    assert states() == (False, True)


def test_found_servers_can_be_added_one_by_one(qtbot, model):
    pane = ServerPane(model)
    qtbot.addWidget(pane)
    attic = FoundServer("Attic", "10.0.0.9", 20727)
    pane.set_found([attic, FoundServer("Known", "10.0.0.1", 20727, listed=True)], "")
    pane.found.list.item(0).setSelected(True)

    with qtbot.waitSignal(pane.add_found_requested) as wish:
        pane.found.add_button.click()
    assert wish.args == [[attic]]
    with qtbot.waitSignal(pane.add_found_requested) as wish:
        pane.found.add_all_button.click()
    assert wish.args == [[attic]]


def test_found_pane_says_why_it_may_be_empty(qtbot, model):
    pane = ServerPane(model)
    qtbot.addWidget(pane)

    pane.set_found([], "")
    assert "firewall" in pane.found.reason.text()
    pane.set_found([], "zeroconf cannot open a socket")
    assert pane.found.reason.text() == "zeroconf cannot open a socket"
