"""Pairing over loopback: the real link and listener, the real files."""

import pytest

from app.keys.keyring import Keyring
from app.keys.pairing_client import PairingClient
from app.keys.pairing_code import PairingCode
from app.keys.pairings import PairedClients, PairedServers
from app.keys.server_keys import FrontKeys
from app.system.private_file import PrivateFileError
from network.addresses import Address
from network.connection import ServerInfo
from network.identity import load_identity
from network.pairing import parse_code
from network.qt_link import QtLink
from network.qt_listener import QtListener

INFO = ServerInfo("studio-2", "0.1.0", "builtin-1", 16, "f00d")
PATIENCE_MS = 10_000


class Server:
    def __init__(self, folder, port: int = 0) -> None:
        self.folder = folder
        self.code = PairingCode(folder)
        self.identity = load_identity(folder / "identity")
        keys = FrontKeys((), PairedClients(folder), self.code)
        self.listener = QtListener(key=keys, identity=self.identity, info=INFO)
        self.listener.listen(("127.0.0.1",), port)
        self.links = []
        self.listener.peer_joined.connect(lambda link, event: self.links.append(link))

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.listener.port)


@pytest.fixture
def server(qapp, tmp_path):
    server = Server(tmp_path / "server")
    yield server
    server.listener.close()


def pair(qtbot, folder, address: Address, code: str):
    """Return (paired server, problem)."""
    pairing = PairingClient(PairedServers(folder), "artist", address, parse_code(code))
    told = []
    pairing.paired.connect(lambda entry: told.append((entry, "")))
    pairing.failed.connect(lambda text: told.append((None, text)))
    pairing.start()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    pairing.close()
    return told[0]


def log_in(qtbot, folder, address: Address) -> tuple[str, str]:
    """Return ("", "") or (code, text)."""
    link = QtLink.client(key=_without_local(Keyring(folder), address), client_name="artist")
    told = []
    link.logged_in.connect(lambda event: told.append(("", "")))
    link.closed.connect(lambda event: told.append((event.code, event.text)))
    link.connect_to(address.host, address.port)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    link.close()
    return told[0]


def _without_local(keyring: Keyring, address: Address):
    """Keys as for a server on the network: loopback's own key does not help there."""
    keys = keyring.client_keys(address.host, address.port)
    return type(keys)(paired=keys.paired, pinned=keys.pinned)


def test_client_pairs_by_code_and_logs_in_from_then_on(server, qtbot, tmp_path):
    client = tmp_path / "client"
    shown = server.code.make(server.identity.fingerprint)

    entry, problem = pair(qtbot, client, server.address, shown.lower())

    assert problem == ""
    assert (entry.name, entry.address) == ("studio-2", str(server.address))
    assert entry.fingerprint == server.identity.fingerprint.hex()
    assert [known.name for known in PairedClients(server.folder).all()] == ["artist"]
    assert log_in(qtbot, client, server.address) == ("", "")
    assert log_in(qtbot, client, server.address) == ("", "")


def test_code_works_once(server, qtbot, tmp_path):
    shown = server.code.make(server.identity.fingerprint)
    assert pair(qtbot, tmp_path / "first", server.address, shown)[1] == ""

    _, problem = pair(qtbot, tmp_path / "second", server.address, shown)

    assert "no pairing code is valid now" in problem


def test_sixth_try_is_in_vain_even_with_the_right_code(server, qtbot, tmp_path):
    shown = server.code.make(server.identity.fingerprint)
    for _ in range(4):
        _, problem = pair(qtbot, tmp_path / "client", server.address, "0000-0000-00")
        assert "the pairing code is wrong" in problem
    server.code.take()  # the fifth, from another address

    _, problem = pair(qtbot, tmp_path / "client", server.address, shown)

    assert "no pairing code is valid now" in problem
    assert PairedClients(server.folder).all() == []


def test_client_that_is_not_paired_is_told_how(server, qtbot, tmp_path):
    code, text = log_in(qtbot, tmp_path / "client", server.address)

    assert code == "unpaired"
    assert "brigade code" in text


def test_client_that_was_forgotten_is_told(server, qtbot, tmp_path):
    client = tmp_path / "client"
    pair(qtbot, client, server.address, server.code.make(server.identity.fingerprint))
    PairedClients(server.folder).forget("artist")

    code, text = log_in(qtbot, client, server.address)

    assert code == "key"
    assert "does not know the client's key" in text


def test_server_that_was_set_up_anew_is_refused_by_name_until_it_is_forgotten(qtbot, tmp_path):
    client = tmp_path / "client"
    old = Server(tmp_path / "old")
    pair(qtbot, client, old.address, old.code.make(old.identity.fingerprint))
    old.listener.close()
    new = Server(tmp_path / "new", old.listener.port)
    shown = new.code.make(new.identity.fingerprint)

    code, text = log_in(qtbot, client, new.address)

    assert code == "identity"
    assert new.identity.short_id in text
    assert old.identity.short_id in text
    PairedServers(client).forget(str(new.address))
    assert pair(qtbot, client, new.address, shown)[1] == ""
    assert log_in(qtbot, client, new.address) == ("", "")
    new.listener.close()


def test_pairing_with_nobody_says_what_is_wrong(qtbot, tmp_path, qapp):
    server = Server(tmp_path / "server")
    address = server.address
    server.listener.close()

    _, problem = pair(qtbot, tmp_path / "client", address, "7K3M-9QXD-2F")

    assert "nothing listens" in problem


def test_pairing_that_the_client_cannot_keep_is_told(server, qtbot, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise PrivateFileError("the disk is full")

    monkeypatch.setattr(PairedServers, "put", full)
    shown = server.code.make(server.identity.fingerprint)

    _, problem = pair(qtbot, tmp_path / "client", server.address, shown)

    assert problem == "the pairing cannot be kept: the disk is full"
