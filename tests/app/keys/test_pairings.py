import os
import stat

import pytest

from app.keys import pairings
from app.keys.pairings import PairedClients, PairedServer, PairedServers
from app.system.private_file import PrivateFileError, read_private, write_private
from network.login import key_id

A = PairedServer("aa" * 32, b"a" * 32, "studio-1", "studio-1:20727", "2026-01-01")
B = PairedServer("bb" * 32, b"b" * 32, "studio-2", "studio-2:20727", "2026-01-01")
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")


def test_servers_outlive_the_program(tmp_path):
    PairedServers(tmp_path).put(A)
    PairedServers(tmp_path).put(B)

    assert PairedServers(tmp_path).all() == [A, B]
    assert PairedServers(tmp_path).at("studio-2:20727") == B


def test_pairing_again_replaces_the_key(tmp_path):
    servers = PairedServers(tmp_path)
    servers.put(A)
    again = PairedServer(A.fingerprint, b"n" * 32, "studio-1", "studio-1:20727")

    servers.put(again)

    assert servers.all() == [again]


def test_address_belongs_to_the_server_that_was_paired_there_last(tmp_path):
    servers = PairedServers(tmp_path)
    servers.put(A)

    servers.put(PairedServer(B.fingerprint, B.key, "new", A.address))

    assert servers.at(A.address).fingerprint == B.fingerprint
    assert [entry.address for entry in servers.all()] == ["", A.address]


def test_change_by_another_program_is_seen(tmp_path):
    here, there = PairedServers(tmp_path), PairedServers(tmp_path)
    here.put(A)
    assert there.all() == [A]

    assert here.forget("STUDIO-1") == [A]

    assert there.all() == []


@pytest.mark.parametrize("word", ["studio-1", "studio-1:20727", A.short_id.lower()])
def test_server_is_forgotten_by_name_address_or_id(tmp_path, word):
    servers = PairedServers(tmp_path)
    servers.put(A)
    servers.put(B)

    servers.forget(word)

    assert servers.all() == [B]
    assert servers.forget("nobody") == []


def test_clients_are_found_by_the_id_of_their_key_until_they_are_forgotten(tmp_path):
    clients = PairedClients(tmp_path)
    clients.add(b"c" * 32, "artist\n", "2026-01-01")

    assert clients.find(key_id(b"c" * 32)) == b"c" * 32
    assert clients.find(b"x" * 16) is None
    assert [entry.name for entry in clients.all()] == ["artist "]
    PairedClients(tmp_path).forget("artist ")
    assert clients.find(key_id(b"c" * 32)) is None


def test_lists_have_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(pairings, "MAX_PAIRINGS", 1)
    PairedServers(tmp_path).put(A)
    PairedClients(tmp_path).add(b"c" * 32, "artist", "")

    with pytest.raises(PrivateFileError, match="1 servers; forget some"):
        PairedServers(tmp_path).put(B)
    with pytest.raises(PrivateFileError, match="1 clients; forget some"):
        PairedClients(tmp_path).add(b"d" * 32, "other", "")


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "[" * 5000, '[{"fingerprint":"aa","key":"YQ=="}]', "\xff"]
)
def test_damaged_files_are_named_with_the_way_out(tmp_path, text):
    for name in (pairings.SERVERS_FILE, pairings.CLIENTS_FILE):
        write_private(tmp_path / name, text.encode("latin-1"))

    with pytest.raises(PrivateFileError, match=r"paired-servers\.json: is damaged; delete it"):
        PairedServers(tmp_path).all()
    with pytest.raises(PrivateFileError, match=r"paired-clients\.json: is damaged; delete it"):
        PairedClients(tmp_path).all()


@posix_only
def test_files_of_pairings_are_private(tmp_path):
    old = os.umask(0)
    try:
        PairedServers(tmp_path).put(A)
    finally:
        os.umask(old)
    path = tmp_path / pairings.SERVERS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    os.utime(path, (1, 1))

    with pytest.raises(PrivateFileError, match=f"chmod 600 {path}"):
        PairedServers(tmp_path).all()


def test_pairings_show_no_key():
    assert "aaaa" not in repr(A)
    assert A.name in repr(A)


def test_private_file_is_limited_and_replaced_whole(tmp_path):
    path = tmp_path / "deep" / "file"
    assert read_private(path, 10) is None
    write_private(path, b"first")
    write_private(path, b"second one")

    assert read_private(path, 10) == b"second one"
    assert [p.name for p in path.parent.iterdir()] == ["file"]
    with pytest.raises(PrivateFileError, match="larger than 9 bytes"):
        read_private(path, 9)
    with pytest.raises(PrivateFileError, match="cannot be read"):
        read_private(tmp_path, 9)
    with pytest.raises(PrivateFileError, match="cannot be written"):
        write_private(path / "below a file", b"")
