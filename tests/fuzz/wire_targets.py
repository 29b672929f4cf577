"""The wire: framer, decoder and login. Each returns normally or raises what it must not."""

from __future__ import annotations

import random
from itertools import product
from unittest import mock

import msgspec

from network import limits
from network import messages as m
from network.connection import Connection, Role, State
from network.credentials import CODE_ID, ClientKeys, SharedKeys
from network.errors import RemoteProtocolError
from network.events import ClientInfo
from network.framing import MESSAGE_TYPES, PIPE_CAPS, Cap, FrameParser, encode_frame
from network.login import Transcript
from tests.network.connection_pair import (
    CLIENT_NONCE,
    EXAMPLES,
    KEY,
    KEY_ID,
    OTHER_KEY,
    SERVER_INFO,
    SERVER_NONCE,
)

FINGERPRINT = b"f" * 32
ALL = tuple(EXAMPLES.values())


class Framer:
    """Streams of frames in any cuts, under the caps of the network or of the pipe."""

    def __init__(self) -> None:
        pairs = [(a, b) for a in ALL for b in (ALL[0], ALL[7])]
        self.seeds = [encode_frame(a, b"x" * 9) + encode_frame(b) for a, b in pairs]
        self._caps = (dict(PIPE_CAPS), {cls: Cap(300, 64) for cls in MESSAGE_TYPES.values()})

    def run(self, rng: random.Random, data: bytes) -> None:
        parser = FrameParser(rng.choice(self._caps))
        place = 0
        try:
            while place < len(data):
                step = rng.choice((1, 5, 12, 64, 4096))
                parser.receive(data[place : place + step])
                place += step
                for message, payload in parser.frames():
                    assert type(message) in EXAMPLES
                    assert len(payload) <= len(data)
            assert parser.pending <= len(data)
        except RemoteProtocolError:
            assert parser.pending == 0


class Decoder:
    """Bodies of every message; what is accepted must encode to something that is accepted."""

    def __init__(self) -> None:
        self.seeds = [msgspec.msgpack.encode(message) for message in ALL]
        self._numbers = tuple(MESSAGE_TYPES)

    def run(self, rng: random.Random, data: bytes) -> None:
        data = data[: limits.MAX_MESSAGE_BYTES]
        number = rng.choice(self._numbers)
        head = b"BKT1" + bytes([number, 0]) + len(data).to_bytes(2, "big") + bytes(4)
        parser = FrameParser({cls: Cap() for cls in MESSAGE_TYPES.values()})
        parser.receive(head + data)
        try:
            [(message, _)] = parser.frames()
        except RemoteProtocolError:
            return
        again = FrameParser({type(message): Cap()})
        again.receive(encode_frame(message))
        assert [message for message, _ in again.frames()] == [message]


class ClearPipe:
    """Stands for `TlsPipe` without encrypting: OpenSSL is not what is fuzzed here."""

    def __init__(self, _context: object, *, server_side: bool) -> None:
        self.established = False
        self._in, self._out = bytearray(), bytearray()

    def receive(self, data: bytes) -> None:
        self._in += data

    def handshake(self) -> bool:
        self.established = True
        return True

    def read(self) -> bytes:
        data = bytes(self._in)
        self._in.clear()
        return data

    def write(self, data: bytes | memoryview) -> None:
        self._out += data

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def peer_fingerprint(self) -> bytes:
        return FINGERPRINT


class _Identity:
    fingerprint = FINGERPRINT
    context = None


class _CodeKeys(SharedKeys):
    def __init__(self) -> None:
        super().__init__(KEY, OTHER_KEY)
        self.kept = 0

    def find(self, key_id: bytes) -> bytes | None:
        return KEY if key_id == CODE_ID else super().find(key_id)

    def paired(self, key: bytes, client_name: str) -> str:
        self.kept += 1
        return ""


class Login:
    """Whole logins of both roles; nobody gets in without one of the two honest proofs."""

    def __init__(self) -> None:
        self._proofs: list[bytes] = []
        self.seeds: list[bytes] = []
        for key_id, dialled_in in product((KEY_ID, b"", CODE_ID), (False, True)):
            login = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, FINGERPRINT, dialled_in)
            client, server = login.client_proof(KEY), login.server_proof(KEY)
            self._proofs += [client, server]
            hello = encode_frame(m.Hello(1, 1, CLIENT_NONCE, key_id))
            self.seeds += [
                hello + encode_frame(m.ClientProof(client, "artist")),
                encode_frame(m.ServerProof(1, SERVER_NONCE, server))
                + encode_frame(EXAMPLES[m.Welcome]),
                hello + encode_frame(EXAMPLES[m.Bye]),
                hello + encode_frame(m.ClientProof(bytes(32), "x")) + encode_frame(ALL[7]),
            ]
        self._keys = (KEY, ClientKeys(shared=KEY), ClientKeys(code_key=KEY, pinned=FINGERPRINT))

    def run(self, rng: random.Random, data: bytes) -> None:
        with mock.patch("network.connection.TlsPipe", ClearPipe):
            victim = self._make(rng)
        step = rng.choice((7, 40, 256, 65536))
        for place in range(0, len(data), step):
            victim.receive_data(data[place : place + step], 0.0)
            victim.events()
            sent = sum(map(len, victim.data_to_send()))
            assert sent < 4096, "an answer larger than the login's"
        victim.tick(1.0)
        if victim.state is State.READY:
            assert any(proof in data for proof in self._proofs), "in without a proof"
        victim.receive_eof(2.0)
        assert victim.state is State.CLOSED

    def _make(self, rng: random.Random) -> Connection:
        # Mostly the client dials; each side shows a certificate only when it was dialled.
        dialled_in = rng.random() < 0.3
        if rng.random() < 0.6:
            return Connection(
                Role.SERVER,
                key=_CodeKeys(),
                identity=None if dialled_in else _Identity(),
                nonce=SERVER_NONCE,
                hello=SERVER_INFO,
                now_s=0.0,
            )
        return Connection(
            Role.CLIENT,
            key=rng.choice(self._keys),
            identity=_Identity() if dialled_in else None,
            nonce=CLIENT_NONCE,
            hello=ClientInfo("artist"),
            now_s=0.0,
        )
