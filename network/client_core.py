"""The client's side of the brigade: servers come and go, one job runs, every bucket arrives.

Events in, instructions out; no sockets, no clock, no threads. One `ClientCore` serves many
servers. A server's life is told by its phase (`instructions.Phase`):

    CONNECTING ──link_up──► IDLE ──job offered──► SYNCING ► OPENING ► RENDERING ──job over──► IDLE
        │                                         (QUEUED before, FAILED or DIFFERENT instead)
        └─link_down──► REFUSED, TIMED_OUT .. LOST ──retry──► CONNECTING

Links are `Links`' business, the job's bookkeeping `ClientJob`'s, who takes part `Party`'s; what
a server says is checked in `Answers` before it changes anything. A job's name (`JobSpec.job`)
is its generation: what belongs to an ended job is dropped, what belongs to no job counts against
the server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from network.awake_clock import AwakeClock
from network.canaries import Canaries, CheckCanary, CompareCanaries
from network.client_answers import Answers
from network.client_job import CheckResult, ClientJob
from network.client_links import Links, ServerRecord
from network.client_party import Party
from network.focus import Rectangle
from network.instructions import (
    ClientInstruction,
    Drained,
    JobDone,
    Level,
    Log,
)
from network.messages import (
    Availability,
    Canary,
    Message,
    Welcome,
)
from network.work import JobSpec, ServerId, Unit

__all__ = ["ClientCore", "JobSpec", "ServerId", "Unit"]

#: Ended jobs whose late messages are no offence: more than links can hold on their way.
MAX_ENDED_JOBS = 256


class ClientCore:
    """See the module. All methods return what the shell is to do, in order.

    Args:
        check_result: looks into a result of the right size; None if it is fine, else what is
            wrong with it ("3 values are not finite").
        check_canary, compare_canaries: look at servers' test pictures, see `network.canaries`.
        max_servers: how many servers may work at once, 0 for all.
    """

    def __init__(
        self,
        *,
        check_result: CheckResult,
        check_canary: CheckCanary,
        compare_canaries: CompareCanaries,
        max_servers: int = 0,
    ) -> None:
        self._check_result = check_result
        self._out: list[ClientInstruction] = []
        self._links = Links(self._out)
        self._clock = AwakeClock()
        self._party = Party(self._links, self._clock, self._out, max_servers)
        self._canaries = Canaries(check_canary, compare_canaries)
        self._answers = Answers(self._links, self._party, self._clock, self._out)
        self._ended_jobs: deque[str] = deque(maxlen=MAX_ENDED_JOBS)
        self._next_lease = 1
        self._draining = 0  # servers that go when they have delivered what they have

    @property
    def job(self) -> ClientJob | None:
        """The running job, for reading only."""
        return self._party.job

    @property
    def _job(self) -> ClientJob | None:
        return self._party.job

    @property
    def engine_class(self) -> str:
        """The engine class of the running or last job; "" while unknown, or if it mixes them."""
        return self._party.engine_class

    def servers(self) -> tuple[ServerRecord, ...]:
        """What is known of the enabled servers, in the order of the list; for reading only."""
        return tuple(self._links)

    # -- servers and links ----------------------------------------------------------------------

    def add_server(
        self, server: ServerId, name: str, now_s: float, *, local: bool = False
    ) -> list[ClientInstruction]:
        """A server was enabled: connect to it at once. One that was to go stays.

        Args:
            server: the uid of its row.
            name: that people call it by.
            now_s: of the clock.
            local: it is this computer's own, whose pixels are believed before others'.
        """
        self._advance(now_s)
        record = self._links.get(server)
        if record is None:
            self._links.add(server, name, self._clock.now_s, local=local)
        elif record.draining:
            record.draining = False
            self._draining -= 1
            assert self._job is not None  # else it had nothing to finish and is gone
            self._job.books.stop_drain(server)
            self._party.changed = True
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
                self._answers.hand_out(self._job)
        return self._settle()

    def _remove(self, record: ServerRecord) -> None:
        self._draining -= record.draining
        self._party.leave(record)
        self._links.remove(record)

    def _end_drains(self) -> None:
        """Let servers go that have delivered all."""
        for record in list(self._links):
            busy = self._job is not None and any(self._job.books.leases(record.uid))
            if record.draining and not busy:
                self._remove(record)
                self._out.append(Drained(record.uid))

    def set_max_servers(self, max_servers: int, now_s: float) -> list[ClientInstruction]:
        """Change how many servers may work: the first of the list that can."""
        self._advance(now_s)
        if max_servers != self._party.max_servers:
            self._party.max_servers = max_servers
            self._party.choose_again()
        return self._settle()

    def set_order(self, servers: Sequence[ServerId], now_s: float) -> list[ClientInstruction]:
        """Put the servers into the list's order; those that are not named come after them.

        Who comes first gets the scene first, and takes part where not all may work.
        """
        self._advance(now_s)
        if self._links.set_order(servers):
            self._party.choose_again()
        return self._settle()

    def set_restart_servers(self, restart: bool) -> None:
        """Choose whether servers begin anew when a job of ours is over."""
        self._party.restart_servers = restart

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
            self._party.changed = True
        return self._settle()

    def server_arrived(
        self, server: ServerId, name: str, welcome: Welcome, now_s: float, realm: str = ""
    ) -> list[ClientInstruction]:
        """A server came by itself and is logged in (again); a running job is offered to it.

        Args:
            server: which one.
            name: what it is called.
            welcome: what it said.
            now_s: the time.
            realm: as in `link_up`.
        """
        self._advance(now_s)
        record = self._links.get(server) or self._links.add_guest(server, name)
        if not record.linked:
            record.realm = realm
            self._links.up(record, welcome)
            self._party.changed = True
        return self._settle()

    def link_down(
        self, server: ServerId, code: str, text: str, now_s: float
    ) -> list[ClientInstruction]:
        """A link ended or could not be made: buckets go back, another attempt is planned."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is not None and (record.linked or record.connecting):
            had_job = bool(record.offered)
            given_back = self._party.take_back(record)
            words = self._links.down(record, code, text, self._clock.now_s)
            if had_job:
                self._party.tell_incident(record, words, given_back)
        return self._settle()

    # -- the job --------------------------------------------------------------------------------

    def start(self, job: JobSpec, now_s: float) -> list[ClientInstruction]:
        """Begin a job; a running one is stopped first. Unreachable servers are tried again."""
        self._advance(now_s)
        self._end_job()
        for record in self._links:
            if not (record.linked or record.connecting):
                record.attempts = 0
                self._links.connect(record, self._clock.now_s)
        self._log(Level.INFO, f"job {job.job[:8]} begins: {len(job.units)} buckets")
        self._party.begin(ClientJob(job, self._check_result, self._next_lease))
        return self._settle()

    def stop(self, now_s: float) -> list[ClientInstruction]:
        """End the job at once and keep the links; gives no `JobDone`."""
        self._advance(now_s)
        self._end_job()
        return self._settle()

    def focus(self, around: Rectangle | None, now_s: float) -> list[ClientInstruction]:
        """Have what is nearest to this region or point of the running job handed out first.

        What servers have in hand is not taken away. None: in the job's order again.
        """
        self._advance(now_s)
        if self._job is not None:
            self._job.books.focus(around)
        return self._settle()

    def pause(self, paused: bool, now_s: float) -> list[ClientInstruction]:
        """Hand out no more of the running job, or go on; servers finish what they have in hand."""
        self._advance(now_s)
        if self._job is not None and self._job.books.paused != paused:
            self._job.books.paused = paused
            self._log(Level.INFO, "paused" if paused else "goes on")
            self._answers.hand_out(self._job)
        return self._settle()

    def tick(self, now_s: float) -> list[ClientInstruction]:
        """Call every `limits.TICK_S`: retries, overdue leases, backups of the slowest."""
        self._advance(now_s)
        self._links.connect_due(self._clock.now_s)
        job = self._job
        if job is not None:
            self._out += job.sources.tick(self._clock.now_s)
            self._answers.give_up_overdue(job)
            self._answers.give_up_silent(job)
            relieved = job.books.relieve(self._clock.now_s)
            self._out += job.release(relieved, cancel=True)
            self._answers.hand_out(job)
            self._out += job.hand_out(job.books.back_up(self._clock.now_s))
        return self._settle()

    # -- messages -------------------------------------------------------------------------------

    def message(
        self, server: ServerId, message: Message, payload: bytes, now_s: float
    ) -> list[ClientInstruction]:
        """A server said something after its welcome."""
        self._advance(now_s)
        record = self._links.get(server)
        if record is None or not record.linked:
            return self._settle()
        name = getattr(message, "job", None)
        if isinstance(message, Canary):
            self._canary(record, message, payload)
        elif isinstance(message, Availability):
            self._party.lent(record, message)
        elif self._job is None or name != self._job.spec.job:
            if name not in self._ended_jobs:
                self._party.strike(record, f"sent {type(message).__name__} for an unknown job")
        elif record.offered == name:
            self._answers.message(record, self._job, message, payload)
        return self._settle()

    def _canary(self, record: ServerRecord, message: Canary, payload: bytes) -> None:
        name = message.engine_class
        for judged in self._canaries.arrived(record, name, payload, self._links):
            self._log(Level.WARNING, f"{judged.name}: {judged.odd or 'renders right after all'}")
            self._party.canary_judged(judged)
        self._party.mixed = self._canaries.classes > 1
        self._party.changed = True

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
        elif job is not None and self._party.changed:
            if self._party.review(job):
                self._done(job)
            else:
                self._answers.hand_out(job)
        out = list(self._out)
        self._out.clear()
        return out

    def _done(self, job: ClientJob) -> None:
        failed = tuple(sorted({job.books.units[unit].bucket for unit in job.books.poisoned()}))
        complete = job.books.is_finished and not failed
        self._end_job()
        self._log(Level.INFO, f"job {job.spec.job[:8]} {'is complete' if complete else 'failed'}")
        self._out.append(JobDone(complete, failed))

    def _end_job(self) -> None:
        job = self._party.end()
        if job is None:
            return
        self._ended_jobs.append(job.spec.job)
        self._next_lease = job.books.next_lease

    def _log(self, level: Level, text: str) -> None:
        self._out.append(Log(level, text))
