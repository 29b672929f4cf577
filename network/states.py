"""All rules of the protocol in one place: who may send which message when, and how big.

Rule 1: what decides whether a message is welcome stands in `RECEIVES` and nowhere else.
Rule 2: what is not in the table ends the connection. See docs/protocol.md, "States".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from network import limits
from network import messages as m
from network.framing import NETWORK_PAYLOADS, Cap


class Role(Enum):
    """Which side we are."""

    CLIENT = "client"
    SERVER = "server"


class State(Enum):
    """How far the connection is."""

    #: TLS handshake.
    TLS = "during the TLS handshake"
    #: The client has sent, or the server awaits, Hello.
    GREETING = "before login"
    #: The server has sent its proof; the client's and Welcome are to come.
    PROVING = "during login"
    #: Logged in.
    READY = "after login"
    CLOSED = "after the end"


_ALWAYS: Final[Mapping[type[m.Message], State]] = {
    m.Bye: State.CLOSED,
    m.Ping: State.READY,
    m.Pong: State.READY,
}
_NOTHING: Final[Mapping[type[m.Message], State]] = {}

#: All rules: role that receives -> its state -> message -> its next state. What is not here
#: ends the connection.
RECEIVES: Final[Mapping[Role, Mapping[State, Mapping[type[m.Message], State]]]] = {
    Role.SERVER: {
        State.TLS: _NOTHING,
        State.GREETING: {m.Hello: State.PROVING, m.Bye: State.CLOSED},
        State.PROVING: {m.ClientProof: State.READY, m.Bye: State.CLOSED},
        State.READY: {
            **_ALWAYS,
            m.Job: State.READY,
            m.AssetChunk: State.READY,
            m.AssetMissing: State.READY,
            m.PeerServe: State.READY,
            m.PeerExpect: State.READY,
            m.EndJob: State.READY,
            m.LogRequest: State.READY,
            m.Assign: State.READY,
            m.Cancel: State.READY,
        },
        State.CLOSED: _NOTHING,
    },
    Role.CLIENT: {
        State.TLS: _NOTHING,
        State.GREETING: {m.ServerProof: State.PROVING, m.Bye: State.CLOSED},
        State.PROVING: {m.Welcome: State.READY, m.Bye: State.CLOSED},
        State.READY: {
            **_ALWAYS,
            m.AssetRequest: State.READY,
            m.PeerReady: State.READY,
            m.PeerServed: State.READY,
            m.PeerFailed: State.READY,
            m.JobStatus: State.READY,
            m.LogText: State.READY,
            m.Availability: State.READY,
            m.WorkRequest: State.READY,
            m.Result: State.READY,
            m.UnitFailed: State.READY,
            m.GiveBack: State.READY,
            m.Canary: State.READY,
        },
        State.CLOSED: _NOTHING,
    },
}

#: What the program may hand to `send`; the rest the connection sends by itself.
SENDS: Final[Mapping[Role, frozenset[type[m.Message]]]] = {
    Role.CLIENT: frozenset(RECEIVES[Role.SERVER][State.READY].keys() - _ALWAYS.keys()),
    Role.SERVER: frozenset(RECEIVES[Role.CLIENT][State.READY].keys() - _ALWAYS.keys()),
}

#: Cheap to send and not cheap to serve: limited per second.
CONTROL: Final = frozenset(
    (m.Ping, m.Pong, m.Job, m.EndJob, m.JobStatus, m.LogRequest, m.Availability)
)


def cap_of(cls: type[m.Message], state: State) -> Cap:
    """Return the sizes that a message may have for a receiver in this state."""
    if cls is m.Welcome:
        return Cap(limits.WELCOME_BYTES)
    if state is not State.READY:
        return Cap(limits.LOGIN_FRAME_BYTES - limits.FRAME_HEAD_BYTES)
    return Cap(payload=NETWORK_PAYLOADS.get(cls, 0))
