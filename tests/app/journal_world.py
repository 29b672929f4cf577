"""A small frame whose pixels anybody can compute, and a disk that dies when it is told to."""

from __future__ import annotations

import msgspec
import numpy as np

from app.frames.journal_format import Encoder, JournalServer, Piece
from app.frames.journal_pins import PinnedAsset, Pins
from app.frames.journal_writer import JournalWriter
from renderer.bucket_size import square
from renderer.buckets import BucketOrder, Region, make_buckets
from renderer.film import Film

WIDTH, HEIGHT, COMPONENTS, BUCKET = 48, 40, 4, 8
SERVER = JournalServer(1, "a", "studio-1", "10.0.0.1:20727", "tracer 1")


def make_pins(**changes) -> Pins:
    values = {
        "software": "1.0",
        "engine": "tracer",
        "scene": "room.glb",
        "settings": msgspec.Raw(b'{"samples":4,"shot":{"lens":"thin"}}'),
        "width": WIDTH,
        "height": HEIGHT,
        "components": COMPONENTS,
        "assets": (PinnedAsset("room.glb", "ab" * 32, 12), PinnedAsset("wood.png", "cd" * 32, 9)),
    }
    return Pins(**{**values, **changes})


def render(region: Region) -> np.ndarray:
    """What a server would deliver: a function of the pixel alone."""
    y, x = np.mgrid[region.y : region.y + region.height, region.x : region.x + region.width]
    values = np.stack([x, y, x * y, x - y], axis=2)
    return values.astype(np.float32) / np.float32(7.0)


def buckets() -> tuple[Region, ...]:
    return make_buckets(WIDTH, HEIGHT, square(BUCKET), BucketOrder.SPIRAL)


class KilledError(BaseException):
    """The power is gone; nobody can catch it."""


class VirtualDisk:
    """Takes `room` more bytes, and dies in the middle of the next; or fails as a full disk does.

    Attributes:
        data: what is on it.
        ends: size after each record.
        full: appending fails with half of the record written, which is then cut off.
    """

    def __init__(self, data: bytes = b"", room: int | None = None) -> None:
        self.data = bytearray(data)
        self.room = room
        self.ends: list[int] = []
        self.syncs: list[int] = []
        self.full = False
        self.removed = False
        self.closed = False

    def append(self, data: bytes) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        if self.room is not None and len(data) > self.room:
            self.data += data[: self.room]
            raise KilledError
        self.data += data
        self.room = None if self.room is None else self.room - len(data)
        self.ends.append(len(self.data))

    def sync(self) -> None:
        self.syncs.append(len(self.data))

    def close(self, *, remove: bool = False) -> None:
        self.closed, self.removed = True, remove


class World:
    """A film, its journal's writer, and what counts."""

    def __init__(self, disk: VirtualDisk, pins: Pins | None = None, encoder=None) -> None:
        self.disk = disk
        self.film = Film(WIDTH, HEIGHT, COMPONENTS)
        self.pieces: dict[Region, Piece] = {}
        self.problems: list[str] = []
        self.opened = 0
        self.writer = JournalWriter(
            encoder or Encoder(b"identity"),
            self._open,
            self.film.read,
            lambda piece: self.pieces.get(piece.region) is piece,
            self.problems.append,
            pins,
        )

    def _open(self) -> VirtualDisk:
        self.opened += 1
        return self.disk

    def deliver(self, region: Region, pixels: np.ndarray | None = None, server: int = 1) -> None:
        self.film.put(region, render(region) if pixels is None else pixels)
        piece = Piece(region, server, region.pixels * 4, 0.5, 1.25)
        self.pieces[region] = piece
        self.writer.put(piece)

    def revoke(self, region: Region) -> None:
        del self.pieces[region]
        self.writer.put(region)
        self.film.clear(region)
