"""One frame on its way: its job, film, journal and counts, kept in step.

Made by `open_frame`, off the event loop; whoever renders tells it what arrives.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.frames.film_pixels import Pixels, add_own_channels, count_samples, make_film
from app.frames.frame_journal import (
    FrameJournal,
    JournalWish,
    begin_journal,
    make_pins,
    resume_journal,
)
from app.frames.frame_tally import FrameTally, Part, ServerFacts
from app.frames.jobs import PreparedJob
from app.frames.journal_format import JournalError, JournalServer, Piece
from app.frames.journal_pins import find_difference
from app.frames.journal_writer import OnProblem
from app.frames.leftover import BucketGrid, DonePart, leave_out
from app.values.provenance import Origin, Provenance
from app.values.session_types import ServerReport
from network.work import Unit
from renderer.buckets import Region
from renderer.film import Film

#: One whose record is lost, and who delivered nothing that counts.
_UNKNOWN = JournalServer(0, "", "unknown", "", "")
#: Servers of now by (shown name, address): who resumes a frame knows them again by it.
KnownServers = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Arrival:
    """A unit that is on the film.

    Attributes:
        pixels: (h, w, components of the film).
        server: what its server has done so far.
    """

    region: Region
    pixels: Pixels
    server: ServerReport


class Frame:
    """See the module.

    Attributes:
        job: of the units that are rendered in this session.
        whole: of the whole frame.
        film: with what was there before.
        note: what people should know about the journal, "" for nothing.
    """

    def __init__(
        self, whole: PreparedJob, film: Film, journal: FrameJournal, note: str = ""
    ) -> None:
        self.whole = whole
        self.job = whole
        self.film = film
        self.journal = journal
        self.note = note
        self.tally = FrameTally(0.0)
        self.provenance = Provenance()

    def keep_outside(self, before: Frame) -> None:
        """Show another frame's pixels where this one renders nothing, if the two go together.

        They do if they are of one scene and have the same size and channels; what was rendered
        otherwise then stands beside what is rendered now, as the artist sees.
        """
        then, now = before.whole.request, self.whole.request
        alike = then.scene == now.scene and then.settings.channels == now.settings.channels
        same_size = before.film.pixels.shape == self.film.pixels.shape
        if alike and same_size and not self.journal.resumed:
            self.film.take_over(before.film, now.regions)

    def begin(self, tally: FrameTally, known: KnownServers) -> None:
        """Begin a session with what is missing on the film; a complete one has nothing to do.

        Args:
            tally: of this session.
            known: servers that may take part.

        Raises:
            JournalError: pixels of several engine classes, which may not be mixed any more.
        """
        classes = self.journal.engine_classes
        spec = self.whole.spec
        if len(classes) > 1 and not spec.mix_engines:
            raise JournalError(
                f"the frame has pixels of several engine classes ({', '.join(classes)}): allow to "
                "mix engines again, or render it afresh"
            )
        self.tally = tally
        uids = self._number_servers(known)
        grid = BucketGrid(self.whole.regions, self.whole.request.bucket_size)
        done = [
            (piece, DonePart(bucket, region, uids[piece.server]))
            for piece in self.journal.pieces.values()
            for bucket, region in grid.cut(piece.region)
        ]
        job = leave_out(self.whole, self.film.done, [part for _, part in done])
        spec = replace(
            job.spec,
            job=secrets.token_hex(16),  # a stopped one had this name
            engine_class=classes[0] if classes and not spec.mix_engines else "",
        )
        self.job = replace(job, spec=spec)
        tally.begin(self.job)
        for number, uid in uids.items():
            server = self.journal.servers.get(number, _UNKNOWN)
            tally.restore_server(uid, server.name, server.address)
        tally.provenance = self.provenance = Provenance()
        for piece in self.journal.pieces.values():
            origin = Origin(piece.server, 0, piece.at_s, piece.render_s)
            self.provenance.commit(piece.region, origin)
        for piece, part in done:
            tally.restore(part.uid, self._count(piece, part))
        tally.begin_again(self.journal.elapsed_s, classes)

    def _number_servers(self, known: KnownServers) -> dict[int, str]:
        """Return who is meant by each number of the journal, which stays what it was."""
        uids: dict[int, str] = {}
        for number in range(1, max(self.journal.servers, default=0) + 1):
            server = self.journal.servers.get(number, _UNKNOWN)
            uid = known.get((server.name, server.address))
            uids[number] = f"{number} before" if uid is None or uid in uids.values() else uid
        return uids

    def _count(self, piece: Piece, part: DonePart) -> Part:
        share = part.region.pixels / piece.region.pixels
        return Part(
            part.bucket,
            part.region.pixels,
            part.region.pixels * self.whole.request.settings.samples,
            round(piece.samples * share),
            piece.render_s * share,
        )

    @property
    def complete(self) -> bool:
        """Whether all that was asked for is on the film."""
        return self.tally.nothing_missing

    def commit(
        self, uid: str, unit: Unit, payload: bytes, render_s: float, facts: ServerFacts,
        now_s: float, attempt: int = 1,
    ) -> Arrival:  # fmt: skip
        """Put a unit's pixels on the film.

        Args:
            uid: of the server that delivered them.
            unit: of the running job, or a part of one.
            payload: row-major float32, all channels of the engine.
            render_s: thread seconds that it took.
            facts: about the servers.
            now_s: of the clock.
            attempt: as in `network.instructions.Commit`.
        """
        result = np.frombuffer(payload, dtype="<f4").reshape(unit.height, unit.width, -1)
        settings = self.whole.request.settings
        number = self.tally.number_of(uid)
        pixels = add_own_channels(result, settings, number)
        region = Region(unit.x, unit.y, unit.width, unit.height)
        self.film.put(region, pixels)
        samples = count_samples(result, unit, settings)
        server = JournalServer(
            number, uid, facts.name(uid), facts.address(uid), facts.engine_class(uid)
        )
        at_s = self.tally.rendering_s(now_s)
        self.journal.put(server, Piece(region, number, samples, render_s, at_s))
        self.provenance.commit(region, Origin(number, attempt, at_s, render_s))
        return Arrival(region, pixels, self.tally.commit(uid, unit, render_s, now_s, samples))

    def revoke(self, uid: str, unit: Unit) -> None:
        """A unit's pixels turned out to be false: they go, and come again."""
        region = Region(unit.x, unit.y, unit.width, unit.height)
        piece = self.journal.pieces.get(region)
        taken, render_s = (piece.samples, piece.render_s) if piece else (unit.pixel_samples, 0.0)
        self.journal.revoke(region)
        self.film.clear(region)
        self.provenance.revoke(region)
        self.tally.revoke(uid, unit, render_s, taken)


def open_frame(job: PreparedJob, wish: JournalWish | None, on_problem: OnProblem) -> Frame:
    """Return a frame with its film, and with the pixels of its journal if it is resumed.

    Args:
        job: of the whole frame.
        wish: where the journal is; None: none is written.
        on_problem: hears of a journal that cannot be written, in another thread.

    Raises:
        MemoryError: this computer has no room for the film; the text says so.
        JournalError: the frame cannot be resumed, or somebody else renders it.
    """
    settings = job.request.settings
    try:
        film = make_film(settings)
    except MemoryError as error:
        size = f"{settings.width} × {settings.height}"
        raise MemoryError(f"this computer has too little memory for {size} pixels") from error
    if wish is None:
        return Frame(job, film, FrameJournal(None, make_pins(job)))
    get_journal = resume_journal if wish.resume else begin_journal
    journal, note = get_journal(wish.path, job, film, on_problem)
    return Frame(job, film, journal, note)


def refresh_frame(frame: Frame, job: PreparedJob) -> Frame:
    """Return a frame that was stopped, to go on with it.

    Args:
        frame: as it was.
        job: its request, prepared again.

    Raises:
        JournalError: a file of the scene has changed meanwhile.
    """
    difference = find_difference(frame.journal.pins, make_pins(job))
    if difference:
        raise JournalError(f"the frame cannot go on: {difference}; render it afresh")
    frame.whole = job
    return frame
