import pytest

from app.servers.server_list import ServerList
from app.servers.wake_controller import WakeController
from app.values.session_types import ServerEntry, ServerState, ServerStatus

MAC = "00:1b:63:84:45:e6"
ONE = ServerEntry("1", "studio-1")
TWO = ServerEntry("2", "studio-2", mac=MAC)


class FakeWaker:
    def __init__(self) -> None:
        self.woken: list[str] = []
        self.problem = ""

    def wake(self, mac: str) -> str:
        self.woken.append(mac)
        return self.problem


@pytest.fixture
def rig(qtbot):
    class Rig:
        servers = ServerList([ONE, TWO])
        waker = FakeWaker()

        def __init__(self) -> None:
            self.asked: list[str] = []
            self.retried: list = []

        def find(self, address: str) -> str:
            self.asked.append(address)
            return MAC

    rig = Rig()
    rig.control = WakeController(rig.servers, rig.retried.append, None, rig.find, rig.waker)
    yield rig
    rig.control.stop()


def there(uid: str, address: str = "10.0.0.1") -> ServerStatus:
    return ServerStatus(uid, ServerState.IDLE, resolved=(address,))


def test_hardware_address_is_learned_once_when_the_server_is_there(qtbot, rig):
    with qtbot.waitSignal(rig.control.learned):
        rig.control.note(there("1"))
    rig.control.note(there("1"))

    assert rig.servers.entry("1").mac == MAC
    assert rig.asked == ["10.0.0.1"]
    assert rig.servers.undo_text == ""


def test_address_that_was_typed_is_not_looked_up(rig):
    rig.control.note(there("2"))
    rig.control.note(there("local"))
    rig.control.note(ServerStatus("1", ServerState.REFUSED))

    assert rig.asked == []


def test_wake_sends_the_packet_and_says_so(qtbot, rig):
    with qtbot.waitSignal(rig.control.said) as said:
        rig.control.wake(["1", "2"])

    assert rig.waker.woken == [MAC]
    assert said.args == ["Waking studio-2: this may take a minute or two"]


def test_wake_says_why_it_cannot(qtbot, rig):
    rig.waker.problem = "there is no network"
    with qtbot.waitSignal(rig.control.failed) as failed:
        rig.control.wake(["2"])

    assert failed.args == ["studio-2 cannot be woken: there is no network"]
