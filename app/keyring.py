"""Which key opens which server.

Servers on this computer's loopback share a key that only this user can read, so that
`brigade server` and the client find each other without a word; servers on the network need the
farm key file that both sides were given.
"""

from __future__ import annotations

from pathlib import Path

from network.addresses import is_loopback
from network.keys import KeyFileError, new_key, read_key_file, write_key_file

LOCAL_KEY_NAME = "local.key"
FARM_KEY_NAME = "farm.key"


class MissingKeyError(Exception):
    """There is no usable key for a server; the text says how to get one."""


class Keyring:
    """Reads keys from the configuration folder or from the file the artist chose.

    Attributes:
        farm_key_file: chosen key file for servers on the network; None for the default one.
    """

    def __init__(self, config_dir: Path, farm_key_file: Path | None = None) -> None:
        self._config_dir = config_dir
        self.farm_key_file = farm_key_file

    def key_for(self, address: str) -> bytes:
        """Return the key for a server at this address.

        Raises:
            MissingKeyError: no key, or its file cannot be used.
        """
        if self.farm_key_file is None and is_loopback(address):
            return self.local_key()
        return self.farm_key()

    def local_key(self) -> bytes:
        """Return the key of this user's servers on loopback, made at first use."""
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
        """Return the farm key from the chosen file or the default one.

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
            return read_key_file(path)
        except (OSError, KeyFileError) as error:
            raise MissingKeyError(str(error)) from error
