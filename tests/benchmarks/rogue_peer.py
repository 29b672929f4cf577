"""Peers without manners over real sockets, for `tests.benchmarks.hostile`."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

from network.connection import ClientInfo, Connection, Role, ServerInfo, State
from network.credentials import ClientKeys
from network.events import Closed, LoggedIn, Received
from network.tls import Identity

READ_BYTES = 1 << 16


class SocketPeer:
    """A `Connection` on a blocking socket, whose TLS can also be fed with anything.

    Args:
        sock: connected.
        connection: of either role.
    """

    def __init__(self, sock: socket.socket, connection: Connection) -> None:
        self.sock, self.connection = sock, connection
        self.events: list[object] = []

    def log_in(self, timeout_s: float) -> bool:
        """Return whether the login came about in time."""
        end_s = time.monotonic() + timeout_s
        self.flush()
        while self.connection.state not in (State.READY, State.CLOSED):
            left_s = end_s - time.monotonic()
            if left_s <= 0 or not self.read(left_s):
                return False
        return self.connection.state is State.READY

    def read(self, timeout_s: float) -> bool:
        """Take what arrives; False at the end of the stream or when nothing comes."""
        self.sock.settimeout(max(timeout_s, 0.001))
        try:
            data = self.sock.recv(READ_BYTES)
        except OSError:
            return False
        if not data:
            return False
        self.connection.receive_data(data, time.monotonic())
        self.events += self.connection.events()
        self.flush()
        return True

    def flush(self) -> None:
        """Send what the connection wants to send."""
        for data in self.connection.data_to_send():
            self.connection.written(len(data), time.monotonic())
            with contextlib.suppress(OSError):
                self.sock.sendall(data)

    def push(self, frame: bytes) -> bool:
        """Encrypt and send anything; False when the peer has hung up."""
        self.connection._tls.write(frame)
        try:
            self.sock.settimeout(10.0)
            self.sock.sendall(self.connection._tls.data_to_send())
        except OSError:
            return False
        return True

    def wait_for(self, kind: type, timeout_s: float) -> object | None:
        """Return the first message of this kind."""
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            for event in self.events:
                if isinstance(event, Received) and isinstance(event.message, kind):
                    return event.message
            if any(isinstance(event, Closed) for event in self.events):
                return None
            self.read(0.5)
        return None

    def close(self) -> None:
        self.sock.close()


def dial(address: tuple[str, int], key: bytes, source: str = "127.0.0.1") -> SocketPeer:
    """Return a client's end, not logged in yet."""
    sock = socket.create_connection(address, timeout=5.0, source_address=(source, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(
        Role.CLIENT, key=ClientKeys(shared=key), nonce=os.urandom(32),
        hello=ClientInfo("hostile"), now_s=time.monotonic(),
    )  # fmt: skip
    return SocketPeer(sock, connection)


def login_seconds(address: tuple[str, int], key: bytes) -> float | None:
    """Return how long an honest login takes, from connect to Welcome; None if it fails."""
    begun_s = time.monotonic()
    try:
        peer = dial(address, key)
    except OSError:
        return None
    with contextlib.closing(peer.sock):
        done = peer.log_in(10.0) and any(isinstance(e, LoggedIn) for e in peer.events)
    return time.monotonic() - begun_s if done else None


class Strangers:
    """Connections from many addresses of loopback that never log in; replaced as they are cut.

    Args:
        address: of the server.
        count: held at once.
        first: sent by each at its beginning.
        per_s: new connections a second at most.
    """

    def __init__(
        self, address: tuple[str, int], count: int, first: bytes = b"", per_s: float = 1000.0
    ) -> None:
        self._address, self._count, self._first, self._per_s = address, count, first, per_s
        self._over = threading.Event()
        self._sockets: list[socket.socket] = []
        self.opened = 0
        self.held = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Strangers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)
        for sock in self._sockets:
            sock.close()

    def _sources(self) -> Iterator[str]:
        while True:
            for low in range(2, 250):
                yield f"127.0.9.{low}"

    def _run(self) -> None:
        sources = self._sources()
        begun_s = time.monotonic()
        while not self._over.is_set():
            self._sockets = [sock for sock in self._sockets if _is_open(sock)]
            self.held = max(self.held, len(self._sockets))
            for _ in range(min(50, self._count - len(self._sockets))):
                with contextlib.suppress(OSError):
                    self._sockets.append(self._open(next(sources)))
                self.opened += 1
                ahead_s = self.opened / self._per_s - (time.monotonic() - begun_s)
                if ahead_s > 0:
                    time.sleep(ahead_s)
            time.sleep(0.01)

    def _open(self, source: str) -> socket.socket:
        sock = socket.create_connection(self._address, timeout=2.0, source_address=(source, 0))
        sock.setblocking(False)
        if self._first:
            with contextlib.suppress(OSError):
                sock.send(self._first)
        return sock


def _is_open(sock: socket.socket) -> bool:
    try:
        return sock.recv(READ_BYTES) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def accept(listener: socket.socket, key: bytes, identity: Identity) -> SocketPeer:
    """Return a server's end of the next connection, not logged in yet."""
    sock, _ = listener.accept()
    info = ServerInfo("rogue", "0", "rogue-1", 4096, os.urandom(8).hex())
    connection = Connection(
        Role.SERVER, key=key, identity=identity, nonce=os.urandom(32), hello=info,
        now_s=time.monotonic(),
    )  # fmt: skip
    return SocketPeer(sock, connection)
