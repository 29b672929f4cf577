"""A frame's journal as those see it who render: what is known of the frame, on the disk and here.

Made by `begin_journal` for a new frame or by `resume_journal` for one that was interrupted; ends
with `end`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.frames.jobs import PreparedJob
from app.frames.journal_file import (
    OLD_SUFFIX,
    SUFFIX,
    JournalFile,
    create_journal,
    new_journal_id,
    open_journal,
    set_journal_aside,
)
from app.frames.journal_format import (
    Encoder,
    JournalError,
    JournalServer,
    Piece,
    Replay,
    find_overlapping,
)
from app.frames.journal_pins import PinnedAsset, Pins, find_difference
from app.frames.journal_request import encode_request
from app.frames.journal_writer import Disk, Entry, JournalThread, JournalWriter, OnProblem
from app.system.software import software_version
from renderer.buckets import Region
from renderer.film import Film


@dataclass(frozen=True)
class JournalWish:
    """Where a frame's journal is to be.

    Attributes:
        path: of the file.
        resume: go on with the frame that it holds.
    """

    path: Path
    resume: bool = False


class FrameJournal:
    """All that is known of a frame: its pieces, and who delivered them.

    Args:
        path: of the file.
            None: there is none, and all is known here only.
        pins: what the frame is.

    Attributes:
        path, pins: as above.
        pieces: by region, in the order of their arrival.
        servers: by number.
        resumed: whether anything was there before.
    """

    def __init__(self, path: Path | None, pins: Pins) -> None:
        self.path = path
        self.pins = pins
        self.pieces: dict[Region, Piece] = {}
        self.servers: dict[int, JournalServer] = {}
        self.resumed = False
        self._writer: JournalWriter | None = None
        self._thread: JournalThread | None = None

    def write(
        self, encoder: Encoder, open_disk: Callable[[], Disk], film: Film, on_problem: OnProblem
    ) -> None:
        """Write to a file from now on; its header too if nothing was there before."""
        pins = None if self.resumed else self.pins
        self._writer = JournalWriter(
            encoder, open_disk, film.read, self._is_current, on_problem, pins
        )
        self._thread = JournalThread(self._writer)

    def _is_current(self, piece: Piece) -> bool:
        return self.pieces.get(piece.region) is piece

    @property
    def engine_classes(self) -> tuple[str, ...]:
        """Classes of all who delivered a piece."""
        numbers = {piece.server for piece in self.pieces.values()}
        return tuple(sorted({self.servers[number].engine_class for number in numbers}))

    @property
    def elapsed_s(self) -> float:
        """Seconds of rendering until the last piece arrived."""
        return max((piece.at_s for piece in self.pieces.values()), default=0.0)

    def restore(self, pieces: Iterable[Piece], replay: Replay) -> None:
        """Take over what was on the disk before."""
        self.pieces = {piece.region: piece for piece in pieces}
        self.servers = dict(replay.servers)
        self.resumed = True

    def put(self, server: JournalServer, piece: Piece) -> None:
        """A piece is on the film."""
        if self.servers.get(server.number) != server:
            self.servers[server.number] = server
            self._write(server)
        self.pieces[piece.region] = piece
        self._write(piece)

    def _write(self, entry: Entry) -> None:
        if self._writer is not None and self._thread is not None:
            self._writer.put(entry)
            self._thread.wake()

    def revoke(self, region: Region) -> None:
        """Pixels are false; call it before the film gets better ones."""
        for gone in find_overlapping(self.pieces, region):
            del self.pieces[gone]
        self._write(region)

    def end(self, *, remove: bool) -> None:
        """Write what waits, or remove the file; returns at once."""
        if self._thread is not None:
            self._thread.end(remove=remove)

    def join(self) -> bool:
        """Wait until `end` has been done; returns whether it has, after some seconds."""
        return self._thread is None or self._thread.join()


def begin_journal(
    path: Path, job: PreparedJob, film: Film, on_problem: OnProblem
) -> tuple[FrameJournal, str]:
    """Return the journal of a new frame, and what people should know about it, "" for nothing.

    A journal that is there is set aside. The file is made by the writer's thread, which tries
    again when it cannot.

    Raises:
        JournalError: another program writes this journal.
    """
    aside = set_journal_aside(path)
    journal = FrameJournal(path, make_pins(job))
    journal.write(Encoder(new_journal_id()), lambda: create_journal(path), film, on_problem)
    note = f"an unfinished render is kept as {aside}" if aside is not None else ""
    return journal, note


def resume_journal(
    path: Path, job: PreparedJob, film: Film, on_problem: OnProblem
) -> tuple[FrameJournal, str]:
    """Return the journal of an interrupted frame, whose pixels are on the film then.

    Without a journal, or with one whose program was killed before its header was on the disk,
    the frame begins afresh.

    Raises:
        JournalError: it is of another frame, or another program writes it; the text names what
            differs and the way out.
    """
    try:
        file = open_journal(path)
    except FileNotFoundError:
        journal, _ = begin_journal(path, job, film, on_problem)
        return journal, f"there is no journal {path}: the frame begins afresh"
    except JournalError as error:
        raise JournalError(f"cannot resume {path}: {error}: wait until it ends") from error
    try:
        replay = file.replay()
    except JournalError as error:
        file.close()
        journal, note = begin_journal(path, job, film, on_problem)
        return journal, f"{path}: {error}: the frame begins afresh" + (note and f"; {note}")
    return _go_on(file, replay, job, film, on_problem)


def _go_on(
    file: JournalFile, replay: Replay, job: PreparedJob, film: Film, on_problem: OnProblem
) -> tuple[FrameJournal, str]:
    path = file.path
    difference = find_difference(replay.pins, make_pins(job))
    if difference:
        file.close()
        aside = path.name.removesuffix(SUFFIX) + OLD_SUFFIX
        raise JournalError(
            f"cannot resume {path}: {difference}; ask for the frame as it was, or render without "
            f"resuming (the journal is then kept as {aside})"
        )
    pieces = file.load(replay, film)
    journal = FrameJournal(path, replay.pins)
    journal.restore(pieces, replay)
    journal.write(Encoder(replay.id, replay.sequence), lambda: file, film, on_problem)
    return journal, _describe_damage(replay)


def _describe_damage(replay: Replay) -> str:
    if not replay.damaged:
        return ""
    return (
        f"the journal is damaged in {replay.damaged} places; {replay.dropped} of its buckets "
        "and those in the damaged places are rendered again"
    )


def make_pins(job: PreparedJob) -> Pins:
    """Return what decides the pixels of a job, and what people want to know of it."""
    spec = job.spec
    return Pins(
        software=software_version(),
        engine=spec.engine,
        scene=spec.scene,
        settings=msgspec.Raw(spec.settings),
        width=spec.width,
        height=spec.height,
        components=spec.components,
        assets=tuple(PinnedAsset(x.label, x.digest, x.size) for x in spec.assets),
        started_s=time.time(),
        request=encode_request(job.request),
    )
