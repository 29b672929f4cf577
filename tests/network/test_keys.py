import os
import stat

import pytest

from network.keys import (
    KeyFileError,
    format_key,
    new_key,
    parse_key,
    read_key_file,
    read_keys,
    rotate_key_file,
    write_key_file,
)

KEY = bytes(range(32))
LINE = "brigade-key-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")


def test_keys_are_random_and_32_bytes():
    assert len(new_key()) == 32
    assert new_key() != new_key()


def test_key_file_has_one_documented_line(tmp_path):
    write_key_file(tmp_path / "farm.key", KEY)

    assert (tmp_path / "farm.key").read_text() == LINE + "\n"
    assert read_key_file(tmp_path / "farm.key") == KEY
    assert parse_key(format_key(KEY)) == KEY


@posix_only
def test_key_file_is_private(tmp_path):
    old = os.umask(0)
    try:
        write_key_file(tmp_path / "farm.key", KEY)
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "farm.key").stat().st_mode) == 0o600


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_key_file_is_refused_when_others_can_touch_it(tmp_path, mode):
    path = tmp_path / "farm.key"
    write_key_file(path, KEY)
    path.chmod(mode)

    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        read_key_file(path)


def test_missing_key_file_says_how_to_make_one(tmp_path):
    with pytest.raises(KeyFileError, match=r"brigade new-key .*farm\.key"):
        read_key_file(tmp_path / "farm.key")


def test_folder_is_no_key_file(tmp_path):
    with pytest.raises(KeyFileError, match="cannot read"):
        read_key_file(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not start with"),
        ("brigade-key-2:AAAA", "does not start with"),
        ("brigade-key-1:?", "not base64"),
        ("brigade-key-1:ÄÖ", "not base64"),
        ("brigade-key-1:AAAA", "3 bytes instead of 32"),
        (LINE + " " * 1024, "too long"),
    ],
)
def test_malformed_key_file_is_named_and_not_shown(tmp_path, text, words):
    path = tmp_path / "farm.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match=words) as caught:
        read_key_file(path)

    assert str(path) in str(caught.value)
    assert "AAAA" not in str(caught.value)


def test_key_file_is_never_overwritten(tmp_path):
    write_key_file(tmp_path / "farm.key", KEY)

    with pytest.raises(KeyFileError, match="never overwritten"):
        write_key_file(tmp_path / "farm.key", new_key())

    assert read_key_file(tmp_path / "farm.key") == KEY


def test_key_file_in_missing_folder_is_an_error_with_its_name(tmp_path):
    with pytest.raises(KeyFileError, match="nowhere"):
        write_key_file(tmp_path / "nowhere" / "farm.key", KEY)


def test_rotated_file_has_the_new_key_first_and_the_old_one_second(tmp_path):
    path = tmp_path / "farm.key"
    write_key_file(path, KEY)
    new = new_key()

    rotate_key_file(path, new)

    assert read_keys(path) == (new, KEY)
    assert read_key_file(path) == new
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
    newest = new_key()
    rotate_key_file(path, newest)
    assert read_keys(path) == (newest, new)


def test_file_with_three_keys_is_refused(tmp_path):
    path = tmp_path / "farm.key"
    write_key_file(path, KEY)
    path.write_text(f"{LINE}\n{LINE}\n{LINE}\n")

    with pytest.raises(KeyFileError, match="more than 2 lines"):
        read_keys(path)


def test_rotation_needs_a_key_file(tmp_path):
    with pytest.raises(KeyFileError, match="no such key file"):
        rotate_key_file(tmp_path / "farm.key", KEY)


def test_rotation_that_cannot_be_written_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "farm.key"
    write_key_file(path, KEY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(KeyFileError, match="No space left"):
        rotate_key_file(path, new_key())

    assert read_keys(path) == (KEY,)
    assert [entry.name for entry in tmp_path.iterdir()] == ["farm.key"]
