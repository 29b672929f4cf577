import socket
import time

import pytest
from connection_pair import KEY, SERVER_INFO
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

from network import limits, qt_listener
from network.addresses import LOOPBACK
from network.connection import ServerInfo
from network.qt_link import QtLink
from network.qt_listener import ListenError, QtListener
from network.tls import TlsPipe, client_context

PATIENCE_MS = 5000


@pytest.fixture
def listener(identity, qapp):
    listener = QtListener(key=KEY, identity=identity, info=SERVER_INFO)
    yield listener
    listener.close()


def log_in(qtbot, host: str, port: int):
    link = QtLink.client(key=KEY, client_name="artist")
    with qtbot.waitSignal(link.logged_in, timeout=PATIENCE_MS) as blocker:
        link.connect_to(host, port)
    return link, blocker.args[0]


def silent_strangers(port: int, count: int) -> list[socket.socket]:
    """Connect without waiting: the listener runs in this thread."""
    strangers = [socket.socket() for _ in range(count)]
    for stranger in strangers:
        stranger.setblocking(False)
        stranger.connect_ex(("127.0.0.1", port))
    return strangers


def test_listener_binds_loopback_only_unless_told_otherwise(listener, qtbot):
    port = listener.listen(port=0)

    assert listener.port == port != 0
    assert set(listener.addresses) <= {"127.0.0.1", "::1"}
    bound = {server.serverAddress().toString() for server in listener._servers}
    assert bound == set(listener.addresses)


def test_clients_reach_every_address(listener, qtbot):
    port = listener.listen(port=0)

    for address in listener.addresses:
        link, _ = log_in(qtbot, address, port)
        link.close()


def test_address_that_is_not_here_is_left_out(listener):
    listener.listen(("127.0.0.1", "192.0.2.77"), 0)

    assert listener.addresses == ("127.0.0.1",)


def test_no_address_at_all_is_an_error(listener):
    with pytest.raises(ListenError, match=r"192\.0\.2\.77, port 0"):
        listener.listen(("192.0.2.77",), 0)
    assert listener.port == 0


def test_next_port_is_taken_when_the_default_one_is_in_use(listener, monkeypatch):
    taken = QTcpServer()
    taken.listen(QHostAddress("127.0.0.1"), 0)
    monkeypatch.setattr(qt_listener, "DEFAULT_PORT", taken.serverPort())

    port = listener.listen(("127.0.0.1",))

    assert taken.serverPort() < port < taken.serverPort() + 20


def test_port_that_was_asked_for_and_is_in_use_is_an_error(listener):
    taken = QTcpServer()
    taken.listen(QHostAddress("127.0.0.1"), 0)

    with pytest.raises(ListenError, match=f"port {taken.serverPort()}.*--port"):
        listener.listen(LOOPBACK, taken.serverPort())

    assert listener._servers == []


def test_info_can_change_for_later_clients(listener, qtbot):
    port = listener.listen(("127.0.0.1",), 0)
    listener.info = ServerInfo("renamed", "0.1.0", "other-class", 2, "f00d")

    _, event = log_in(qtbot, "127.0.0.1", port)

    assert event.welcome.server_name == "renamed"


def test_honest_client_logs_in_beside_many_silent_strangers(listener, qtbot):
    port = listener.listen(("127.0.0.1",), 0)
    refused = []
    listener.refused.connect(lambda address, reason: refused.append(reason))
    strangers = silent_strangers(port, 100)
    qtbot.waitUntil(lambda: len(listener._links) + len(refused) == 100, timeout=PATIENCE_MS)
    assert len(listener._links) == limits.UNFINISHED_TOTAL

    started_s = time.monotonic()
    log_in(qtbot, "127.0.0.1", port)

    assert time.monotonic() - started_s < 1.0
    assert listener._gate.unfinished == len(listener._links) <= limits.UNFINISHED_TOTAL
    for stranger in strangers:
        stranger.close()


def test_flood_of_connections_is_refused(listener, qtbot, monkeypatch):
    monkeypatch.setattr(limits, "LOOPBACK_FACTOR", 1)
    port = listener.listen(("127.0.0.1",), 0)
    refused = []
    listener.refused.connect(lambda address, reason: refused.append(reason))

    strangers = silent_strangers(port, 30)
    qtbot.waitUntil(
        lambda: sum("per second" in reason for reason in refused) >= 5, timeout=PATIENCE_MS
    )

    assert len(listener._links) <= limits.UNFINISHED_PER_ADDRESS
    for stranger in strangers:
        stranger.close()


def test_listener_says_goodbye_to_unfinished_logins(listener, qtbot):
    port = listener.listen(("127.0.0.1",), 0)
    [stranger] = silent_strangers(port, 1)
    qtbot.waitUntil(lambda: len(listener._links) == 1, timeout=PATIENCE_MS)

    listener.close()

    assert listener._links == {}
    stranger.settimeout(PATIENCE_MS / 1000)
    qtbot.wait(10)  # Qt closes the socket in its event loop
    assert stranger.recv(100) == b""
    stranger.close()


def test_client_that_has_only_just_come_is_not_taken_for_a_silent_one(listener, qtbot):
    """All places are taken by strangers in TLS; the honest one's first bytes are not read yet."""
    port = listener.listen(("127.0.0.1",), 0)
    pipe = TlsPipe(client_context(), server_side=False)
    pipe.handshake()
    hello = pipe.data_to_send()
    strangers = silent_strangers(port, limits.UNFINISHED_TOTAL)
    for stranger in strangers:
        stranger.send(hello)
    qtbot.waitUntil(
        lambda: (
            sorted(link.progress for link in listener._links.values())[:1] == [2]
            and len(listener._links) == limits.UNFINISHED_TOTAL
        ),
        timeout=PATIENCE_MS,
    )

    fresh = silent_strangers(port, 2)
    numbers = list(listener._links)
    qtbot.waitUntil(lambda: list(listener._links)[-1] >= numbers[-1] + 2, timeout=PATIENCE_MS)

    assert list(listener._links)[-2:] == [numbers[-1] + 1, numbers[-1] + 2]
    for stranger in (*strangers, *fresh):
        stranger.close()


def test_listener_silences_address_whose_peers_break_the_rules(listener, qtbot, monkeypatch):
    monkeypatch.setattr(limits, "LOOPBACK_FACTOR", 1)
    joined = []
    listener.peer_joined.connect(lambda link, _event: joined.append(link))
    port = listener.listen(("127.0.0.1",), 0)
    for number in range(limits.FAILED_LOGINS):
        link, _ = log_in(qtbot, "127.0.0.1", port)
        qtbot.waitUntil(lambda count=number + 1: len(joined) == count, timeout=PATIENCE_MS)
        with qtbot.waitSignal(link.closed, timeout=PATIENCE_MS):
            joined[-1].close("limit", "too much")

    with qtbot.waitSignal(listener.refused, timeout=PATIENCE_MS) as refusal:
        strangers = silent_strangers(port, 1)
    strangers[0].close()
    assert "broken rules" in refusal.args[1]


def test_listener_holds_nothing_against_peers_that_are_let_go(listener, qtbot, monkeypatch):
    monkeypatch.setattr(limits, "LOOPBACK_FACTOR", 1)
    joined = []
    listener.peer_joined.connect(lambda link, _event: joined.append(link))
    port = listener.listen(("127.0.0.1",), 0)
    for number in range(limits.FAILED_LOGINS + 1):
        link, _ = log_in(qtbot, "127.0.0.1", port)
        qtbot.waitUntil(lambda count=number + 1: len(joined) == count, timeout=PATIENCE_MS)
        link.close("limit", "the client does not like it")
        joined[-1].close("done", "thank you")


def test_listener_forgets_who_hung_up_while_waiting(listener, qtbot):
    refused = []
    listener.refused.connect(refused.append)

    listener._judge(QTcpSocket())
    assert refused == []
    assert not listener._links
