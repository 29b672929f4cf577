import os
import stat

import pytest

from app.keyring import FARM_KEY_NAME, LOCAL_KEY_NAME, Keyring, MissingKeyError
from network.keys import new_key, write_key_file


def test_keyring_makes_a_private_local_key_once(tmp_path):
    first = Keyring(tmp_path / "config").key_for("127.0.0.1")
    second = Keyring(tmp_path / "config").key_for("localhost")

    assert first == second
    assert len(first) == 32
    mode = stat.S_IMODE(os.stat(tmp_path / "config" / LOCAL_KEY_NAME).st_mode)
    assert os.name != "posix" or mode == 0o600


def test_keyring_says_how_to_make_a_farm_key_when_there_is_none(tmp_path):
    with pytest.raises(MissingKeyError, match="brigade new-key"):
        Keyring(tmp_path).key_for("192.168.1.20")


def test_keyring_takes_the_default_farm_key(tmp_path):
    key = new_key()
    write_key_file(tmp_path / FARM_KEY_NAME, key)

    assert Keyring(tmp_path).key_for("studio-2") == key


def test_keyring_prefers_the_chosen_file_even_on_loopback(tmp_path):
    key = new_key()
    write_key_file(tmp_path / "chosen.key", key)
    keyring = Keyring(tmp_path, tmp_path / "chosen.key")

    assert keyring.key_for("127.0.0.1") == key
    assert keyring.key_for("studio-2") == key


def test_keyring_names_a_chosen_file_that_is_missing(tmp_path):
    with pytest.raises(MissingKeyError, match=r"nowhere\.key"):
        Keyring(tmp_path, tmp_path / "nowhere.key").key_for("studio-2")
