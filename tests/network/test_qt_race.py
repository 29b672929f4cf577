import sys

import pytest
from PySide6.QtNetwork import QHostAddress, QHostInfo, QTcpServer

from network.qt_race import QtRace

PATIENCE_MS = 5000


def make_info(*addresses: str) -> QHostInfo:
    info = QHostInfo()
    info.setAddresses([QHostAddress(address) for address in addresses])
    info.setError(QHostInfo.HostInfoError.NoError)
    return info


@pytest.fixture
def start(monkeypatch, qapp):
    """Start a race whose name has these addresses."""
    races = []

    def begin(port: int, *addresses: str) -> QtRace:
        monkeypatch.setattr(QHostInfo, "lookupHost", lambda *_: 0)
        race = QtRace("farm.test", port)
        races.append(race)
        race.answer = lambda: race._on_found(make_info(*addresses))
        return race

    yield begin
    for race in races:
        race.stop()


def test_name_without_addresses_is_not_known(start, qtbot):
    race = start(1)

    with qtbot.waitSignal(race.lost, timeout=PATIENCE_MS) as lost:
        race.answer()

    assert lost.args[1] == "the name has no address"


@pytest.fixture
def server(qapp):
    server = QTcpServer()
    server.listen(QHostAddress("127.0.0.1"), 0)
    yield server
    server.close()


def test_first_address_that_answers_wins(start, server, qtbot):
    race = start(server.serverPort(), "::1", "127.0.0.1")

    with qtbot.waitSignal(race.won, timeout=PATIENCE_MS) as blocker:
        race.answer()

    [socket] = blocker.args
    assert socket.peerAddress().toString() == "127.0.0.1"
    assert race._sockets == {}
    socket.abort()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a packet to nowhere may come back")
def test_address_that_swallows_packets_costs_a_head_start_only(start, server, qtbot):
    # TEST-NET-1: nobody answers, or the network says at once that there is no way.
    race = start(server.serverPort(), "192.0.2.1", "127.0.0.1")

    with qtbot.waitSignal(race.won, timeout=2000) as blocker:
        race.answer()

    blocker.args[0].abort()


def test_race_that_nobody_answers_is_lost_with_the_most_telling_reason(start, server, qtbot):
    port = server.serverPort()
    server.close()
    race = start(port, "127.0.0.1")

    with qtbot.waitSignal(race.lost, timeout=PATIENCE_MS) as blocker:
        race.answer()

    assert "refused" in blocker.args[1].lower()
