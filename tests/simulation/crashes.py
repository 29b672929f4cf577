"""The client dies in the middle of a frame and goes on with its journal: `--resume` in a box.

Records, the writer and the reader are the real ones, and so is what cuts the rest of a frame into
units; the disk is made up. A killed process leaves what it has written and a part of the record
that it was at; a computer that loses its power perhaps no more than what was synchronised.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from app.frames.jobs import PreparedJob
from app.frames.journal_format import (
    Encoder,
    JournalError,
    JournalServer,
    Piece,
    Replay,
    find_overlapping,
    overlap,
    read_journal,
)
from app.frames.journal_pins import Pins
from app.frames.journal_writer import SYNC_INTERVAL_S, JournalWriter
from app.frames.leftover import BucketGrid, DonePart, leave_out
from app.values.session_types import RenderRequest
from network import instructions as do
from network.client_core import JobSpec, Unit
from renderer.bucket_size import square
from renderer.buckets import Region
from renderer.settings import RenderSettings

from .invariants import Film
from .node import SIDE_PX
from .world import SILENCE_S, World

#: The writer's thread gets to a record so long after it was put.
WRITTEN_AFTER_S = 0.01


class Disk:
    """What of a journal is on the disk, and how much of it survives a power cut."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.synced = len(data)

    def append(self, data: bytes) -> None:
        self.data += data

    def sync(self) -> None:
        self.synced = len(self.data)

    def close(self, *, remove: bool = False) -> None:
        """Nothing to do: nobody else has it."""


@dataclass
class Known:
    """A piece that was put, as the test knows it.

    Attributes:
        at_s: when it was put.
        region: of the frame.
        gone_s: when its pixels were revoked.
    """

    at_s: float
    region: Region
    gone_s: float | None = None


@dataclass
class Frame:
    """One frame through all lives of its client.

    Attributes:
        job: of the whole frame.
        disk: None before the first life writes to it.
        pixels: (height, width, 1) float32, what the client shows.
        pieces: by region, those that count.
        put: all that was ever put, in order.
    """

    job: JobSpec
    disk: Disk
    pixels: npt.NDArray[np.float32]
    pieces: dict[Region, Piece] = field(default_factory=dict)
    put: list[Known] = field(default_factory=list)


class Journals:
    """Writes the journal of whatever frame the client renders, and resumes it after a crash.

    Attributes:
        resumed: how often a frame went on.
        restored: pieces that came back from journals.
    """

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world, self._rng = world, rng
        self._frame: Frame | None = None
        self._writer: JournalWriter | None = None
        self._servers: dict[str, JournalServer] = {}
        self._life = 0
        self._away_s = 0.0
        self.resumed = self.restored = 0
        world.watchers.append(self._see)

    # -- while the client lives ---------------------------------------------------------------

    def _see(self, order: object) -> None:
        if isinstance(order, do.Commit):
            self._commit(order)
        elif isinstance(order, do.Revoked):
            self._revoke(_region_of(order.unit))
        elif isinstance(order, do.JobDone) and order.complete:
            frame = self._current()
            mask = _mask(frame, frame.pieces.values())
            assert all(_part(mask, _region_of(unit)).all() for unit in frame.job.units)

    def _current(self) -> Frame:
        """The frame of the world's job; a new one if the artist has begun another."""
        job = self._world.job
        if self._frame is None or self._frame.job.assets != job.assets:
            width = max(unit.x + unit.width for unit in job.units)
            pixels = np.zeros((SIDE_PX, width, 1), np.float32)
            self._frame = Frame(job, Disk(), pixels)
            self._servers = {}
            self._open(Encoder(self._rng.randbytes(8)), _pins_of(job, width))
        return self._frame

    def _open(self, encoder: Encoder, pins: Pins | None) -> None:
        frame = self._frame
        assert frame is not None
        self._writer = JournalWriter(
            encoder,
            lambda: frame.disk,
            lambda region: _part(frame.pixels, region).copy(),
            lambda piece: frame.pieces.get(piece.region) is piece,
            pins=pins,
        )

    def _commit(self, order: do.Commit) -> None:
        frame, writer = self._current(), self._writer
        assert writer is not None
        unit, region = order.unit, _region_of(order.unit)
        values = np.frombuffer(order.payload, "<f4").reshape(unit.height, unit.width, 1)
        _part(frame.pixels, region)[:] = values
        server = self._server(order.server, writer)
        piece = Piece(region, server.number, unit.pixel_samples, order.render_s, 0.0)
        frame.pieces[region] = piece
        frame.put.append(Known(self._world.time.now_s, region))
        writer.put(piece)
        self._wake()

    def _server(self, uid: str, writer: JournalWriter) -> JournalServer:
        records = (x.engine_class for x in self._world.client.servers() if x.uid == uid)
        # One that was told to leave after its bucket is gone when that is performed.
        engine_class = next(records, self._world.nodes[uid].engine_class)
        known = self._servers.get(uid)
        if known is None or known.engine_class != engine_class:
            number = known.number if known else len(self._servers) + 1
            known = self._servers[uid] = JournalServer(number, uid, uid, uid, engine_class)
            writer.put(known)
        return known

    def _revoke(self, region: Region) -> None:
        frame, writer = self._current(), self._writer
        assert writer is not None
        for known in frame.put:
            if known.gone_s is None and overlap(known.region, region):
                known.gone_s = self._world.time.now_s
        for gone in find_overlapping(frame.pieces, region):
            del frame.pieces[gone]
        writer.put(region)
        self._wake()

    def _wake(self) -> None:
        self._world.time.after(WRITTEN_AFTER_S, self._life_step(self._life))

    def _life_step(self, life: int) -> Callable[[], None]:
        def step() -> None:
            if life != self._life or self._writer is None:
                return
            wait_s = self._writer.step(self._world.time.now_s)
            if wait_s is not None:
                self._world.time.after(wait_s, self._life_step(life))

        return step

    # -- the crash ----------------------------------------------------------------------------

    def crash(self, *, power: bool, away_s: float) -> None:
        """The client dies, and somebody starts it again with `--resume`.

        Args:
            power: the whole computer is off, so that nobody says goodbye.
            away_s: until it is there again.
        """
        world = self._world
        if world.down:
            return
        # Begun is enough: a client that was asleep had not even heard of its job.
        running = world.job.job in world.films and world.done is None
        if running:
            self._tear(self._current(), power=power)
        self._life += 1
        self._away_s = away_s
        world.crash_client(SILENCE_S if power else 0.001)
        world.time.after(away_s, lambda: self._start_again(running))

    def _tear(self, frame: Frame, *, power: bool) -> None:
        """Leave on the disk what survives."""
        disk = frame.disk
        if power:
            del disk.data[self._rng.randint(disk.synced, len(disk.data)) :]
        elif self._writer is not None:  # it may be in the middle of what waits
            written = len(disk.data)
            self._writer.step(self._world.time.now_s)
            del disk.data[self._rng.randint(written, len(disk.data)) :]

    def _start_again(self, running: bool) -> None:
        world = self._world
        world.down = False
        for uid in sorted(world.nodes):
            node = world.nodes[uid]
            if not node.guest:
                world.tell(
                    lambda core, n, uid=uid, local=node.local: core.add_server(
                        uid, uid, n, local=local
                    )
                )
        if running:
            self.resume()

    def resume(self) -> None:
        """Go on with what the journal holds."""
        frame, world = self._frame, self._world
        assert frame is not None
        name = f"{world.next_job_number():032x}"
        try:
            replay = read_journal(bytes(frame.disk.data))
        except JournalError:  # it was killed before the header was on the disk
            self._check_loss(frame, [])
            self._frame = None
            world.begin(replace(frame.job, job=name))
            return
        self._check_loss(frame, [piece.region for piece in replay.pieces])
        assert not replay.damaged, "a torn tail is no damage"
        self._restore(frame, replay)
        done = [_part_of(frame, replay, piece) for piece in replay.pieces]
        whole = _prepared(replace(frame.job, job=name, engine_class=_class_of(replay)))
        mask = _mask(frame, replay.pieces)
        if all(_part(mask, region).all() for region in whole.regions):
            self._show_complete(frame, whole.spec)
            return
        spec = leave_out(whole, mask, done).spec
        film = Film(spec)
        for unit in spec.units[len(spec.units) - len(spec.done_by) :]:
            film.restore(unit, _part(frame.pixels, _region_of(unit)).tobytes())
        self.resumed += 1
        self.restored += len(done)
        world.begin(spec, film)

    def _show_complete(self, frame: Frame, spec: JobSpec) -> None:
        """Nothing was missing: the program writes the picture and never asks a server."""
        film = Film(spec)
        for unit in spec.units:
            film.restore(unit, _part(frame.pixels, _region_of(unit)).tobytes())
        self._world.job, self._world.films[spec.job] = spec, film
        self._world.done = do.JobDone(True)

    def _check_loss(self, frame: Frame, found: list[Region]) -> None:
        """What was known a while ago is there; nothing is there that nobody put."""
        before_s = self._world.time.now_s - self._away_s - SYNC_INTERVAL_S - 2 * WRITTEN_AFTER_S
        for known in frame.put:
            if known.gone_s is None and known.at_s < before_s:
                assert known.region in found, f"{known} was lost"
        may = {x.region for x in frame.put if x.gone_s is None or x.gone_s >= before_s}
        assert may.issuperset(found), "pixels came back that were false, or never there"
        if any(x.gone_s is not None and x.region in found for x in frame.put):
            self._world.exposed.clear()  # a revocation was lost: who lied shows it again, or not

    def _restore(self, frame: Frame, replay: Replay) -> None:
        """Show the journal's pixels, and go on writing behind its last whole record."""
        frame.pixels[:] = 0.0
        for piece in replay.pieces:
            assert piece.place is not None
            start, length = piece.place
            values = np.frombuffer(bytes(frame.disk.data[start : start + length]), "<f4")
            part = _part(frame.pixels, piece.region)
            part[:] = values.reshape(part.shape)
        del frame.disk.data[replay.end :]
        frame.disk.synced = len(frame.disk.data)
        frame.pieces = {piece.region: piece for piece in replay.pieces}
        frame.put = [Known(0.0, region) for region in frame.pieces]
        self._servers = {server.uid: server for server in replay.servers.values()}
        self._open(Encoder(replay.id, replay.sequence), None)


def _region_of(unit: Unit) -> Region:
    return Region(unit.x, unit.y, unit.width, unit.height)


def _part(
    pixels: npt.NDArray[np.float32] | npt.NDArray[np.bool_], region: Region
) -> npt.NDArray[np.float32] | npt.NDArray[np.bool_]:
    """Return the view of a region."""
    return pixels[region.y : region.y + region.height, region.x : region.x + region.width]


def _mask(frame: Frame, pieces: Iterable[Piece]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(frame.pixels.shape[:2], np.bool_)
    for piece in pieces:
        _part(mask, piece.region)[:] = True
    return mask


def _part_of(frame: Frame, replay: Replay, piece: Piece) -> DonePart:
    regions = [_region_of(unit) for unit in frame.job.units]
    ((bucket, region),) = BucketGrid(regions, square(SIDE_PX)).cut(piece.region)
    return DonePart(bucket, region, replay.servers[piece.server].uid)


def _class_of(replay: Replay) -> str:
    classes = replay.engine_classes
    assert len(classes) <= 1, f"a journal of one frame has pixels of {classes}"
    return classes[0] if classes else ""


def _prepared(spec: JobSpec) -> PreparedJob:
    regions = tuple(_region_of(unit) for unit in spec.units)
    return PreparedJob(spec, {}, regions, RenderRequest(Path("scene"), RenderSettings()))


def _pins_of(job: JobSpec, width: int) -> Pins:
    return Pins(
        software="simulated", engine=job.engine, scene=job.scene,
        settings=msgspec.Raw(job.settings), width=width, height=SIDE_PX, components=1, assets=(),
    )  # fmt: skip
