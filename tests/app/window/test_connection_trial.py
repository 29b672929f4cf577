"""*Test connection* against real listeners on loopback, and the controller that runs several."""

import numpy as np
import pytest
from fake_session import FakeResolver
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.keys.keyring import Keyring
from app.session.server_links import ServerLinks
from app.values.ladder import Step
from app.values.session_types import ServerEntry
from app.values.trial_steps import ANSWER, CONNECTION, KEY, NAME, PICTURE, RUNGS
from app.window.connection_trial import ConnectionTrial
from app.window.trial_controller import MAX_AT_ONCE, TrialController
from network.connection import ServerInfo
from network.identity import load_identity
from network.messages import Canary
from network.qt_listener import QtListener
from renderer.canary import COMPONENTS, MEAN, SIDE_PX

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PATIENCE_MS = 10_000
GOOD = np.full((SIDE_PX, SIDE_PX, COMPONENTS), MEAN, "<f4").tobytes()


@pytest.fixture
def keyring(tmp_path):
    return Keyring(tmp_path / "client")


@pytest.fixture
def listen(qtbot, tmp_path, keyring):
    """Return a function that starts a server with this test picture; gives its port."""
    listeners, links = [], []

    def start(picture: bytes, key: bytes | None = None) -> int:
        listener = QtListener(
            key=key or keyring.local_key(),
            identity=load_identity(tmp_path / "identity"),
            info=ServerInfo("studio-2", "9.9.9", "tracer-x", 16, "f00d"),
        )

        def joined(link, event):
            links.append(link)
            link.send(Canary("tracer-x"), picture)

        listener.peer_joined.connect(joined)
        listeners.append(listener)
        return listener.listen(("127.0.0.1",), 0)

    yield start
    for listener in listeners:
        listener.close()


def run_trial(qtbot, keyring, port: int, problem: str = "") -> list[Step]:
    resolver = FakeResolver()
    trial = ConnectionTrial(ServerEntry("a", "127.0.0.1", port), keyring, "artist", resolver)
    steps: list[Step] = []
    trial.stepped.connect(steps.append)
    trial.start()
    with qtbot.waitSignal(trial.finished, timeout=PATIENCE_MS) as ended:
        resolver.answer(() if problem else ("127.0.0.1",), problem)
    assert ended.args == [all(step.ok for step in steps)]
    return steps


def test_trial_climbs_every_rung_when_the_server_is_well(qtbot, keyring, listen):
    steps = run_trial(qtbot, keyring, listen(GOOD))

    assert [step.name for step in steps] == list(RUNGS)
    assert all(step.ok for step in steps)
    details = {step.name: step.detail for step in steps}
    assert "9.9.9 there" in details["Version"]
    assert "studio-2, 16 threads" in details["Computer"]
    assert details[ANSWER].split()[1] == "ms"


def test_trial_stops_at_the_name_when_it_is_not_known(qtbot, keyring):
    steps = run_trial(qtbot, keyring, 1, problem="nowhere: not found")

    assert [(s.name, s.ok, s.detail) for s in steps] == [(NAME, False, "nowhere: not found")]
    assert "numeric address" in steps[0].fix


def test_trial_stops_at_the_connection_when_nothing_listens(qtbot, keyring, listen):
    from PySide6.QtNetwork import QHostAddress, QTcpServer

    closed = QTcpServer()
    assert closed.listen(QHostAddress.SpecialAddress.LocalHost)
    port = closed.serverPort()
    closed.close()

    steps = run_trial(qtbot, keyring, port)

    assert [(s.name, s.ok) for s in steps] == [(NAME, True), (CONNECTION, False)]
    assert str(port) in steps[-1].fix


def test_trial_stops_at_the_key_when_the_server_has_another(qtbot, keyring, listen):
    steps = run_trial(qtbot, keyring, listen(GOOD, key=b"k" * 32))

    assert [(s.name, s.ok) for s in steps][-1] == (KEY, False)
    assert [s.name for s in steps][:2] == [NAME, CONNECTION]
    assert "Pair…" in steps[-1].fix


def test_trial_stops_at_the_picture_when_the_server_renders_nonsense(qtbot, keyring, listen):
    black = np.zeros((SIDE_PX, SIDE_PX, COMPONENTS), "<f4").tobytes()

    steps = run_trial(qtbot, keyring, listen(black))

    assert (steps[-1].name, steps[-1].ok) == (PICTURE, False)
    assert "brightness" in steps[-1].detail


class FakeTrial(QObject):
    stepped = Signal(object)
    finished = Signal(bool)

    def __init__(self, entry):
        super().__init__()
        self.entry = entry
        self.started = self.closed = False

    def start(self):
        self.started = True

    def close(self):
        self.closed = True


@pytest.fixture
def trials(qtbot):
    made = []
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(entry):
        made.append(FakeTrial(entry))
        return made[-1]

    controller = TrialController(make)
    return controller, made, parent


def entries(count: int) -> list[ServerEntry]:
    return [ServerEntry(str(i), f"studio-{i}") for i in range(count)]


def test_few_servers_are_tested_at_a_time_until_all_are_through(trials):
    controller, made, parent = trials
    dialog = controller.open(entries(MAX_AT_ONCE + 3), parent)
    assert len(made) == MAX_AT_ONCE
    assert not dialog.again_button.isEnabled()

    for number in range(MAX_AT_ONCE + 3):
        made[number].stepped.emit(Step(NAME, True, "10.0.0.1"))
        made[number].finished.emit(number != 2)

    assert len(made) == MAX_AT_ONCE + 3
    assert (
        dialog.headline.text()
        == f"{MAX_AT_ONCE + 2} of {MAX_AT_ONCE + 3} servers passed all steps."
    )
    assert dialog.again_button.isEnabled()
    assert not dialog.stop_button.isEnabled()


def test_cross_stands_with_its_way_out_and_copies_as_text(qtbot, trials):
    controller, made, parent = trials
    dialog = controller.open(entries(1), parent)
    made[0].stepped.emit(Step(NAME, True, "10.0.0.1"))
    made[0].stepped.emit(Step(CONNECTION, False, "refused", "start it there"))
    made[0].finished.emit(False)

    row = dialog.tree.topLevelItem(0)
    assert [row.child(i).text(0) for i in range(2)] == ["✓ Name", "✗ Connection"]
    assert row.child(1).child(0).text(1) == "start it there"
    assert row.isExpanded()
    dialog.copy_button.click()
    assert "FAILED  Connection: refused" in QGuiApplication.clipboard().text()


def test_stop_and_closing_give_the_test_up(trials):
    controller, made, parent = trials
    dialog = controller.open(entries(MAX_AT_ONCE + 1), parent)

    dialog.stop_button.click()
    assert all(trial.closed for trial in made)
    assert len(made) == MAX_AT_ONCE
    assert dialog.tree.topLevelItem(MAX_AT_ONCE).text(1) == "not tested"

    dialog.again_button.click()
    assert len(made) == 2 * MAX_AT_ONCE
    dialog.close()
    assert all(trial.closed for trial in made)


def test_row_shows_the_ping_that_its_link_measured(qtbot, keyring, listen):
    links = ServerLinks(keyring, "artist", threads=1)
    links.add(ServerEntry("a", "127.0.0.1", listen(GOOD)), enabled=True)
    links.connect_server("a")

    qtbot.waitUntil(lambda: links.status("a").ping_s is not None, timeout=PATIENCE_MS)

    assert 0.0 < links.status("a").ping_s < PATIENCE_MS / 1000
    links.close()
