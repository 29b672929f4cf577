"""A `Connection` on a `QTcpSocket`: moves bytes, events and the time between the two.

No rules here: the connection decides, the link does. Everything happens in the thread that the
link lives in (not necessarily the GUI's); signals come from that thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, Signal, Slot
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QTcpSocket

from network import limits
from network.connection import ClientInfo, Connection, Role, ServerInfo, State
from network.credentials import ClientKeys, ServerKeys
from network.errors import CloseCode
from network.events import Closed, LoggedIn, Received
from network.messages import Message
from network.qt_failures import describe_failure
from network.qt_goodbye import say_goodbye
from network.qt_race import QtRace
from network.qt_turns import turns_of_this_thread
from network.tls import Identity

#: What a peer is cut off for that breaks the rules.
_OFFENCES = (CloseCode.PROTOCOL, CloseCode.LIMIT)


class QtLink(QObject):
    """One peer: the socket, the connection on it and its clock.

    Who dials (a client, or a server that dials in) makes one and calls `connect_to` once; a
    listener makes one around an accepted socket. After `closed` the link is of no more use:
    `deleteLater()` it.

    Args:
        key: the shared key, 32 bytes; or all keys, as `ClientKeys` or `ServerKeys` by role.
        hello: `ClientInfo` or `ServerInfo`: decides the role.
        identity: shown in TLS by the side that accepted; None for the one that dials.
        socket: an accepted socket; None to dial.
        find_key: of a server that accepts more keys than one, see `Connection`.
        parent: Qt's owner.

    Attributes:
        peer_address: the peer's numeric address, empty before TCP is up.

    Signals:
        logged_in(LoggedIn): the login is complete.
        received(Message, bytes): a message with its payload.
        offended(address): the peer, logged in, broke the rules and is cut off; `closed` follows.
        closed(Closed): it is over; emitted exactly once, and last.
        drained(): the peer has caught up with reading: `writable` is True again.
    """

    logged_in = Signal(object)
    received = Signal(object, object)
    offended = Signal(str)
    closed = Signal(object)
    drained = Signal()

    def __init__(
        self,
        *,
        key: bytes | ClientKeys | ServerKeys,
        hello: ClientInfo | ServerInfo,
        identity: Identity | None = None,
        socket: QTcpSocket | None = None,
        find_key: Callable[[bytes], bytes | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._key, self._hello, self._identity = key, hello, identity
        self._find_key = find_key
        self._where = self._host = self.peer_address = ""
        self._connection: Connection | None = None
        self._over = self._was_ready = False
        self._reading = True
        self._behind = False  # the peer has not read SEND_HIGH_BYTES of ours
        self._result_cap = 0
        self._units_done = 0
        self._clock = QElapsedTimer()
        self._clock.start()
        self._turns = turns_of_this_thread()
        self._race: QtRace | None = None
        self._socket = QTcpSocket()
        self._take(socket or self._socket)
        if socket is None:
            self._socket.connected.connect(self._on_connected)
        else:
            self._start()

    def _take(self, socket: QTcpSocket) -> None:
        self._socket = socket
        socket.setParent(self)
        socket.setReadBufferSize(limits.READ_BUFFER_LOGIN_BYTES)
        # Queued: whatever happens inside connectToHost, its caller has returned by then.
        socket.errorOccurred.connect(self._on_error, Qt.ConnectionType.QueuedConnection)
        socket.readyRead.connect(self._on_ready)
        socket.bytesWritten.connect(self._on_written)

    @classmethod
    def client(
        cls, *, key: bytes | ClientKeys, client_name: str, parent: QObject | None = None
    ) -> QtLink:
        """Return a client's link; then `connect_to`."""
        return cls(key=key, hello=ClientInfo(client_name), parent=parent)

    # -- what the owner calls -----------------------------------------------------------------

    def connect_to(self, host: str, port: int) -> None:
        """Connect to a server; `logged_in` or `closed` follows, never before this returns."""
        self._host = host
        self._where = f"{host}:{port}" if ":" not in host else f"[{host}]:{port}"
        self._turns.join(self)
        if not QHostAddress(host).isNull():
            self._socket.connectToHost(host, port)
            return
        self._race = QtRace(host, port, self)
        self._race.won.connect(self._on_won)
        self._race.lost.connect(self._on_lost)

    def send(self, message: Message, payload: bytes | memoryview = b"") -> None:
        """Send a message; does nothing when the link is over.

        Raises:
            LocalProtocolError: this side may not send it, or it breaks its limits.
        """
        if self._connection is not None:
            self._connection.send(message, payload)
            self._pump()

    def close(self, code: str = CloseCode.DONE, text: str = "") -> None:
        """Say Bye and end; `closed` is emitted before this returns."""
        if self._connection is not None:
            self._connection.close(code, text)
            self._pump()
        else:
            self._finish(Closed(str(code), text, remote=False))

    def set_result_cap(self, payload_bytes: int) -> None:
        """Accept results with payloads up to this size (client; 0 refuses all)."""
        self._result_cap = payload_bytes
        if self._connection is not None:
            self._connection.set_result_cap(payload_bytes)

    def set_units_done(self, units: int) -> None:
        """Tell the peer by the coming pings how many units are done."""
        self._units_done = units
        if self._connection is not None:
            self._connection.units_done = units

    def set_reading(self, on: bool) -> None:
        """Stop or go on taking bytes from the network: back-pressure on a fast peer."""
        self._reading = on
        if self._connection is not None:
            self._connection.hearing = on
        if on:
            self._turns.ask(self)

    @property
    def peer_port(self) -> int:
        """The peer's port, 0 before TCP is up."""
        return self._socket.peerPort()

    @property
    def writable(self) -> bool:
        """False while the peer is behind with reading: wait for `drained`."""
        return self._connection is not None and self._connection.writable

    @property
    def is_ready(self) -> bool:
        """True between `logged_in` and `closed`."""
        return self._connection is not None and self._connection.state is State.READY

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the server's certificate; empty before TLS is up."""
        return self._connection.fingerprint if self._connection is not None else b""

    @property
    def progress(self) -> int:
        """How far the login has come: 0 silent, 2 in TLS, 4 beyond; 1 more if it waits for us."""
        heard = self._connection is not None and self._connection.bytes_received > 0
        # Who has only just come is not silent: nobody has looked at its bytes yet.
        stage = 2 if heard or self._now_s() < limits.FRESH_S else 0
        if heard and self._connection is not None and self._connection.state is not State.TLS:
            stage = 4
        return stage + (1 if self._socket.bytesAvailable() else 0)

    @property
    def rtt_s(self) -> float | None:
        """Last measured round trip."""
        return self._connection.rtt_s if self._connection is not None else None

    @property
    def peer_units_done(self) -> int:
        """The progress counter that the peer's last ping told."""
        return self._connection.peer_units_done if self._connection is not None else 0

    @property
    def bytes_sent(self) -> int:
        """Bytes handed to the network, TLS included."""
        return self._connection.bytes_sent if self._connection is not None else 0

    @property
    def bytes_received(self) -> int:
        """Bytes that came from the network, TLS included."""
        return self._connection.bytes_received if self._connection is not None else 0

    # -- socket -------------------------------------------------------------------------------

    @Slot(object)
    def _on_won(self, socket: QTcpSocket) -> None:
        if self._over:
            socket.deleteLater()
            return
        self._socket.deleteLater()
        self._take(socket)
        self._start()

    @Slot(object, str)
    def _on_lost(self, error: QAbstractSocket.SocketError, reason: str) -> None:
        if not self._over:
            self._fail(error, reason)

    def _on_connected(self) -> None:
        if not self._over:
            self._start()

    def _start(self) -> None:
        self._socket.setSocketOption(QAbstractSocket.SocketOption.LowDelayOption, 1)
        self.peer_address = self._socket.peerAddress().toString()
        self._where = self._where or f"{self.peer_address} port {self._socket.peerPort()}"
        self._connection = Connection(
            Role.SERVER if isinstance(self._hello, ServerInfo) else Role.CLIENT,
            key=self._key,
            identity=self._identity,
            nonce=os.urandom(32),
            hello=self._hello,
            now_s=self._now_s(),
            find_key=self._find_key,
        )
        self._connection.units_done = self._units_done
        self._turns.join(self)
        self._pump()
        if self._socket.bytesAvailable():  # came while nobody listened to readyRead
            self._turns.ask(self)

    def _on_ready(self) -> None:
        if not self._over:
            self._turns.ask(self)

    def take_turn(self) -> None:
        """Read some of what has arrived; called by `Turns`."""
        if self._connection is None or self._over or not self._reading:
            return
        data = bytes(self._socket.read(limits.READ_TURN_BYTES).data())
        if data:
            self._connection.receive_data(data, self._now_s())
            self._pump()
        if not self._over and self._socket.bytesAvailable():
            # One turn each: a fast peer must not starve the others.
            self._turns.ask(self)

    def _on_written(self, count: int) -> None:
        if self._connection is None:
            return
        self._connection.written(count, self._now_s())
        if self._behind and self._connection.unsent <= limits.SEND_LOW_BYTES and not self._over:
            self._behind = False
            self.drained.emit()

    def _on_error(self, error: QAbstractSocket.SocketError) -> None:
        if self._over:
            return
        if self._connection is not None:
            self._read_rest()
            self._connection.receive_eof(self._now_s())
            self._pump()
            return
        self._fail(error, self._socket.errorString())

    def _fail(self, error: QAbstractSocket.SocketError, reason: str) -> None:
        self._finish(describe_failure(error, reason, self._host, self._where))

    def _read_rest(self) -> None:
        """Take what arrived before the end: a Bye may be in it."""
        while not self._over and self._socket.bytesAvailable():
            data = bytes(self._socket.read(limits.READ_TURN_BYTES).data())
            assert self._connection is not None
            self._connection.receive_data(data, self._now_s())
            self._pump()

    # -- connection ---------------------------------------------------------------------------

    def tick(self) -> None:
        """Let time pass; called by `Turns`."""
        if self._socket.bytesAvailable():
            self.take_turn()  # nobody is silent whose bytes wait for a turn of ours
        now_s = self._now_s()
        if self._connection is not None:
            self._connection.tick(now_s)
            self._pump()
        elif now_s > limits.CONNECT_S:
            text = f"no answer from {self._where} within {limits.CONNECT_S:g} s"
            self._finish(Closed(str(CloseCode.TIMEOUT), text, remote=False))

    def _pump(self) -> None:
        """Carry out what the connection wants: bytes first, then the events."""
        connection = self._connection
        assert connection is not None
        for data in connection.data_to_send():
            # The peer may be gone already, with the queued error still on its way to us.
            if self._socket.isWritable():
                self._socket.write(data)
        self._behind = self._behind or not connection.writable
        for event in connection.events():
            if isinstance(event, Received):
                self.received.emit(event.message, event.payload)
            elif isinstance(event, LoggedIn):
                self._socket.setReadBufferSize(limits.READ_BUFFER_BYTES)
                connection.set_result_cap(self._result_cap)
                self._was_ready = True
                self.logged_in.emit(event)
            else:
                self._finish(event)

    def _finish(self, event: Closed) -> None:
        if self._over:
            return
        self._over = True
        self._turns.leave(self)
        if self._race is not None:
            self._race.stop()
        if self._connection is not None and self._connection.said_bye:
            say_goodbye(self._socket)
        else:
            self._socket.abort()
        if self._was_ready and not event.remote and event.code in _OFFENCES:
            self.offended.emit(self.peer_address)
        self.closed.emit(event)

    def _now_s(self) -> float:
        return self._clock.nsecsElapsed() / 1e9
