"""Small files that only this user may read: pairings and codes. Whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

PRIVATE_FILE_MODE = 0o600


class PrivateFileError(OSError):
    """A private file cannot be used; the text names it and the way out."""


def read_private(path: Path, limit_bytes: int) -> bytes | None:
    """Return the content, None when there is no such file.

    Raises:
        PrivateFileError: unreadable, too large, or others can read or change it.
    """
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(limit_bytes + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PrivateFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    # Windows has no such mode bits: a file in the user's profile is private by its ACL.
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise PrivateFileError(
            f"{path}: other users can read or change it; mend it with: chmod 600 {path}"
        )
    if len(data) > limit_bytes:
        raise PrivateFileError(f"{path}: is larger than {limit_bytes} bytes; delete it")
    return data


def write_private(path: Path, data: bytes) -> None:
    """Replace the file; after a crash the old or the new one is there, never half of it.

    Raises:
        PrivateFileError: folder or file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(temporary, flags, PRIVATE_FILE_MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise PrivateFileError(f"{path}: cannot be written: {error.strerror or error}") from error
