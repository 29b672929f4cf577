"""Whose job a server renders: one at a time, in turns, who never had one comes first."""

from __future__ import annotations

from network.instructions import Level, Log, SendTo, ServerInstruction
from network.job_offer import JobOffer
from network.limits import TEXT_CHARS
from network.messages import JobStatus
from network.server_job import ServerJob
from network.work import ClientId
from network.worker_life import WorkerLife


class Turns:
    """The jobs of all clients, each of which has at most one. Instructions go to the list given.

    Attributes:
        job: the one that runs.
        threads: of the worker, for jobs that begin from now on.
    """

    def __init__(self, threads: int, worker: WorkerLife, out: list[ServerInstruction]) -> None:
        self.threads = threads
        self.job: ServerJob | None = None
        self._worker = worker
        self._out = out
        self._queue: dict[ClientId, JobOffer] = {}  # first come, first served
        self._paused: dict[ClientId, ServerJob] = {}  # they had a turn and wait for the next

    @property
    def is_idle(self) -> bool:
        """Whether no client has a job here, neither running nor waiting."""
        return self.job is None and not self._queue and not self._paused

    def add(self, offer: JobOffer) -> None:
        """A client offers a job; it had none."""
        self._queue[offer.client] = offer
        if self.job is not None:
            self._tell_waits(offer, self.job.offer.client_name)
            text = f"the job of {self.job.offer.client_name} runs there now"
            self._log(f"job {offer.message.job[:8]} waits: {text}")

    def job_of(self, client: ClientId) -> ServerJob | None:
        """The client's job that runs or had a turn already."""
        if self.job is not None and self.job.offer.client == client:
            return self.job
        return self._paused.get(client)

    def offer_of(self, client: ClientId) -> JobOffer | None:
        """The client's offer, whether its job has begun or not."""
        job = self.job_of(client)
        return job.offer if job is not None else self._queue.get(client)

    def drop(self, client: ClientId) -> ServerJob | None:
        """Forget the client's job, waiting or running. Returns it if it had begun."""
        self._queue.pop(client, None)
        job = self._paused.pop(client, None)
        if self.job is not None and self.job.offer.client == client:
            job, self.job = self.job, None
        if job is not None:
            job.end()
        return job

    def fail_all(self, text: str) -> list[ServerJob]:
        """Forget all jobs and tell their clients why. Returns those that had begun."""
        running = [] if self.job is None else [self.job.offer]
        offers = [*running, *(x.offer for x in self._paused.values()), *self._queue.values()]
        for offer in offers:
            status = JobStatus(offer.message.job, "failed", 0.0, text[:TEXT_CHARS])
            self._out.append(SendTo(offer.client, status))
        dropped = [self.drop(offer.client) for offer in offers]
        return [job for job in dropped if job is not None]

    def take(self, now_s: float) -> None:
        """Pause a job that had its turn while others wait; begin or go on with the next."""
        job = self.job
        if job is not None and self._is_next_due(job, now_s):
            job.begin_pause()
        if job is not None and job.is_paused(now_s):
            self._log(f"job {job.name[:8]} had its turn")
            self._paused[job.offer.client] = job
            self.job = None
        if self.job is None and (self._queue or self._paused):
            self._begin_next(now_s)

    def _begin_next(self, now_s: float) -> None:
        if self._queue:  # who never had a turn comes first
            offer = self._queue.pop(next(iter(self._queue)))
            self.job = job = ServerJob(offer, self.threads, self._worker, self._out, now_s)
            job.time.catch_up(
                min((x.time.served_s(now_s) for x in self._paused.values()), default=0.0)
            )
            self._tell_all_who_waits(job)
            job.begin()
        else:
            least = min(self._paused, key=lambda client: self._paused[client].time.served_s(now_s))
            self.job = job = self._paused.pop(least)
            self._tell_all_who_waits(job)
            job.resume(now_s)

    def _is_next_due(self, job: ServerJob, now_s: float) -> bool:
        """Whether the running job had its turn, and somebody who had less waits.

        All have turns of one length, that of the scene that takes longest to open: otherwise
        large scenes would get more of the server.
        """
        waiting = self._paused.values()
        turn_s = max(x.time.turn_s for x in (job, *waiting))
        owed = any(x.time.served_s(now_s) < job.time.served_s(now_s) for x in waiting)
        return (bool(self._queue) or owed) and job.time.is_over(now_s, turn_s)

    def _tell_all_who_waits(self, job: ServerJob) -> None:
        for offer in (*self._queue.values(), *(x.offer for x in self._paused.values())):
            self._tell_waits(offer, job.offer.client_name)

    def _tell_waits(self, offer: JobOffer, name: str) -> None:
        status = JobStatus(offer.message.job, "queued", 0.0, name[:TEXT_CHARS])
        self._out.append(SendTo(offer.client, status))

    def _log(self, text: str) -> None:
        self._out.append(Log(Level.INFO, text))
