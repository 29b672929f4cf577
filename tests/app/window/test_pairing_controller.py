"""Pairing from the window: the dialog's words, and the whole way over loopback."""

import pytest

from app.keys.pairing_code import PairingCode
from app.keys.pairings import PairedClients, PairedServers
from app.keys.server_keys import FrontKeys
from app.values.session_types import ServerEntry
from app.widgets.pairing_dialog import PairingDialog
from app.window.pairing_controller import PairingController, find_fault
from network.connection import ServerInfo
from network.identity import load_identity
from network.qt_listener import QtListener

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PATIENCE_MS = 10_000


@pytest.fixture
def controller(qtbot, tmp_path):
    made = PairingController(PairedServers(tmp_path / "client"), "artist")
    yield made
    made.close()


@pytest.fixture
def parent(qtbot):
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def enter(dialog: PairingDialog, code: str) -> None:
    dialog.code.setText(code)
    dialog.buttons.accepted.emit()


def test_dialog_asks_once_per_code_and_shows_what_is_wrong(qtbot):
    dialog = PairingDialog("studio-2", find_fault)
    qtbot.addWidget(dialog)
    asked = []
    dialog.code_entered.connect(asked.append)
    ok = dialog.buttons.buttons()[0]
    assert not ok.isEnabled()

    enter(dialog, "7K3M-9QXD-2F")

    assert asked == ["7K3M-9QXD-2F"]
    assert not dialog.code.isEnabled()
    dialog.show_problem("the code is wrong")
    assert dialog.problem.text() == "the code is wrong"
    assert dialog.code.isEnabled()
    assert "studio-2" in dialog.windowTitle()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", ""), ("7K3M", "this one 4"), ("7K3M-9QXD-2U", "no U"), ("7k3m 9qxd 2f", "")],
)
def test_pair_is_off_with_the_reason_until_the_code_can_be_one(controller, parent, typed, reason):
    dialog = controller.open(ServerEntry("a", "studio-2"), parent)
    dialog.code.setText("7")

    dialog.code.setText(typed)

    assert reason in dialog.problem.text()
    assert bool(dialog.problem.text()) == bool(reason)
    assert dialog.buttons.buttons()[0].isEnabled() == (len(typed) == 12 and not reason)


def test_dialog_warns_when_another_server_answers_there(controller, parent):
    dialog = controller.open(ServerEntry("a", "studio-2"), parent, changed=True)

    assert "Another server answers" in dialog.text.text()
    assert "brigade code" in dialog.text.text()


def test_window_pairs_and_its_row_is_tried_again(controller, parent, qtbot, tmp_path):
    folder = tmp_path / "server"
    identity = load_identity(folder / "identity")
    code = PairingCode(folder)
    listener = QtListener(
        key=FrontKeys((), PairedClients(folder), code),
        identity=identity,
        info=ServerInfo("studio-2", "0.1.0", "builtin-1", 16, "f00d"),
    )
    port = listener.listen(("127.0.0.1",), 0)
    links = []
    listener.peer_joined.connect(lambda link, event: links.append(link))
    dialog = controller.open(ServerEntry("a", "127.0.0.1", port), parent)
    shown = code.make(identity.fingerprint)

    enter(dialog, "0000-0000-00")
    qtbot.waitUntil(lambda: "code is wrong" in dialog.problem.text(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(controller.paired, timeout=PATIENCE_MS) as paired:
        enter(dialog, shown)

    listener.close()
    assert paired.args == ["a"]
    assert [client.name for client in PairedClients(folder).all()] == ["artist"]
    assert PairedServers(tmp_path / "client").at(f"127.0.0.1:{port}").name == "studio-2"


def test_dialog_that_is_closed_gives_the_attempt_up(controller, parent, qtbot):
    dialog = controller.open(ServerEntry("a", "192.0.2.1"), parent)
    told = []
    controller.paired.connect(told.append)

    enter(dialog, "7K3M-9QXD-2F")
    dialog.reject()

    qtbot.wait(20)
    assert told == []
