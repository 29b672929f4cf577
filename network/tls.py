"""TLS over memory: bytes in, bytes out, for both roles. No socket, no trust decisions.

Nobody verifies a chain here: certificates are self-signed and the list of authorities is
empty. The client takes the fingerprint of whatever certificate the server shows, and the login
(`network.login`) binds it to the shared key; a certificate that does not belong to a holder of
the key gets no further. That is why CERT_NONE is right below, and only there.
"""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from functools import lru_cache

from network.credentials import short_id
from network.errors import CloseCode, RemoteProtocolError

#: Authenticated encryption with fresh keys only; for TLS 1.2 (1.3 has nothing else).
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
_READ_BYTES = 256 << 10


def _restrict(context: ssl.SSLContext) -> ssl.SSLContext:
    # TLS 1.3 is chosen wherever both sides have it.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    return context


@lru_cache(maxsize=1)
def client_context() -> ssl.SSLContext:
    """Return the one context that all client connections share."""
    context = _restrict(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def server_context(pem_path: str) -> ssl.SSLContext:
    """Return a context with the certificate and private key of this PEM file.

    Raises:
        OSError: the file cannot be read or is no pair of key and certificate (ssl.SSLError).
    """
    context = _restrict(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    # Every login is a full one, so tickets would only cost bytes.
    context.num_tickets = 0
    context.load_cert_chain(pem_path)
    return context


@dataclass(frozen=True)
class Identity:
    """Who a server is; `network.identity` makes and keeps it.

    Attributes:
        fingerprint: SHA-256 of the certificate's DER, 32 bytes.
        context: TLS with this certificate, shared by all connections.
    """

    fingerprint: bytes
    context: ssl.SSLContext

    @property
    def short_id(self) -> str:
        """First 8 base32 characters of the fingerprint: a hint for people and zeroconf."""
        return short_id(self.fingerprint)


class TlsPipe:
    """One TLS session: network bytes on one side, plain bytes on the other.

    Life: feed `receive`, call `handshake` until it returns True, then `read` and `write`; take
    `data_to_send` after every call. A failure raises once; the session is then of no more use.
    """

    def __init__(self, context: ssl.SSLContext, *, server_side: bool) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server_side)
        self.established = False

    def receive(self, data: bytes) -> None:
        """Take bytes that came from the network."""
        self._incoming.write(data)

    def handshake(self) -> bool:
        """Go on with the handshake as far as the received bytes allow.

        Returns:
            True when it is complete.

        Raises:
            RemoteProtocolError: the peer does not speak an acceptable TLS.
        """
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise _translate("the TLS handshake failed", error) from error
        self.established = True
        return True

    def read(self) -> bytes:
        """Return some plain bytes, or b"" when there are none yet.

        Raises:
            RemoteProtocolError: bytes were damaged or forged on the way.
            EOFError: the peer has ended the TLS session properly.
        """
        try:
            data = self._tls.read(_READ_BYTES)
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLError as error:
            raise _translate("bytes were damaged on the way", error) from error
        if not data:
            raise EOFError
        return data

    def write(self, data: bytes | memoryview) -> None:
        """Encrypt plain bytes for the network."""
        self._tls.write(data)

    def data_to_send(self) -> bytes:
        """Return the bytes that are to go to the network."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def peer_fingerprint(self) -> bytes:
        """Return the SHA-256 of the peer certificate's DER (client role, after handshake).

        Raises:
            RemoteProtocolError: the peer showed no certificate.
        """
        certificate = self._tls.getpeercert(binary_form=True)
        if not certificate:
            raise RemoteProtocolError("the server showed no certificate", CloseCode.TLS)
        return hashlib.sha256(certificate).digest()


def _translate(what: str, error: ssl.SSLError) -> RemoteProtocolError:
    reason = (error.reason or "unknown reason").replace("_", " ").lower()
    return RemoteProtocolError(f"{what} ({reason})", CloseCode.TLS)
