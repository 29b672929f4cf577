import logging
import os

import pytest

from app.keys.pairing_code import CODE_FILE, PairingCode
from app.keys.pairings import PairedClients
from app.keys.server_keys import FrontKeys
from app.system.private_file import PrivateFileError
from network.credentials import CODE_ID
from network.limits import CODE_LIFE_S, CODE_TRIES
from network.login import key_id
from network.pairing import code_key, parse_code

FINGERPRINT = b"f" * 32


class Clock:
    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def code(tmp_path, clock):
    return PairingCode(tmp_path, clock)


def test_code_is_the_key_that_the_client_makes_of_it(code):
    shown = code.make(FINGERPRINT)

    assert len(shown) == 12
    assert code.take() == code_key(parse_code(shown), FINGERPRINT)


def test_code_is_not_in_its_file(code, tmp_path):
    shown = code.make(FINGERPRINT)

    content = (tmp_path / CODE_FILE).read_text()
    assert shown not in content
    assert parse_code(shown) not in content
    assert os.name != "posix" or (tmp_path / CODE_FILE).stat().st_mode & 0o077 == 0


def test_code_stands_five_tries_of_everybody_together(tmp_path, clock, code):
    code.make(FINGERPRINT)
    another_server = PairingCode(tmp_path, clock)

    tries = [server.take() for _ in range(CODE_TRIES) for server in (code, another_server)]

    assert [key is not None for key in tries] == [True] * CODE_TRIES + [False] * CODE_TRIES
    assert not (tmp_path / CODE_FILE).exists()


def test_tries_are_counted_where_the_file_cannot_be_written(code, monkeypatch):
    code.make(FINGERPRINT)

    def full(*_: object) -> None:
        raise PrivateFileError("the disk is full")

    monkeypatch.setattr("app.keys.pairing_code.write_private", full)

    assert [code.take() is not None for _ in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("step_s", [CODE_LIFE_S, CODE_LIFE_S + 1, -1.0])
def test_code_ends_after_ten_minutes_and_when_the_clock_is_set_back(code, clock, step_s):
    code.make(FINGERPRINT)
    clock.now_s += step_s

    assert code.take() is None
    clock.now_s -= step_s
    assert code.take() is None  # burnt


def test_new_code_replaces_the_one_before(code):
    code.make(FINGERPRINT)
    first = code.take()

    code.make(FINGERPRINT)

    assert code.take() not in (None, first)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"key":"YQ==","expires":1,"tries":5}'])
def test_damaged_file_is_no_code(code, tmp_path, content):
    (tmp_path / CODE_FILE).write_bytes(content)
    (tmp_path / CODE_FILE).chmod(0o600)

    assert code.take() is None


# -- the server's keys ------------------------------------------------------------------------


def make_keys(tmp_path, code, *shared: bytes) -> FrontKeys:
    return FrontKeys(shared, PairedClients(tmp_path), code)


def test_server_finds_shared_paired_and_code_keys(tmp_path, code):
    PairedClients(tmp_path).add(b"c" * 32, "artist", "")
    shown = code.make(FINGERPRINT)
    keys = make_keys(tmp_path, code, b"k" * 32, b"o" * 32)

    for key in (b"k" * 32, b"o" * 32, b"c" * 32):
        assert keys.find(key_id(key)) == key
    assert keys.find(b"") == b"k" * 32
    assert keys.find(b"x" * 16) is None
    assert keys.find(CODE_ID) == code_key(parse_code(shown), FINGERPRINT)


def test_server_without_shared_keys_has_no_first_one(tmp_path, code):
    assert make_keys(tmp_path, code).find(b"") is None
    assert make_keys(tmp_path, code).find(CODE_ID) is None


def test_pairing_is_kept_and_burns_the_code(tmp_path, code):
    code.make(FINGERPRINT)
    keys = make_keys(tmp_path, code)

    assert keys.paired(b"p" * 32, "artist") == ""

    assert keys.find(key_id(b"p" * 32)) == b"p" * 32
    assert keys.find(CODE_ID) is None


def test_forgotten_client_cannot_log_in_any_more(tmp_path, code):
    keys = make_keys(tmp_path, code)
    keys.paired(b"p" * 32, "artist")

    PairedClients(tmp_path).forget("artist")

    assert keys.find(key_id(b"p" * 32)) is None


def test_pairing_that_cannot_be_kept_is_told(tmp_path, code, caplog):
    (tmp_path / "paired-clients.json").mkdir()
    keys = make_keys(tmp_path, code)

    with caplog.at_level(logging.WARNING):
        assert "see its log" in keys.paired(b"p" * 32, "artist")
        assert keys.find(key_id(b"p" * 32)) is None

    assert "paired-clients.json" in caplog.text
    assert str(b"p" * 32) not in caplog.text
