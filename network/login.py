"""The login: both sides prove that they know the key, bound to the server's certificate.

Pure functions over the transcript of one login; `network.connection` runs the steps. The
server proves first, so a stranger who only answers never sees a proof of the client's. Each
proof is an HMAC over both nonces, the versions and the certificate's fingerprint: a recorded
proof is worthless in another connection, the client's proof is not the server's (the label
differs), and a relay with a certificate of its own changes the fingerprint. See
docs/protocol.md, "Login".
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

#: Bytes of a key: as strong as the hash.
KEY_BYTES = 32
#: Bytes of a key's id: no two keys share one by chance.
KEY_ID_BYTES = 16
_VERSIONS = struct.Struct(">III")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What both sides saw of one login.

    Attributes:
        client_nonce, server_nonce: 32 random bytes of each side.
        client_versions: lowest and highest version of the client's Hello.
        version: the one that the server chose.
        fingerprint: SHA-256 of the server certificate's DER: its own for the server, the one
            seen inside TLS for the client. When the server has dialled it is the client's
            certificate, which the server saw.
        dialled_in: the server has opened the connection.
    """

    client_nonce: bytes
    server_nonce: bytes
    client_versions: tuple[int, int]
    version: int
    fingerprint: bytes
    dialled_in: bool = False

    def server_proof(self, key: bytes) -> bytes:
        """Return the 32 bytes by which a server shows that it knows the key."""
        return self._proof(key, b"BKT1 s" if self.dialled_in else b"BKT1 S")

    def client_proof(self, key: bytes) -> bytes:
        """Return the 32 bytes by which a client shows that it knows the key."""
        return self._proof(key, b"BKT1 c" if self.dialled_in else b"BKT1 C")

    def pair_key(self, code_key: bytes) -> bytes:
        """Return the key that a pairing leaves behind; only the two ends know the nonces."""
        return self._proof(code_key, b"BKT1 P")

    def _proof(self, key: bytes, label: bytes) -> bytes:
        # Every part has a fixed length, so no two transcripts give the same bytes.
        versions = _VERSIONS.pack(*self.client_versions, self.version)
        text = label + self.client_nonce + self.server_nonce + versions + self.fingerprint
        return hmac.digest(key, text, "sha256")


def key_id(key: bytes) -> bytes:
    """Return the name of a key: tells which of several it is, and nothing about it."""
    return hashlib.sha256(b"BKT1 K" + key).digest()[:KEY_ID_BYTES]


def proofs_match(expected: bytes, received: bytes) -> bool:
    """Compare in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected, received)


def choose_version(client: tuple[int, int], server: tuple[int, int]) -> int | None:
    """Return the highest version that both (lowest, highest) ranges hold, or None."""
    version = min(client[1], server[1])
    return version if version >= max(client[0], server[0]) else None


def describe_versions(versions: tuple[int, int]) -> str:
    """Return "protocol 1" or "protocols 1 to 3"."""
    low, high = versions
    return f"protocol {low}" if low == high else f"protocols {low} to {high}"
