"""The job that runs on a server: its files, its scene on the worker, its units.

    FINDING ──assets_found──► SYNCING ──all stored──► WAITING ──worker ready──► OPENING ► READY
                                                       ▲                          │        │
                                                       ├──────── worker died ─────┴────────┤
                                                       └──resume── PAUSED ◄──desk empty────┘

Made by `ServerCore` when the job's turn comes, dropped when it ends. Instructions go to the list
given. What goes wrong is raised: `JobFailed` ends the job, `Offence` the client's link.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from network.assets import TransferError
from network.instructions import (
    Level,
    OpenWorkerJob,
    ReleaseAssets,
    ServerInstruction,
    ToWorker,
)
from network.job_files import JobFiles
from network.job_offer import JobOffer
from network.job_sync import JobSync
from network.job_voice import JobVoice
from network.limits import TEXT_CHARS
from network.messages import (
    AssetChunk,
    AssetMissing,
    Assign,
    Cancel,
    EndJob,
    GiveBack,
    Message,
    PeerExpect,
    Ping,
    Result,
    UnitFailed,
    WorkerOpened,
    WorkerProgress,
    WorkRequest,
)
from network.scene_opening import SceneOpening
from network.server_desk import Desk
from network.turn_time import TurnTime
from network.worker_life import WorkerLife


class JobFailed(Exception):
    """Raised when this server cannot render the job; the text is for the artist."""


class Offence(Exception):
    """Raised when the client broke the protocol.

    Attributes:
        code: for the Bye.
    """

    def __init__(self, text: str, code: str = "protocol") -> None:
        super().__init__(text)
        self.code = code


class Stage(Enum):
    """How far the running job is."""

    FINDING = "finding"
    SYNCING = "syncing"
    WAITING = "waiting"
    OPENING = "opening"
    READY = "ready"
    PAUSED = "paused"  # another client's turn


class ServerJob:
    """See the module."""

    def __init__(
        self,
        offer: JobOffer,
        threads: int,
        worker: WorkerLife,
        out: list[ServerInstruction],
        now_s: float,
    ) -> None:
        self.offer = offer
        self.name = offer.message.job
        self.stage = Stage.FINDING
        self.desk = Desk(threads, offer.message.bucket_pixels, now_s)
        self.time = TurnTime(now_s)
        self._worker = worker
        self._out = out
        self._voice = JobVoice(offer.client, self.name, out)
        self._sync = JobSync(offer, self._voice, out, now_s)
        self._opening = SceneOpening()
        self._pausing = False
        self._draining = False

    # -- files ----------------------------------------------------------------------------------

    @property
    def files(self) -> JobFiles | None:
        """The job's files, once the cache was searched."""
        return self._sync.files

    @property
    def has_files(self) -> bool:
        """Whether all files of the job are in the cache, pinned and checked."""
        return self._sync.is_complete

    def begin(self) -> None:
        """The job's turn has come."""
        self._voice.log(Level.INFO, f"of {self.offer.client_name} begins")
        self._sync.begin()

    def assets_searched(self, fraction: float, now_s: float) -> None:
        """The cache is being searched: tell how far."""
        if self.stage is Stage.FINDING:
            self._sync.searched(fraction, now_s)

    def search_failed(self, error: str) -> None:
        """The cache could not be searched.

        Raises:
            JobFailed: nothing can be rendered without it.
        """
        if self.stage is Stage.FINDING:
            raise JobFailed(f"the cache cannot be read: {error}")

    def assets_found(
        self, present: Collection[str], partial: Mapping[str, int], now_s: float
    ) -> None:
        """The cache was searched; ask for what lacks."""
        self.stage = Stage.SYNCING
        self._sync.found(present, partial, now_s)
        self.files_moved(now_s)

    def files_moved(self, now_s: float) -> None:
        """Bytes of files came or were written: ask for more, tell how far it is, or go on."""
        if self.stage is not Stage.SYNCING:
            return
        if self._sync.is_complete:
            self._voice.tell("opening", "")
            self._wait_for_worker(now_s)
        else:
            self._sync.advance(now_s)

    def chunk_stored(self, now_s: float) -> None:
        """The cache has written a piece: there is room for another one."""
        if self.files is not None:
            self.files.written(now_s)

    def asset_stored(self, digest: str, error: str, now_s: float) -> None:
        """A file is in the cache (error ""), or could not be stored.

        Raises:
            JobFailed: it could not, and trying again would not help.
        """
        problem = self._sync.stored(digest, error, now_s)
        if problem:
            raise JobFailed(problem)
        self.files_moved(now_s)

    def _asset_chunk(self, message: AssetChunk, payload: bytes, now_s: float) -> None:
        try:
            self._sync.chunk(message, payload, now_s)
        except TransferError as error:
            raise Offence(str(error)) from error
        self.files_moved(now_s)

    # -- messages of the client -----------------------------------------------------------------

    def client_message(self, message: Message, payload: bytes, now_s: float) -> None:
        """The client said something about this job.

        Raises:
            Offence: it may not say that.
            JobFailed: one of its files is gone.
        """
        if isinstance(message, AssetChunk):
            self._asset_chunk(message, payload, now_s)
        elif isinstance(message, AssetMissing):
            label = self._sync.label(message.digest)
            raise JobFailed(f"{label!r} does not come from the client: {message.text}")
        elif isinstance(message, PeerExpect):
            if self.files is not None:
                self.files.expect(message, now_s)
        elif isinstance(message, Assign):
            self._assign(message, now_s)
        elif isinstance(message, Cancel):
            self._cancel(message.leases)
            self._ask(now_s)

    def _assign(self, message: Assign, now_s: float) -> None:
        job = self.offer.message
        inside = (
            message.x + message.width <= job.width
            and message.y + message.height <= job.height
            and message.width * message.height <= job.bucket_pixels
        )
        if not inside:
            raise Offence("assigned a bucket outside the frame or too large")
        if not self.desk.take(message, now_s):
            if not self.offer.again:
                raise Offence("assigned a bucket that nobody asked for", "limit")
            self._voice.send(GiveBack(self.name, [message.lease]))
        elif self._draining or self._pausing or self.stage is Stage.PAUSED:
            self._give_back([message])
        elif self.stage is Stage.READY:
            self._out.append(ToWorker(message))

    def _cancel(self, leases: list[int]) -> None:
        dropped = self.desk.drop(leases)
        if dropped and self.stage is Stage.READY:
            self._out.append(ToWorker(Cancel(self.name, dropped)))

    # -- the worker -----------------------------------------------------------------------------

    def worker_ready(self, now_s: float) -> None:
        """A worker can open the job now."""
        if self.stage is Stage.WAITING:
            self._wait_for_worker(now_s)

    def worker_message(self, message: Message, payload: bytes, now_s: float) -> None:
        """The worker said something.

        Raises:
            JobFailed: it cannot open the scene.
        """
        if isinstance(message, WorkerProgress):
            self.desk.progress(now_s)
            self._opening.progress()
            if self.stage in (Stage.WAITING, Stage.OPENING):
                self._voice.tell("opening", message.text, message.fraction)
        elif isinstance(message, Ping):
            self.desk.tiles_done(message.units_done, now_s)
        elif isinstance(message, WorkerOpened):
            self._opened(message, now_s)
        elif isinstance(message, (Result, UnitFailed)):
            self._unit_done(message, payload, now_s)

    def worker_died(self, text: str, now_s: float) -> None:
        """The worker is gone: units in hand are suspects, the others go back untouched.

        Raises:
            JobFailed: it dies again and again over this scene.
        """
        if self.stage in (Stage.WAITING, Stage.OPENING) and self._opening.died():
            raise JobFailed(f"the render process cannot open the scene: {text}")
        self.time.closed(now_s)
        if self.stage in (Stage.OPENING, Stage.READY):
            suspects = self.desk.in_hand() if self.stage is Stage.READY else []
            self._give_back(self.desk.all()[len(suspects) :])
            for x in suspects:
                failed = UnitFailed(x.job, x.unit, x.lease, True, text[:TEXT_CHARS])
                self._voice.send(failed)
            self.desk.clear(now_s)
            self._voice.tell("opening", "restarting the render process")
            self.stage = Stage.WAITING

    def stuck_s(self, now_s: float) -> float:
        """Seconds for which the worker has shown no progress if that means a hang, else 0."""
        if self.stage is Stage.READY:
            return self.desk.stuck_s(now_s, self._worker.patience)
        silent_s = self.desk.silent_s(now_s)
        hangs = self.stage is Stage.OPENING and silent_s > self._opening.silence_s
        return silent_s if hangs else 0.0

    def _wait_for_worker(self, now_s: float) -> None:
        self.stage = Stage.WAITING
        self.desk.progress(now_s)
        if self._worker.is_ready:
            self.stage = Stage.OPENING
            self._opening.asked()
            self.time.opening(now_s)
            job = self.offer.message
            self._out.append(OpenWorkerJob(job.job, job.scene, job.settings, self.offer.assets))

    def _opened(self, message: WorkerOpened, now_s: float) -> None:
        if message.job != self.name or self.stage is not Stage.OPENING:
            return  # of a job that ended meanwhile
        if message.error:
            raise JobFailed(message.error)
        self.stage = Stage.READY
        self.time.opened(now_s)
        self._voice.log(Level.INFO, f"is open: {message.text}")
        # Welcome may have gone out before the worker knew its class: tell it here again.
        self._voice.tell("ready", self._worker.engine_class, 1.0)
        self.desk.progress(now_s)
        for assign in self.desk.all():
            self._out.append(ToWorker(assign))
        self._ask(now_s)

    def _unit_done(self, message: Result | UnitFailed, payload: bytes, now_s: float) -> None:
        if message.job != self.name or self.stage is not Stage.READY:
            return
        if isinstance(message, Result):
            self._opening.delivered()
        if self.desk.done(message.lease, now_s):
            self._voice.send(message, payload)
        self._ask(now_s)

    # -- turns ----------------------------------------------------------------------------------

    def begin_pause(self) -> None:
        """Give back what is not in hand; `is_paused` when that is rendered."""
        if not self._pausing:
            self._pausing = True
            self._give_back(self.desk.all()[len(self.desk.in_hand()) :])

    def is_paused(self, now_s: float) -> bool:
        """Whether nothing is in hand any more; then the scene may be closed."""
        if self._pausing and self.stage is Stage.READY and len(self.desk) == 0:
            self._out.append(ToWorker(EndJob(self.name)))
            self.time.closed(now_s)
            self.stage = Stage.PAUSED
            self._pausing = False
        return self.stage is Stage.PAUSED

    def resume(self, now_s: float) -> None:
        """Its turn has come again; its files are still there."""
        self._voice.log(Level.INFO, f"of {self.offer.client_name} goes on")
        self._voice.tell("opening", "")
        self._wait_for_worker(now_s)

    # -- the end --------------------------------------------------------------------------------

    def drain(self) -> None:
        """Ask for nothing more and give back what is not in hand."""
        self._draining = True
        started = len(self.desk.in_hand()) if self.stage is Stage.READY else 0
        self._give_back(self.desk.all()[started:])

    def give_back_all(self) -> None:
        """Give back even what is in hand."""
        self._give_back(self.desk.all())

    def end(self) -> None:
        """The job is over here: tell the worker and the cache."""
        if self.stage in (Stage.OPENING, Stage.READY):
            self._out.append(ToWorker(EndJob(self.name)))
        self._sync.end()
        self._out.append(ReleaseAssets(self.name))
        self._voice.log(Level.INFO, f"of {self.offer.client_name} is over")

    def fail(self, text: str) -> None:
        """Tell the client that this server cannot render the job."""
        self._voice.log(Level.WARNING, f"failed: {text}")
        self._voice.tell("failed", text)

    # -- small things ---------------------------------------------------------------------------

    def _give_back(self, units: list[Assign]) -> None:
        if units:
            leases = [unit.lease for unit in units]
            self._voice.send(GiveBack(self.name, leases))
            self._cancel(leases)

    def _ask(self, now_s: float) -> None:
        wanted = self.stage is Stage.READY and not (self._draining or self._pausing)
        more = self.desk.ask(now_s) if wanted else 0
        if more:
            self._voice.send(WorkRequest(self.name, more))
