"""The relay that hurts connections, on sockets of its own."""

import contextlib
import socket
import threading

import pytest

from tests.end_to_end.proxy import HOST, Proxy

TIMEOUT_S = 10.0


class Echo:
    """Sends back what it gets, a thread for each connection."""

    def __init__(self):
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        with peer, contextlib.suppress(OSError):
            while data := peer.recv(1 << 16):
                peer.sendall(data)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(TIMEOUT_S)


@pytest.fixture
def proxy():
    echo = Echo()
    with Proxy(echo.port) as made:
        yield made
    echo.close()


@pytest.fixture
def peer(proxy):
    with socket.create_connection((HOST, proxy.port), TIMEOUT_S) as made:
        exchange(made, b"hello")
        yield made


def read_all(peer, size):
    data = b""
    while len(data) < size and (piece := peer.recv(size - len(data))):
        data += piece
    return data


def exchange(peer, data):
    peer.sendall(data)
    assert read_all(peer, len(data)) == data


def send_until_it_ends(peer):
    while True:
        peer.sendall(bytes(100))
        peer.recv(100)


def connect_and_read(proxy):
    """The reset may come while connecting, writing or reading."""
    with socket.create_connection((HOST, proxy.port), TIMEOUT_S) as peer:
        peer.sendall(b"x")
        assert peer.recv(1), "ended by FIN"


def test_proxy_relays_both_ways_and_counts(proxy, peer):
    exchange(peer, bytes(300_000))

    assert proxy.relayed_bytes == 2 * (300_000 + len(b"hello"))
    assert proxy.connections == 1


def test_proxy_keeps_the_connection_open_and_passes_nothing_while_paused(proxy, peer):
    proxy.pause()
    peer.sendall(b"held")
    peer.settimeout(0.2)
    with pytest.raises(TimeoutError):
        peer.recv(1)
    peer.settimeout(TIMEOUT_S)

    proxy.resume()

    assert read_all(peer, 4) == b"held"


def test_proxy_ends_connections_with_fin_when_it_drops_them(proxy, peer):
    proxy.drop()

    assert peer.recv(1) == b""
    assert proxy.connections == 0


def test_proxy_ends_connections_with_rst_when_it_resets_them(proxy, peer):
    proxy.reset()

    with pytest.raises(ConnectionResetError):
        peer.recv(1)


def test_proxy_passes_exactly_so_many_bytes_when_it_truncates(proxy, peer):
    before = proxy.relayed_bytes
    proxy.truncate(1000)

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        send_until_it_ends(peer)

    assert proxy.relayed_bytes - before == 1000


def test_proxy_resets_new_connections_while_it_refuses(proxy):
    proxy.refusing = True

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        connect_and_read(proxy)


def test_proxy_leads_new_connections_elsewhere_when_its_target_changes(proxy):
    other = Echo()
    proxy.target = other.port

    with socket.create_connection((HOST, proxy.port), TIMEOUT_S) as peer:
        exchange(peer, b"elsewhere")

    other.close()
