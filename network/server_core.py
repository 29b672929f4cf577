"""The server's side of the brigade: clients come with jobs, one worker renders one at a time.

Events in, instructions out; no sockets, no clock, no processes. A client has at most one job;
jobs take turns, in order of arrival (`ServerJob`). A client that leaves takes its job along
within the same event. Credits are changed by WorkRequest and Assign alone, on
both sides, so that they agree whatever crosses on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from network.assets import ManifestError
from network.awake_clock import AwakeClock
from network.instructions import (
    CloseClient,
    Level,
    Log,
    Quit,
    SendTo,
    ServerInstruction,
)
from network.job_offer import JobOffer, check_offer, job_named_in
from network.limits import TEXT_CHARS
from network.log_requests import LogRequests
from network.messages import (
    Availability,
    Canary,
    EndJob,
    Job,
    JobStatus,
    LogRequest,
    Message,
    PeerServe,
    Result,
)
from network.server_clients import ServerClients
from network.server_job import JobFailed, Offence, ServerJob, Stage
from network.server_lending import Lending
from network.server_peers import ServerPeers
from network.server_turns import Turns
from network.work import ClientId
from network.worker_life import WorkerLife

#: Units in hand may end within this time when the server is told to stop. Who stops servers
#: (systemd, Slurm, Kubernetes) is promised 10 s; ending worker and files takes the rest.
DRAIN_S = 8.0

_CLOSING = "the server is shutting down"


class ServerCore:
    """See the module. All methods return what the shell is to do, in order.

    Args:
        threads: render threads of the worker.
        cache_limit_bytes: most that the assets of one job may take; may be changed.
        engines: names of the engines that the worker has; empty for any.
    """

    def __init__(
        self, *, threads: int, cache_limit_bytes: int, engines: Collection[str] = ()
    ) -> None:
        self.cache_limit_bytes = cache_limit_bytes
        self._engines = engines
        self._out: list[ServerInstruction] = []
        self._clients = ServerClients(self._out)
        self._peers = ServerPeers(self._out)
        self._logs = LogRequests(self._out)
        self._worker = WorkerLife(self._out)
        self._turns = Turns(threads, self._worker, self._out)
        self._lending = Lending(threads, self._out)
        self._clock = AwakeClock()
        self._drain_until_s: float | None = None
        self._quit = False

    @property
    def job(self) -> ServerJob | None:
        """The running job, for reading only."""
        return self._turns.job

    @property
    def is_idle(self) -> bool:
        """Whether no client has a job here, neither running nor waiting."""
        return self._turns.is_idle

    # -- clients --------------------------------------------------------------------------------

    def client_joined(self, client: ClientId, name: str, now_s: float) -> list[ServerInstruction]:
        """A client logged in."""
        self._advance(now_s)
        if self._drain_until_s is not None:
            self._out.append(CloseClient(client, "shutdown", _CLOSING))
        elif self._clients.joined(client, name):
            if self._worker.canary is not None:
                self._out.append(SendTo(client, *self._worker.canary))
            self._lending.greet(client)
        return self._settle()

    def client_left(self, client: ClientId, now_s: float) -> list[ServerInstruction]:
        """A client's link ended; its job is dropped, the next one begins."""
        self._advance(now_s)
        if self._peers.left(client, self._clock.now_s):
            return self._settle()
        if self._clients.left(client):
            self._drop_job(client)
        return self._settle()

    def message(
        self, client: ClientId, message: Message, payload: bytes, now_s: float
    ) -> list[ServerInstruction]:
        """A client said something after its login."""
        self._advance(now_s)
        if self._peers.message(client, message, payload, self._clock.now_s):
            return self._settle()
        if client not in self._clients:
            return self._settle()
        excess = self._clients.strays.answered(client, message)
        if excess:
            self._close(client, "limit", excess)
            return self._settle()
        job = self._turns.job_of(client)
        if isinstance(message, Job):
            self._job_offered(client, message, payload)
        elif isinstance(message, EndJob):
            self._job_ended(client, message)
        elif isinstance(message, PeerServe):
            self._peers.serve(client, job, message)
        elif isinstance(message, LogRequest):
            self._logs.wanted(client, self._clients.name(client), self._clock.now_s)
        elif job is not None and job.name == job_named_in(message):
            self._guard(job, lambda: job.client_message(message, payload, self._clock.now_s))
        else:
            excess = self._clients.strays.dropped(client, self._clock.now_s)
            if excess:
                self._close(client, "limit", excess)
        return self._settle()

    def _job_offered(self, client: ClientId, message: Job, payload: bytes) -> None:
        self._drop_job(client)
        if self._drain_until_s is not None:
            self._close(client, "shutdown", _CLOSING)
            return
        if self._lending.now.paused:
            return  # it crossed our word on its way; the client offers it again
        try:
            assets = check_offer(message, payload, self.cache_limit_bytes, self._engines)
        except ManifestError as error:
            if error.hostile:
                self._close(client, "protocol", str(error))
            else:
                name = self._clients.name(client)
                self._log(Level.WARNING, f"refused a job of {name}: {error}")
                self._tell(client, message.job, "failed", str(error))
            return
        again = self._clients.strays.offered(client, message.job)
        self._turns.add(JobOffer(client, self._clients.name(client), message, assets, again))

    def _job_ended(self, client: ClientId, message: EndJob) -> None:
        offer = self._turns.offer_of(client)
        if offer is None or offer.message.job != message.job:
            return
        self._drop_job(client)
        if message.restart and self.is_idle and self._worker.is_ready:
            name = self._clients.name(client)
            self._worker.renew(f"client {name} wants a fresh one for the next job")

    # -- the cache ------------------------------------------------------------------------------

    def assets_found(
        self,
        job: str,
        present: Collection[str],
        now_s: float,
        partial: Mapping[str, int] | None = None,
    ) -> list[ServerInstruction]:
        """The answer to `FindAssets`: which files the cache has, and bytes of interrupted ones."""
        self._advance(now_s)
        if self.job is not None and self.job.name == job and self.job.stage is Stage.FINDING:
            self.job.assets_found(present, partial or {}, self._clock.now_s)
        return self._settle()

    def search_failed(self, job: str, error: str, now_s: float) -> list[ServerInstruction]:
        """The other answer to `FindAssets`: the cache cannot be read, and why."""
        self._advance(now_s)
        running = self.job
        if running is not None and running.name == job:
            self._guard(running, lambda: running.search_failed(error))
        return self._settle()

    def assets_searched(self, job: str, fraction: float, now_s: float) -> list[ServerInstruction]:
        """How much of the files that `FindAssets` names is checked, 0 to 1."""
        self._advance(now_s)
        if self.job is not None and self.job.name == job:
            self.job.assets_searched(fraction, self._clock.now_s)
        return self._settle()

    def chunk_stored(self, digest: str, now_s: float) -> list[ServerInstruction]:
        """A piece of a file, not its last one, is written; slow disks thus slow the client."""
        self._advance(now_s)
        if self.job is not None:
            self.job.chunk_stored(self._clock.now_s)
        return self._settle()

    def asset_stored(self, digest: str, error: str, now_s: float) -> list[ServerInstruction]:
        """A file is in the cache (error ""), or could not be stored."""
        self._advance(now_s)
        job = self.job
        if job is not None:
            self._guard(job, lambda: job.asset_stored(digest, error, self._clock.now_s))
        return self._settle()

    # -- other servers --------------------------------------------------------------------------

    def peer_joined(
        self, link: ClientId, job: str, ticket: int, now_s: float
    ) -> list[ServerInstruction]:
        """Another server logged in with the key of `ExpectPeer`; its link is like a client's."""
        self._advance(now_s)
        running = self.job if self.job is not None and self.job.name == job else None
        self._peers.joined(link, running, ticket, self._clock.now_s)
        return self._settle()

    def peer_served(
        self, job: str, ticket: int, text: str, now_s: float
    ) -> list[ServerInstruction]:
        """What `ServePeer` began is over; `text` says what failed, if anything."""
        self._advance(now_s)
        self._peers.served(job, ticket, text)
        return self._settle()

    # -- the worker -----------------------------------------------------------------------------

    def worker_ready(self, engine_class: str, now_s: float) -> list[ServerInstruction]:
        """A worker started and can open a job."""
        self._advance(now_s)
        self._worker.ready(engine_class)
        if self.job is not None:
            self.job.worker_ready(self._clock.now_s)
        return self._settle()

    def worker_message(
        self, message: Message, payload: bytes, now_s: float
    ) -> list[ServerInstruction]:
        """The worker said something."""
        self._advance(now_s)
        if isinstance(message, Canary):
            self._worker.canary = message, payload
            self._clients.tell(message, payload)
            return self._settle()
        if isinstance(message, Result):
            self._worker.delivered()
        job = self.job
        if job is not None:
            self._guard(job, lambda: job.worker_message(message, payload, self._clock.now_s))
        return self._settle()

    def worker_exited(self, text: str, now_s: float) -> list[ServerInstruction]:
        """The worker ended by itself."""
        self._advance(now_s)
        self._worker_died(text or "the render process ended")
        return self._settle()

    def _worker_died(self, text: str) -> None:
        self._worker.died(text, self._clock.now_s)
        job = self.job
        if job is not None:
            self._guard(job, lambda: job.worker_died(text, self._clock.now_s))
        self._worker.restart(text, self._clock.now_s)

    def broke(self, text: str, now_s: float) -> list[ServerInstruction]:
        """Our own program has a bug that just showed: no client may wait for what will not come."""
        self._advance(now_s)
        for job in self._turns.fail_all(text):
            self._peers.end(job)
        return self._settle()

    # -- the person at this computer ------------------------------------------------------------

    def set_availability(
        self, wanted: Availability, now_s: float, *, renew: bool = False
    ) -> list[ServerInstruction]:
        """Somebody at this computer lets clients have more or less of it.

        Args:
            wanted: from now on.
            now_s: of the clock.
            renew: the worker starts anew though it has as many threads as before.
        """
        self._advance(now_s)
        renew |= wanted.threads != self._lending.now.threads
        if wanted != self._lending.now or renew:
            if self.job is not None:
                self.job.give_back_all()
            for client in self._clients:
                self._drop_job(client)
            self._lending.take_away(wanted, self._clients)
            self._turns.threads = wanted.threads
            if renew:
                self._worker.renew("it has to begin anew as somebody here wants it")
            self._lending.give(wanted, self._clients)
        return self._settle()

    # -- time and the end -----------------------------------------------------------------------

    def tick(self, now_s: float) -> list[ServerInstruction]:
        """Call every `limits.TICK_S`: restarts, hangs, the end of a drain."""
        self._advance(now_s)
        self._worker.restart("the render process ended before", self._clock.now_s)
        if self.job is not None and self.job.files is not None:
            self.job.files.tick(self._clock.now_s)
        if self.job is not None and self._worker.is_ready:
            stuck_s = self.job.stuck_s(self._clock.now_s)
            if stuck_s:
                self._worker.hung()
                self._worker_died(f"the render process made no progress for {stuck_s:.0f} s")
        return self._settle()

    def drain(self, now_s: float) -> list[ServerInstruction]:
        """Stop taking work, finish what is in hand within `DRAIN_S`, then quit.

        Called a second time: quit at once.
        """
        self._advance(now_s)
        if self._drain_until_s is not None:
            self._drain_until_s = self._clock.now_s
            return self._settle()
        self._drain_until_s = self._clock.now_s + DRAIN_S
        self._log(Level.INFO, "shutting down after the buckets in hand")
        for client in self._clients:
            if self.job is None or self.job.offer.client != client:
                self._close(client, "shutdown", _CLOSING)
        if self.job is not None:
            self.job.drain()
        return self._settle()

    def _settle(self) -> list[ServerInstruction]:
        """Begin the next job if none runs, end a drain that is over; return all there is to do."""
        if self._drain_until_s is not None:
            self._settle_drain(self._drain_until_s)
        else:
            self._turns.take(self._clock.now_s)
        out = list(self._out)
        self._out.clear()
        self._clients.strays.asked(out, self._clients)
        return out

    def _settle_drain(self, until_s: float) -> None:
        busy = self.job is not None and len(self.job.desk) > 0
        if self._quit or (busy and self._clock.now_s < until_s):
            return
        self._quit = True
        if self.job is not None:
            self.job.give_back_all()
        for client in self._clients:
            self._close(client, "shutdown", _CLOSING)
        self._out.append(Quit())

    # -- small things ---------------------------------------------------------------------------

    def _guard(self, job: ServerJob, step: Callable[[], None]) -> None:
        """Let a job take a step; its failure ends the job, not the server."""
        try:
            step()
        except JobFailed as failure:
            job.fail(str(failure))
            self._drop_job(job.offer.client)
        except Offence as offence:
            self._close(job.offer.client, offence.code, str(offence))

    def _drop_job(self, client: ClientId) -> None:
        """Forget the client's job, waiting or running."""
        job = self._turns.drop(client)
        if job is not None:
            self._peers.end(job)

    def _close(self, client: ClientId, code: str, text: str) -> None:
        self._log(Level.WARNING, f"closing client {self._clients.name(client)}: {text}")
        self._drop_job(client)
        self._clients.close(client, code, text)

    def _tell(self, client: ClientId, job: str, state: str, text: str) -> None:
        self._out.append(SendTo(client, JobStatus(job, state, 0.0, text[:TEXT_CHARS])))

    def _advance(self, now_s: float) -> None:
        if self._clock.advance(now_s):
            self._log(Level.INFO, f"this computer paused for {self._clock.paused_s:.1f} s")

    def _log(self, level: Level, text: str) -> None:
        self._out.append(Log(level, text))
