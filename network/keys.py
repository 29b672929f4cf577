"""Key files: a text line `brigade-key-1:<base64 of 32 bytes>`, readable by their owner only.

A second line is the key before: servers take both while a farm changes its key.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from network.credentials import MAX_SHARED_KEYS
from network.login import KEY_BYTES

_PREFIX = "brigade-key-1:"
#: A key line has 58 characters; a bigger file is some other file.
_MAX_FILE_BYTES = 1024


class KeyFileError(ValueError):
    """A key file that cannot be used or written; the text names the file and the way out."""


def new_key() -> bytes:
    """Return a fresh random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def format_key(key: bytes) -> str:
    """Return the key as the line of a key file, without the line's end."""
    return _PREFIX + base64.b64encode(key).decode("ascii")


def parse_key(line: str) -> bytes:
    """Return the key of a key file's line.

    Raises:
        KeyFileError: the line is none (the text never shows the line: it may be a secret).
    """
    text = line.strip()
    if not text.startswith(_PREFIX):
        raise KeyFileError(f"it does not start with {_PREFIX!r}")
    try:
        key = base64.b64decode(text[len(_PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        raise KeyFileError("the part after the colon is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"the key has {len(key)} bytes instead of {KEY_BYTES}")
    return key


def read_key_file(path: str | Path) -> bytes:
    """Return the present key of the file, its first.

    Raises:
        KeyFileError: as for `read_keys`.
    """
    return read_keys(path)[0]


def read_keys(path: str | Path) -> tuple[bytes, ...]:
    """Return the one or two keys in the file, the present one first.

    Raises:
        KeyFileError: missing, unreadable, readable by others, or not a key file.
    """
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise KeyFileError(
            f"{path}: there is no such key file; make one with: brigade new-key {path}"
        ) from None
    except OSError as error:
        raise KeyFileError(f"{path}: cannot read the key file: {error.strerror}") from error
    _check_private(path, mode)
    try:
        if len(data) > _MAX_FILE_BYTES:
            raise KeyFileError("it is too long")
        lines = data.decode("ascii", "replace").strip().splitlines() or [""]
        if len(lines) > MAX_SHARED_KEYS:
            raise KeyFileError(f"it has more than {MAX_SHARED_KEYS} lines")
        return tuple(parse_key(line) for line in lines)
    except KeyFileError as error:
        raise KeyFileError(
            f"{path}: not a key file: {error}; make a new one with: brigade new-key FILE"
        ) from None


def _check_private(path: str | Path, mode: int) -> None:
    # Windows has no such mode bits: a file in the user's profile is private by its ACL.
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(
            f"{path}: other users can read or change this key; mend it with: chmod 600 {path}"
        )


def write_key_file(path: str | Path, key: bytes) -> None:
    """Write a new key file that only the owner can read.

    Raises:
        KeyFileError: the file exists (it is never replaced) or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(
            f"{path}: exists already; a key is never overwritten: delete it or name another file"
        ) from None
    except OSError as error:
        raise KeyFileError(f"{path}: cannot write the key file: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(format_key(key) + "\n")


def rotate_key_file(path: str | Path, key: bytes) -> None:
    """Make `key` the present key of a file and keep the one before as its second line.

    Raises:
        KeyFileError: the file is missing or no key file, or cannot be replaced.
    """
    before = read_keys(path)[0]
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
            file.write(f"{format_key(key)}\n{format_key(before)}\n")
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KeyFileError(f"{path}: cannot write the key file: {error.strerror}") from error
