"""One job on the client's side: the scheduler's decisions as messages, and results judged.

Knows units, leases and assets, and nothing of links, phases and retries (`client_core`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from network.asset_sources import AssetSources
from network.audit import Audits
from network.instructions import (
    ClientInstruction,
    Commit,
    Confirmed,
    Leased,
    Level,
    Log,
    Released,
    Revoked,
    Send,
)
from network.leases import Lease
from network.messages import Assign, Cancel, EndJob, Job, Result
from network.scheduler import Committed, Scheduler
from network.work import BYTES_PER_COMPONENT, JobSpec, ServerId, Unit, cut_pixels

CheckResult = Callable[[Unit, bytes], str | None]
#: As `messages.Cancel` allows.
MAX_LEASES_PER_CANCEL = 4096


@dataclass(slots=True)
class Judgement:
    """What became of a result.

    Attributes:
        complaint: why it counts against the server; empty if it does not.
        committed: whether it is in the picture now, or was compared with it.
        liars: servers whose pixels turned out to be false.
    """

    instructions: list[ClientInstruction] = field(default_factory=list)
    complaint: str = ""
    committed: bool = False
    liars: tuple[ServerId, ...] = ()


class ClientJob:
    """The running job of a `ClientCore`; made by `start`, dropped when it ends."""

    def __init__(self, spec: JobSpec, check_result: CheckResult, first_lease: int) -> None:
        self.spec = spec
        self.books = Scheduler(spec.units, first_lease, spec.grain_px, len(spec.done_by))
        self.audits = Audits(spec.audit, spec.job)
        self._authors: dict[tuple[ServerId, str], set[int]] = {}  # and engine class: units
        first = len(spec.units) - len(spec.done_by)
        for unit, server in enumerate(spec.done_by, first):
            self._authors.setdefault((server, spec.engine_class), set()).add(unit)
        self._check_result = check_result
        self.sources = AssetSources(spec.job, {x.digest: x.size for x in spec.assets})
        self._manifest = msgspec.msgpack.encode(list(spec.assets))
        self._message = Job(
            job=spec.job,
            engine=spec.engine,
            scene=spec.scene,
            settings=spec.settings,
            width=spec.width,
            height=spec.height,
            components=spec.components,
            bucket_pixels=spec.bucket_pixels,
            use_cache=spec.use_cache,
        )
        self.result_cap = max(spec.result_bytes(unit) for unit in spec.units)

    def offer(self, server: ServerId) -> Send:
        """Return the message that offers the job to a server."""
        return Send(server, self._message, self._manifest)

    # -- leases ---------------------------------------------------------------------------------

    def hand_out(self, leases: Iterable[Lease]) -> list[ClientInstruction]:
        """Return what tells servers and views about new leases."""
        out: list[ClientInstruction] = []
        for lease in leases:
            unit = self.books.units[lease.unit]
            assign = Assign(
                job=self.spec.job,
                unit=unit.index,
                lease=lease.number,
                x=unit.x,
                y=unit.y,
                width=unit.width,
                height=unit.height,
                first_sample=unit.first_sample,
                samples=unit.samples,
            )
            out += [Send(lease.server, assign), Leased(lease.server, unit)]
        return out

    def release(self, leases: Sequence[Lease], *, cancel: bool) -> list[ClientInstruction]:
        """Return what tells that leases ended; `cancel` tells their servers too."""
        out = [released for lease in leases for released in self._released(lease)]
        return out + self._cancels(leases) if cancel else out

    def _released(self, lease: Lease) -> list[ClientInstruction]:
        """Return what tells views; a late lease was released when it became overdue."""
        return [] if lease.late else [Released(lease.server, self.books.units[lease.unit])]

    def _cancels(self, leases: Iterable[Lease]) -> list[ClientInstruction]:
        """Return what tells servers that leases ended."""
        out: list[ClientInstruction] = []
        numbers: dict[ServerId, list[int]] = {}
        for lease in leases:
            numbers.setdefault(lease.server, []).append(lease.number)
        for server, ended in numbers.items():
            for start in range(0, len(ended), MAX_LEASES_PER_CANCEL):
                part = ended[start : start + MAX_LEASES_PER_CANCEL]
                out.append(Send(server, Cancel(self.spec.job, part)))
        return out

    def end(self, servers: Iterable[ServerId], *, restart: bool) -> list[ClientInstruction]:
        """Return what ends the job on these servers and clears the views.

        Args:
            servers: who has it.
            restart: their render processes are to begin anew, if they have nothing else to do.
        """
        out = self.release(list(self.books.leases()), cancel=False)
        return out + [Send(server, EndJob(self.spec.job, restart)) for server in servers]

    # -- results --------------------------------------------------------------------------------

    def result(
        self, author: tuple[ServerId, str], message: Result, payload: bytes, now_s: float
    ) -> Judgement:
        """Judge a result: the first valid one of a unit is committed, also when it is late.

        Args:
            author: the server, and its engine class.
            message: what it said.
            payload: its pixels.
            now_s: of the clock.
        """
        server = author[0]
        index = self.books.unit_of(server, message.lease)
        if index is None or index != message.unit:
            return Judgement(complaint=f"sent a result for unknown lease {message.lease}")
        unit = self.books.units[index]
        if not self.books.unfinished(index):
            text = f"dropped a second result of bucket {index} from {server}"
            return Judgement([Log(Level.DEBUG, text)])
        complaint = self._complaint(unit, payload)
        if complaint:
            return Judgement(complaint=complaint)
        committed = self.books.commit(server, message.lease, now_s)
        original = self.books.original(index)
        if original is not None:
            return self._compare(server, original, payload, message.lease, committed.useless)
        out = self._commits(author, unit, committed, payload, message.render_s)
        for lease in committed.useless:  # a Commit ends its server's lease of the unit in views
            if lease.server != server or lease.unit not in committed.parts:
                out += self._released(lease)
        out += self._cancels([x for x in committed.useless if x.number != message.lease])
        return Judgement(out, committed=True)

    def _commits(
        self,
        author: tuple[ServerId, str],
        unit: Unit,
        committed: Committed,
        payload: bytes,
        render_s: float,
    ) -> list[ClientInstruction]:
        """Return what puts a result into the film: whole, or as its parts that are still open."""
        pixel_bytes = self.spec.components * BYTES_PER_COMPONENT
        out: list[ClientInstruction] = []
        server = author[0]
        authored = self._authors.setdefault(author, set())
        for index in committed.parts:
            part = self.books.units[index]
            pixels = cut_pixels(payload, unit, part, pixel_bytes)
            seconds = render_s * part.pixels / unit.pixels
            out.append(Commit(server, part, pixels, seconds, committed.attempt))
            authored.add(index)
            if self.audits.note(index, server, pixels):
                self.books.audit(index, [server])
        return out

    def _compare(
        self, server: ServerId, unit: int, payload: bytes, number: int, ended: Sequence[Lease]
    ) -> Judgement:
        """Judge a unit that was rendered again; one word against another needs a third."""
        out = [released for lease in ended for released in self._released(lease)]
        out += self._cancels([lease for lease in ended if lease.number != number])
        if not self.audits.witnesses(unit):
            return Judgement(out, committed=True)  # the unit was revoked meanwhile
        verdict = self.audits.vote(unit, server, payload)
        if verdict.agreed:
            out.append(Confirmed(server, self.books.units[unit]))
        if not verdict.agreed and not verdict.liars:
            names = " and ".join(verdict.witnesses)
            text = f"bucket {self.books.units[unit].bucket} differs between {names}: asking another"
            out.append(Log(Level.WARNING, text))
            self.books.audit(unit, verdict.witnesses)
        return Judgement(out, committed=True, liars=verdict.liars)

    def revoke(self, server: ServerId) -> list[ClientInstruction]:
        """A server's pixels are false: all that it delivered is rendered again."""
        self.audits.revoke(server)
        return self._revoke([author for author in self._authors if author[0] == server])

    def revoke_class(self, engine_class: str) -> list[ClientInstruction]:
        """Another engine class renders the frame: what this one rendered is rendered again."""
        authors = [author for author in self._authors if author[1] == engine_class]
        for server, _ in authors:
            self.audits.revoke(server)
        return self._revoke(authors)

    def _revoke(self, authors: Iterable[tuple[ServerId, str]]) -> list[ClientInstruction]:
        out: list[ClientInstruction] = []
        for author in authors:
            for unit in sorted(self._authors.pop(author)):
                self.books.reopen(unit)
                out.append(Revoked(author[0], self.books.units[unit]))
        return out

    def progress(self) -> float:
        """Return how much of the job is done, 0 to 1."""
        return self.books.progress()

    def drop_hopeless_audits(self) -> list[ClientInstruction]:
        """Give up comparisons that nobody is left for; what differed is told."""
        out: list[ClientInstruction] = []
        for unit in self.books.drop_hopeless_audits():
            witnesses = self.audits.witnesses(unit)
            if len(witnesses) > 1:
                text = f"bucket {self.books.units[unit].bucket} differs between "
                text += f"{' and '.join(witnesses)}, and no other server is left to tell who errs"
                out.append(Log(Level.WARNING, text))
        return out

    def _complaint(self, unit: Unit, payload: bytes) -> str:
        expected = self.spec.result_bytes(unit)
        if len(payload) != expected:
            return f"sent {len(payload)} bytes for bucket {unit.index}, not {expected}"
        problem = self._check_result(unit, payload)
        return f"sent a bad bucket {unit.index}: {problem}" if problem else ""
