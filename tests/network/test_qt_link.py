import os
import struct

import pytest
from connection_pair import EXAMPLES, KEY, OTHER_KEY, SERVER_INFO
from PySide6.QtCore import QObject, QThread, Slot
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

from network import limits, qt_goodbye
from network import messages as m
from network.connection import Closed
from network.errors import LocalProtocolError
from network.qt_link import QtLink
from network.qt_listener import QtListener

PATIENCE_MS = 5000


class Ends:
    """A listener, its clients' links and whatever they told."""

    def __init__(self, identity, **options) -> None:
        self.listener = QtListener(key=KEY, identity=identity, info=SERVER_INFO)
        self.listener.listen(("127.0.0.1",), 0)
        self.servers: list[QtLink] = []
        self.closed: list[Closed] = []
        self.refused: list[tuple[str, str]] = []
        self.listener.peer_joined.connect(self._on_joined)
        self.listener.refused.connect(lambda *what: self.refused.append(what))

    def _on_joined(self, link, event) -> None:
        self.servers.append(link)
        link.closed.connect(self.closed.append)

    def connect(self, qtbot, key=KEY) -> QtLink:
        link = QtLink.client(key=key, client_name="artist")
        with qtbot.waitSignal(link.logged_in, timeout=PATIENCE_MS):
            link.connect_to("127.0.0.1", self.listener.port)
        qtbot.waitUntil(lambda: bool(self.servers), timeout=PATIENCE_MS)
        return link


@pytest.fixture
def ends(identity, qapp):
    ends = Ends(identity)
    yield ends
    ends.listener.close()


def failure_of(qtbot, link: QtLink, host: str, port: int) -> Closed:
    with qtbot.waitSignal(link.closed, timeout=PATIENCE_MS) as blocker:
        link.connect_to(host, port)
    return blocker.args[0]


def test_link_logs_in_and_carries_messages(ends, qtbot):
    client = ends.connect(qtbot)
    client.set_result_cap(1 << 20)
    payload = os.urandom(1 << 20)

    with qtbot.waitSignal(ends.servers[0].received, timeout=PATIENCE_MS) as job:
        client.send(EXAMPLES[m.Job], b"\x90")
    with qtbot.waitSignal(client.received, timeout=PATIENCE_MS) as result:
        ends.servers[0].send(EXAMPLES[m.Result], payload)

    assert job.args == [EXAMPLES[m.Job], b"\x90"]
    assert result.args == [EXAMPLES[m.Result], payload]
    assert client.is_ready
    assert client.peer_address == "127.0.0.1"
    assert client.bytes_received == ends.servers[0].bytes_sent > 1 << 20
    assert client.bytes_sent == ends.servers[0].bytes_received > 0
    qtbot.waitUntil(lambda: client.rtt_s is not None, timeout=PATIENCE_MS)


def test_bye_arrives_at_the_other_end(ends, qtbot):
    client = ends.connect(qtbot)
    closed = []
    client.closed.connect(closed.append)

    client.close("done", "thanks")
    client.send(EXAMPLES[m.EndJob])
    client.deleteLater()

    assert closed == [Closed("done", "thanks", remote=False)]
    assert not client.is_ready
    qtbot.waitUntil(lambda: bool(ends.closed), timeout=PATIENCE_MS)
    assert ends.closed == [Closed("done", "thanks", remote=True)]


def test_link_sends_only_what_its_side_may(ends, qtbot):
    client = ends.connect(qtbot)

    with pytest.raises(LocalProtocolError):
        client.send(EXAMPLES[m.Result])


def test_refused_connection_has_words(qtbot, qapp):
    server = QTcpServer()
    server.listen(QHostAddress("127.0.0.1"), 0)
    port = server.serverPort()
    server.close()

    closed = failure_of(qtbot, QtLink.client(key=KEY, client_name="a"), "127.0.0.1", port)

    assert closed.code == "refused"
    assert f"127.0.0.1:{port}" in closed.text
    assert not closed.remote


def test_unknown_name_has_words(qtbot, qapp):
    closed = failure_of(qtbot, QtLink.client(key=KEY, client_name="a"), "nowhere.invalid", 1)

    assert closed == Closed("name", "the name nowhere.invalid is not known here", remote=False)


def test_connection_attempt_has_a_deadline(qtbot, qapp, monkeypatch):
    monkeypatch.setattr(limits, "CONNECT_S", 0.0)
    link = QtLink.client(key=KEY, client_name="a")
    monkeypatch.setattr(link._socket, "connectToHost", lambda host, port: None)

    closed = failure_of(qtbot, link, "fe80::1", 20727)

    assert closed.code == "timeout"
    assert "[fe80::1]:20727" in closed.text


def test_link_can_be_closed_while_it_connects(qtbot, qapp):
    link = QtLink.client(key=KEY, client_name="a")
    closed = []
    link.closed.connect(closed.append)

    link.connect_to("127.0.0.1", 1)
    assert (link.writable, link.is_ready, link.rtt_s) == (False, False, None)
    assert (link.bytes_sent, link.bytes_received, link.peer_units_done) == (0, 0, 0)
    link.close("done", "changed my mind")
    qtbot.wait(50)

    assert closed == [Closed("done", "changed my mind", remote=False)]


def test_wrong_key_is_told_to_the_client_and_the_listener(ends, qtbot):
    link = QtLink.client(key=OTHER_KEY, client_name="a")

    closed = failure_of(qtbot, link, "127.0.0.1", ends.listener.port)

    assert closed.code == "key"
    qtbot.waitUntil(lambda: bool(ends.refused), timeout=PATIENCE_MS)
    assert ends.refused[0][0] == "127.0.0.1"
    assert "does not know the client's key" in ends.refused[0][1]
    assert ends.servers == []


def test_reset_connection_is_lost(ends, qtbot):
    client = ends.connect(qtbot)
    with qtbot.waitSignal(client.closed, timeout=PATIENCE_MS) as blocker:
        ends.servers[0]._socket.abort()

    assert blocker.args == [Closed("lost", "the peer ended the connection", remote=True)]


def test_sender_is_told_when_a_slow_reader_has_caught_up(ends, qtbot):
    client = ends.connect(qtbot)
    client.set_result_cap(limits.SEND_HIGH_BYTES)
    client.set_reading(False)
    [server] = ends.servers
    got = []
    client.received.connect(lambda message, payload: got.append(len(payload)))
    sent = 0
    while server.writable:
        server.send(EXAMPLES[m.Result], bytes(limits.SEND_HIGH_BYTES))
        sent += 1
        qtbot.wait(20)
        assert sent < 50
    assert len(got) == 0
    assert client._socket.bytesAvailable() <= limits.READ_BUFFER_BYTES

    with qtbot.waitSignal(server.drained, timeout=PATIENCE_MS):
        client.set_reading(True)

    assert server.writable
    qtbot.waitUntil(lambda: len(got) == sent, timeout=PATIENCE_MS)


def test_stranger_cannot_make_the_server_buffer(ends, qtbot):
    stranger = QTcpSocket()
    stranger.connectToHost("127.0.0.1", ends.listener.port)
    qtbot.waitUntil(lambda: len(ends.listener._links) == 1, timeout=PATIENCE_MS)
    [link] = ends.listener._links.values()

    assert link._socket.readBufferSize() == limits.READ_BUFFER_LOGIN_BYTES
    stranger.write(b"\x16\x03\x01\x40\x00" + bytes(4 << 20))
    qtbot.waitUntil(lambda: bool(ends.refused), timeout=PATIENCE_MS)
    stranger.abort()


def test_progress_is_told_by_pings(ends, qtbot):
    client = ends.connect(qtbot)
    ends.servers[0].set_units_done(3)
    early = QtLink.client(key=KEY, client_name="early")
    early.set_units_done(5)

    with qtbot.waitSignal(early.logged_in, timeout=PATIENCE_MS):
        early.connect_to("127.0.0.1", ends.listener.port)

    qtbot.waitUntil(lambda: client.peer_units_done == 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: ends.servers[1].peer_units_done == 5, timeout=PATIENCE_MS)


class Worker(QObject):
    """Owns a link in another thread."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self.outcome = None

    @Slot()
    def start(self) -> None:
        self._link = QtLink.client(key=KEY, client_name="thread", parent=self)
        self._link.logged_in.connect(self._on_logged_in)
        self._link.connect_to("127.0.0.1", self._port)

    @Slot(object)
    def _on_logged_in(self, event) -> None:
        self._link.close("done", "")
        self._link.deleteLater()
        self.outcome = (event.welcome.server_name, QThread.currentThread())


def test_link_works_in_a_thread_of_its_own(ends, qtbot):
    thread = QThread()
    worker = Worker(ends.listener.port)
    worker.moveToThread(thread)
    thread.started.connect(worker.start)

    thread.start()
    qtbot.waitUntil(lambda: worker.outcome is not None, timeout=PATIENCE_MS)
    thread.quit()
    assert thread.wait(PATIENCE_MS)

    assert worker.outcome == ("studio-2", thread)


def test_half_a_frame_then_reset_gives_no_message(ends, qtbot):
    client = ends.connect(qtbot)
    got = []
    ends.servers[0].received.connect(lambda *message: got.append(message))
    client._connection._tls.write(struct.pack(">4sBBHI", b"BKT1", 34, 0, 70, 1 << 20))
    client._connection._flush()
    client._pump()
    client._socket.flush()

    client._socket.abort()

    qtbot.waitUntil(lambda: bool(ends.closed), timeout=PATIENCE_MS)
    assert ends.closed[0].code == "lost"
    assert got == []


def test_what_came_before_the_end_is_still_received(ends, qtbot):
    client = ends.connect(qtbot)
    client.set_result_cap(1 << 20)
    client.set_reading(False)
    got = []
    client.received.connect(lambda message, payload: got.append(len(payload)))
    ends.servers[0].send(EXAMPLES[m.Result], bytes(1 << 20))

    with qtbot.waitSignal(client.closed, timeout=PATIENCE_MS) as blocker:
        ends.servers[0].close("shutdown", "the server ends")

    assert got == [1 << 20]
    assert blocker.args == [Closed("shutdown", "the server ends", remote=True)]


def test_goodbye_ends_when_the_peer_does_not_close(ends, qtbot, monkeypatch):
    monkeypatch.setattr(limits, "GOODBYE_S", 0.05)
    client = ends.connect(qtbot)
    client._turns.leave(client)
    client.set_reading(False)
    client._socket.errorOccurred.disconnect()
    before = set(qt_goodbye._under_way)

    ends.servers[0].close("shutdown", "the server ends")

    assert len(qt_goodbye._under_way - before) == 1
    qtbot.waitUntil(lambda: not qt_goodbye._under_way - before, timeout=PATIENCE_MS)


def test_link_reads_what_had_arrived_before_it_was_made(identity, qtbot):
    server = QTcpServer()
    server.listen(QHostAddress("127.0.0.1"), 0)
    client = QtLink.client(key=KEY, client_name="a")
    with qtbot.waitSignal(server.newConnection, timeout=PATIENCE_MS):
        client.connect_to("127.0.0.1", server.serverPort())
    socket = server.nextPendingConnection()
    qtbot.waitUntil(lambda: socket.bytesAvailable() > 0, timeout=PATIENCE_MS)

    link = QtLink(key=KEY, hello=SERVER_INFO, identity=identity, socket=socket)

    with qtbot.waitSignal(client.logged_in, timeout=PATIENCE_MS):
        pass
    link.close()
    client.close()
    server.close()


def test_peer_is_heard_before_its_silence_is_judged(ends, qtbot, monkeypatch):
    client = ends.connect(qtbot)
    monkeypatch.setattr(client._turns, "ask", lambda _link: None)  # a loop that is far behind
    client._turns.leave(client)
    ends.servers[0].send(EXAMPLES[m.GiveBack])
    qtbot.waitUntil(lambda: client._socket.bytesAvailable() > 0, timeout=PATIENCE_MS)
    received = client.bytes_received

    client.tick()

    assert client.bytes_received > received
    assert client.is_ready


def test_goodbye_ends_when_the_peer_goes_on_flooding(qtbot, monkeypatch):
    monkeypatch.setattr(limits, "GOODBYE_S", 60.0)
    monkeypatch.setattr(limits, "GOODBYE_BYTES", 1 << 20)
    before = set(qt_goodbye._under_way)
    client, rogue = QTcpSocket(), QTcpServer()
    rogue.listen(QHostAddress("127.0.0.1"), 0)
    with qtbot.waitSignal(rogue.newConnection, timeout=PATIENCE_MS):
        client.connectToHost(QHostAddress("127.0.0.1"), rogue.serverPort())
    flooding = rogue.nextPendingConnection()
    flooding.write(bytes(4 << 20))

    qt_goodbye.say_goodbye(client)

    qtbot.waitUntil(lambda: not qt_goodbye._under_way - before, timeout=PATIENCE_MS)
    rogue.close()
