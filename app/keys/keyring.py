"""Which key opens which server.

Servers on this computer's loopback share a key that only this user can read, so that
`brigade server` and the client find each other without a word. Servers on the network were
paired with this client once, or share a farm's key file with it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from app.keys.pairings import PairedServers
from app.system.private_file import PrivateFileError
from network.addresses import Address, is_loopback
from network.credentials import ClientKeys
from network.keys import KeyFileError, new_key, read_key_file, read_keys, write_key_file

log = logging.getLogger("brigade.client")

LOCAL_KEY_NAME = "local.key"
FARM_KEY_NAME = "farm.key"


class MissingKeyError(Exception):
    """There is no usable key for a server; the text says how to get one."""


class Keyring:
    """Reads keys from the configuration folder or from the file the artist chose.

    Attributes:
        farm_key_file: chosen key file for servers on the network; None for the default one.
        paired: the servers that this client is paired with.
    """

    def __init__(self, config_dir: Path, farm_key_file: Path | None = None) -> None:
        self._config_dir = config_dir
        self.farm_key_file = farm_key_file
        self.paired = PairedServers(config_dir)

    def client_keys(self, host: str, port: int) -> ClientKeys:
        """Return all that a client knows before it sees who answers at this address.

        Raises:
            MissingKeyError: a file of keys cannot be used.
        """
        try:
            pairs = {bytes.fromhex(entry.fingerprint): entry.key for entry in self.paired.all()}
            pinned = self.paired.at(str(Address(host, port)))
        except (PrivateFileError, ValueError) as error:
            raise MissingKeyError(str(error)) from error
        return ClientKeys(
            shared=self._shared_key(host),
            paired=pairs,
            pinned=bytes.fromhex(pinned.fingerprint) if pinned is not None else None,
        )

    def _shared_key(self, host: str) -> bytes | None:
        if self.farm_key_file is None:
            if is_loopback(host):
                return self.local_key()
            if not (self._config_dir / FARM_KEY_NAME).exists():
                return None
        return self.farm_key()

    def note_met(self, host: str, port: int, fingerprint: str) -> None:
        """A server has proved who it is at this address; paired ones are pinned there."""
        try:
            self.paired.met(fingerprint, str(Address(host, port)))
        except PrivateFileError as error:
            log.warning("%s", error)

    def local_key(self) -> bytes:
        """Return the key of this user's servers on loopback, made at first use.

        Raises:
            MissingKeyError: its file cannot be used.
        """
        path = self._config_dir / LOCAL_KEY_NAME
        try:
            if not path.exists():
                self._make_local_key(path)
            return read_key_file(path)
        except (OSError, KeyFileError) as error:
            raise MissingKeyError(str(error)) from error

    def _make_local_key(self, path: Path) -> None:
        self._config_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            write_key_file(path, new_key())
        except KeyFileError:
            if not path.exists():  # else another process was faster: its key is as good
                raise

    def farm_key(self) -> bytes:
        """Return the farm's present key.

        Raises:
            MissingKeyError: as for `farm_keys`.
        """
        return self.farm_keys()[0]

    def farm_keys(self) -> tuple[bytes, ...]:
        """Return the farm's keys from the chosen file or the default one, the present one first.

        Raises:
            MissingKeyError: there is none, or it cannot be used.
        """
        path = self.farm_key_file or self._config_dir / FARM_KEY_NAME
        if self.farm_key_file is None and not path.exists():
            raise MissingKeyError(
                "servers on the network need a key: run `brigade new-key farm.key`, copy the "
                "file to the server, and give it to both sides with --key-file (in the window: "
                "Distributed rendering settings, Key file)"
            )
        try:
            return read_keys(path)
        except (OSError, KeyFileError) as error:
            raise MissingKeyError(str(error)) from error

    def server_keys(self, *, on_loopback: bool) -> tuple[bytes, ...]:
        """Return the keys that a server of this user shares with clients; empty: pairing only.

        Raises:
            MissingKeyError: a key file cannot be used.
        """
        if self.farm_key_file is None:
            if on_loopback:
                return (self.local_key(),)
            if not (self._config_dir / FARM_KEY_NAME).exists():
                return ()
        return self.farm_keys()
