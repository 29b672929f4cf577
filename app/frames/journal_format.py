"""The journal of a frame as bytes: what was rendered, so that a killed client loses nothing.

No files here: records become bytes, and bytes become a `Replay`. A journal is a row of records:

    marker 4 · kind 1 · zero 3 · sequence 4 · length 4 · CRC of the payload 4 ·
    journal's id 8 · CRC of these 28 bytes 4 · payload

little-endian. The first two records are the header, twice. Whatever happens to a journal, each
record that is whole counts:

- a torn tail (killed while writing) is ignored;
- of a record with a broken payload nothing else suffers;
- where a record's own head is broken, the next one is found by its marker, id and CRC. What was
  lost may have been a revocation, so all pixels *before* that place are dropped;
- pixels of a server whose record is lost are dropped: nobody knows its engine class.

The id is random: pixels from the network cannot be made to look like records.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import msgspec

from app.frames.journal_pins import FORMAT, Pins
from renderer.buckets import Region

MARKER = b"\xb5BKJ"
_HEAD = struct.Struct("<4sB3xIII8s")
_CRC = struct.Struct("<I")
HEAD_BYTES = _HEAD.size + _CRC.size
ID_BYTES = 8
#: The largest bucket of all channels has 16 MiB (`jobs.MAX_RESULT_BYTES`) and some of our own;
#: the header names at most 100,000 files.
MAX_RECORD_BYTES = 64 << 20
_PIXELS = struct.Struct("<5IQdd")
_REGION = struct.Struct("<4I")

Buffer = bytes | bytearray | memoryview


class JournalError(Exception):
    """A journal cannot be used; the text names it and the way out."""


class Kind(IntEnum):
    """What a record holds."""

    HEADER = 1
    SERVER = 2
    PIXELS = 3
    REVOKED = 4


class JournalServer(msgspec.Struct, frozen=True):
    """Who delivered pixels; records name it by its number, from 1 as in channel `server`."""

    number: int
    uid: str
    name: str
    address: str
    engine_class: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A region whose pixels are there.

    Attributes:
        server: number of who delivered it.
        samples: that were taken for it.
        render_s: thread seconds that it took.
        at_s: when it arrived, seconds of rendering since the frame was begun.
        place: of its pixels in the journal: first byte, length; None while they are not there.
    """

    region: Region
    server: int
    samples: int
    render_s: float
    at_s: float
    place: tuple[int, int] | None = None


@dataclass
class Replay:
    """What a journal holds.

    Attributes:
        pieces: with pixels that count, in the order of their arrival.
        end: where the next record goes; what is behind it is torn.
        sequence: number of the next record.
        damaged: how many places were broken, the torn tail not counted.
        dropped: how many pieces that were there do not count, because of the damage.
    """

    pins: Pins
    id: bytes
    servers: Mapping[int, JournalServer]
    pieces: list[Piece] = field(default_factory=list)
    end: int = 0
    sequence: int = 0
    damaged: int = 0
    dropped: int = 0

    @property
    def engine_classes(self) -> tuple[str, ...]:
        """Classes of those who delivered the pieces."""
        numbers = {piece.server for piece in self.pieces}
        return tuple(sorted({self.servers[number].engine_class for number in numbers}))


class Encoder:
    """Makes the records of one journal, numbered one after the other."""

    def __init__(self, journal_id: bytes, sequence: int = 0) -> None:
        self.id = journal_id
        self.sequence = sequence

    def header(self, pins: Pins) -> bytes:
        """Return the beginning of a journal; twice, because nothing counts without it."""
        payload = msgspec.json.encode(pins)
        return self._record(Kind.HEADER, payload) + self._record(Kind.HEADER, payload)

    def server(self, server: JournalServer) -> bytes:
        """Return the record of a server; it goes before its first pixels."""
        return self._record(Kind.SERVER, msgspec.json.encode(server))

    def pixels(self, piece: Piece, pixels: bytes) -> bytes:
        """Return the record of a piece's pixels.

        They are not compressed: zlib leaves 60 % of a beauty, at 35 MB/s; the disk is faster.

        Args:
            piece: where they belong.
            pixels: row-major float32 of all of the film's channels, little-endian.
        """
        region = piece.region
        head = _PIXELS.pack(
            region.x, region.y, region.width, region.height, piece.server, piece.samples,
            piece.render_s, piece.at_s,
        )  # fmt: skip
        return self._record(Kind.PIXELS, head + pixels)

    def revoked(self, regions: Sequence[Region]) -> bytes:
        """Return the record that the pixels of these regions are false."""
        payload = b"".join(_REGION.pack(r.x, r.y, r.width, r.height) for r in regions)
        return self._record(Kind.REVOKED, payload)

    def _record(self, kind: Kind, payload: bytes) -> bytes:
        if len(payload) > MAX_RECORD_BYTES:
            raise ValueError(f"a record of {len(payload)} bytes is over {MAX_RECORD_BYTES}")
        crc = zlib.crc32(payload)
        head = _HEAD.pack(MARKER, kind, self.sequence, len(payload), crc, self.id)
        self.sequence += 1
        return b"".join((head, _CRC.pack(zlib.crc32(head)), payload))


@dataclass(frozen=True, slots=True)
class _Head:
    kind: int
    sequence: int
    length: int
    crc: int
    id: bytes


def read_journal(data: Buffer, find: Callable[[bytes, int], int] | None = None) -> Replay:
    """Return what a journal holds; never fails for what is behind an intact header.

    Args:
        data: the file, or its view.
        find: `bytes.find` of the file where `data` is a view that has none.

    Raises:
        JournalError: there is no header, or it is of a later version of the program.
    """
    reader = _Reader(data, find or bytes(data).find)
    try:
        reader.read()
        return reader.replay()
    finally:
        reader.release()


def read_pins(data: Buffer) -> tuple[Pins, int]:
    """Return what a journal begins with, and where its records begin.

    Args:
        data: the beginning of the file.

    Raises:
        JournalError: as `read_journal`.
    """
    replay = read_journal(data)
    first = min((x.place[0] for x in replay.pieces if x.place is not None), default=replay.end)
    return replay.pins, first


class _Reader:
    """Walks over the records of one journal."""

    def __init__(self, data: Buffer, find: Callable[[bytes, int], int]) -> None:
        self._data = memoryview(data)
        self._find = find
        self._id = b""
        self._sequence = -1
        self._end = 0
        self._damaged = self._dropped = 0
        self._pins: Pins | None = None
        self._servers: dict[int, JournalServer] = {}
        self._pieces: dict[Region, Piece] = {}

    def release(self) -> None:
        """Let go of the data: a mapped file can be closed then."""
        self._data.release()

    def read(self) -> None:
        """Take all records that are whole."""
        position, size = 0, len(self._data)
        while position + HEAD_BYTES <= size:
            head = self._head(position)
            if head is None:
                position = self._find(MARKER, position + 1)
                if position < 0:
                    return
                continue
            start = position + HEAD_BYTES
            if start + head.length > size:
                return  # killed while it was written
            if position > self._end:  # something between was not readable
                self._damaged += 1
                self._distrust_all()
            self._id, self._sequence = head.id, head.sequence
            position = self._end = start + head.length
            self._take(head, start)

    def _head(self, position: int) -> _Head | None:
        """Return the head of a record of this journal if there is one here."""
        raw = self._data[position : position + _HEAD.size]
        (crc,) = _CRC.unpack_from(self._data, position + _HEAD.size)
        if raw[: len(MARKER)] != MARKER or zlib.crc32(raw) != crc:
            return None
        _, kind, sequence, length, payload_crc, journal_id = _HEAD.unpack(raw)
        if self._id not in (b"", journal_id) or sequence <= self._sequence:
            return None
        return _Head(kind, sequence, length, payload_crc, journal_id)

    def _take(self, head: _Head, start: int) -> None:
        payload = self._data[start : start + head.length]
        whole = zlib.crc32(payload) == head.crc
        if whole and head.kind == Kind.PIXELS and head.length >= _PIXELS.size:
            self._take_pixels(payload, start)
            return
        try:
            if not whole:
                raise ValueError("broken payload")
            self._take_note(head.kind, payload)
        except (ValueError, struct.error):
            self._damaged += 1
            if head.kind == Kind.REVOKED:
                self._distrust_all()

    def _take_note(self, kind: int, payload: memoryview) -> None:
        """Take a record that is not pixels; one of a kind of the future is passed over.

        Raises:
            ValueError: msgspec's errors are some.
            struct.error: a revocation ends within a region.
        """
        if kind == Kind.HEADER:
            self._pins = self._pins or msgspec.json.decode(bytes(payload), type=Pins)
        elif kind == Kind.SERVER:
            server = msgspec.json.decode(bytes(payload), type=JournalServer)
            self._servers[server.number] = server
        elif kind == Kind.REVOKED:
            for values in _REGION.iter_unpack(payload):
                for gone in find_overlapping(self._pieces, Region(*values)):
                    del self._pieces[gone]

    def _take_pixels(self, payload: memoryview, start: int) -> None:
        x, y, width, height, server, samples, render_s, at_s = _PIXELS.unpack_from(payload)
        region = Region(x, y, width, height)
        place = start + _PIXELS.size, len(payload) - _PIXELS.size
        self._pieces.pop(region, None)  # the later one counts, in its own place
        self._pieces[region] = Piece(region, server, samples, render_s, at_s, place)

    def _distrust_all(self) -> None:
        """A revocation may be lost: what was before it may be false."""
        self._dropped += len(self._pieces)
        self._pieces.clear()

    def replay(self) -> Replay:
        """Return what was found."""
        if self._pins is None:
            raise JournalError("it has no readable header")
        if self._pins.format != FORMAT:
            raise JournalError("another version of Bucket Brigade wrote it")
        known = [piece for piece in self._pieces.values() if self._fits(piece)]
        dropped = self._dropped + len(self._pieces) - len(known)
        return Replay(
            self._pins, self._id, self._servers, known, self._end, self._sequence + 1,
            self._damaged, dropped,
        )  # fmt: skip

    def _fits(self, piece: Piece) -> bool:
        """Whether the piece is of a known server and lies in the frame."""
        assert self._pins is not None
        region = piece.region
        inside = (
            region.width > 0
            and region.height > 0
            and region.x + region.width <= self._pins.width
            and region.y + region.height <= self._pins.height
        )
        return inside and piece.server in self._servers


def overlap(one: Region, other: Region) -> bool:
    """Return whether two regions share a pixel."""
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


def find_overlapping(regions: Collection[Region], region: Region) -> list[Region]:
    """Return which of a partition's regions share pixels with another; mostly it is one of them."""
    if region in regions:
        return [region]
    return [other for other in regions if overlap(other, region)]
