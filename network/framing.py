"""Frames: a fixed head, one message, a raw payload. Bytes in, messages out; no I/O.

    magic "BKT1" (4) | type u8 | flags u8 (0) | message length u16 | payload length u32

All integers are big-endian. Both lengths are held against the type's caps as soon as the head
is complete, before anything is kept for the rest. The same frames run over TLS between client
and server and over the pipe between a server's front and its worker; who may send which type
is told to the parser by its caps. See docs/protocol.md, "Frames".
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from network import limits
from network import messages as m
from network.errors import LocalProtocolError, RemoteProtocolError

MAGIC: Final = b"BKT1"
_HEAD = struct.Struct(">4sBBHI")

#: The number of each message on the wire. Numbers are never given twice.
MESSAGE_TYPES: Final[Mapping[int, type[m.Message]]] = {
    1: m.Hello,
    2: m.ServerProof,
    3: m.ClientProof,
    4: m.Welcome,
    5: m.Bye,
    16: m.Ping,
    17: m.Pong,
    32: m.Job,
    33: m.AssetRequest,
    34: m.AssetChunk,
    35: m.AssetMissing,
    36: m.JobStatus,
    37: m.EndJob,
    38: m.PeerServe,
    39: m.PeerServed,
    40: m.PeerExpect,
    41: m.PeerFailed,
    42: m.PeerReady,
    43: m.LogRequest,
    44: m.LogText,
    45: m.Availability,
    48: m.WorkRequest,
    49: m.Assign,
    50: m.Result,
    51: m.UnitFailed,
    52: m.GiveBack,
    53: m.Cancel,
    54: m.Canary,
    64: m.WorkerReady,
    65: m.WorkerProgress,
    66: m.WorkerOpen,
    67: m.WorkerOpened,
}
TYPE_NUMBERS: Final = {cls: number for number, cls in MESSAGE_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Cap:
    """The most bytes that a type may have: encoded message and raw payload."""

    message: int = limits.MAX_MESSAGE_BYTES
    payload: int = 0


#: Payload caps between client and server; types that are not here have no payload.
#: Result has 0 until the client knows its buckets and says so by `set_payload_cap`.
NETWORK_PAYLOADS: Final[Mapping[type[m.Message], int]] = {
    m.Job: limits.MANIFEST_BYTES,
    m.AssetChunk: limits.ASSET_CHUNK_BYTES,
    m.Canary: limits.CANARY_BYTES,
    m.LogText: limits.LOG_TEXT_BYTES,
}

#: What may run over the pipe between front and worker, either way.
PIPE_CAPS: Final[Mapping[type[m.Message], Cap]] = {
    m.WorkerReady: Cap(),
    m.Canary: Cap(payload=limits.CANARY_BYTES),
    m.WorkerProgress: Cap(),
    m.WorkerOpen: Cap(payload=limits.PIPE_MANIFEST_BYTES),
    m.WorkerOpened: Cap(),
    m.Assign: Cap(),
    m.Cancel: Cap(),
    m.EndJob: Cap(),
    m.Result: Cap(payload=limits.PIPE_RESULT_BYTES),
    m.UnitFailed: Cap(),
    m.Ping: Cap(),
    m.Pong: Cap(),
    m.Bye: Cap(),
}

_encode = msgspec.msgpack.Encoder().encode
_DECODERS = {cls: msgspec.msgpack.Decoder(cls) for cls in MESSAGE_TYPES.values()}


def _fields_of(cls: type[m.Message], kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name, kind in cls.__annotations__.items() if kind in kinds)


# msgspec lets NaN through `ge` and `le`; nothing behind the parser expects one.
_FLOAT_FIELDS = {
    cls: _fields_of(cls, ("Seconds", "Fraction", "float")) for cls in MESSAGE_TYPES.values()
}


def encode_head(message: m.Message, payload_bytes: int) -> bytes:
    """Return a frame's head and message, to be followed by a payload of that many bytes.

    Raises:
        LocalProtocolError: the message breaks its own limits; the receiver would hang up.
    """
    cls = type(message)
    number = TYPE_NUMBERS.get(cls)
    if number is None:
        raise LocalProtocolError(f"{cls.__name__} is no message of the protocol")
    try:
        body = _encode(message)
        _decode(cls, body)
    except (RemoteProtocolError, msgspec.MsgspecError, UnicodeError, TypeError) as error:
        raise LocalProtocolError(f"{cls.__name__} cannot be sent: {error}") from error
    return _HEAD.pack(MAGIC, number, 0, len(body), payload_bytes) + body


def encode_frame(message: m.Message, payload: bytes | memoryview = b"") -> bytes:
    """Return the whole frame; the payload is copied once.

    Raises:
        LocalProtocolError: the message breaks its own limits.
    """
    return b"".join((encode_head(message, len(payload)), payload))


class FrameParser:
    """Cuts a byte stream into frames; linear in the number of bytes, whatever the cuts.

    Use: `receive(data)`, then run through `frames()`. After a `RemoteProtocolError` the stream
    has no meaning any more: further bytes are ignored and the error comes again.

    Args:
        caps: the types that may come now and their sizes.
        where: the situation in words, for the error text ("before login").
    """

    def __init__(self, caps: Mapping[type[m.Message], Cap], where: str = "on the pipe") -> None:
        self._buffer = bytearray()
        self._start = 0
        self._head: tuple[type[m.Message], int, int] | None = None
        self._error: RemoteProtocolError | None = None
        self.set_caps(caps, where)

    def set_caps(self, caps: Mapping[type[m.Message], Cap], where: str) -> None:
        """Change what may come, from the next frame on."""
        self._caps = dict(caps)
        self._where = where

    def set_payload_cap(self, cls: type[m.Message], payload_bytes: int) -> None:
        """Let this type have payloads up to this size, from the next frame on."""
        if cls in self._caps:
            self._caps[cls] = Cap(self._caps[cls].message, payload_bytes)

    @property
    def pending(self) -> int:
        """Bytes received that belong to no complete frame yet."""
        return len(self._buffer) - self._start

    @property
    def frame_bytes(self) -> int:
        """Size of the frame that is arriving, as far as it is known; 0 between frames."""
        if self._head is not None:
            return _HEAD.size + self._head[1] + self._head[2]
        return _HEAD.size if self.pending else 0

    def receive(self, data: bytes | memoryview) -> None:
        """Take bytes from the stream."""
        if self._error is not None:
            return
        if self._start:
            del self._buffer[: self._start]
            self._start = 0
        self._buffer += data

    def frames(self) -> Iterator[tuple[m.Message, bytes]]:
        """Yield each complete frame; ends when more data is needed.

        Raises:
            RemoteProtocolError: the stream is not the protocol's.
        """
        if self._error is not None:
            raise self._error
        try:
            while (frame := self._next_frame()) is not None:
                yield frame
        except RemoteProtocolError as error:
            self._error = error
            self._buffer.clear()
            self._start = 0
            raise

    def _next_frame(self) -> tuple[m.Message, bytes] | None:
        if self._head is None:
            if self.pending < _HEAD.size:
                return None
            self._head = self._read_head()
        cls, message_bytes, payload_bytes = self._head
        if self.pending < _HEAD.size + message_bytes + payload_bytes:
            return None
        middle = self._start + _HEAD.size + message_bytes
        end = middle + payload_bytes
        with memoryview(self._buffer) as view:
            body = bytes(view[self._start + _HEAD.size : middle])
            payload = bytes(view[middle:end])
        self._start = end
        self._head = None
        return _decode(cls, body), payload

    def _read_head(self) -> tuple[type[m.Message], int, int]:
        magic, number, flags, message_bytes, payload_bytes = _HEAD.unpack_from(
            self._buffer, self._start
        )
        if magic != MAGIC:
            raise RemoteProtocolError(f"frame starts with {magic!r} instead of {MAGIC!r}")
        cls = MESSAGE_TYPES.get(number)
        if cls is None:
            raise RemoteProtocolError(f"unknown message type {number}")
        name = cls.__name__
        if flags:
            raise RemoteProtocolError(f"{name}: unknown flags {flags:#04x}")
        cap = self._caps.get(cls)
        if cap is None:
            raise RemoteProtocolError(f"{name} is not allowed {self._where}")
        if message_bytes > cap.message:
            raise RemoteProtocolError(f"{name}: {message_bytes} bytes, allowed {cap.message}")
        if payload_bytes > cap.payload:
            raise RemoteProtocolError(
                f"{name}: payload of {payload_bytes} bytes, allowed {cap.payload}"
            )
        return cls, message_bytes, payload_bytes


def _decode(cls: type[m.Message], body: bytes) -> m.Message:
    # RecursionError and UnicodeDecodeError are no MsgspecErrors, but come out of it as well.
    try:
        message = _DECODERS[cls].decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise RemoteProtocolError(f"{cls.__name__}: {error}") from error
    for field in _FLOAT_FIELDS[cls]:
        if not math.isfinite(getattr(message, field)):
            raise RemoteProtocolError(f"{cls.__name__}: {field} is not finite")
    return message
