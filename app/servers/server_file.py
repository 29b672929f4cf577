"""`servers.toml`: the server list on disk, and lists of plain lines to paste and to share.

The file is for people too: comments and the order of keys survive a rewrite. A file that cannot
be read is never overwritten: it is kept beside the new one, under another name.
"""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from app.servers import row_blocks
from app.servers.server_list import MAX_SERVERS, ServerList, make_local_entry, make_uid
from app.values.session_types import DistributedSettings, ServerEntry
from network.wake import MacError, parse_mac

#: 4,096 rows of some 150 bytes are 600 kB; what is larger is no server list.
MAX_FILE_BYTES = 4 << 20
MAX_NAME_LENGTH = 64
#: A DNS name has at most 253 characters; IPv6 with a zone fits too.
MAX_ADDRESS_LENGTH = 253
MAX_MAC_LENGTH = 32
#: Of a server that was found: its short identity, or its address and port.
MAX_KEY_LENGTH = MAX_ADDRESS_LENGTH + 6
#: 100 TB, and ten years.
MAX_CACHE_GB = 100_000
MAX_CACHE_H = 87_600
HEADER = "Render servers of Bucket Brigade. Edit it while the window is closed."


class ServerFileError(ValueError):
    """A server list file that cannot be used; the text names the file and the field."""


def load_server_list(path: Path) -> ServerList:
    """Return the list stored in a file; a missing file is an empty list.

    Raises:
        ServerFileError: the file cannot be read, or a field is not what it must be.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ServerFileError(f"{path} is too large for a server list")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ServerList()
    except OSError as error:
        raise ServerFileError(f"cannot read {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerFileError(f"{path} is not a TOML file: {error}") from error
    options = _Fields(path, "distributed", data.get("distributed", {}))
    settings = DistributedSettings(
        enabled=options.boolean("enabled", True),
        max_servers=options.integer("max_servers", 0, 0, 4096),
        use_local=options.boolean("use_local", True),
        key_file=options.text("key_file", "", 4096),
        accept=options.text("accept", "", MAX_ADDRESS_LENGTH),
        audit_percent=options.integer("audit_percent", 0, 0, 100),
        mix_engines=options.boolean("mix_engines", False),
        save_with_scene=options.boolean("save_with_scene", False),
        restart_servers=options.boolean("restart_servers", False),
        cache_gb=options.integer("cache_gb", DistributedSettings.cache_gb, 0, MAX_CACHE_GB),
        cache_hours=options.integer("cache_hours", DistributedSettings.cache_hours, 0, MAX_CACHE_H),
        add_found=options.boolean("add_found", False),
        transfer_assets=options.boolean("transfer_assets", True),
        use_cached_assets=options.boolean("use_cached_assets", True),
        warn_partial=options.boolean("warn_partial", True),
    )
    rows = data.get("server", [])
    if not isinstance(rows, list):
        raise ServerFileError(f"{path}: server must be a list of [[server]] tables")
    entries = [_read_entry(_Fields(path, f"server {i + 1}", row)) for i, row in enumerate(rows)]
    place = options.integer("local_row", 0, 0, MAX_SERVERS)
    entries.insert(place, make_local_entry(settings.use_local))
    return ServerList(entries, settings, options.texts("met", MAX_SERVERS, MAX_KEY_LENGTH))


def save_server_list(path: Path, servers: ServerList) -> None:
    """Write the list, keeping the comments of the file that is there.

    Raises:
        ServerFileError: the file cannot be written.
    """
    try:
        head, blocks = row_blocks.split(path.read_text(encoding="utf-8"))
        document = tomlkit.parse(head)
    except (OSError, ValueError, TOMLKitError):  # none there, or none that can be kept
        blocks, document = [], tomlkit.document()
        document.add(tomlkit.comment(HEADER))
    _set_options(document, servers)
    if blocks is None or "server" in document:  # written otherwise: tables within them, say
        _set_rows(document, servers)
        text = tomlkit.dumps(document)
    else:
        text = row_blocks.join(tomlkit.dumps(document), _make_blocks(blocks, servers))
    # A removed row leaves its blank lines behind.
    write_atomically(path, re.sub(r"\n{3,}", "\n\n", text))


def _set_options(document: tomlkit.TOMLDocument, servers: ServerList) -> None:
    options = document.get("distributed")
    if not isinstance(options, Table):  # missing, or edited into something else meanwhile
        options = document["distributed"] = tomlkit.table()
    settings = servers.settings
    for key, value in (
        ("enabled", settings.enabled),
        ("max_servers", settings.max_servers),
        ("use_local", settings.use_local),
        ("key_file", settings.key_file),
        ("accept", settings.accept),
        ("audit_percent", settings.audit_percent),
        ("mix_engines", settings.mix_engines),
        ("save_with_scene", settings.save_with_scene),
        ("restart_servers", settings.restart_servers),
        ("cache_gb", settings.cache_gb),
        ("cache_hours", settings.cache_hours),
        ("add_found", settings.add_found),
        ("local_row", [entry.local for entry in servers.entries].index(True)),
        ("met", list(servers.met)),
        ("transfer_assets", settings.transfer_assets),
        ("use_cached_assets", settings.use_cached_assets),
        ("warn_partial", settings.warn_partial),
    ):
        if value or key in options or key not in ("local_row", "met"):
            options[key] = value


def _set_rows(document: tomlkit.TOMLDocument, servers: ServerList) -> None:
    old = document.get("server")
    known = {t.get("id"): t for t in old} if isinstance(old, AoT) else {}
    rows = tomlkit.aot()
    for entry in servers.entries:
        if not entry.local:
            rows.append(_write_entry(known.get(entry.uid, tomlkit.table()), entry))
    document["server"] = rows


def _make_blocks(old: Iterable[row_blocks.Block], servers: ServerList) -> list[row_blocks.Block]:
    known = {block.get("id"): block for block in old}
    blocks = []
    for entry in servers.entries:
        if not entry.local:
            block = known.get(entry.uid) or row_blocks.Block()
            block.set(_values_of(entry))
            blocks.append(block)
    return blocks


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that a crash leaves the old or the new one, never half of it.

    Raises:
        ServerFileError: the folder or the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise ServerFileError(f"cannot write {path}: {error.strerror or error}") from error


def set_aside(path: Path) -> Path:
    """Move a file that cannot be read out of the way; return where it is now."""
    kept = path.with_name(path.name + ".unreadable")
    os.replace(path, kept)
    return kept


def format_lines(entries: Iterable[ServerEntry]) -> str:
    """Return one `host:port` a line (`[host]:port` for IPv6), the form that paste takes."""
    lines = []
    for entry in entries:
        host = f"[{entry.address}]" if ":" in entry.address else entry.address
        lines.append(f"{host}:{entry.port}")
    return "\n".join(lines) + "\n" if lines else ""


class _Fields:
    """A table of the file, read with checks that name file, table and key."""

    def __init__(self, path: Path, place: str, table: object) -> None:
        if not isinstance(table, dict):
            raise ServerFileError(f"{path}: {place} must be a table")
        self._where = f"{path}: {place}"
        self._table: dict[str, Any] = table

    def boolean(self, key: str, default: bool) -> bool:
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise ServerFileError(f"{self._where}: {key} must be true or false, not {value!r}")
        return value

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ServerFileError(
                f"{self._where}: {key} must be a number from {low} to {high}, not {value!r}"
            )
        return value

    def texts(self, key: str, most: int, limit: int) -> tuple[str, ...]:
        values = self._table.get(key, [])
        if not isinstance(values, list) or len(values) > most:
            raise ServerFileError(f"{self._where}: {key} must be a list of at most {most} texts")
        if not all(isinstance(value, str) and len(value) <= limit for value in values):
            raise ServerFileError(
                f"{self._where}: {key} must hold texts of at most {limit} characters"
            )
        return tuple(values)

    def text(self, key: str, default: str | None, limit: int) -> str:
        value = self._table.get(key, default)
        if value is None:
            raise ServerFileError(f"{self._where}: {key} is missing")
        if not isinstance(value, str) or len(value) > limit or not value.isprintable():
            raise ServerFileError(
                f"{self._where}: {key} must be a text of at most {limit} characters"
            )
        return value


def _read_entry(fields: _Fields) -> ServerEntry:
    address = fields.text("address", None, MAX_ADDRESS_LENGTH).strip()
    if not address:
        raise ServerFileError(f"{fields._where}: address is empty")
    return ServerEntry(
        uid=fields.text("id", "", 64) or make_uid(),
        address=address,
        port=fields.integer("port", ServerEntry.port, 1, 65535),
        name=fields.text("name", "", MAX_NAME_LENGTH),
        enabled=fields.boolean("enabled", True),
        mac=_read_mac(fields),
        all_addresses=fields.boolean("all_addresses", True),
    )


def _read_mac(fields: _Fields) -> str:
    text = fields.text("mac", "", MAX_MAC_LENGTH).strip()
    try:
        return parse_mac(text) if text else ""
    except MacError as error:
        raise ServerFileError(f"{fields._where}: mac: {error}") from error


def _values_of(entry: ServerEntry) -> dict[str, row_blocks.Value | None]:
    """Return what a row's table says, None for keys that it does without."""
    return {
        "name": entry.name,
        "address": entry.address,
        "port": entry.port,
        "enabled": entry.enabled,
        "id": entry.uid,
        "mac": entry.mac or None,
        "all_addresses": None if entry.all_addresses else False,
    }


def _write_entry(table: Table, entry: ServerEntry) -> Table:
    for key, value in _values_of(entry).items():
        if value is None:
            table.pop(key, None)
        elif table.get(key) != value:
            table[key] = value
    return table
