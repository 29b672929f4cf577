"""What a connection is told at its start, and what it tells the program."""

from __future__ import annotations

from dataclasses import dataclass, field

from network import messages as m


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """What a client tells about itself."""

    name: str


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server tells about itself, as in `messages.Welcome`."""

    name: str
    software_version: str
    engine_class: str
    threads: int
    instance: str
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The login is complete.

    Attributes:
        welcome: the server's; None on the server.
        client_name: the client's.
        fingerprint: SHA-256 of the server's certificate, hex: seen in TLS, or told by a server
            that dialled in.
        key_id: of the key that both have (`login.key_id`).
        pair_key: after a login by code the key for all later ones, else empty. The server has
            kept it already.
    """

    welcome: m.Welcome | None
    client_name: str
    fingerprint: str
    key_id: bytes = b""
    pair_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """A message for the program, with its payload."""

    message: m.Message
    payload: bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection is over; nothing comes after this.

    Attributes:
        code: a `CloseCode`, or what the peer said.
        text: for people.
        remote: True when the peer ended it.
    """

    code: str
    text: str
    remote: bool


Event = LoggedIn | Received | Closed
