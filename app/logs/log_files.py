"""The log files of this computer, cut and without secrets, ready to be sent or packed."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from app.keys.keyring import FARM_KEY_NAME, LOCAL_KEY_NAME
from app.keys.pairings import PairedClients, PairedServers
from app.logs.logs import LOGGER
from app.logs.redaction import Redactor
from app.system.paths import config_dir, log_dir
from network.keys import KeyFileError, read_keys

#: Of one file in a bundle: its newest part. A log file itself holds 2 MiB.
MAX_FILE_BYTES = 4 << 20


def make_redactor(key_file: Path | None = None) -> Redactor:
    """Return what takes out all secrets that this computer knows."""
    return Redactor(_known_secrets(key_file), Path.home())


def read_log_end(limit_bytes: int, key_file: Path | None = None) -> bytes:
    """Return the last lines that this program has logged, without secrets, as UTF-8."""
    path = current_log_file()
    if path is None:
        return b"this server writes no log file\n"
    text = read_end(path, limit_bytes)
    if len(text) < limit_bytes // 2:
        older = read_end(path.with_name(path.name + ".1"), limit_bytes - len(text))
        text = older + text
    clean = make_redactor(key_file).clean(text).encode()
    return clean[-limit_bytes:].decode("utf-8", "ignore").encode()


def current_log_file() -> Path | None:
    """Return the file that this program logs to, None if it has none."""
    for handler in logging.getLogger(LOGGER).handlers:
        if isinstance(handler, logging.FileHandler):
            return Path(handler.baseFilename)
    return None


def read_end(path: Path, limit_bytes: int) -> str:
    """Return the end of a text file, from a line's beginning; "" if it cannot be read."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - limit_bytes))
            data = file.read(limit_bytes)
    except OSError:
        return ""
    if size > limit_bytes:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", "replace")


def list_log_files() -> tuple[Path, ...]:
    """Return this computer's log files, older parts after newer ones."""
    return tuple(sorted(p for p in log_dir().glob("*.log*") if p.is_file() and not p.is_symlink()))


def _known_secrets(key_file: Path | None) -> Iterator[bytes]:
    folder = config_dir()
    for path in (key_file, folder / FARM_KEY_NAME, folder / LOCAL_KEY_NAME):
        if path is None:
            continue
        try:
            yield from read_keys(path)
        except (OSError, KeyFileError):
            continue
    for pairs in (PairedServers(folder).all, PairedClients(folder).all):
        with contextlib.suppress(OSError, ValueError):
            yield from (entry.key for entry in pairs())
