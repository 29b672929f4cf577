"""The pairing code that a server takes at this moment, in a private file.

`brigade code` writes it, whichever server of this user on this computer a client reaches first
uses it up. The file holds the stretched code, which is worth nothing after ten minutes, one
success or `limits.CODE_TRIES` tries.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.system.private_file import PrivateFileError, read_private, write_private
from app.system.software import computer_name
from network.limits import CODE_LIFE_S, CODE_TRIES
from network.login import KEY_BYTES
from network.pairing import code_key, format_code, new_code

CODE_FILE = "pairing-code.json"
MAX_FILE_BYTES = 4096


class _Stored(msgspec.Struct, frozen=True):
    key: bytes
    expires: float  # wall clock, seconds
    tries: int

    def __repr__(self) -> str:
        return f"_Stored({self.tries} tries)"


class PairingCode:
    """One code at a time; a new one replaces the one before.

    Args:
        folder: of the configuration.
        clock: wall clock, seconds: programs that share the file share no other.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / CODE_FILE
        self._clock = clock
        self._spent: tuple[bytes, int] = (b"", 0)  # tries of a key, if the file cannot be written

    def make(self, fingerprint: bytes) -> str:
        """Return a new code as people read it; takes 0.1 s.

        Raises:
            PrivateFileError: the file cannot be written.
        """
        code = new_code()
        key = code_key(code, fingerprint)
        self._write(_Stored(key, self._clock() + CODE_LIFE_S, CODE_TRIES))
        return format_code(code)

    def take(self) -> bytes | None:
        """Return the key of the code for one try, None if there is no valid code."""
        stored = self._read()
        if stored is None:
            return None
        spent = self._spent[1] + 1 if self._spent[0] == stored.key else 1
        self._spent = (stored.key, spent)
        left_s = stored.expires - self._clock()
        if spent > CODE_TRIES or stored.tries < 1 or not 0.0 < left_s <= CODE_LIFE_S:
            self.burn()
            return None
        with contextlib.suppress(PrivateFileError):  # then this process counts alone
            self._write(msgspec.structs.replace(stored, tries=stored.tries - 1))
        return stored.key

    def burn(self) -> None:
        """The code is used up."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _read(self) -> _Stored | None:
        try:
            data = read_private(self._path, MAX_FILE_BYTES)
            stored = msgspec.json.decode(data or b"", type=_Stored)
        except (PrivateFileError, msgspec.MsgspecError, UnicodeError):
            return None
        return stored if len(stored.key) == KEY_BYTES else None

    def _write(self, stored: _Stored) -> None:
        write_private(self._path, msgspec.json.encode(stored))


def show_code(folder: Path) -> None:
    """Make a code and print it: to people only, never to a log.

    Args:
        folder: of the configuration, which the server shares.

    Raises:
        PrivateFileError: the code cannot be kept.
        IdentityError: the server's identity cannot be used.
    """
    from network.identity import load_identity  # TLS: not for those who only read a code

    identity = load_identity(folder / "identity")
    code = PairingCode(folder).make(identity.fingerprint)
    print(f"pairing code  {code}  (one client, {CODE_LIFE_S / 60:.0f} minutes)")
    print(f"on the client: brigade pair {computer_name()}", flush=True)
