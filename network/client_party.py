"""Who takes part in the client's running job, and who does not any more, and why.

Offers the job to servers, takes it away from those that fail, lie or are not wanted, and keeps
engine classes apart: a job uses servers of one class, unless it may mix them. While little of
the frame is done the class may still change, when a better one turns up; what was rendered with
the other is rendered again.
"""

from __future__ import annotations

from network.awake_clock import AwakeClock
from network.canaries import choose_class
from network.client_job import ClientJob
from network.client_links import Links, ServerRecord
from network.client_words import count_buckets, describe_outcome
from network.farm_state import is_hopeless
from network.gate import TokenBucket
from network.instructions import (
    ClientInstruction,
    Happened,
    Level,
    Log,
    Phase,
    Send,
    SetResultCap,
)
from network.messages import Availability, EndJob
from network.work import ServerId

#: Broken results, results of nobody's job, answers that never come: then the server is out.
MAX_STRIKES = 3
#: People change their minds less often; each time may cost a job with its list of files.
LENT_PER_S = 1.0
LENT_BURST = 10.0
#: The class of a frame is fixed when so much of it is done.
CLASS_FIXED_AT = 0.1


class Party:
    """See the module. Instructions go to the list given.

    Attributes:
        max_servers: how many servers may work at once, 0 for all.
        restart_servers: they begin the next job with a fresh render process.
        changed: who takes part has to be thought over.
        job: the running one.
        engine_class: that it uses; "" while none is known, or if it mixes them.
        mixed: servers of several engine classes were seen.
    """

    def __init__(
        self, links: Links, clock: AwakeClock, out: list[ClientInstruction], max_servers: int
    ) -> None:
        self._links = links
        self._clock = clock
        self._out = out
        self.max_servers = max_servers
        self.restart_servers = False
        self.changed = False
        self.job: ClientJob | None = None
        self.engine_class = ""
        self.mixed = False
        self._chosen_anew = False  # the artist said who comes first, or how many may work
        self._failures = 0  # of servers in this job, odd ones too
        self._was_open = False  # on a server that was taken out
        self._away: set[ServerId] = set()  # taken out by the artist, and nothing was wrong there

    # -- the job --------------------------------------------------------------------------------

    def begin(self, job: ClientJob) -> None:
        """A job begins; nobody takes part yet."""
        self.job = job
        self.engine_class = job.spec.engine_class
        self._failures = sum(bool(record.odd) for record in self._links)
        self._was_open = False
        self._away.clear()
        self.changed = True
        for record in self._links:
            record.strikes = record.stalls = 0
            record.failed_units.clear()
            if record.linked:
                self._rest(record)

    def end(self) -> ClientJob | None:
        """The job is over: tell everybody. Returns it."""
        job, self.job = self.job, None
        if job is None:
            return None
        offered = [record.uid for record in self._links if record.offered]
        self._out += job.end(offered, restart=self.restart_servers)
        for record in self._links:
            if record.offered or (record.linked and record.phase is Phase.DIFFERENT):
                self._links.set_offered(record, "")
                self._rest(record)
        return job

    def review(self, job: ClientJob) -> bool:
        """Think over who takes part in the running job. Returns whether it is hopeless."""
        self.changed = False
        # A resumed frame has its class: the only one that is here may be another.
        told = self.mixed or job.spec.engine_class or not self.engine_class
        if told and not job.spec.mix_engines:
            self._review_class(job)
        self._offer(job)
        if not (self._failures and self._is_hopeless(job)):
            return False
        others = "" if job.spec.engine_class else choose_class(self._links, job.spec.job)
        if job.spec.mix_engines or others in ("", self.engine_class):
            return True
        self._change_class(job, others)  # better from the beginning than never
        self._leave_out_others(job)
        self._offer(job)
        return self._is_hopeless(job)

    def _is_hopeless(self, job: ClientJob) -> bool:
        away = any(self._links.get(server) is None for server in self._away)
        guests = job.spec.guests
        return is_hopeless(
            job.spec.job, self._links, was_open=self._was_open, away=away, guests=guests
        )

    def choose_again(self) -> None:
        """The artist said who comes first, or how many may work: the first ones take over."""
        self.changed = self._chosen_anew = True

    def _offer(self, job: ClientJob) -> None:
        """Tell servers of the job: all, or as many of the first ones as may work at once."""
        anew, self._chosen_anew = self._chosen_anew, False
        if not self.max_servers:
            for record in sorted(self._links.free.values(), key=lambda x: x.place):
                if self._is_able(record, job):
                    self._offer_to(record, job)
            return
        if anew:
            self._make_room(job)
        queued = [x for x in self._links if x.offered and x.phase is Phase.QUEUED]
        busy = sum(bool(x.offered) for x in self._links) - len(queued)
        for record in self._links:
            if busy >= self.max_servers:
                break
            if record.uid in self._links.free and self._is_able(record, job):
                self._offer_to(record, job)
                busy += 1
        if busy >= self.max_servers:
            for record in queued:
                self._withdraw(record)

    def _make_room(self, job: ClientJob) -> None:
        """Take the job from servers that are not among the first any more.

        Those that wait for another client are not at work, and those that finish what they have
        go by themselves.
        """
        at_work = [
            x for x in self._links if x.offered and x.phase is not Phase.QUEUED and not x.draining
        ]
        able = [x for x in self._links.free.values() if self._is_able(x, job)]
        first = sorted(at_work + able, key=lambda x: x.place)[: self.max_servers]
        stay = {record.uid for record in first}
        for record in at_work:
            if record.uid not in stay:
                given_back = self._withdraw(record)
                text = (
                    f"{record.name} makes room; {count_buckets(given_back)} went back to the queue"
                )
                self._out.append(Log(Level.INFO, text))

    def _is_able(self, record: ServerRecord, job: ClientJob) -> bool:
        usable = not record.odd and self._fits(record)
        usable = usable and not (record.draining or record.paused)
        return usable and record.failed != job.spec.job

    def _fits(self, record: ServerRecord) -> bool:
        """Whether its engine class may render the job, or is not known yet."""
        return not (record.canary and self.engine_class) or (
            record.engine_class == self.engine_class
        )

    def _offer_to(self, record: ServerRecord, job: ClientJob) -> None:
        self._links.set_offered(record, job.spec.job)
        record.heard_s = self._clock.now_s
        job.books.add_server(record.uid, probation=record.attempts > 0)
        # Whoever stands in no realm feeds nobody and is fed by nobody but us.
        job.sources.add(record.uid, record.realm if job.spec.introduce else "")
        if job.result_cap > record.result_cap:  # never lower: old results may be on their way
            record.result_cap = job.result_cap
            self._out.append(SetResultCap(record.uid, job.result_cap))
        self._out.append(job.offer(record.uid))
        self._links.change(record, Phase.SYNCING)

    def _withdraw(self, record: ServerRecord) -> int:
        """Take the job away from a server; returns how many leases that ended."""
        name = record.offered
        ended = self.take_back(record)
        self._out.append(Send(record.uid, EndJob(name)))
        self._rest(record)
        return ended

    def _rest(self, record: ServerRecord) -> None:
        """Say what a server without a job is."""
        if record.odd:
            self._links.change(record, Phase.DIFFERENT, record.odd)
        elif self.job is not None and not self.job.spec.mix_engines and not self._fits(record):
            self._links.change(record, Phase.DIFFERENT, self._describe_class(record))
        elif record.paused:
            self._links.change(record, Phase.PAUSED, record.detail)
        else:
            self._links.change(record, Phase.IDLE)

    # -- engine classes -------------------------------------------------------------------------

    def _describe_class(self, record: ServerRecord) -> str:
        return (
            f"its engine is {record.engine_class}, this frame's is {self.engine_class}: they may "
            "differ in the last bits. Left out; --mix-engines lets both render"
        )

    def _review_class(self, job: ClientJob) -> None:
        """Choose the engine class, and leave out who has another."""
        fixed = job.spec.engine_class or job.progress() >= CLASS_FIXED_AT
        if not (fixed and self.engine_class):
            best = choose_class(self._links, job.spec.job, self.engine_class)
            if best and best != self.engine_class:
                self._change_class(job, best)
        self._leave_out_others(job)

    def _change_class(self, job: ClientJob, engine_class: str) -> None:
        """Let another class render the frame, from the beginning if need be."""
        if self.engine_class:
            text = f"the frame begins again with {engine_class} instead of {self.engine_class}"
            self._out.append(Log(Level.WARNING, text))
            self._out += job.revoke_class(self.engine_class)
        self.engine_class = engine_class

    def _leave_out_others(self, job: ClientJob) -> None:
        """Leave out who has another class than the job, and take back who has its."""
        for record in self._links:
            if record.odd or not record.linked:
                continue
            if not self._fits(record) and record.phase is not Phase.DIFFERENT:
                self._leave_out(record, job, self._describe_class(record))
            elif self._fits(record) and record.phase is Phase.DIFFERENT:
                self._rest(record)

    def _leave_out(self, record: ServerRecord, job: ClientJob, why: str) -> None:
        """Its pixels cannot be used; if they are odd, nor can what it delivered."""
        had_job = record.offered
        given_back = self._withdraw(record) if had_job else 0
        if record.odd:
            self._out += job.revoke(record.uid)
        self._failures += 1
        self._links.change(record, Phase.DIFFERENT, why)
        self.tell_incident(record, f"renders differently: {why}", given_back)

    def canary_judged(self, record: ServerRecord) -> None:
        """A server's test picture turned out to be false, or right after all."""
        self.changed = True
        if not record.odd:
            self._rest(record)
        elif self.job is not None:
            self._leave_out(record, self.job, record.odd)
        else:
            self._rest(record)

    # -- servers that are lent ------------------------------------------------------------------

    def lent(self, record: ServerRecord, message: Availability) -> None:
        """Somebody at a server's computer lends more or less of it; no failure in any case."""
        now_s = self._clock.now_s
        if record.lending is None:
            record.lending = TokenBucket(LENT_PER_S, LENT_BURST, now_s)
        if not record.lending.take(now_s):
            self.strike(record, "pauses and goes on too often")
            return
        record.threads = message.threads
        if message.paused:
            given_back = self.take_back(record)
            record.paused = True
            if record.phase not in (Phase.FAILED, Phase.DIFFERENT):
                self._links.change(record, Phase.PAUSED, message.text)
            if given_back:
                text = f"{record.name} is paused there and gave {given_back} buckets back"
                self._out.append(Log(Level.INFO, text))
        elif record.paused:
            record.paused = False
            self.changed = True
            if record.phase is Phase.PAUSED:
                self._rest(record)

    # -- servers that fail ----------------------------------------------------------------------

    def leave(self, record: ServerRecord) -> None:
        """The artist takes a server out."""
        name = self.job.spec.job if self.job is not None else ""
        self._was_open |= record.opened == name
        if self.job is not None and not (record.failed == name or record.odd or record.guest):
            self._away.add(record.uid)
        self.take_back(record)

    def stalled(self, record: ServerRecord) -> None:
        """A lease ended without any answer."""
        record.stalls += 1
        if record.stalls >= MAX_STRIKES:
            self.fail(record, "it takes buckets and delivers none")

    def strike(self, record: ServerRecord, what: str) -> None:
        """An offence against the protocol; the last one ends the link."""
        record.strikes += 1
        text = f"{record.name} {what} (offence {record.strikes} of {MAX_STRIKES})"
        self._out.append(Log(Level.WARNING, text))
        if record.strikes >= MAX_STRIKES:
            self.fail(record, f"it {what}")
            self._links.cut(record, "protocol", what)

    def fail(self, record: ServerRecord, what: str) -> None:
        """The server is out for this job."""
        had_job = record.offered
        given_back = self.take_back(record)
        if self.job is not None:
            record.failed = self.job.spec.job
            self._failures += 1
        self._links.change(record, Phase.FAILED, what)
        if had_job:
            self._out.append(Send(record.uid, EndJob(had_job)))
            self.tell_incident(record, what, given_back)

    def take_back(self, record: ServerRecord) -> int:
        """End all that the server has of the job. Returns how many of its leases that ended."""
        self._links.set_offered(record, "")
        self.changed = True
        if self.job is None:
            return 0
        self._out += self.job.sources.remove(record.uid, self._clock.now_s)
        ended = self.job.books.remove_server(record.uid)
        self._out += self.job.release(ended, cancel=False)
        return sum(not lease.late for lease in ended)

    def tell_incident(
        self, record: ServerRecord, what: str, given_back: int, poisoned: int = 0
    ) -> None:
        """Tell people that a server failed the job, and what becomes of its buckets."""
        going_on = [x.name for x in self._links if x.offered and x.phase is Phase.RENDERING]
        outcome = describe_outcome(given_back, poisoned, going_on)
        self._out.append(Log(Level.WARNING, f"{record.name}: {what}; {outcome}"))
        self._out.append(Happened(record.uid, what, given_back, outcome))
