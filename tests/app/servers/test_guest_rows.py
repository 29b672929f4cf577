import pytest
from fake_session import FakeSession
from PySide6.QtCore import Qt

from app.servers.guest_rows import GuestRows
from app.values.session_types import DistributedSettings, ServerEntry, ServerState
from app.widgets.dr_dialog import DistributedDialog
from app.widgets.server_columns import NAME, PORT
from app.widgets.server_model import Role, ServerTableModel

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
GUEST = ServerEntry("guest-1", "10.0.0.7", 0, "node-7", guest=True)


def test_guest_has_a_row_while_it_is_there(qapp):
    session = FakeSession()
    rows = GuestRows(session)
    told = []
    rows.changed.connect(lambda: told.append(rows.entries))

    session.server_appeared.emit(GUEST)
    session.server_appeared.emit(GUEST)
    session.server_removed.emit("another row")
    session.server_removed.emit(GUEST.uid)

    assert told == [(GUEST,), ()]


def test_row_of_a_guest_says_how_it_came_and_has_no_box(qapp):
    model = ServerTableModel()
    model.set_entries([GUEST])

    assert model.data(model.index(0, PORT), Role.DisplayRole) == "dialled in"
    assert not model.flags(model.index(0, NAME)) & Qt.ItemFlag.ItemIsUserCheckable


def test_dialog_asks_for_the_door_to_be_opened_and_shut(qtbot):
    dialog = DistributedDialog(ServerTableModel())
    qtbot.addWidget(dialog)
    dialog.set_settings(DistributedSettings())
    wishes = []
    dialog.settings_requested.connect(lambda settings: wishes.append(settings.accept))

    dialog.dial_in.click()
    dialog.dial_in.click()

    assert wishes == ["*", ""]


def test_guest_is_forgotten_when_it_is_removed_and_has_delivered(window, session):
    session.server_appeared.emit(ServerEntry("guest-1", "10.0.0.9", port=0, guest=True))
    window.servers.remove(["guest-1"])
    assert session.drained == ["guest-1"]

    session.server_drained.emit("guest-1")
    assert session.dismissed[-1] == "guest-1"
    session.server_removed.emit("guest-1")

    assert window.servers.model.row("guest-1") == -1


def test_guest_that_was_disabled_stays_and_may_come_again(window, session):
    session.server_appeared.emit(ServerEntry("guest-1", "10.0.0.9", port=0, guest=True))
    window.servers.set_enabled(["guest-1"], False)
    session.server_drained.emit("guest-1")
    session.set_state("guest-1", ServerState.DISABLED)
    assert session.dismissed == []
    assert [way.key for way in window.servers.model.ways_out("guest-1")] == ["enable"]

    window.server_pane.table.take_way_out("guest-1", "enable")

    assert session.admitted == ["guest-1"]
