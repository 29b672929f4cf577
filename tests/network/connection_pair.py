"""Two connections joined in memory, and a peer without manners, for the tests of this folder."""

from collections.abc import Callable, Iterable, Iterator

from network import messages as m
from network.connection import ClientInfo, Connection, Event, Role, ServerInfo, State
from network.framing import MESSAGE_TYPES, Cap, FrameParser, encode_frame
from network.login import Transcript, key_id
from network.tls import Identity, TlsPipe, client_context

KEY = bytes(range(32))
KEY_ID = key_id(KEY)
OTHER_KEY = bytes(range(1, 33))
CLIENT_NONCE = b"c" * 32
SERVER_NONCE = b"s" * 32
JOB = "0123456789abcdef" * 2
DIGEST = "0123456789abcdef" * 4
SERVER_INFO = ServerInfo("studio-2", "0.1.0", "builtin-1-avx2", 16, "f00d")

#: One example of every message.
EXAMPLES: dict[type[m.Message], m.Message] = {
    type(message): message
    for message in (
        m.Hello(1, 1, CLIENT_NONCE, KEY_ID),
        m.ServerProof(1, SERVER_NONCE, b"p" * 32),
        m.ClientProof(b"p" * 32, "artist"),
        m.Welcome("studio-2", "0.1.0", "builtin-1-avx2", 16, "f00d"),
        m.Bye("done", "thanks"),
        m.Ping(7, 12),
        m.Pong(7),
        m.Job(JOB, "builtin", "room.glb", b"{}", 960, 540, 4, 4096),
        m.AssetRequest(JOB, DIGEST, 0, 1 << 20),
        m.AssetChunk(JOB, DIGEST, 0),
        m.AssetMissing(JOB, DIGEST, "gone"),
        m.PeerServe(JOB, 3, "192.168.1.7", 20727, b"k" * 32),
        m.PeerServed(JOB, 3, ""),
        m.PeerExpect(JOB, 3, True),
        m.PeerReady(JOB, 3, b"k" * 32),
        m.PeerFailed(JOB, 3, False, "nobody came"),
        m.LogRequest(),
        m.LogText(),
        m.Availability(True, 8, "somebody works there"),
        m.JobStatus(JOB, "syncing", 0.5, "half"),
        m.EndJob(JOB),
        m.WorkRequest(JOB, 2),
        m.Assign(JOB, 17, 4711, 64, 128, 64, 64, 0, 16),
        m.Result(JOB, 17, 4711, 0.25),
        m.UnitFailed(JOB, 17, 4711, True, "killed"),
        m.GiveBack(JOB, [4711]),
        m.Cancel(JOB, [4711, 4712]),
        m.Canary("builtin-1-avx2"),
        m.WorkerReady("builtin-1-avx2"),
        m.WorkerProgress("compiling", 0.5),
        m.WorkerOpen(JOB, "room.glb", b"{}"),
        m.WorkerOpened(JOB, "", "36 triangles"),
    )
}

Cut = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    for i in range(len(data)):
        yield data[i : i + 1]


def make_client(**changes: object) -> Connection:
    options = {
        "key": KEY,
        "nonce": CLIENT_NONCE,
        "hello": ClientInfo("artist"),
        "now_s": 0.0,
    } | changes
    return Connection(Role.CLIENT, **options)


def make_server(identity: Identity, **changes: object) -> Connection:
    options = {
        "key": KEY,
        "identity": identity,
        "nonce": SERVER_NONCE,
        "hello": SERVER_INFO,
        "now_s": 0.0,
    } | changes
    return Connection(Role.SERVER, **options)


class ConnectionPair:
    """A client and a server; `exchange` carries bytes until both are quiet."""

    def __init__(
        self,
        identity: Identity,
        *,
        cut: Cut = whole,
        client: dict[str, object] | None = None,
        server: dict[str, object] | None = None,
    ) -> None:
        self.client = make_client(**(client or {}))
        self.server = make_server(identity, **(server or {}))
        self.cut = cut
        self.now_s = 0.0

    def exchange(self) -> None:
        while self.carry(self.client, self.server) or self.carry(self.server, self.client):
            pass

    def carry(self, sender: Connection, receiver: Connection) -> bool:
        data = take(sender, self.now_s)
        for piece in self.cut(data):
            receiver.receive_data(piece, self.now_s)
        return bool(data)

    def log_in(self) -> "ConnectionPair":
        self.exchange()
        assert self.client.state is self.server.state is State.READY
        self.client.events()
        self.server.events()
        return self

    def tick(self, now_s: float) -> None:
        self.now_s = now_s
        self.client.tick(now_s)
        self.server.tick(now_s)


def take(connection: Connection, now_s: float = 0.0) -> bytes:
    """Take what the connection sends, as a network without delay would."""
    data = b"".join(connection.data_to_send())
    connection.written(len(data), now_s)
    return data


class RoguePeer:
    """The other side of a connection under test, which sends whatever the test likes."""

    def __init__(self, victim: Connection, identity: Identity | None = None) -> None:
        server_side = victim.role is Role.CLIENT
        context = identity.context if server_side and identity else client_context()
        self.tls = TlsPipe(context, server_side=server_side)
        self.victim = victim
        self.parser = FrameParser({cls: Cap(65535, 1 << 30) for cls in MESSAGE_TYPES.values()})
        self.heard: list[m.Message] = []
        self.now_s = 0.0

    def handshake(self) -> "RoguePeer":
        while self.victim.state is State.TLS or not self.tls.established:
            if not self.tls.established:
                self.tls.handshake()
            if not self.pass_bytes():
                break
        self.listen()
        return self

    def pass_bytes(self) -> bool:
        out = self.tls.data_to_send()
        if out:
            self.victim.receive_data(out, self.now_s)
        back = take(self.victim, self.now_s)
        if back:
            self.tls.receive(back)
        return bool(out or back)

    def listen(self) -> list[m.Message]:
        """Read what the victim has sent; returns the messages since the last call."""
        self.pass_bytes()
        heard: list[m.Message] = []
        try:
            while data := self.tls.read():
                self.parser.receive(data)
                heard += [message for message, _ in self.parser.frames()]
        except EOFError:
            pass
        self.heard += heard
        return heard

    def say(self, *messages: m.Message, payload: bytes = b"") -> list[m.Message]:
        for message in messages:
            self.tls.write(encode_frame(message, payload))
        return self.listen()

    def say_raw(self, data: bytes) -> list[m.Message]:
        self.tls.write(data)
        return self.listen()

    def log_in(self, identity: Identity) -> "RoguePeer":
        """Behave until the victim is READY."""
        self.handshake()
        transcript = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)
        if self.victim.role is Role.SERVER:
            self.say(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))
            self.say(m.ClientProof(transcript.client_proof(KEY), "rogue"))
        else:
            self.say(m.ServerProof(1, SERVER_NONCE, transcript.server_proof(KEY)))
            self.say(EXAMPLES[m.Welcome])
        assert self.victim.state is State.READY
        self.victim.events()
        return self


def run(pair: ConnectionPair) -> tuple[list[Event], list[Event]]:
    pair.exchange()
    return pair.client.events(), pair.server.events()
