"""Listens for peers with `QTcpServer` and makes a `QtLink` of each one that `Gate` lets in.

A server listens for its clients; a client that lets servers dial in listens for servers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

from network import limits
from network.addresses import LOOPBACK
from network.connection import ClientInfo, ServerInfo
from network.credentials import ClientKeys, ServerKeys
from network.errors import CloseCode
from network.events import Closed, LoggedIn
from network.gate import Gate
from network.messages import DEFAULT_PORT
from network.qt_link import QtLink
from network.tls import Identity

#: How many ports after the default one are tried when none was asked for.
_PORTS_TRIED = 20
#: Connections that the kernel keeps until we look. Qt's 50 would make others wait seconds; and
#: where there is no room, an honest client's SYN is lost and comes again after a second.
_BACKLOG = 8 * limits.UNFINISHED_TOTAL
#: New connections between two looks at what the others sent; a quarter of the unfinished ones.
_ACCEPTED_PER_TURN = limits.UNFINISHED_TOTAL // 4


class ListenError(OSError):
    """No listening socket; the text names address and port and the way out."""


class QtListener(QObject):
    """Accepts peers on one port of one or more addresses.

    Args:
        key: the shared key, 32 bytes, or all keys.
        identity: of the listening side.
        info: `ServerInfo` to listen for clients, `ClientInfo` to listen for servers.
        find_key: of a server that accepts more keys than one, see `Connection`.
        parent: Qt's owner.

    Attributes:
        port: the port in use, 0 before `listen`.
        addresses: the addresses that it listens on.

    Signals:
        peer_joined(QtLink, LoggedIn): a peer has logged in. The receiver owns the link
            from here on and must `deleteLater()` it after its `closed`.
        refused(str, str): address, reason: someone was turned away or failed to log in.
    """

    peer_joined = Signal(object, object)
    refused = Signal(str, str)

    def __init__(
        self,
        *,
        key: bytes | ServerKeys | ClientKeys,
        identity: Identity,
        info: ServerInfo | ClientInfo,
        find_key: Callable[[bytes], bytes | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.find_key = find_key
        self._key, self._identity, self.info = key, identity, info
        self._gate = Gate()
        self._links: dict[int, QtLink] = {}  # those that have not logged in yet
        self._next_number = 0
        self._servers: list[QTcpServer] = []
        self._accept_on = QTimer(self)
        self._accept_on.setSingleShot(True)
        self._accept_on.setInterval(0)
        self._accept_on.timeout.connect(self._accept)
        self._clock = QElapsedTimer()
        self._clock.start()
        self.port = 0
        self.addresses: tuple[str, ...] = ()

    def listen(self, addresses: Sequence[str] = LOOPBACK, port: int | None = None) -> int:
        """Start listening.

        Args:
            addresses: numeric addresses; those this machine does not have are left out as long
                as one remains (a machine without IPv6 has no ::1).
            port: the port asked for; 0: any free one; None: the default one, or the next free
                one after it when that is taken (compare `port` with the default to report it).

        Returns:
            The port.

        Raises:
            ListenError: the port is taken or not allowed, or no address is there.
        """
        tried = range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED) if port is None else (port,)
        problem = ""
        for candidate in tried:
            problem = self._listen_all(addresses, candidate)
            if not problem:
                return self.port
        last = f"ports {tried[0]} to {tried[-1]}" if port is None else f"port {port}"
        raise ListenError(
            f"cannot listen on {', '.join(addresses)}, {last}: {problem}; "
            "name a free port with --port"
        )

    def set_info(self, info: ServerInfo | ClientInfo) -> None:
        """Tell this to the peers that come from now on."""
        self.info = info

    def close(self) -> None:
        """Stop listening and drop the unfinished logins; logged-in peers stay."""
        for server in self._servers:
            server.close()
            server.deleteLater()
        self._servers = []
        for link in list(self._links.values()):
            link.close(CloseCode.SHUTDOWN, "this side ends")

    # -- listening ----------------------------------------------------------------------------

    def _listen_all(self, addresses: Sequence[str], port: int) -> str:
        """Listen on all addresses with the same port; returns the problem, if any."""
        self.close()
        heard: list[str] = []
        problem = "no address given"
        for address in addresses:
            server = QTcpServer(self)
            server.setListenBacklogSize(_BACKLOG)
            server.setMaxPendingConnections(_ACCEPTED_PER_TURN)
            server.newConnection.connect(self._accept_on.start)
            if server.listen(QHostAddress(address), port):
                self._servers.append(server)
                heard.append(address)
                port = server.serverPort()
                continue
            problem = server.errorString()
            missing = server.serverError() == QTcpSocket.SocketError.SocketAddressNotAvailableError
            unsupported = (
                server.serverError() == QTcpSocket.SocketError.UnsupportedSocketOperationError
            )
            server.deleteLater()
            if not (missing or unsupported):
                self.close()
                return problem
        if not heard:
            return problem
        self.port, self.addresses = port, tuple(heard)
        return ""

    # -- accepting ----------------------------------------------------------------------------

    # Slots are bound methods, never lambdas: a lambda would own this object, and a child that
    # dies last would then destroy its own parent in the middle of its end.

    def _accept(self) -> None:
        """Take a few; what they send is read before the next few can push them out."""
        for server in self._servers:
            for _ in range(_ACCEPTED_PER_TURN):
                if not server.hasPendingConnections():
                    break
                self._judge(server.nextPendingConnection())
            if server.hasPendingConnections():
                self._accept_on.start()

    def _judge(self, socket: QTcpSocket) -> None:
        address = socket.peerAddress().toString()
        if not address:  # it hung up while it waited
            socket.deleteLater()
            return
        number = self._next_number = self._next_number + 1
        decision = self._gate.arrived(number, address, self._now_s(), self._progress)
        if decision.refused:
            socket.abort()
            socket.deleteLater()
            self.refused.emit(address, decision.refused)
            return
        if decision.evict is not None:
            self._links[decision.evict].close(CloseCode.LIMIT, "too many unfinished logins")
        link = QtLink(
            key=self._key,
            hello=self.info,
            identity=self._identity,
            socket=socket,
            find_key=self.find_key,
            parent=self,
        )
        self._links[number] = link
        link.logged_in.connect(self._on_logged_in)
        link.closed.connect(self._on_closed)
        link.offended.connect(self._on_offended)  # for as long as it lives, whoever has it then

    def _progress(self, number: int) -> int:
        return self._links[number].progress

    @Slot(object)
    def _on_logged_in(self, event: LoggedIn) -> None:
        link = self._take_sender()
        if link is not None:
            link.logged_in.disconnect(self._on_logged_in)
            link.closed.disconnect(self._on_closed)
            self.peer_joined.emit(link, event)

    @Slot(object)
    def _on_closed(self, event: Closed) -> None:
        link = self._take_sender()
        if link is None:
            return
        if event.code == CloseCode.KEY:
            self._gate.failed(link.peer_address, self._now_s())
        self.refused.emit(link.peer_address, event.text)
        link.deleteLater()

    @Slot(str)
    def _on_offended(self, address: str) -> None:
        self._gate.failed(address, self._now_s())

    def _take_sender(self) -> QtLink | None:
        """Return the link that has just told something, and count it as unfinished no more."""
        sender = self.sender()
        for number, link in self._links.items():
            if link is sender:
                self._gate.finished(number)
                return self._links.pop(number)
        return None

    def _now_s(self) -> float:
        return self._clock.nsecsElapsed() / 1e9
