import os
import stat

import pytest

from app.keys.keyring import FARM_KEY_NAME, LOCAL_KEY_NAME, Keyring, MissingKeyError
from app.keys.pairings import PairedServer
from network.keys import new_key, rotate_key_file, write_key_file

PORT = 20727
FINGERPRINT = "ab" * 32


def shared(keyring: Keyring, host: str) -> bytes | None:
    return keyring.client_keys(host, PORT).shared


def test_keyring_makes_a_private_local_key_once(tmp_path):
    first = shared(Keyring(tmp_path / "config"), "127.0.0.1")
    second = shared(Keyring(tmp_path / "config"), "localhost")

    assert first == second
    assert len(first) == 32
    mode = stat.S_IMODE(os.stat(tmp_path / "config" / LOCAL_KEY_NAME).st_mode)
    assert os.name != "posix" or mode == 0o600


def test_keyring_needs_no_key_for_the_network_before_a_server_is_seen(tmp_path):
    assert shared(Keyring(tmp_path), "192.168.1.20") is None


def test_keyring_takes_the_default_farm_key(tmp_path):
    key = new_key()
    write_key_file(tmp_path / FARM_KEY_NAME, key)

    assert shared(Keyring(tmp_path), "studio-2") == key
    assert Keyring(tmp_path).server_keys(on_loopback=False) == (key,)


def test_keyring_prefers_the_chosen_file_even_on_loopback(tmp_path):
    key = new_key()
    write_key_file(tmp_path / "chosen.key", key)
    keyring = Keyring(tmp_path, tmp_path / "chosen.key")

    assert shared(keyring, "127.0.0.1") == shared(keyring, "studio-2") == key
    assert keyring.server_keys(on_loopback=True) == (key,)


def test_keyring_names_a_chosen_file_that_is_missing(tmp_path):
    with pytest.raises(MissingKeyError, match=r"nowhere\.key"):
        Keyring(tmp_path, tmp_path / "nowhere.key").client_keys("studio-2", PORT)


def test_keyring_pins_a_paired_server_to_its_address(tmp_path):
    keyring = Keyring(tmp_path)
    keyring.paired.put(PairedServer(FINGERPRINT, b"k" * 32, "studio-2", "studio-2:20727"))

    keys = keyring.client_keys("studio-2", PORT)

    assert keys.pinned == bytes.fromhex(FINGERPRINT)
    assert keys.paired == {keys.pinned: b"k" * 32}
    assert keyring.client_keys("studio-2", 4000).pinned is None


def test_keyring_follows_a_paired_server_to_its_new_address(tmp_path):
    keyring = Keyring(tmp_path)
    keyring.paired.put(PairedServer(FINGERPRINT, b"k" * 32, "studio-2", "studio-2:20727"))

    keyring.note_met("fd00::7", PORT, FINGERPRINT)
    keyring.note_met("elsewhere", PORT, "cd" * 32)

    assert keyring.client_keys("fd00::7", PORT).pinned == bytes.fromhex(FINGERPRINT)
    assert keyring.client_keys("studio-2", PORT).pinned is None
    assert keyring.client_keys("elsewhere", PORT).pinned is None


def test_keyring_names_a_damaged_file_of_pairings(tmp_path):
    path = tmp_path / "paired-servers.json"
    path.write_text("[{]")
    path.chmod(0o600)

    with pytest.raises(MissingKeyError, match=r"paired-servers\.json: is damaged"):
        Keyring(tmp_path).client_keys("studio-2", PORT)


def test_server_without_a_farm_key_shares_none_on_the_network(tmp_path):
    keyring = Keyring(tmp_path)

    assert keyring.server_keys(on_loopback=False) == ()
    assert keyring.server_keys(on_loopback=True) == (keyring.local_key(),)


def test_server_takes_two_farm_keys_while_they_change(tmp_path):
    old, new = new_key(), new_key()
    write_key_file(tmp_path / FARM_KEY_NAME, old)

    rotate_key_file(tmp_path / FARM_KEY_NAME, new)

    assert Keyring(tmp_path).server_keys(on_loopback=False) == (new, old)
    assert shared(Keyring(tmp_path), "studio-2") == new
