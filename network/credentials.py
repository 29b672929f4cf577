"""Which key a login uses: the farm's, one made by pairing, or a pairing code.

A key is named on the wire by its id, a hash of it, so that a server with several keys knows
which one the client means. Pure: the programs fill these objects from their files. See
docs/protocol.md, "Login".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from network.errors import CloseCode
from network.login import KEY_ID_BYTES, key_id

#: Named instead of a key's id by a client that was given a pairing code.
CODE_ID: Final = bytes(KEY_ID_BYTES)
#: Two at once: the present one and, while a farm changes its key, the one before.
MAX_SHARED_KEYS: Final = 2


def short_id(fingerprint: bytes) -> str:
    """Return the first 8 base32 characters of a fingerprint: a server's id for people."""
    return base64.b32encode(fingerprint[:5]).decode("ascii")


class CredentialError(Exception):
    """The client has no key for a server, or the server is not who it was.

    Attributes:
        code: `CloseCode.UNPAIRED` or `CloseCode.IDENTITY`.
        text: what happened and the way out.
    """

    def __init__(self, code: CloseCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client proves with. `repr` never shows a key: it ends up in logs and reports."""

    key: bytes = field(repr=False)
    key_id: bytes

    @property
    def by_code(self) -> bool:
        """Whether this login is a pairing."""
        return self.key_id == CODE_ID


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """What a client knows when it connects to one address; `choose` is asked after TLS.

    Attributes:
        shared: the farm's key (the local one on loopback), None without.
        paired: key by fingerprint of every server that this client is paired with.
        pinned: fingerprint that must answer at this address, None if it was never paired.
        code_key: made of a pairing code for the pinned server; then nothing else is used.
    """

    shared: bytes | None = field(default=None, repr=False)
    paired: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    pinned: bytes | None = None
    code_key: bytes | None = field(default=None, repr=False)

    def choose(self, fingerprint: bytes) -> Credential:
        """Return what to prove with to the server that showed this fingerprint in TLS.

        Raises:
            CredentialError: no key fits, or another server than the paired one answers.
        """
        if fingerprint in self.paired:
            key = self.paired[fingerprint]
            return Credential(key, key_id(key))
        if self.pinned is not None and fingerprint != self.pinned:
            raise CredentialError(CloseCode.IDENTITY, _changed(self.pinned, fingerprint))
        if self.code_key is not None:
            return Credential(self.code_key, CODE_ID)
        if self.shared is not None:
            return Credential(self.shared, key_id(self.shared))
        raise CredentialError(
            CloseCode.UNPAIRED,
            f"not paired with server {short_id(fingerprint)}: run `brigade code` there and "
            "`brigade pair` with its address here, or give both sides the same key file",
        )


class ServerKeys(Protocol):
    """Where a server finds its keys; asked once for each Hello that arrives."""

    def find(self, key_id: bytes) -> bytes | None:
        """Return the key of this id, None if there is none (any more)."""

    def paired(self, key: bytes, client_name: str) -> str:
        """Keep the key of a client that has just used the code, which is burnt now.

        Returns:
            "" or why the key cannot be kept; the login then fails with that text.
        """


class SharedKeys:
    """Keys that a server and all its clients share.

    Args:
        keys: at least one; the first is also for clients that name none.
    """

    def __init__(self, *keys: bytes) -> None:
        self._by_id = {key_id(key): key for key in keys} | {b"": keys[0]}

    def find(self, key_id: bytes) -> bytes | None:
        """Return the key of this id."""
        return self._by_id.get(key_id)

    def paired(self, key: bytes, client_name: str) -> str:
        """Refuse: there is no code here."""
        return "this server takes no pairing codes"


def client_keys(key: bytes | ClientKeys) -> ClientKeys:
    """Return what a client was given, a bare key as the shared one."""
    return ClientKeys(shared=key) if isinstance(key, bytes) else key


def server_keys(key: bytes | ServerKeys) -> ServerKeys:
    """Return what a server was given, a bare key as the shared one."""
    return SharedKeys(key) if isinstance(key, bytes) else key


def _changed(pinned: bytes, fingerprint: bytes) -> str:
    return (
        f"server {short_id(fingerprint)} answers where {short_id(pinned)} was paired: either "
        "another computer has this address now, or somebody is in between. If the server was "
        "set up anew, forget it (`brigade pair --forget` with its address) and pair again"
    )
