"""What servers say about the client's running job, and what follows from it."""

from __future__ import annotations

from network.awake_clock import AwakeClock
from network.client_job import ClientJob
from network.client_links import Links, ServerRecord
from network.client_party import Party
from network.instructions import ClientInstruction, Level, Log, Phase, Released
from network.messages import (
    AssetRequest,
    GiveBack,
    JobStatus,
    Message,
    PeerFailed,
    PeerReady,
    PeerServed,
    Result,
    UnitFailed,
    WorkRequest,
)
from network.work import ServerId

#: Different buckets that fail on a server one after the other: it is the server.
MAX_FAILED_UNITS = 5
#: A server that has the job and neither files nor the scene open says how far it is. It notices
#: itself when its worker does not open a scene (`scene_opening.OPEN_SILENCE_S`); this is longer.
JOB_SILENCE_S = 660.0

_STATUS_PHASES = {
    "queued": Phase.QUEUED,
    "syncing": Phase.SYNCING,
    "opening": Phase.OPENING,
    "ready": Phase.RENDERING,
}


class Answers:
    """Judges messages of servers that take part. Instructions go to the list given."""

    def __init__(
        self, links: Links, party: Party, clock: AwakeClock, out: list[ClientInstruction]
    ) -> None:
        self._links = links
        self._party = party
        self._clock = clock
        self._out = out

    def message(
        self, record: ServerRecord, job: ClientJob, message: Message, payload: bytes
    ) -> None:
        """Judge what a server with the job says about it."""
        record.heard_s = self._clock.now_s
        if isinstance(message, Result):
            self._result(record, job, message, payload)
        elif isinstance(message, WorkRequest):
            now_s = self._clock.now_s
            self._out += job.hand_out(job.books.request(record.uid, message.units, now_s))
            self._out += job.hand_out(job.books.back_up(now_s))
        elif isinstance(message, JobStatus):
            self._status(record, job, message)
        elif isinstance(message, UnitFailed):
            self._unit_failed(record, job, message)
        elif isinstance(message, GiveBack):
            ended = job.books.drop(record.uid, message.leases)
            self._out += job.release(ended, cancel=False)
            self._out.append(
                Log(Level.INFO, f"{record.name} gave back {len(ended)} of its buckets")
            )
            self.hand_out(job)
        elif isinstance(message, AssetRequest):
            orders, complaint = job.sources.request(record.uid, message, self._clock.now_s)
            self._out += orders
            if complaint:
                self._party.strike(record, complaint)
        elif isinstance(message, PeerReady):
            self._out += job.sources.ready(record.uid, message)
        elif isinstance(message, PeerServed):
            self._out += job.sources.served(record.uid, message, self._clock.now_s)
        elif isinstance(message, PeerFailed):
            self._out += job.sources.failed(record.uid, message, self._clock.now_s)

    def _result(
        self, record: ServerRecord, job: ClientJob, message: Result, payload: bytes
    ) -> None:
        judgement = job.result(
            (record.uid, record.engine_class), message, payload, self._clock.now_s
        )
        self._out += judgement.instructions
        if judgement.committed:
            record.attempts = record.stalls = 0
            record.failed_units.clear()
            self._out += job.hand_out(job.books.request(record.uid, 0, self._clock.now_s))
            for liar in judgement.liars:
                self._expose(liar, job)
        elif judgement.complaint:
            failed = job.books.fail(record.uid, message.lease)
            if failed is not None:
                self._out += job.release([failed[0]], cancel=False)
            self._party.strike(record, judgement.complaint)
            self.hand_out(job)

    def _status(self, record: ServerRecord, job: ClientJob, message: JobStatus) -> None:
        if message.state == "failed":
            self._party.fail(record, message.text or "the server cannot render this scene")
            return
        phase = _STATUS_PHASES.get(message.state)
        if phase is None:
            self._party.strike(record, f"sent the unknown status {message.state!r}")
            return
        ready = phase is Phase.RENDERING
        if ready and not record.canary:
            self._party.fail(record, "it sent no test picture: install the same version there")
            return
        kind = record.engine_class if ready else ""
        lost = job.books.set_ready(record.uid, ready, kind, self._clock.now_s)
        self._out += job.release(lost, cancel=False)
        if phase in (Phase.OPENING, Phase.RENDERING):
            self._out += job.sources.has_all(record.uid, self._clock.now_s)
        detail = "" if ready else message.text
        self._links.change(record, phase, detail, message.fraction)
        if ready:
            record.opened = job.spec.job
            self.hand_out(job)
        elif phase is Phase.QUEUED:
            self._party.changed = True  # somebody else may work instead

    def _unit_failed(self, record: ServerRecord, job: ClientJob, message: UnitFailed) -> None:
        failed = job.books.fail(record.uid, message.lease)
        if failed is None:
            return  # it was cancelled while it failed
        lease, poisoned = failed
        self._out += job.release([lease], cancel=False)
        what = "its render process crashed" if message.crashed else f"bucket {lease.unit} failed"
        what = f"{what}: {message.text}" if message.text else what
        self._party.tell_incident(record, what, 1, poisoned=int(poisoned))
        bucket = job.books.units[lease.unit].bucket
        record.failed_units.add(bucket)
        if poisoned:
            for other in self._links:
                other.failed_units.discard(bucket)  # the bucket's fault, nobody else's
        if len(record.failed_units) >= MAX_FAILED_UNITS:
            self._party.fail(record, f"{MAX_FAILED_UNITS} buckets in a row failed there: {what}")
        self.hand_out(job)

    def hand_out(self, job: ClientJob) -> None:
        """Give servers with credit what there is."""
        self._out += job.hand_out(job.books.assign(self._clock.now_s))

    # -- servers that fail ----------------------------------------------------------------------

    def give_up_overdue(self, job: ClientJob) -> None:
        """Take back what servers are at for far too long."""
        overdue, ended = job.books.give_up_overdue(self._clock.now_s)
        for lease in overdue:
            self._out.append(Released(lease.server, job.books.units[lease.unit]))
            age_s = self._clock.now_s - lease.since_s
            what = f"no result of a bucket for {age_s:.0f} s"
            self._party.tell_incident(self._links[lease.server], what, 1)
        self._out += job.release(ended, cancel=True)
        for server in dict.fromkeys(lease.server for lease in ended):
            self._party.stalled(self._links[server])

    def give_up_silent(self, job: ClientJob) -> None:
        """Do without servers that say nothing about the job, though their links live."""
        now_s = self._clock.now_s
        for record in self._links:
            if record.phase not in (Phase.SYNCING, Phase.OPENING) or not record.offered:
                continue
            if job.sources.keeps_waiting(record.uid):
                record.heard_s = now_s  # it is not the one that owes a word
            elif now_s - record.heard_s > JOB_SILENCE_S:
                minutes = JOB_SILENCE_S / 60.0
                text = f"it said nothing about this frame for {minutes:.0f} minutes: see its log"
                self._party.fail(record, text)

    def _expose(self, server: ServerId, job: ClientJob) -> None:
        """A server's pixels differ from what two others agree on."""
        self._out += job.revoke(server)
        record = self._links.get(server)
        if record is not None:
            self._party.fail(record, "its pixels differ from those of two other servers")
