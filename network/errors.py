"""Errors of the protocol and the codes with which a connection ends.

ProtocolError
 +-- LocalProtocolError    our own code broke the protocol: fix it
 +-- RemoteProtocolError   the peer broke it: the connection ends, the program goes on
"""

from __future__ import annotations

from enum import StrEnum


class CloseCode(StrEnum):
    """Why a connection ended; the first group travels in `Bye`, the second is found locally."""

    #: The two sides share no protocol version.
    VERSION = "version"
    #: The peer could not prove that it knows our key.
    KEY = "key"
    #: The client has no key for this server.
    UNPAIRED = "unpaired"
    #: Another server answers than the one that was paired.
    IDENTITY = "identity"
    #: The server has as many clients as it takes.
    BUSY = "busy"
    #: The peer sent what the protocol does not allow.
    PROTOCOL = "protocol"
    #: The peer sent too much, too often or too slowly.
    LIMIT = "limit"
    #: The peer's program ends.
    SHUTDOWN = "shutdown"
    #: The connection is not needed any more.
    DONE = "done"
    #: No sign of life for `limits.SILENCE_S`.
    SILENT = "silent"

    #: The TLS handshake failed, or bytes were damaged on the way.
    TLS = "tls"
    #: The TCP connection ended without a `Bye`.
    LOST = "lost"
    #: Nothing listens at that address and port.
    REFUSED = "refused"
    #: No answer to the connection attempt, or an unfinished login.
    TIMEOUT = "timeout"
    #: The host name is unknown.
    NAME = "name"
    #: The network said no: unreachable, no route, no permission.
    NETWORK = "network"


class ProtocolError(Exception):
    """Base of the two below; never raised itself."""


class LocalProtocolError(ProtocolError):
    """Raised when our own side asks for something the protocol does not allow."""


class RemoteProtocolError(ProtocolError):
    """Raised when the peer sends something the protocol does not allow.

    Attributes:
        code: what to tell the peer in `Bye` (or `CloseCode.TLS`, which is not sent).
        text: what happened, for both sides' logs.
    """

    def __init__(self, text: str, code: CloseCode = CloseCode.PROTOCOL) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
