import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from app.values.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets import server_columns as columns
from app.widgets.server_cells import NameLookup
from app.widgets.server_delegates import HISTORY_ROLE, make_graph
from app.widgets.server_model import ServerTableModel
from app.widgets.server_numbers import format_rate
from app.widgets.server_pane import FoundServer, ServerPane
from app.widgets.server_table import ServerTable
from app.widgets.server_words import (
    START_COMMAND,
    STATE_KINDS,
    UPGRADE_COMMAND,
    state_text,
)

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
    assert text(model, 1, columns.SPEED) == "2.50 Msamples/s"
    assert text(model, 1, columns.PING) == "12.3 ms"
    assert text(model, 1, columns.RESOLVED) == "10.0.0.1"
    assert text(model, 2, columns.STATE) == "Disabled"
    tip = model.index(1, columns.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Lost\ntried again in 8 s\nno heartbeat"
    spoken = model.index(1, columns.STATE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "State: Lost. Try to reach this server now"


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
        (ServerStatus("1", ServerState.SYNCING, fraction=0.434), "Sending scene 43 %"),
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
        "Move down",
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


# -- ways out, live rates -------------------------------------------------------------------------

AWAKE = ServerEntry(uid="1", address="studio-1", mac="00:1b:63:84:45:e6")
GUEST = ServerEntry(uid="g", address="10.0.0.9", port=0, guest=True)


def keys(model, uid: str) -> list[str]:
    return [way.key for way in model.ways_out(uid)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ServerState.IDLE, []),
        (ServerState.RENDERING, []),
        (ServerState.PAUSED, []),
        (ServerState.NAME_NOT_FOUND, ["edit", "retry"]),
        (ServerState.REFUSED, ["retry", "copy_start"]),
        (ServerState.TIMED_OUT, ["retry", "copy_start"]),
        (ServerState.LOST, ["retry"]),
        (ServerState.WRONG_VERSION, ["copy_upgrade", "retry"]),
        (ServerState.WRONG_KEY, ["pair", "retry"]),
        (ServerState.NOT_PAIRED, ["pair"]),
        (ServerState.OTHER_IDENTITY, ["pair", "edit"]),
        (ServerState.DIFFERENT, ["copy_upgrade"]),
        (ServerState.FAILED, ["log", "retry"]),
        (ServerState.SAME, ["remove"]),
    ],
)
def test_every_bad_state_has_its_way_out(model, state, expected):
    model.set_status(ServerStatus("1", state))

    assert keys(model, "1") == expected


def test_disabled_row_offers_to_enable_it(model):
    assert keys(model, "2") == ["enable"]


def test_server_that_dialled_in_is_offered_nothing_that_needs_its_address(model):
    model.set_entries([LOCAL, GUEST])
    model.set_status(ServerStatus("g", ServerState.LOST))
    assert keys(model, "g") == []
    model.set_status(ServerStatus("local", ServerState.REFUSED))
    assert keys(model, "local") == ["retry"]


def test_row_out_of_reach_is_asleep_when_it_can_be_woken(qtbot, model, table):
    model.set_entries([LOCAL, AWAKE])
    model.set_status(ServerStatus("1", ServerState.TIMED_OUT, detail="no answer"))

    assert text(model, 1, columns.STATE) == "Asleep"
    assert keys(model, "1") == ["wake", "retry"]
    with qtbot.waitSignal(table.wake_requested) as wish:
        table.take_way_out("1", "wake")
    assert wish.args == [["1"]]


def test_slow_server_says_so_and_can_be_let_go(qtbot, model, table):
    why = "each of its threads makes 11% of what those of the others make"
    model.set_status(ServerStatus("1", ServerState.RENDERING, leases=3, slow=why))

    assert text(model, 1, columns.STATE) == "Slow, 3 buckets"
    assert why in model.index(1, columns.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert keys(model, "1") == ["drain"]


def test_busy_server_names_the_other_client(model):
    model.set_status(ServerStatus("1", ServerState.QUEUED, detail="mira"))

    assert text(model, 1, columns.STATE) == "Busy for mira"


def click_button(qtbot, table, row: int) -> None:
    rect = table.visualRect(table.model().index(row, columns.STATE))
    point = rect.center()
    point.setX(rect.right() - 14)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_button_in_the_row_does_what_it_says(qtbot, model, table):
    table.resize(900, 300)
    model.set_status(ServerStatus("1", ServerState.REFUSED))
    with qtbot.waitSignal(table.retry_requested) as wish:
        click_button(qtbot, table, 1)
    assert wish.args == [["1"]]

    model.set_status(ServerStatus("1", ServerState.IDLE))
    with qtbot.assertNotEmitted(table.retry_requested):
        click_button(qtbot, table, 1)


@pytest.mark.parametrize(
    ("key", "signal", "expected"),
    [
        ("enable", "enable_requested", [["1"], True]),
        ("retry", "retry_requested", [["1"]]),
        ("edit", "edit_requested", ["1"]),
        ("remove", "remove_requested", [["1"]]),
        ("pair", "pair_requested", ["1"]),
        ("drain", "drain_requested", [["1"]]),
        ("log", "log_requested", ["1"]),
    ],
)
def test_each_way_out_asks_for_one_thing(qtbot, table, key, signal, expected):
    with qtbot.waitSignal(getattr(table, signal)) as wish:
        table.take_way_out("1", key)

    assert wish.args == expected


def test_ways_out_that_are_commands_go_to_the_clipboard(table):
    table.take_way_out("1", "copy_start")
    assert QGuiApplication.clipboard().text() == START_COMMAND
    table.take_way_out("1", "copy_upgrade")
    assert QGuiApplication.clipboard().text() == UPGRADE_COMMAND


def test_menu_begins_with_the_way_out(model, table):
    model.set_status(ServerStatus("1", ServerState.NOT_PAIRED))
    table.select_uids(["1"])

    menu = table.make_menu()

    assert menu.defaultAction() is menu.actions()[0]
    assert "brigade code" in menu.actions()[0].text()


def test_menu_offers_all_addresses_of_a_name_that_has_several(qtbot, model, table):
    table.select_uids(["1"])
    model.set_lookup("1", NameLookup(("10.0.0.1",)))
    assert not [a for a in table.make_menu().actions() if "addresses" in a.text()]
    model.set_lookup("1", NameLookup(("10.0.0.1", "10.0.0.2", "10.0.0.3")))

    [action] = [a for a in table.make_menu().actions() if "addresses" in a.text()]
    assert action.text() == "Use all 3 addresses"
    assert action.isChecked()
    with qtbot.waitSignal(table.all_addresses_requested) as wish:
        action.toggle()

    assert wish.args == ["1", False]


def test_graph_of_a_row_holds_its_last_minute(model):
    for second in range(70):
        model.set_status(
            ServerStatus("1", ServerState.RENDERING, leases=1, samples_per_s=float(second))
        )
        model.note_rates()

    assert model.index(1, columns.SPEED).data(HISTORY_ROLE) == tuple(range(10, 70))
    assert model.index(0, columns.SPEED).data(HISTORY_ROLE) == ()


def test_graph_goes_a_minute_after_the_last_bucket(model):
    model.set_status(ServerStatus("1", ServerState.RENDERING, leases=1, samples_per_s=5.0))
    model.note_rates()
    model.set_status(ServerStatus("1", ServerState.IDLE, samples_per_s=5.0))
    for _ in range(59):
        model.note_rates()
    assert model.index(1, columns.SPEED).data(HISTORY_ROLE)[0] == 5.0

    model.note_rates()

    assert model.index(1, columns.SPEED).data(HISTORY_ROLE) == ()


def test_line_of_a_graph_ends_at_now_and_has_its_best_on_top():
    line = make_graph((0.0, 2.0, 1.0), QRect(0, 0, 60, 11))

    assert line.last().x() == 59
    assert [point.y() for point in line] == [10.0, -1.0, 4.5]


def test_cells_with_button_and_graph_can_be_drawn(model, table):
    model.set_status(ServerStatus("1", ServerState.LOST, leases=1, samples_per_s=5.0))
    for _ in range(3):
        model.note_rates()
    table.select_uids(["1"])
    table.resize(900, 200)

    picture = table.grab().toImage()

    cell = table.visualRect(model.index(1, columns.STATE))
    shown = {
        picture.pixelColor(x, cell.center().y()).name() for x in range(cell.left(), cell.right())
    }
    assert len(shown) > 3  # selection, text and button
