"""Who is paired with whom: the client's servers, and a server's clients. Two private files.

paired-servers.json   on the client: key and last address of each server, by fingerprint
paired-clients.json   on the server: key of each client
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from app.system.private_file import PrivateFileError, read_private, write_private
from network.credentials import short_id
from network.login import KEY_BYTES, key_id
from network.text import clip_name

SERVERS_FILE = "paired-servers.json"
CLIENTS_FILE = "paired-clients.json"
#: As many as the server list has rows; an entry takes some 250 bytes.
MAX_PAIRINGS = 4096
MAX_FILE_BYTES = 4 << 20
Entry = TypeVar("Entry")


class PairedServer(msgspec.Struct, frozen=True):
    """A server as its client remembers it. `repr` shows no key.

    Attributes:
        fingerprint: SHA-256 of its certificate, hex.
        key: shared with this server alone.
        name: it called itself so.
        address: `host:port` where it was met last; nobody else may answer there.
        paired: date, for people.
    """

    fingerprint: str
    key: bytes
    name: str = ""
    address: str = ""
    paired: str = ""

    @property
    def short_id(self) -> str:
        """The server's id for people."""
        return short_id(bytes.fromhex(self.fingerprint))

    def __repr__(self) -> str:
        return f"PairedServer({self.short_id}, {self.name!r}, {self.address!r})"


class PairedClient(msgspec.Struct, frozen=True):
    """A client as its server remembers it. `repr` shows no key."""

    key: bytes
    name: str = ""
    paired: str = ""

    @property
    def short_id(self) -> str:
        """Tells clients of one name apart."""
        return short_id(key_id(self.key))

    def __repr__(self) -> str:
        return f"PairedClient({self.short_id}, {self.name!r})"


class PairedServers:
    """The client's file; read again when another program has changed it.

    Args:
        folder: of the configuration.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SERVERS_FILE
        self._entries: list[PairedServer] = []
        self._stamp = (-1, -1)

    def all(self) -> list[PairedServer]:
        """Return all of them, oldest first.

        Raises:
            PrivateFileError: the file cannot be used.
        """
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            entries = _read(self._path, list[PairedServer])
            if any(len(entry.key) != KEY_BYTES for entry in entries):
                raise _damaged(self._path)
            self._entries, self._stamp = entries, stamp
        return self._entries

    def at(self, address: str) -> PairedServer | None:
        """Return the server that was last met at `host:port`."""
        return next((entry for entry in self.all() if entry.address == address), None)

    def put(self, entry: PairedServer) -> None:
        """Remember a server; who was at its address before has moved.

        Raises:
            PrivateFileError: the file cannot be written, or is full.
        """
        others = [
            msgspec.structs.replace(old, address="") if old.address == entry.address else old
            for old in self.all()
            if old.fingerprint != entry.fingerprint
        ]
        self._write([*others, entry])

    def met(self, fingerprint: str, address: str) -> None:
        """Note where a paired server answered just now.

        Raises:
            PrivateFileError: the file cannot be written.
        """
        known = next((entry for entry in self.all() if entry.fingerprint == fingerprint), None)
        if known is not None and known.address != address:
            self.put(msgspec.structs.replace(known, address=address))

    def forget(self, text: str) -> list[PairedServer]:
        """Remove the servers of this address, name or id; returns them."""
        wanted = text.casefold()
        gone = [
            entry
            for entry in self.all()
            if wanted
            in (entry.address.casefold(), entry.name.casefold(), entry.short_id.casefold())
        ]
        if gone:
            self._write([entry for entry in self.all() if entry not in gone])
        return gone

    def _write(self, entries: list[PairedServer]) -> None:
        if len(entries) > MAX_PAIRINGS:
            raise PrivateFileError(f"{self._path}: holds {MAX_PAIRINGS} servers; forget some")
        write_private(self._path, msgspec.json.format(msgspec.json.encode(entries)))


class PairedClients:
    """The server's file; read again when another program has changed it.

    Args:
        folder: of the configuration.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / CLIENTS_FILE
        self._by_id: dict[bytes, PairedClient] = {}
        self._stamp = (-1, -1)

    def all(self) -> list[PairedClient]:
        """Return all of them, oldest first.

        Raises:
            PrivateFileError: the file cannot be used.
        """
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            entries = _read(self._path, list[PairedClient])
            if any(len(entry.key) != KEY_BYTES for entry in entries):
                raise _damaged(self._path)
            self._by_id, self._stamp = {key_id(entry.key): entry for entry in entries}, stamp
        return list(self._by_id.values())

    def find(self, wanted: bytes) -> bytes | None:
        """Return the key of this id."""
        self.all()
        entry = self._by_id.get(wanted)
        return entry.key if entry is not None else None

    def add(self, key: bytes, name: str, date: str) -> None:
        """Remember a client.

        Raises:
            PrivateFileError: the file cannot be written, or is full.
        """
        entries = [*self.all(), PairedClient(key, clip_name(name), date)]
        if len(entries) > MAX_PAIRINGS:
            raise PrivateFileError(f"{self._path}: holds {MAX_PAIRINGS} clients; forget some")
        self._write(entries)

    def forget(self, text: str) -> list[PairedClient]:
        """Remove the clients of this name or id; returns them."""
        wanted = text.casefold()
        gone = [e for e in self.all() if wanted in (e.name.casefold(), e.short_id.casefold())]
        if gone:
            self._write([entry for entry in self.all() if entry not in gone])
        return gone

    def _write(self, entries: list[PairedClient]) -> None:
        write_private(self._path, msgspec.json.format(msgspec.json.encode(entries)))


def _read(path: Path, kind: type[list[Entry]]) -> list[Entry]:
    data = read_private(path, MAX_FILE_BYTES)
    if data is None:
        return []
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> PrivateFileError:
    return PrivateFileError(f"{path}: is damaged; delete it and pair again")


def _stamp(path: Path) -> tuple[int, int]:
    try:
        info = os.stat(path)
    except OSError:
        return (0, 0)
    return (info.st_mtime_ns, info.st_size)
