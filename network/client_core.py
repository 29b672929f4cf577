"""The client's side of the brigade: servers come and go, one job runs, every bucket arrives.

Events in, instructions out; no sockets, no clock, no threads. One `ClientCore` serves many
servers. A server's life is told by its phase (`instructions.Phase`):

    CONNECTING ──link_up──► IDLE ──job offered──► SYNCING ► OPENING ► RENDERING ──job over──► IDLE
        │                                         (QUEUED before, FAILED instead)
        └─link_down──► REFUSED, TIMED_OUT .. LOST ──retry──► CONNECTING

Links are `Links`' business, the job's bookkeeping `ClientJob`'s; what a server says is checked
here and there before it changes anything. A job's name (`JobSpec.job`) is its generation: what
belongs to an ended job is dropped, what belongs to no job counts against the server.
"""

from __future__ import annotations

from collections import deque

from network.awake_clock import AwakeClock
from network.client_job import CheckResult, ClientJob
from network.client_links import Links, ServerRecord
from network.client_words import describe_outcome
from network.farm_state import is_hopeless, other_engine
from network.instructions import (
    ClientInstruction,
    Drained,
    Happened,
    JobDone,
    Level,
    Log,
    Phase,
    Released,
    Send,
    SetResultCap,
)
from network.messages import (
    AssetRequest,
    EndJob,
    GiveBack,
    JobStatus,
    Message,
    PeerFailed,
    PeerReady,
    PeerServed,
    Result,
    UnitFailed,
    Welcome,
    WorkRequest,
)
from network.work import JobSpec, ServerId, Unit

__all__ = ["ClientCore", "JobSpec", "ServerId", "Unit"]

#: Broken results, results of nobody's job, answers that never come: then the server is out.
MAX_STRIKES = 3
#: Different buckets that fail on a server one after the other: it is the server.
MAX_FAILED_UNITS = 5
#: Ended jobs whose late messages are no offence: more than links can hold on their way.
MAX_ENDED_JOBS = 256

_STATUS_PHASES = {
    "queued": Phase.QUEUED,
    "syncing": Phase.SYNCING,
    "opening": Phase.OPENING,
    "ready": Phase.RENDERING,
}


class ClientCore:
    """See the module. All methods return what the shell is to do, in order.

    Args:
        check_result: looks into a result of the right size; None if it is fine, else what is
            wrong with it ("3 values are not finite").
        max_servers: how many servers may work at once, 0 for all.
    """

    def __init__(self, *, check_result: CheckResult, max_servers: int = 0) -> None:
        self._check_result = check_result
        self._max_servers = max_servers
        self._out: list[ClientInstruction] = []
        self._links = Links(self._out)
        self._clock = AwakeClock()
        self._job: ClientJob | None = None
        self._ended_jobs: deque[str] = deque(maxlen=MAX_ENDED_JOBS)
        self._next_lease = 1
        self._changed = False  # a server came, went, failed or became ready
        self._draining = 0  # servers that go when they have delivered what they have
        self._able_left = False  # the artist took out a server that could render the job

    @property
    def job(self) -> ClientJob | None:
        """The running job, for reading only."""
        return self._job

    def servers(self) -> tuple[ServerRecord, ...]:
        """What is known of the enabled servers, in the order of the list; for reading only."""
        return tuple(self._links)

    # -- servers and links ----------------------------------------------------------------------

    def add_server(self, server: ServerId, name: str, now_s: float) -> list[ClientInstruction]:
        """A server was enabled: connect to it at once. One that was to go stays."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is None:
            self._links.add(server, name, self._clock.now_s)
        elif record.draining:
            record.draining = False
            self._draining -= 1
            if self._job is not None:
                self._job.books.stop_drain(server)
                self._changed = True
        return self._settle()

    def remove_server(self, server: ServerId, now_s: float) -> list[ClientInstruction]:
        """A server was disabled or removed: its leases go back at once, its link ends."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None:
            self._remove(record)
        return self._settle()

    def drain_server(self, server: ServerId, now_s: float) -> list[ClientInstruction]:
        """A server is to finish what it has in hand, and then to go; gives `Drained`."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None and not record.draining:
            record.draining = True
            self._draining += 1
            self._log(Level.INFO, f"{record.name} goes after what it has in hand")
            if self._job is not None:
                ended = self._job.books.drain(server, record.threads)
                self._out += self._job.release(ended, cancel=True)
                self._hand_out(self._job)
        return self._settle()

    def _remove(self, record: ServerRecord) -> None:
        name = self._job.spec.job if self._job is not None else ""
        self._able_left |= record.opened == name and record.failed != name
        self._draining -= record.draining
        self._take_back(record)
        self._links.remove(record)

    def _end_drains(self) -> None:
        """Let servers go that have delivered all."""
        for record in list(self._links):
            busy = self._job is not None and any(self._job.books.leases(record.uid))
            if record.draining and not busy:
                self._remove(record)
                self._out.append(Drained(record.uid))

    def set_max_servers(self, max_servers: int, now_s: float) -> list[ClientInstruction]:
        """Change how many servers may work; those at work go on."""
        self._advance(now_s)
        self._max_servers = max_servers
        self._changed = True
        return self._settle()

    def retry_now(self, server: ServerId, now_s: float) -> list[ClientInstruction]:
        """The artist asks to try this server again at once."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None and not (record.linked or record.connecting):
            record.attempts = 0
            self._links.connect(record, self._clock.now_s)
        return self._settle()

    def link_up(
        self, server: ServerId, welcome: Welcome, now_s: float, realm: str = ""
    ) -> list[ClientInstruction]:
        """The server accepted us; a running job is offered to it.

        Args:
            server: which one.
            welcome: what it said.
            now_s: the time.
            realm: servers of one realm can dial each other; "" for one that nobody can dial.
        """
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None and record.connecting:
            record.realm = realm
            self._links.up(record, welcome)
            self._changed = True
        return self._settle()

    def server_arrived(
        self, server: ServerId, name: str, welcome: Welcome, now_s: float
    ) -> list[ClientInstruction]:
        """A server came by itself and is logged in (again); a running job is offered to it."""
        self._advance(now_s)
        record = self._links.get(server) or self._links.add_guest(server, name)
        if not record.linked:
            self._links.up(record, welcome)
            self._changed = True
        return self._settle()

    def link_down(
        self, server: ServerId, code: str, text: str, now_s: float
    ) -> list[ClientInstruction]:
        """A link ended or could not be made: buckets go back, another attempt is planned."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None and (record.linked or record.connecting):
            had_job = bool(record.offered)
            given_back = self._take_back(record)
            words = self._links.down(record, code, text, self._clock.now_s)
            if had_job:
                self._tell_incident(record, words, given_back)
            self._changed = True
        return self._settle()

    # -- the job --------------------------------------------------------------------------------

    def start(self, job: JobSpec, now_s: float) -> list[ClientInstruction]:
        """Begin a job; a running one is stopped first. Unreachable servers are tried again."""
        self._advance(now_s)
        self._end_job()
        self._job = ClientJob(job, self._check_result, self._next_lease)
        self._log(Level.INFO, f"job {job.job[:8]} begins: {len(job.units)} buckets")
        for record in self._links:
            record.strikes = record.stalls = 0
            record.failed_units.clear()
            if record.linked:
                self._links.change(record, Phase.IDLE)
            elif not record.connecting:
                record.attempts = 0
                self._links.connect(record, self._clock.now_s)
        self._changed = True
        self._able_left = False
        return self._settle()

    def stop(self, now_s: float) -> list[ClientInstruction]:
        """End the job at once and keep the links; gives no `JobDone`."""
        self._advance(now_s)
        self._end_job()
        return self._settle()

    def tick(self, now_s: float) -> list[ClientInstruction]:
        """Call every `limits.TICK_S`: retries, overdue leases, backups of the slowest."""
        self._advance(now_s)
        self._links.connect_due(self._clock.now_s)
        if self._job is not None:
            self._out += self._job.sources.tick(self._clock.now_s)
            self._give_up_overdue(self._job)
            relieved = self._job.books.relieve(self._clock.now_s)
            self._out += self._job.release(relieved, cancel=True)
            self._hand_out(self._job)
            if self._job is not None:
                self._out += self._job.hand_out(self._job.books.back_up(self._clock.now_s))
        return self._settle()

    # -- messages -------------------------------------------------------------------------------

    def message(
        self, server: ServerId, message: Message, payload: bytes, now_s: float
    ) -> list[ClientInstruction]:
        """A server said something after its welcome."""
        self._advance(now_s)
        record = self._links.get(server)
        name = getattr(message, "job", None)
        if record is None or not record.linked or name is None:
            return self._settle()
        if self._job is None or name != self._job.spec.job:
            if name not in self._ended_jobs:
                self._strike(record, f"sent {type(message).__name__} for an unknown job")
        elif record.offered == name:
            self._job_message(record, self._job, message, payload)
        return self._settle()

    def _job_message(
        self, record: ServerRecord, job: ClientJob, message: Message, payload: bytes
    ) -> None:
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
            self._log(Level.INFO, f"{record.name} gave back {len(ended)} of its buckets")
            self._hand_out(job)
        elif isinstance(message, AssetRequest):
            orders, complaint = job.sources.request(record.uid, message, self._clock.now_s)
            self._out += orders
            if complaint:
                self._strike(record, complaint)
        elif isinstance(message, PeerReady):
            self._out += job.sources.ready(record.uid, message)
        elif isinstance(message, PeerServed):
            self._out += job.sources.served(record.uid, message, self._clock.now_s)
        elif isinstance(message, PeerFailed):
            self._out += job.sources.failed(record.uid, message, self._clock.now_s)

    def _result(
        self, record: ServerRecord, job: ClientJob, message: Result, payload: bytes
    ) -> None:
        judgement = job.result(record.uid, message, payload, self._clock.now_s)
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
            self._strike(record, judgement.complaint)
            self._hand_out(job)

    def _status(self, record: ServerRecord, job: ClientJob, message: JobStatus) -> None:
        if message.state == "failed":
            self._fail(record, message.text or "the server cannot render this scene")
            return
        phase = _STATUS_PHASES.get(message.state)
        if phase is None:
            self._strike(record, f"sent the unknown status {message.state!r}")
            return
        ready = phase is Phase.RENDERING
        kind = message.text or record.engine_class
        job.books.set_ready(record.uid, ready, kind if ready else "")
        if phase in (Phase.OPENING, Phase.RENDERING):
            self._out += job.sources.has_all(record.uid, self._clock.now_s)
        detail = "" if ready else message.text
        self._links.change(record, phase, detail, message.fraction)
        self._changed = True
        if ready:
            record.opened = job.spec.job
            record.engine_class = message.text or record.engine_class
            if words := other_engine(record, self._links):
                self._log(Level.WARNING, words)
            self._hand_out(job)

    def _unit_failed(self, record: ServerRecord, job: ClientJob, message: UnitFailed) -> None:
        failed = job.books.fail(record.uid, message.lease)
        if failed is None:
            return  # it was cancelled while it failed
        lease, poisoned = failed
        self._out += job.release([lease], cancel=False)
        what = "its render process crashed" if message.crashed else f"bucket {lease.unit} failed"
        what = f"{what}: {message.text}" if message.text else what
        self._tell_incident(record, what, 1, poisoned=int(poisoned))
        bucket = job.books.units[lease.unit].bucket
        record.failed_units.add(bucket)
        if poisoned:
            for other in self._links:
                other.failed_units.discard(bucket)  # the bucket's fault, nobody else's
        if len(record.failed_units) >= MAX_FAILED_UNITS:
            self._fail(record, f"{MAX_FAILED_UNITS} buckets in a row failed there: {what}")
        self._hand_out(job)

    def _hand_out(self, job: ClientJob) -> None:
        self._out += job.hand_out(job.books.assign(self._clock.now_s))

    # -- servers that fail ----------------------------------------------------------------------

    def _give_up_overdue(self, job: ClientJob) -> None:
        overdue, ended = job.books.give_up_overdue(self._clock.now_s)
        for lease in overdue:
            self._out.append(Released(lease.server, job.books.units[lease.unit]))
            record = self._links.get(lease.server)
            if record is not None:
                age_s = self._clock.now_s - lease.since_s
                self._tell_incident(record, f"no result of a bucket for {age_s:.0f} s", 1)
        self._out += job.release(ended, cancel=True)
        for server in dict.fromkeys(lease.server for lease in ended):
            record = self._links.get(server)
            if record is not None:
                self._stalled(record)

    def _expose(self, server: ServerId, job: ClientJob) -> None:
        """A server's pixels differ from what two others agree on."""
        self._out += job.revoke(server)
        record = self._links.get(server)
        if record is not None:
            self._fail(record, "its pixels differ from those of two other servers")

    def _stalled(self, record: ServerRecord) -> None:
        record.stalls += 1
        if record.stalls >= MAX_STRIKES:
            self._fail(record, "it takes buckets and delivers none")

    def _strike(self, record: ServerRecord, what: str) -> None:
        record.strikes += 1
        self._log(
            Level.WARNING, f"{record.name} {what} (offence {record.strikes} of {MAX_STRIKES})"
        )
        if record.strikes >= MAX_STRIKES:
            self._fail(record, f"it {what}")
            self._links.cut(record, "protocol", what)

    def _fail(self, record: ServerRecord, what: str) -> None:
        """The server is out for this job."""
        had_job = record.offered
        given_back = self._take_back(record)
        if self._job is not None:
            record.failed = self._job.spec.job
        self._links.change(record, Phase.FAILED, what)
        if had_job:
            self._out.append(Send(record.uid, EndJob(had_job)))
            self._tell_incident(record, what, given_back)
        self._changed = True

    def _take_back(self, record: ServerRecord) -> int:
        """End all that the server has of the job. Returns how many of its leases that ended."""
        record.offered = ""
        self._changed = True
        if self._job is None:
            return 0
        self._out += self._job.sources.remove(record.uid, self._clock.now_s)
        ended = self._job.books.remove_server(record.uid)
        self._out += self._job.release(ended, cancel=False)
        return sum(not lease.late for lease in ended)

    def _tell_incident(
        self, record: ServerRecord, what: str, given_back: int, poisoned: int = 0
    ) -> None:
        going_on = [x.name for x in self._links if x.offered and x.phase is Phase.RENDERING]
        outcome = describe_outcome(given_back, poisoned, going_on)
        self._log(Level.WARNING, f"{record.name}: {what}; {outcome}")
        self._out.append(Happened(record.uid, what, given_back, outcome))

    # -- the end of every event -----------------------------------------------------------------

    def _advance(self, now_s: float) -> None:
        if self._clock.advance(now_s):
            self._log(Level.INFO, f"this computer paused for {self._clock.paused_s:.1f} s")

    def _settle(self) -> list[ClientInstruction]:
        """Do what the event made possible, and return all that there is to do."""
        if self._draining:
            self._end_drains()
        job = self._job
        if job is not None and job.spec.audit > 0.0:
            self._out += job.drop_hopeless_audits()
        if job is not None and job.books.is_finished:
            self._done(job)
        elif job is not None and self._changed:
            self._changed = False
            self._offer(job)
            if is_hopeless(job.spec.job, self._links, able_left=self._able_left):
                self._done(job)
            else:
                self._hand_out(job)
        out = list(self._out)
        self._out.clear()
        return out

    def _offer(self, job: ClientJob) -> None:
        """Tell servers of the job: all, or as many of the first ones as may work at once."""
        queued: list[ServerRecord] = []
        busy = 0
        if self._max_servers:  # else nobody need count a thousand servers after every event
            queued = [x for x in self._links if x.offered and x.phase is Phase.QUEUED]
            busy = sum(bool(x.offered) for x in self._links) - len(queued)
        for record in self._links:
            if record.offered and not self._max_servers:
                continue
            if self._max_servers and busy >= self._max_servers:
                break
            able = record.linked and not record.draining and record.failed != job.spec.job
            if able and not record.offered:
                self._offer_to(record, job)
                busy += 1
        if self._max_servers and busy >= self._max_servers:
            for record in queued:
                self._withdraw(record)

    def _offer_to(self, record: ServerRecord, job: ClientJob) -> None:
        record.offered = job.spec.job
        job.books.add_server(record.uid, probation=record.attempts > 0)
        job.sources.add(record.uid, record.realm)
        if job.result_cap > record.result_cap:  # never lower: old results may be on their way
            record.result_cap = job.result_cap
            self._out.append(SetResultCap(record.uid, job.result_cap))
        self._out.append(job.offer(record.uid))
        self._links.change(record, Phase.SYNCING)

    def _withdraw(self, record: ServerRecord) -> None:
        self._out.append(Send(record.uid, EndJob(record.offered)))
        self._take_back(record)
        self._links.change(record, Phase.IDLE)

    def _done(self, job: ClientJob) -> None:
        failed = tuple(sorted({job.books.units[unit].bucket for unit in job.books.poisoned()}))
        complete = job.books.is_finished and not failed
        self._end_job()
        self._log(Level.INFO, f"job {job.spec.job[:8]} {'is complete' if complete else 'failed'}")
        self._out.append(JobDone(complete, failed))

    def _end_job(self) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        at_work = [record for record in self._links if record.offered]
        self._out += job.end([record.uid for record in at_work])
        for record in at_work:
            record.offered = ""
            self._links.change(record, Phase.IDLE)
        self._ended_jobs.append(job.spec.job)
        self._next_lease = job.books.next_lease

    def _log(self, level: Level, text: str) -> None:
        self._out.append(Log(level, text))
