"""The server's side of the brigade: clients come with jobs, one worker renders one at a time.

Events in, instructions out; no sockets, no clock, no processes. The running job's stages:

    FINDING ──assets_found──► SYNCING ──all stored──► WAITING ──worker ready──► OPENING ► READY
                                                       ▲                          │        │
                                                       └──────── worker died ─────┴────────┘

Other clients' jobs wait in order of arrival; each client has at most one. A client that leaves
takes its job along within the same event. Credits are changed by WorkRequest and Assign alone,
on both sides, so that they agree whatever crosses on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from network.assets import AssetTransfer, ManifestError, TransferError, decode_manifest
from network.awake_clock import AwakeClock
from network.instructions import (
    CloseClient,
    FindAssets,
    Level,
    Log,
    OpenWorkerJob,
    Quit,
    ReleaseAssets,
    RestartWorker,
    SendTo,
    ServerInstruction,
    StoreChunk,
    ToWorker,
)
from network.messages import (
    AssetChunk,
    AssetEntry,
    AssetMissing,
    Assign,
    Cancel,
    EndJob,
    GiveBack,
    Job,
    JobStatus,
    Message,
    Ping,
    Result,
    UnitFailed,
    WorkerOpened,
    WorkerProgress,
    WorkRequest,
)
from network.server_desk import Desk
from network.work import ClientId
from network.worker_life import WorkerLife

#: A workgroup; each connected client costs a link with its buffers.
MAX_CLIENTS = 16
#: A scene that kills the worker so often while it is opened is not tried again.
MAX_OPEN_DEATHS = 3
#: Building the tree of an enormous scene may take minutes without a word.
OPEN_SILENCE_S = 600.0
#: Units in hand may end within this time when the server is told to stop.
DRAIN_S = 10.0
#: Progress of the transfer is told in steps of this part.
PROGRESS_STEP = 0.01
#: As `messages.Text` allows.
MAX_TEXT = 2000
#: As `messages.GiveBack` allows.
MAX_LEASES_PER_MESSAGE = 4096


class Stage(Enum):
    """How far the running job is."""

    FINDING = "finding"
    SYNCING = "syncing"
    WAITING = "waiting"
    OPENING = "opening"
    READY = "ready"


@dataclass(slots=True)
class _Client:
    """A connected client, with its job if it has one."""

    uid: ClientId
    name: str
    job: _Job | None = None


@dataclass(slots=True)
class _Job:
    """A client's job; `desk` and later fields matter while it runs."""

    message: Job
    assets: tuple[AssetEntry, ...]
    desk: Desk
    stage: Stage = Stage.FINDING
    transfer: AssetTransfer | None = None
    told: float = 0.0  # fraction that the client knows
    open_deaths: int = 0


class ServerCore:
    """See the module. All methods return what the shell is to do, in order.

    Args:
        threads: render threads of the worker.
        cache_limit_bytes: most that the assets of one job may take.
        engines: names of the engines that the worker has; empty for any.
    """

    def __init__(
        self, *, threads: int, cache_limit_bytes: int, engines: Collection[str] = ()
    ) -> None:
        self._threads = threads
        self._cache_limit_bytes = cache_limit_bytes
        self._engines = engines
        self._out: list[ServerInstruction] = []
        self._clients: dict[ClientId, _Client] = {}
        self._waiting: dict[ClientId, _Client] = {}  # their jobs are queued, first come first
        self._active: _Client | None = None
        self._worker = WorkerLife()
        self._clock = AwakeClock()
        self._drain_until_s: float | None = None
        self._quit = False

    # -- clients --------------------------------------------------------------------------------

    def client_joined(self, client: ClientId, name: str, now_s: float) -> list[ServerInstruction]:
        """A client logged in."""
        self._advance(now_s)
        if self._drain_until_s is not None:
            self._out.append(CloseClient(client, "shutdown", "the server is shutting down"))
        elif len(self._clients) >= MAX_CLIENTS:
            text = f"the server already has {MAX_CLIENTS} clients; try again later"
            self._out.append(CloseClient(client, "busy", text))
        else:
            self._clients[client] = _Client(client, name)
            self._log(Level.INFO, f"client {name} is connected")
        return self._settle()

    def client_left(self, client: ClientId, now_s: float) -> list[ServerInstruction]:
        """A client's link ended; its job is dropped, the next one begins."""
        self._advance(now_s)
        record = self._clients.pop(client, None)
        if record is not None:
            self._drop_job(record)
            self._log(Level.INFO, f"client {record.name} is gone")
        return self._settle()

    def message(
        self, client: ClientId, message: Message, payload: bytes, now_s: float
    ) -> list[ServerInstruction]:
        """A client said something after its login."""
        self._advance(now_s)
        record = self._clients.get(client)
        if record is None:
            return self._settle()
        if isinstance(message, Job):
            self._job_offered(record, message, payload)
        elif isinstance(message, EndJob):
            if record.job is not None and record.job.message.job == message.job:
                self._log(Level.INFO, f"job {message.job[:8]} of {record.name} ended")
                self._drop_job(record)
        elif record is self._active and record.job is not None:
            if getattr(message, "job", "") == record.job.message.job:
                self._job_message(record, record.job, message, payload)
        return self._settle()

    def _job_offered(self, client: _Client, message: Job, payload: bytes) -> None:
        self._drop_job(client)
        if self._drain_until_s is not None:
            self._close(client, "shutdown", "the server is shutting down")
            return
        problem = ""
        assets: tuple[AssetEntry, ...] = ()
        try:
            assets = decode_manifest(payload, message.scene, self._cache_limit_bytes)
        except ManifestError as error:
            if error.hostile:
                self._close(client, "protocol", str(error))
                return
            problem = str(error)
        if self._engines and message.engine not in self._engines:
            known = ", ".join(sorted(self._engines))
            problem = f"this server has no engine {message.engine!r}, only {known}"
        if problem:
            self._log(Level.WARNING, f"refused a job of {client.name}: {problem}")
            self._tell(client, message.job, "failed", problem)
            return
        desk = Desk(self._threads, message.bucket_pixels, self._clock.now_s)
        client.job = _Job(message, assets, desk)
        self._waiting[client.uid] = client
        self._log(Level.INFO, f"job {message.job[:8]} of {client.name}: {len(assets)} files")
        if self._active is not None:
            text = f"{self._active.name}'s job runs there now"
            self._tell(client, message.job, "queued", text)

    def _job_message(self, client: _Client, job: _Job, message: Message, payload: bytes) -> None:
        if isinstance(message, AssetChunk):
            self._asset_chunk(client, job, message, payload)
        elif isinstance(message, AssetMissing):
            if job.transfer is not None:
                label = job.transfer.label(message.digest)
                self._fail_job(client, job, f"{label!r} is missing on the client: {message.text}")
        elif isinstance(message, Assign):
            self._assign(client, job, message)
        elif isinstance(message, Cancel):
            dropped = job.desk.drop(message.leases)
            if job.stage is Stage.READY:
                self._cancel_on_worker(job, dropped)

    # -- assets ---------------------------------------------------------------------------------

    def assets_found(
        self,
        job: str,
        present: Collection[str],
        now_s: float,
        partial: Mapping[str, int] | None = None,
    ) -> list[ServerInstruction]:
        """The answer to `FindAssets`: which files the cache has, and bytes of interrupted ones."""
        self._advance(now_s)
        client, running = self._running(job, Stage.FINDING)
        if client is not None and running is not None:
            running.stage = Stage.SYNCING
            running.transfer = AssetTransfer(job, running.assets, present, partial or {})
            missing = running.transfer.missing_files
            self._log(Level.INFO, f"job {job[:8]}: {missing} of {len(running.assets)} files lack")
            if missing:
                self._tell(client, job, "syncing", "")
            self._sync(client, running)
        return self._settle()

    def asset_stored(self, digest: str, error: str, now_s: float) -> list[ServerInstruction]:
        """A file is in the cache (error ""), or could not be stored."""
        self._advance(now_s)
        client = self._active
        job = client.job if client is not None else None
        if client is not None and job is not None and job.transfer is not None:
            problem = job.transfer.stored(digest, error)
            if error:
                self._log(Level.WARNING, f"asset {digest[:8]}: {error}")
            if problem:
                self._fail_job(client, job, problem)
            elif job.stage is Stage.SYNCING:
                self._sync(client, job)
        return self._settle()

    def _asset_chunk(self, client: _Client, job: _Job, message: AssetChunk, payload: bytes) -> None:
        if job.transfer is None:
            self._close(client, "protocol", "sent a piece of a file that nobody asked for")
            return
        try:
            store = job.transfer.chunk(message, payload, self._clock.now_s)
        except TransferError as error:
            self._close(client, "protocol", str(error))
            return
        self._out.append(store)
        if job.transfer.fraction >= job.told + PROGRESS_STEP:
            job.told = job.transfer.fraction
            self._tell(client, job.message.job, "syncing", "", job.told)
        self._sync(client, job)

    def _sync(self, client: _Client, job: _Job) -> None:
        assert job.transfer is not None
        if job.transfer.is_complete:
            self._open(client, job)
            return
        for step in job.transfer.advance(self._clock.now_s):
            self._out.append(step if isinstance(step, StoreChunk) else SendTo(client.uid, step))

    # -- the worker -----------------------------------------------------------------------------

    def worker_ready(self, engine_class: str, now_s: float) -> list[ServerInstruction]:
        """A worker started and can open a job."""
        self._advance(now_s)
        self._worker.ready()
        self._log(Level.INFO, f"the render process is ready ({engine_class})")
        client = self._active
        if client is not None and client.job is not None and client.job.stage is Stage.WAITING:
            self._open(client, client.job)
        return self._settle()

    def worker_exited(self, text: str, now_s: float) -> list[ServerInstruction]:
        """The worker ended by itself; units in hand are suspects, the others are not."""
        self._advance(now_s)
        self._worker_died(text or "the render process ended")
        return self._settle()

    def worker_message(
        self, message: Message, payload: bytes, now_s: float
    ) -> list[ServerInstruction]:
        """The worker said something."""
        self._advance(now_s)
        client = self._active
        job = client.job if client is not None else None
        if client is None or job is None:
            return self._settle()
        if isinstance(message, WorkerProgress):
            job.desk.progress(self._clock.now_s)
            if job.stage in (Stage.WAITING, Stage.OPENING):
                name = job.message.job
                self._tell(client, name, "opening", message.text, message.fraction)
        elif isinstance(message, Ping):
            job.desk.tiles_done(message.units_done, self._clock.now_s)
        elif isinstance(message, WorkerOpened):
            self._opened(client, job, message)
        elif isinstance(message, (Result, UnitFailed)):
            if message.job == job.message.job and job.stage is Stage.READY:
                self._unit_done(client, job, message, payload)
        return self._settle()

    def _open(self, client: _Client, job: _Job) -> None:
        """Open the job on the worker, now or when it is ready."""
        self._tell(client, job.message.job, "opening", "")
        job.stage = Stage.WAITING
        job.desk.progress(self._clock.now_s)
        if self._worker.is_ready:
            job.stage = Stage.OPENING
            offer = job.message
            self._out.append(OpenWorkerJob(offer.job, offer.scene, offer.settings, job.assets))

    def _opened(self, client: _Client, job: _Job, message: WorkerOpened) -> None:
        if message.job != job.message.job or job.stage is not Stage.OPENING:
            return
        if message.error:
            self._fail_job(client, job, message.error)
            return
        job.stage = Stage.READY
        self._log(Level.INFO, f"job {message.job[:8]} is open: {message.text}")
        self._tell(client, message.job, "ready", "", 1.0)
        job.desk.progress(self._clock.now_s)
        for assign in job.desk.all():
            self._out.append(ToWorker(assign))
        self._ask(client, job)

    def _worker_died(self, text: str) -> None:
        delay_s = self._worker.died(self._clock.now_s)
        self._log(Level.WARNING, f"the render process is restarted in {delay_s:.0f} s: {text}")
        client = self._active
        job = client.job if client is not None else None
        if client is not None and job is not None:
            if job.stage in (Stage.WAITING, Stage.OPENING):
                job.open_deaths += 1
                if job.open_deaths >= MAX_OPEN_DEATHS:
                    self._fail_job(client, job, f"the render process cannot start: {text}")
            if client.job is job and job.stage in (Stage.OPENING, Stage.READY):
                self._give_up_leases(client, job, text)
                job.stage = Stage.WAITING
                self._tell(client, job.message.job, "opening", "restarting the render process")
        if self._worker.is_due(self._clock.now_s):
            self._out.append(RestartWorker(text))

    def _give_up_leases(self, client: _Client, job: _Job, text: str) -> None:
        """Return all leases: those in hand as failed by the crash, the others untouched."""
        opened = job.stage is Stage.READY
        suspects = job.desk.in_hand() if opened else []
        innocent = job.desk.waiting() if opened else job.desk.all()
        self._give_back(client, job, innocent)
        for x in suspects:
            failed = UnitFailed(x.job, x.unit, x.lease, True, text[:MAX_TEXT])
            self._out.append(SendTo(client.uid, failed))
        job.desk.clear(self._clock.now_s)

    # -- units ----------------------------------------------------------------------------------

    def _assign(self, client: _Client, job: _Job, message: Assign) -> None:
        offer = job.message
        inside = (
            message.x + message.width <= offer.width
            and message.y + message.height <= offer.height
            and message.width * message.height <= offer.bucket_pixels
        )
        if not inside:
            self._close(client, "protocol", "assigned a bucket outside the frame or too large")
        elif not job.desk.take(message, self._clock.now_s):
            self._close(client, "limit", "assigned a bucket that nobody asked for")
        elif self._drain_until_s is not None:
            self._give_back(client, job, [message])
            job.desk.drop([message.lease])
        elif job.stage is Stage.READY:
            self._out.append(ToWorker(message))

    def _unit_done(
        self, client: _Client, job: _Job, message: Result | UnitFailed, payload: bytes
    ) -> None:
        if isinstance(message, Result):
            self._worker.delivered()
            job.open_deaths = 0
        if job.desk.done(message.lease, self._clock.now_s):
            self._out.append(SendTo(client.uid, message, payload))
        self._ask(client, job)

    def _cancel_on_worker(self, job: _Job, leases: list[int]) -> None:
        for start in range(0, len(leases), MAX_LEASES_PER_MESSAGE):
            part = leases[start : start + MAX_LEASES_PER_MESSAGE]
            self._out.append(ToWorker(Cancel(job.message.job, part)))
        if leases and self._active is not None:
            self._ask(self._active, job)

    def _give_back(self, client: _Client, job: _Job, units: list[Assign]) -> None:
        if units:
            leases = [unit.lease for unit in units]
            self._out.append(SendTo(client.uid, GiveBack(job.message.job, leases)))

    def _ask(self, client: _Client, job: _Job) -> None:
        if self._drain_until_s is not None:
            return
        more = job.desk.ask()
        if more:
            self._out.append(SendTo(client.uid, WorkRequest(job.message.job, more)))

    # -- time and the end -----------------------------------------------------------------------

    def tick(self, now_s: float) -> list[ServerInstruction]:
        """Call every `limits.TICK_S`: restarts, hangs, the end of a drain."""
        self._advance(now_s)
        now_s = self._clock.now_s
        if self._worker.is_due(now_s):
            self._out.append(RestartWorker("it ended before"))
        client = self._active
        job = client.job if client is not None else None
        if job is not None and self._worker.is_ready:
            stuck_s = job.desk.stuck_s(now_s) if job.stage is Stage.READY else 0.0
            if job.stage is Stage.OPENING:
                silent_s = job.desk.silent_s(now_s)
                stuck_s = silent_s if silent_s > OPEN_SILENCE_S else 0.0
            if stuck_s:
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
        for client in list(self._clients.values()):
            if client is not self._active:
                self._close(client, "shutdown", "the server is shutting down")
        active = self._active
        if active is not None and active.job is not None:
            job = active.job
            given = job.desk.waiting() if job.stage is Stage.READY else job.desk.all()
            self._give_back(active, job, given)
            dropped = job.desk.drop([unit.lease for unit in given])
            if job.stage is Stage.READY:
                self._cancel_on_worker(job, dropped)
        return self._settle()

    def _settle(self) -> list[ServerInstruction]:
        """Begin the next job if none runs, end a drain that is over; return all there is to do."""
        if self._drain_until_s is not None:
            self._settle_drain(self._drain_until_s)
        elif self._active is None and self._waiting:
            client = next(iter(self._waiting.values()))
            del self._waiting[client.uid]
            self._begin(client)
        out = list(self._out)
        self._out.clear()
        return out

    def _begin(self, client: _Client) -> None:
        assert client.job is not None
        self._active = client
        name = client.job.message.job
        self._log(Level.INFO, f"job {name[:8]} of {client.name} begins")
        self._tell(client, name, "syncing", "checking the files")
        digests = dict.fromkeys(asset.digest for asset in client.job.assets)
        self._out.append(FindAssets(name, tuple(digests)))

    def _settle_drain(self, until_s: float) -> None:
        active = self._active
        job = active.job if active is not None else None
        if self._quit or (job is not None and len(job.desk) and self._clock.now_s < until_s):
            return
        if active is not None and job is not None:
            self._give_back(active, job, job.desk.all())
        for client in list(self._clients.values()):
            self._close(client, "shutdown", "the server is shutting down")
        self._quit = True
        self._out.append(Quit())

    def _drop_job(self, client: _Client) -> None:
        """The client's job is over here: tell the worker, forget the leases."""
        job, client.job = client.job, None
        self._waiting.pop(client.uid, None)
        if job is not None and client is self._active:
            self._active = None
            if job.stage in (Stage.OPENING, Stage.READY):
                self._out.append(ToWorker(EndJob(job.message.job)))
            self._out.append(ReleaseAssets(job.message.job))

    def _fail_job(self, client: _Client, job: _Job, text: str) -> None:
        self._log(Level.WARNING, f"job {job.message.job[:8]} of {client.name} failed: {text}")
        self._tell(client, job.message.job, "failed", text)
        self._drop_job(client)

    def _close(self, client: _Client, code: str, text: str) -> None:
        self._log(Level.WARNING, f"closing client {client.name}: {text}")
        self._drop_job(client)
        self._clients.pop(client.uid, None)
        self._out.append(CloseClient(client.uid, code, text))

    # -- small things ---------------------------------------------------------------------------

    def _advance(self, now_s: float) -> None:
        if self._clock.advance(now_s):
            self._log(Level.INFO, f"this computer paused for {self._clock.paused_s:.1f} s")

    def _running(self, job: str, stage: Stage) -> tuple[_Client | None, _Job | None]:
        client = self._active
        if client is not None and client.job is not None:
            if client.job.message.job == job and client.job.stage is stage:
                return client, client.job
        return None, None

    def _tell(
        self, client: _Client, job: str, state: str, text: str, fraction: float = 0.0
    ) -> None:
        status = JobStatus(job, state, min(max(fraction, 0.0), 1.0), text[:MAX_TEXT])
        self._out.append(SendTo(client.uid, status))

    def _log(self, level: Level, text: str) -> None:
        self._out.append(Log(level, text))
