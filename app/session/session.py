"""The render session: performs what the client core decides, and tells the views.

It owns the film and the current job. Rules (who renders what, what a failure means) live in
`network.client_core`; this file only carries its instructions out. It lives in one thread with
an event loop; slow work (hashing, reading, the report) goes to background threads.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.frames.frame import Frame
from app.frames.frame_desk import FrameDesk, MakeFrame
from app.frames.frame_journal import JournalWish
from app.frames.frame_tally import FrameTally
from app.frames.report_log import keep_report
from app.keys.keyring import Keyring
from app.session.asset_sender import AssetSender, describe_changed_files
from app.session.bucket_orders import BucketOrders
from app.session.canary_check import check_canary, compare_canaries
from app.session.core_values import apply_settings, find_fault, find_withheld
from app.session.live_rates import LiveRates
from app.session.patient_performer import PatientPerformer
from app.session.server_links import ServerLinks
from app.session.server_roster import ServerRoster
from app.session.session_signals import SessionSignals
from app.system.background import Background
from app.system.threads import default_threads
from app.values.session_types import (
    DistributedSettings,
    FrameReport,
    JobInfo,
    RenderRequest,
    ServerEntry,
)
from network import instructions as do
from network.client_core import ClientCore
from network.focus import Rectangle
from renderer.buckets import Region
from renderer.film import Film

log = logging.getLogger("brigade.client")

TICK_MS = 250  # TICK_S of the core
PROGRESS_MS = 100


class StoppedError(Exception):
    """The frame was stopped while its files were being read."""


class RenderSession(SessionSignals):
    """One artist's session with all render servers; renders one frame at a time."""

    _journal_said = Signal(str)  # from the thread that writes it

    def __init__(
        self,
        *,
        keyring: Keyring,
        client_name: str,
        threads: int = 0,
        links: ServerLinks | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make a session that knows no server yet.

        Args:
            keyring: of the servers.
            client_name: what the servers' logs call us.
            threads: of the local server, 0 for all of this computer.
            links: instead of real ones, for tests.
            parent: as always in Qt.
        """
        super().__init__(parent)
        self._core = ClientCore(
            check_result=find_fault, check_canary=check_canary, compare_canaries=compare_canaries
        )
        threads = threads or default_threads()
        self._links = links or ServerLinks(keyring, client_name, threads, self)
        self._links.status_changed.connect(self.server_changed)
        self._desk = FrameDesk(self._journal_said.emit)
        self._orders = BucketOrders(self._links, self)
        self._orders.leased.connect(self.bucket_leased)
        self._orders.released.connect(self.bucket_released)
        self._orders.finished.connect(self.bucket_finished)
        self._orders.revoked.connect(self.bucket_revoked)
        self._orders.happened.connect(self.happened)
        self._rates = LiveRates(self._links, self._orders, self)
        self._generation = 0
        self._settings = DistributedSettings()
        # One thread: the report of a frame is out before the next frame begins.
        self._background = Background(threads=1, parent=self)
        self._sender = AssetSender(self._links, self)
        self._sender.failed.connect(self._on_unreadable)
        self._sender.changed.connect(self._on_files_changed)
        self._journal_said.connect(self._on_journal, Qt.ConnectionType.QueuedConnection)
        self._perform = PatientPerformer(self._make_performers(), self)
        self._roster = self._make_roster(keyring, client_name)
        self._tick_timer = self._make_timer(TICK_MS, self._tick)
        self._progress_timer = self._make_timer(PROGRESS_MS, self._report_progress)
        self._tick_timer.start()

    # -- wishes of the views --------------------------------------------------------------------

    def set_servers(self, entries: Sequence[ServerEntry], settings: DistributedSettings) -> None:
        """Connect to these servers and to no others; may be called during a render."""
        self._settings = settings
        self._roster.set(entries, settings)

    def start(self, request: RenderRequest, journal: JournalWish | None = None) -> None:
        """Begin a frame; a frame in hand is stopped first.

        Args:
            request: what to render.
            journal: where its pixels are kept in case that this program dies; or the journal of
                a frame that was interrupted so, to go on with it.
        """
        self._prepare(f"preparing {request.scene}", self._desk.new(request, journal))

    def resume(self) -> None:
        """Go on with the last frame, if it was stopped."""
        frame = self._desk.frame
        if frame is not None and self.can_resume:
            self._prepare(f"resuming {frame.whole.request.scene}", self._desk.again(frame))

    def _prepare(self, text: str, make: MakeFrame) -> None:
        """Read files off the event loop, then begin."""
        self.stop()
        self._roster.finish()
        self._generation += 1
        generation = self._generation
        tally = FrameTally(time.monotonic())
        known = {(self._links.name(uid), self._links.address(uid)): uid for uid in self._links.uids}
        self._say("info", "", text)

        def go_on(label: str) -> None:
            if generation != self._generation:
                raise StoppedError(label)

        self._background.run(
            lambda: make(go_on, tally, known),
            lambda frame: self._begin(generation, frame),
            lambda error: self._fail_to_begin(generation, error),
        )

    def stop(self) -> None:
        """End the frame in hand; its pixels stay on the film. It is reported as incomplete."""
        self._generation += 1
        if self._tally is not None:
            self._perform(self._core.stop(time.monotonic()))
            self._perform.flush()
            self._finish(complete=False)

    def discard_journal(self) -> None:
        """The last frame is saved, or not wanted: its journal goes."""
        if self._desk.frame is not None and self._tally is None:
            self._desk.frame.journal.end(remove=True)

    def retry(self, uid: str) -> None:
        """Try a lost or refused server now instead of after its back-off."""
        self._roster.retry(uid)

    def drain(self, uid: str) -> None:
        """Let a server finish what it has in hand, and then disable it."""
        self._roster.drain(uid)

    def admit(self, uid: str) -> None:
        """Let a guest in again that was let go."""
        self._roster.admit(uid)

    def dismiss(self, uid: str) -> None:
        """Forget the row of a guest that was let go."""
        self._roster.dismiss(uid)

    def ask_log(self, uid: str) -> bool:
        """Ask a server for its log over its link; `log_received` follows. False: no link."""
        return self._roster.ask_log(uid)

    def focus(self, around: Region | None) -> None:
        """Have the buckets nearest to a region of the running frame rendered first.

        For *follow mouse* call it with the pixel under the mouse, at most ten times a second.
        None: in the usual order again. What servers have in hand is not taken away.
        """
        rectangle = None
        if around is not None:
            rectangle = Rectangle(around.x, around.y, around.width, around.height)
        self._perform(self._core.focus(rectangle, time.monotonic()))

    def pause(self, paused: bool) -> None:
        """Hand out no bucket of the running frame, or go on; servers finish what they have."""
        self._perform(self._core.pause(paused, time.monotonic()))

    def shutdown(self) -> None:
        """Stop the frame, close every connection, end the local server."""
        self.stop()
        self._tick_timer.stop()
        self._perform.drop()
        self._roster.close()
        self._background.close()
        self._sender.close()
        self._desk.close()

    @property
    def _tally(self) -> FrameTally | None:
        """Of the frame that is being rendered."""
        return self._orders.tally

    @property
    def rendering(self) -> bool:
        """Whether a frame is in hand."""
        return self._tally is not None

    @property
    def can_resume(self) -> bool:
        """Whether there is a frame that was stopped before it was complete."""
        frame = self._desk.frame
        return frame is not None and self._tally is None and not frame.complete

    @property
    def film(self) -> Film | None:
        """The pixels of the last frame, None before the first."""
        return self._desk.frame.film if self._desk.frame is not None else None

    def name_of(self, uid: str) -> str:
        """Return what a server is called, guests included."""
        return self._links.name(uid)

    @property
    def local_server_pid(self) -> int:
        """Process id of the local server, 0 when it does not run."""
        return self._links.local_pid

    # -- servers --------------------------------------------------------------------------------

    def _make_roster(self, keyring: Keyring, client_name: str) -> ServerRoster:
        roster = ServerRoster(
            self._core, self._links, keyring, client_name, self._perform, lambda: self._tally, self
        )
        roster.removed.connect(self.server_removed)
        roster.appeared.connect(self.server_appeared)
        roster.drained.connect(self.server_drained)
        roster.log_received.connect(self.log_received)
        roster.accepting.connect(self._on_accepting)
        roster.accept_failed.connect(self._on_accept_failed)
        return roster

    @Slot(str)
    def _on_accepting(self, text: str) -> None:
        self._say("info", "", text)
        self.accepting.emit(text)

    @Slot(str)
    def _on_accept_failed(self, text: str) -> None:
        self._say("error", "", text)
        self.accept_failed.emit(text)

    # -- the frame --------------------------------------------------------------------------------

    def _begin(self, generation: int, frame: Frame) -> None:
        if generation != self._generation:
            self._desk.refuse(frame)  # stopped, or another was started meanwhile
            return
        self._desk.take(frame)
        self._perform.flush()
        self._orders.begin(frame)
        for uid in self._links.uids:
            frame.tally.add_server(uid, self._links)
            self._links.set_status(
                uid,
                buckets_done=0,
                samples_done=0,
                samples_per_s=0.0,
                share=0.0,
                leases=0,
                error="",
            )
        if frame.note:
            self._say("info", "", frame.note)
            self.journal_noted.emit(frame.note)
        settings, regions = frame.whole.request.settings, frame.whole.regions
        self.job_started.emit(
            JobInfo(settings.width, settings.height, regions, frame.whole.request)
        )
        if frame.complete:
            self._finish(complete=True)  # the journal had everything
            return
        self._progress_timer.start()
        self._rates.begin()
        spec = apply_settings(frame.job.spec, self._settings)
        withheld = () if spec.introduce else find_withheld(spec)
        self._sender.begin(frame.job.files, withheld)
        self._perform(self._core.start(spec, time.monotonic()))

    def _fail_to_begin(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            text = str(error) or type(error).__name__
            self._say("error", "", text)
            self.job_failed.emit(text)

    def _finish(self, complete: bool) -> None:
        tally, film = self._tally, self.film
        assert tally is not None
        assert film is not None
        self._orders.end()
        self._sender.end()
        self._progress_timer.stop()
        self._rates.end()
        for uid in self._links.uids:
            tally.count_bytes(uid, self._links)
            self._links.set_status(uid, leases=0)
        tally.end(time.monotonic(), complete)
        self.progressed.emit(tally.progress(time.monotonic(), 0))
        self._background.run(
            lambda: keep_report(tally.report(film)),
            self._announce_end,
            lambda e: self.job_failed.emit(str(e)),
        )

    def _announce_end(self, report: FrameReport) -> None:
        done = f"{report.buckets_done} of {report.buckets} buckets in {report.wall_s:.2f} s"
        self._say("info", "", ("frame complete: " if report.complete else "stopped: ") + done)
        self.job_finished.emit(report)

    # -- instructions of the core -----------------------------------------------------------------

    def _make_performers(self) -> dict[type, Callable[[Any], None]]:
        return {
            do.Connect: lambda order: self._links.connect_server(order.server),
            do.Disconnect: lambda x: self._links.disconnect_server(x.server, x.code, x.text),
            do.Send: lambda order: self._links.send(order.server, order.message, order.payload),
            do.SetResultCap: lambda cap: self._links.set_result_cap(cap.server, cap.payload_bytes),
            do.SendAsset: self._send_asset,
            do.Introduce: self._links.introduce,
            **self._orders.performers(),
            do.Drained: lambda order: self._roster.end_drain(order),
            do.JobDone: self._job_done,
            do.Log: lambda order: self._say(order.level.value, "", order.text),
        }

    def _send_asset(self, order: do.SendAsset) -> None:
        if self._desk.frame is not None and self._desk.frame.job.spec.job == order.job:
            self._sender.send(order)

    def _job_done(self, order: do.JobDone) -> None:
        if self._tally is not None:
            self._finish(order.complete)

    # -- helpers ----------------------------------------------------------------------------------

    def _make_timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval_ms)
        timer.timeout.connect(slot)
        return timer

    @Slot()
    def _tick(self) -> None:
        self._perform(self._core.tick(time.monotonic()))

    @Slot()
    def _report_progress(self) -> None:
        if self._tally is not None:
            working = self._orders.servers_working
            self.progressed.emit(self._tally.progress(time.monotonic(), working))

    @Slot(object)
    def _on_files_changed(self, paths: list[Path]) -> None:
        text = describe_changed_files(paths)
        self._say("warning", "", text)
        self.files_changed.emit(text)

    @Slot(str, str)
    def _on_unreadable(self, server: str, text: str) -> None:
        self._say("error", server, text)

    @Slot(str)
    def _on_journal(self, problem: str) -> None:
        text = self._desk.describe_problem(problem)
        self._say("warning" if text else "info", "", text or "the journal is written again")
        self.journal_failed.emit(text)

    def _say(self, level: str, server: str, text: str) -> None:
        line = f"{server}: {text}" if server else text
        log.log(getattr(logging, level.upper(), logging.INFO), "%s", line)
        self.logged.emit(level, server, text)
