"""A render session without servers: the test says what happens."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.frames.film_pixels import make_film
from app.session.session_signals import SessionSignals
from app.values.session_types import (
    BucketInFlight,
    FrameReport,
    Incident,
    JobInfo,
    Progress,
    RenderRequest,
    ServerReport,
    ServerState,
    ServerStatus,
)
from app.window.window_services import WindowPaths, WindowServices
from renderer.buckets import make_buckets
from renderer.denoise import DenoiseCancelledError, DenoiseError
from renderer.film import Film
from renderer.radiance_files import read_radiance


class FakeSession(SessionSignals):
    """Same surface as `app.session.session.RenderSession`."""

    def __init__(self) -> None:
        super().__init__()
        self.film: Film | None = None
        self.entries: tuple = ()
        self.settings = None
        self.requests: list[RenderRequest] = []
        self.retried: list[str] = []
        self.drained: list[str] = []
        self.admitted: list[str] = []
        self.dismissed: list[str] = []
        self.focused: list = []
        self.journals: list = []
        self.resumes = self.journals_discarded = 0
        self.can_resume = False
        self.paused = False
        self.stops = 0
        self.is_shut_down = False
        self.job: JobInfo | None = None

    # -- wishes of the window ------------------------------------------------------------------

    def set_servers(self, entries, settings) -> None:
        self.entries, self.settings = tuple(entries), settings

    def start(self, request: RenderRequest, journal=None) -> None:
        self.requests.append(request)
        self.journals.append(journal)

    def resume(self) -> None:
        self.resumes += 1

    def discard_journal(self) -> None:
        self.journals_discarded += 1

    def pause(self, paused) -> None:
        self.paused = paused

    def stop(self) -> None:
        self.stops += 1

    def focus(self, around) -> None:
        self.focused.append(around)

    def drain(self, uid: str) -> None:
        self.drained.append(uid)

    def admit(self, uid: str) -> None:
        self.admitted.append(uid)

    def dismiss(self, uid: str) -> None:
        self.dismissed.append(uid)

    def ask_log(self, uid: str) -> bool:
        return False

    def retry(self, uid: str) -> None:
        self.retried.append(uid)

    def shutdown(self) -> None:
        self.is_shut_down = True

    # -- what the test makes happen --------------------------------------------------------------

    def begin(self) -> JobInfo:
        request = self.requests[-1]
        settings = request.settings
        regions = make_buckets(settings.width, settings.height, request.bucket_size, request.order)
        self.film = make_film(settings)
        self.job = JobInfo(settings.width, settings.height, regions, request)
        self.job_started.emit(self.job)
        return self.job

    def lease(self, unit: int, uid: str) -> None:
        self.bucket_leased.emit(BucketInFlight(unit, self.job.regions[unit], uid))

    def deliver(self, unit: int, uid: str, pixels: np.ndarray | float = 0.18) -> None:
        region = self.job.regions[unit]
        shape = (region.height, region.width, self.film.components)
        full = np.empty(shape, dtype=np.float32)
        full[...] = pixels
        self.film.put(region, full)
        self.bucket_finished.emit(BucketInFlight(unit, region, uid), full)

    def progress(self, done: int, servers: int = 1, eta_s: float | None = 4.0) -> None:
        total = len(self.job.regions)
        self.progressed.emit(
            Progress(done, total, done * 1000, total * 1000, 1.5e6, 12.0, eta_s, servers)
        )

    def finish(self, complete: bool = True) -> FrameReport:
        settings = self.job.request.settings
        report = FrameReport(
            frame_sha256=self.film.sha256(),
            complete=complete,
            wall_s=12.4,
            first_bucket_s=0.5,
            samples_per_s=1.5e6,
            engine="tracer",
            seed=settings.seed,
            width=settings.width,
            height=settings.height,
            samples=settings.samples,
            bucket_width=self.job.request.bucket_size.width_px,
            bucket_height=self.job.request.bucket_size.height_px,
            order=self.job.request.order.value,
            buckets=len(self.job.regions),
            buckets_done=len(self.job.regions),
            servers=(ServerReport("This computer", "127.0.0.1", buckets=3),),
        )
        self.job_finished.emit(report)
        return report

    def set_state(self, uid: str, state: ServerState, **more) -> None:
        self.server_changed.emit(ServerStatus(uid, state, **more))

    def lose(self, uid: str, server: str, buckets: int = 2, what: str = "connection lost") -> None:
        outcome = f"{buckets} buckets went back to the queue; This computer goes on"
        self.happened.emit(Incident(3.0, "12:00:03", uid, server, what, buckets, outcome))


class FakeResolver:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple] = []

    def resolve(self, name, done) -> None:
        self.waiting.append((name, done))

    def answer(self, addresses: tuple[str, ...] = ("192.168.1.20",), problem: str = "") -> None:
        waiting, self.waiting = self.waiting, []
        for _name, done in waiting:
            done(addresses, problem)


class FakeFinder(QObject):
    """Finds what the test says."""

    changed = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


class FakeSummary:
    """Of a scene that any file is taken for."""

    name = "Still life"
    cameras = ("Front", "Top")
    triangles = 120_000
    instances = 12
    images = 3
    warnings = ()
    animated = True
    duration_s = 4.5


class FakeWorld:
    """Services and paths of one window, with the clock in the test's hand."""

    def __init__(self, folder: Path) -> None:
        self.resolver = FakeResolver()
        self.finder = FakeFinder()
        self.now_s = 100.0
        self.saved: list[tuple] = []
        self.saved_layers: list[dict] = []
        self.saved_stamps: list[str] = []
        self.save_error = ""
        self.denoise_error = ""
        self.denoised_settings: list = []
        self.denoise_gate = threading.Event()
        self.denoise_gate.set()
        self.scene_error = ""
        self.demo = folder / "demo.glb"
        self.paths = WindowPaths(
            folder / "servers.toml",
            folder / "settings.toml",
            folder / "window.ini",
            folder / "history",
            folder / "unfinished",
        )

    def services(self) -> WindowServices:
        return WindowServices(
            resolver=self.resolver,
            finder=self.finder,
            inspect_scene=self._inspect,
            save_image=self._save,
            denoise=self._denoise,
            read_picture=lambda path: read_radiance(path, path.name, 1 << 20),
            demo_scene=lambda: self.demo,
            make_key=lambda path: path.write_text("key"),
            now_s=lambda: self.now_s,
            clock=lambda: "12:00:00",
        )

    def _denoise(self, film, settings, on_progress):
        if self.denoise_error:
            raise DenoiseError(self.denoise_error)
        self.denoised_settings.append(settings)
        for share in (0.0, 1.0):
            self.denoise_gate.wait()
            if not on_progress(share):
                raise DenoiseCancelledError
        return film[..., :4] / 2

    def _inspect(self, path: Path) -> FakeSummary:
        if self.scene_error:
            raise ValueError(self.scene_error)
        return FakeSummary()

    def _save(self, path, pixels, *, look, options, metadata, layers, stamp) -> None:
        if self.save_error:
            raise OSError(self.save_error)
        self.saved.append((path, pixels.copy(), look, options, dict(metadata)))
        self.saved_layers.append(dict(layers))
        self.saved_stamps.append(stamp)
