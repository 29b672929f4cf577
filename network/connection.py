"""One connection between a client and a server: TLS, login, heartbeat, messages. Sans-I/O.

Bytes and the time go in; events and bytes come out. After every call take `events()` and send
`data_to_send()`. What a peer sends never raises: bad input ends the connection with a `Closed`
event. All rules about who may send what, when, stand in
`network.states`. See docs/protocol.md, "States".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from network import limits
from network import messages as m
from network.credentials import ClientKeys, ServerKeys
from network.deadlines import OVERDUE, Deadlines, Wait
from network.errors import CloseCode, LocalProtocolError, RemoteProtocolError
from network.events import ClientInfo, Closed, Event, LoggedIn, Received, ServerInfo
from network.framing import FrameParser, encode_head
from network.gate import TokenBucket
from network.login_sides import ClientLogin, ServerLogin, make_login
from network.readable import make_printable
from network.states import CONTROL, RECEIVES, SENDS, Role, State, cap_of
from network.text import clean, clip_bytes, clip_name, clip_text
from network.tls import Identity, TlsPipe, client_context

__all__ = [
    "ClientInfo",
    "Closed",
    "Connection",
    "Event",
    "LoggedIn",
    "Received",
    "Role",
    "ServerInfo",
    "State",
]


class Connection:
    """A connection from the moment that TCP is up.

    Args:
        role: which side we are.
        key: the shared key, 32 bytes; or all keys, as `ClientKeys` or `ServerKeys` by role.
        identity: shown in TLS by the side that accepted the TCP connection; None for the one that
            dialled. Mostly the client dials; a server may dial in as well.
        nonce: 32 fresh random bytes.
        hello: what to tell about ourselves, `ClientInfo` or `ServerInfo` by role.
        now_s: the time, on any clock that only goes forward.
        versions: lowest and highest protocol version that we speak.
        find_key: of a server that accepts more keys than `key`: returns the one with this id, or
            None if it has none.

    Attributes:
        state: how far it is.
        bytes_received, bytes_sent: network bytes, TLS included.
        rtt_s: last measured round trip, None before the first.
        units_done: our progress counter, told to the peer by each ping.
        peer_units_done: the peer's.
        hearing: set to False while the shell does not read from the socket on purpose; the
            peer's silence then does not count.
        said_bye: a Bye is among the last bytes to send: close so that it arrives.
    """

    def __init__(
        self,
        role: Role,
        *,
        key: bytes | ClientKeys | ServerKeys,
        identity: Identity | None = None,
        nonce: bytes,
        hello: ClientInfo | ServerInfo,
        now_s: float,
        versions: tuple[int, int] = (m.PROTOCOL_VERSION, m.PROTOCOL_VERSION),
        find_key: Callable[[bytes], bytes | None] | None = None,
    ) -> None:
        self._fingerprint = identity.fingerprint if identity else b""
        self._dialled = identity is None
        if isinstance(hello, ServerInfo) is not (role is Role.SERVER):
            raise LocalProtocolError("a server is told by ServerInfo, a client by ClientInfo")
        self._login = make_login(key, nonce, hello, versions, self._fingerprint, find_key)
        self.role = role
        self.state = State.TLS
        self.bytes_received = self.bytes_sent = self._bytes_written = 0
        self.rtt_s: float | None = None
        self.units_done = self.peer_units_done = 0
        self.hearing = True
        self.said_bye = False
        self._now_s = now_s  # as of the last call that told it
        context = identity.context if identity else client_context()
        self._tls = TlsPipe(context, server_side=not self._dialled)
        self._parser = FrameParser({}, State.TLS.value)
        self._frames = 0  # complete frames so far, to see whether a new one has begun
        self._arriving = (0, 0)
        self._ping_sequence, self._ping_sent_s, self._next_ping_s = 0, now_s, now_s
        self._control = TokenBucket(limits.CONTROL_PER_S, limits.CONTROL_BURST, now_s)
        self._events: list[Event] = []
        self._output: list[bytes] = []
        self._deadlines = Deadlines(now_s)
        self._deadlines.set(Wait.TLS, limits.TLS_S, now_s)
        if self._dialled:
            self._tls.handshake()
            self._flush()

    # -- what the shell calls -----------------------------------------------------------------

    def receive_data(self, data: bytes, now_s: float) -> None:
        """Take bytes from the network. Then take `events` and `data_to_send`."""
        if self.state is State.CLOSED:
            return
        self._now_s = now_s
        self.bytes_received += len(data)
        try:
            if self.state is not State.READY and self.bytes_received > limits.LOGIN_TOTAL_BYTES:
                raise RemoteProtocolError("too many bytes before login", CloseCode.LIMIT)
            self._tls.receive(data)
            if self.state is State.TLS and self._tls.handshake():
                self._greet()
            if self.state is not State.TLS:
                self._read_messages()
        except RemoteProtocolError as error:
            self._end(error.code, error.text)
        except EOFError:
            self.receive_eof(now_s)
        self._flush()

    def receive_eof(self, now_s: float) -> None:
        """The network connection has ended; half a message is dropped."""
        self._now_s = now_s
        when = "" if self.state is State.READY else f" {self.state.value}"
        self._closed(CloseCode.LOST, f"the peer ended the connection{when}", remote=True)

    def tick(self, now_s: float) -> None:
        """Let time pass; call it each `limits.TICK_S`, data or not."""
        if self.state is State.CLOSED:
            return
        self._now_s = now_s
        if not self.hearing and self.state is State.READY:
            self._deadlines.set(Wait.SILENCE, limits.SILENCE_S, now_s)
            self._deadlines.clear(Wait.FRAME)
        overdue, late = self._deadlines.tick(now_s)
        if overdue:
            self._end(*OVERDUE[overdue[0]])
        elif self.state is State.READY and (late or now_s >= self._next_ping_s):
            self._ping()
        self._flush()

    def written(self, byte_count: int, now_s: float) -> None:
        """The network has taken this many of the bytes handed out."""
        self._now_s = now_s
        self._bytes_written += byte_count
        self._deadlines.clear(Wait.SEND)
        if self.unsent and self.state is not State.CLOSED:
            self._deadlines.set(Wait.SEND, limits.SEND_STALL_S, now_s)

    def events(self) -> list[Event]:
        """Return what happened since the last call, in order."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[bytes]:
        """Return the bytes that must go to the network now."""
        output, self._output = self._output, []
        return output

    # -- what the program calls ---------------------------------------------------------------

    def send(self, message: m.Message, payload: bytes | memoryview = b"") -> None:
        """Send a message. Does nothing when the connection is over already.

        Raises:
            LocalProtocolError: this side may not send it, or not now, or it is too large.
        """
        if self.state is State.CLOSED:
            return
        if self.state is not State.READY or type(message) not in SENDS[self.role]:
            raise LocalProtocolError(
                f"a {self.role.value} cannot send {type(message).__name__} {self.state.value}"
            )
        self._write(message, payload)
        self._flush()

    def set_result_cap(self, payload_bytes: int) -> None:
        """Accept results up to this payload; 0, as at the start, refuses all."""
        self._parser.set_payload_cap(m.Result, payload_bytes)

    def close(self, code: str, text: str) -> None:
        """Say Bye and end; gives a `Closed` event with remote=False."""
        self._end(code, text)
        self._flush()

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the certificate shown in TLS; empty for who dialled until TLS is up."""
        return self._fingerprint

    @property
    def unsent(self) -> int:
        """Bytes made for the network that it has not taken yet."""
        return self.bytes_sent - self._bytes_written

    @property
    def writable(self) -> bool:
        """False while the peer is behind with reading: send nothing big now."""
        return self.unsent < limits.SEND_HIGH_BYTES

    # -- receiving ----------------------------------------------------------------------------

    def _read_messages(self) -> None:
        while data := self._tls.read():
            if self.state is State.READY:
                self._deadlines.set(Wait.SILENCE, limits.SILENCE_S, self._now_s)
            self._parser.receive(data)
            for message, payload in self._parser.frames():
                self._frames += 1
                self._receive(message, payload)
                if self.state is State.CLOSED:
                    return
        self._watch_frame()

    def _receive(self, message: m.Message, payload: bytes) -> None:
        cls = type(message)
        if cls in CONTROL and not self._control.take(self._now_s):
            raise RemoteProtocolError(f"too many {cls.__name__} per second", CloseCode.LIMIT)
        message = make_printable(message)
        next_state = RECEIVES[self.role][self.state][cls]
        handler = _HANDLERS.get(cls)
        if handler is None:
            self._events.append(Received(message, payload))
        else:
            handler(self, message)
        if self.state is not State.CLOSED:
            self._enter(next_state)

    def _watch_frame(self) -> None:
        """Give each frame that has begun its time; a slow trickle does not renew it."""
        arriving = (self._frames, self._parser.frame_bytes)
        if arriving == self._arriving:
            return
        self._arriving = arriving
        self._deadlines.clear(Wait.FRAME)
        if self.state is State.READY and arriving[1]:
            duration_s = limits.FRAME_S + arriving[1] / limits.SLOWEST_BYTES_PER_S
            self._deadlines.set(Wait.FRAME, duration_s, self._now_s)

    def _enter(self, state: State) -> None:
        if state is self.state:
            return
        self.state = state
        allowed = RECEIVES[self.role][state]
        self._parser.set_caps({cls: cap_of(cls, state) for cls in allowed}, state.value)

    # -- login (docs/protocol.md, "Login") ----------------------------------------------------

    def _greet(self) -> None:
        self._deadlines.clear(Wait.TLS)
        self._deadlines.set(Wait.LOGIN, limits.LOGIN_S, self._now_s)
        self._enter(State.GREETING)
        if self._dialled:
            self._fingerprint = self._tls.peer_fingerprint()
        hello = self._login.greet(self._fingerprint)
        if hello is not None:
            self._write(hello)

    def _on_hello(self, hello: m.Hello) -> None:
        assert isinstance(self._login, ServerLogin)  # by the table, as in the next ones
        self._write(self._login.hello(hello))

    def _on_server_proof(self, answer: m.ServerProof) -> None:
        assert isinstance(self._login, ClientLogin)
        self._write(self._login.server_proof(answer))

    def _on_client_proof(self, answer: m.ClientProof) -> None:
        assert isinstance(self._login, ServerLogin)
        self._write(self._login.client_proof(answer))
        self._logged_in(self._login.logged_in(answer.client_name))

    def _on_welcome(self, welcome: m.Welcome) -> None:
        assert isinstance(self._login, ClientLogin)
        self._logged_in(self._login.logged_in(welcome))

    def _logged_in(self, event: LoggedIn) -> None:
        self._enter(State.READY)
        self._deadlines.clear(Wait.LOGIN)
        self._deadlines.set(Wait.SILENCE, limits.SILENCE_S, self._now_s)
        self._events.append(event)
        self._ping()

    # -- heartbeat and end --------------------------------------------------------------------

    def _ping(self) -> None:
        self._next_ping_s = self._now_s + limits.PING_S
        self._ping_sequence = (self._ping_sequence + 1) % 2**31
        self._ping_sent_s = self._now_s
        self._write(m.Ping(self._ping_sequence, self.units_done))

    def _on_ping(self, ping: m.Ping) -> None:
        self.peer_units_done = ping.units_done
        # A peer that pings and does not read gets no queue out of us.
        if self.writable:
            self._write(m.Pong(ping.sequence))

    def _on_pong(self, pong: m.Pong) -> None:
        if pong.sequence == self._ping_sequence:
            self.rtt_s = self._now_s - self._ping_sent_s

    def _on_bye(self, bye: m.Bye) -> None:
        self._closed(bye.code, bye.text, remote=True)

    def _end(self, code: str, text: str) -> None:
        if self.state is State.CLOSED:
            return
        if self._tls.established and code != CloseCode.TLS:
            fits = clip_text(text)
            if self.state is not State.READY:
                fits = clip_bytes(fits, limits.LOGIN_TEXT_BYTES)
            self._write(m.Bye(clip_name(code), fits))
            self.said_bye = True
        self._closed(code, text, remote=False)

    def _closed(self, code: str, text: str, *, remote: bool) -> None:
        if self.state is State.CLOSED:
            return
        self._enter(State.CLOSED)
        self._events.append(Closed(str(code), clean(text), remote))

    # -- sending ------------------------------------------------------------------------------

    def _write(self, message: m.Message, payload: bytes | memoryview = b"") -> None:
        self._tls.write(encode_head(message, len(payload)))
        if len(payload):
            self._tls.write(payload)

    def _flush(self) -> None:
        data = self._tls.data_to_send()
        if not data:
            return
        self._output.append(data)
        self.bytes_sent += len(data)
        if Wait.SEND not in self._deadlines and self.state is not State.CLOSED:
            self._deadlines.set(Wait.SEND, limits.SEND_STALL_S, self._now_s)
        if self.unsent > limits.SEND_LIMIT_BYTES:
            self._closed(CloseCode.LIMIT, "the peer does not read what we send", remote=False)


# Not in the object: its own methods there would keep it, and 90 KiB of TLS, until Python's
# collector comes round; under a flood of strangers that is too late.
_HANDLERS: Final[Mapping[type[m.Message], Callable[[Connection, Any], None]]] = {
    m.Hello: Connection._on_hello,
    m.ServerProof: Connection._on_server_proof,
    m.ClientProof: Connection._on_client_proof,
    m.Welcome: Connection._on_welcome,
    m.Bye: Connection._on_bye,
    m.Ping: Connection._on_ping,
    m.Pong: Connection._on_pong,
}
