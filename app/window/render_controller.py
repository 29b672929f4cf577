"""From the click on Render to the last bucket: what the session tells, the views show."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.frames.frame_journal import JournalWish
from app.picture.film_display import FilmDisplay, Floats
from app.saving.finishing import ask_for_guides
from app.session.session import RenderSession
from app.values.durations import format_duration
from app.values.render_options import RenderOptions
from app.values.session_types import (
    BucketInFlight,
    FrameReport,
    JobInfo,
    Progress,
    RenderRequest,
    ServerState,
    ServerStatus,
)
from app.widgets.announce import announce
from app.widgets.bucket_overlay import BucketMark
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.local_numbers import format_whole
from app.widgets.server_words import detail_text, state_text
from app.widgets.status_bar import RenderStatusBar
from app.window.servers_controller import ServersController
from renderer.buckets import Region
from renderer.display import Look
from renderer.film import Film

#: Told in the status bar while nobody renders yet: the one that is nearest to it.
_ON_THE_WAY = (
    ServerState.OPENING,
    ServerState.SYNCING,
    ServerState.STARTING,
    ServerState.CONNECTING,
    ServerState.QUEUED,
)


class RenderState(enum.Enum):
    """What the window is doing."""

    IDLE = "idle"
    PREPARING = "preparing"
    RENDERING = "rendering"
    STOPPING = "stopping"


class RenderController(QObject):
    """Keeps frame buffer and status bar equal to the session's frame.

    Args:
        session, servers, frame_buffer, display, status_bar: what it connects.
        new_journal: names the journal of a new frame of a scene.
        parent: as always in Qt.

    Attributes:
        state: what is going on.
        paused: no bucket is handed out; servers finish what they have.
        report: of the last frame that ended, None before.
        job: of the frame on the film, None before the first.

    Signals:
        state_changed(RenderState).
        began(): the frame buffer has a new, empty frame.
        failed(str): the frame could not begin, and why.
        finished(FrameReport): the frame ended, complete or stopped.
        bucket_shown(): a bucket landed on the film.
    """

    state_changed = Signal(object)
    began = Signal()
    failed = Signal(str)
    finished = Signal(object)
    bucket_shown = Signal()

    def __init__(
        self,
        session: RenderSession,
        servers: ServersController,
        frame_buffer: FrameBuffer,
        display: FilmDisplay,
        status_bar: RenderStatusBar,
        new_journal: Callable[[Path], Path],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = RenderState.IDLE
        self.paused = False
        self.report: FrameReport | None = None
        self.job: JobInfo | None = None
        self._session = session
        self._servers = servers
        self._frame_buffer = frame_buffer
        self._display = display
        self._status_bar = status_bar
        self._new_journal = new_journal
        self._states: dict[str, ServerStatus] = {}
        self._announced_quarter = 0
        session.job_started.connect(self._on_started)
        session.bucket_leased.connect(self._on_leased)
        session.bucket_released.connect(frame_buffer.remove_mark)
        session.bucket_finished.connect(self._on_bucket)
        session.bucket_revoked.connect(display.take_back)
        session.progressed.connect(self._on_progress)
        session.job_finished.connect(self._on_finished)
        session.job_failed.connect(self._on_failed)
        session.server_changed.connect(self._on_status)

    @property
    def film(self) -> Film | None:
        """The film of the frame that is shown, None before the first."""
        return self._session.film if self.job is not None else None

    @property
    def look(self) -> Look:
        """How the picture is seen now."""
        return self._display.look

    def picture(self) -> QImage | None:
        """Return a copy of the picture as it is shown, None before the first frame."""
        return self._frame_buffer.picture()

    def start(
        self,
        scene: Path,
        options: RenderOptions,
        *,
        denoise: bool = False,
        regions: Callable[[int, int], tuple[Region, ...]] = lambda _w, _h: (),
    ) -> None:
        """Render, if nothing is being rendered.

        Args:
            scene: its file.
            options: as the panel shows them.
            denoise: render the channels that denoising profits from.
            regions: for a frame's width and height, what of it to render; none: all.

        Raises:
            ValueError: an option is out of range; the text names the field.
        """
        if self.state is not RenderState.IDLE:
            return
        request = options.to_request(scene)
        size = request.settings.width, request.settings.height
        wanted = self._servers.settings
        request = replace(
            request,
            regions=regions(*size),
            audit=wanted.audit_percent / 100.0 if wanted.enabled else 0.0,
            mix_engines=wanted.mix_engines and wanted.enabled,
        )
        if denoise:
            request = replace(request, settings=ask_for_guides(request.settings))
        self.start_request(request, JournalWish(self._new_journal(scene)))

    def start_request(self, request: RenderRequest, journal: JournalWish) -> None:
        """Render this, or go on with its journal, if nothing is being rendered."""
        if self.state is RenderState.IDLE:
            self._set_state(RenderState.PREPARING)
            self._status_bar.begin()
            self._session.start(request, journal)

    def resume(self) -> None:
        """Go on with the frame that was stopped; its pixels stay."""
        if self.state is RenderState.IDLE and self._session.can_resume:
            self._set_state(RenderState.PREPARING)
            self._status_bar.begin()
            self._session.resume()

    @property
    def can_resume(self) -> bool:
        """Whether a frame was stopped before it was complete."""
        return self.state is RenderState.IDLE and self._session.can_resume

    def stop(self) -> None:
        """Stop; the pixels stay."""
        if self.state is RenderState.PREPARING:
            self._session.stop()  # says nothing: there is no frame yet
            self._status_bar.end(self.tr("Stopped before the first bucket"))
            self._set_state(RenderState.IDLE)
        elif self.state is RenderState.RENDERING:
            self._set_state(RenderState.STOPPING)
            self._session.stop()

    def set_paused(self, paused: bool) -> None:
        """Hand out no bucket of the running frame, or go on."""
        if self.state is RenderState.RENDERING and paused != self.paused:
            self.paused = paused
            self._session.pause(paused)
            self._describe(self.tr("Paused") if paused else self.tr("Rendering goes on"))
            self.state_changed.emit(self.state)

    def _set_state(self, state: RenderState) -> None:
        self.state = state
        self.paused = False
        self.state_changed.emit(state)

    def _on_started(self, job: JobInfo) -> None:
        film = self._session.film
        assert film is not None
        self.job = job
        self.report = None
        self._announced_quarter = 0
        self._frame_buffer.clear_marks()
        self._display.begin(film.pixels, film.done)
        self._set_state(RenderState.RENDERING)
        self.began.emit()

    def _on_leased(self, bucket: BucketInFlight) -> None:
        region = bucket.region
        self._frame_buffer.set_mark(
            bucket.unit,
            BucketMark(
                region.x,
                region.y,
                region.width,
                region.height,
                self._servers.name(bucket.uid),
                self._servers.color(bucket.uid),
            ),
        )

    def _on_bucket(self, bucket: BucketInFlight, pixels: Floats) -> None:
        self._frame_buffer.remove_mark(bucket.unit)
        self._display.put(bucket.region, pixels)
        self.bucket_shown.emit()

    def _on_progress(self, progress: Progress) -> None:
        if self.state not in (RenderState.RENDERING, RenderState.STOPPING):
            return
        self._status_bar.show_progress(progress)
        if self.paused:
            self._status_bar.say(self._paused_text(progress))
            return
        waiting = progress.servers_working == 0 and progress.samples_done < progress.samples_total
        if waiting and self.state is RenderState.RENDERING:
            self._status_bar.say(self._waiting_text())
        percent = 100 * progress.samples_done // max(1, progress.samples_total)
        if percent // 25 != self._announced_quarter:
            self._announced_quarter = percent // 25
            self._describe(
                self.tr("{} percent, {} servers").format(percent, progress.servers_working)
            )

    def _paused_text(self, progress: Progress) -> str:
        done, total = progress.buckets_done, progress.buckets_total
        if progress.servers_working:
            text = self.tr("Pausing at {} of {} buckets: servers finish what they have (P: go on)")
        else:
            text = self.tr("Paused at {} of {} buckets (P: go on)")
        return text.format(format_whole(done), format_whole(total))

    def _describe(self, text: str) -> None:
        self._frame_buffer.setAccessibleDescription(text)
        announce(self._frame_buffer, text)

    def _waiting_text(self) -> str:
        for state in _ON_THE_WAY:
            for status in self._states.values():
                if status.state is state:
                    name = self._servers.name(status.uid)
                    text = state_text(status)
                    detail = detail_text(status)
                    more = detail and detail not in text
                    return f"{name}: {text} ({detail})" if more else f"{name}: {text}"
        return self.tr("Waiting for a server…")

    def _on_status(self, status: ServerStatus) -> None:
        self._states[status.uid] = status

    def _on_finished(self, report: FrameReport) -> None:
        self.report = report
        self._frame_buffer.clear_marks()
        self._status_bar.end(self._end_text(report))
        self._describe(self._end_text(report))
        self._set_state(RenderState.IDLE)
        self.finished.emit(report)

    def _end_text(self, report: FrameReport) -> str:
        took = format_duration(report.wall_s)
        if not report.complete:
            return self.tr("Stopped after {}: {} of {} buckets").format(
                took, format_whole(report.buckets_done), format_whole(report.buckets)
            )
        shares = [f"{s.name} {format_whole(s.buckets)}" for s in report.servers if s.buckets]
        text = self.tr("Finished in {} · {} buckets").format(took, format_whole(report.buckets))
        return f"{text}: {', '.join(shares)}" if len(shares) > 1 else text

    def _on_failed(self, text: str) -> None:
        self._frame_buffer.clear_marks()
        self._status_bar.end("")
        self._set_state(RenderState.IDLE)
        self.failed.emit(text)
