"""`brigade render` over servers: a render session under a QCoreApplication."""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import replace
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from app.flags.common import drop_stdout
from app.headless.headless import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, Plan
from app.headless.headless_saving import describe_rest, save_everything
from app.headless.reachability import Reachability
from app.keys.keyring import Keyring
from app.logs.logs import join_qt_messages, log_start, set_up_logging
from app.session.early_start import EarlyStart
from app.session.local_server import LocalServer
from app.session.server_links import ServerLinks
from app.session.session import RenderSession
from app.system.garbage import collect_here
from app.system.paths import config_dir, log_dir
from app.system.signal_relay import SignalRelay
from app.system.software import client_name
from app.system.threads import default_threads
from app.values.session_types import BucketInFlight, FrameReport, JobInfo, ServerEntry, ServerStatus

#: How often it asks itself whether a server can still be hoped for.
HOPE_CHECK_MS = 500


class HeadlessRun:
    """One frame from the command line: connects the session to the reporter."""

    def __init__(
        self, plan: Plan, application: QCoreApplication, local: LocalServer | None = None
    ) -> None:
        self._plan = plan
        self._application = application
        self._interrupted = False
        self._ended = False
        self._journal_problem = ""
        keyring, name = Keyring(config_dir()), client_name()
        links = ServerLinks(keyring, name, plan.threads or default_threads(), local=local)
        self._session = RenderSession(keyring=keyring, client_name=name, links=links)
        self._names = {entry.uid: entry.label for entry in plan.servers}
        # Servers that dial in may come at any time: then it waits for as long as it takes.
        hoped_for = () if plan.distributed.accept else self._names
        self._reachability = Reachability(hoped_for, time.monotonic())
        self._connect()
        self._hope_timer = QTimer(application)
        self._hope_timer.timeout.connect(self._check_hope)
        self._hope_timer.start(HOPE_CHECK_MS)

    def start(self) -> None:
        """Connect to the servers and begin the frame."""
        self._session.set_servers(self._plan.servers, self._plan.distributed)
        self._session.start(self._plan.request, self._plan.journal)

    def interrupt(self, *_: Any) -> None:
        """Ctrl+C: keep what is there; a second one ends at once."""
        if self._interrupted or not self._session.rendering:
            if self._interrupted and not self._ended:
                self._plan.reporter.note("ended at once: no picture is saved")
                self._tell_of_journal()
            self._exit(EXIT_INTERRUPTED)
            return
        self._interrupted = True
        self._session.stop()

    def fail(self, error: BaseException) -> None:
        """A bug in a slot: Qt would go on as if nothing was, and the frame might never end."""
        if self._ended:
            return
        if isinstance(error, BrokenPipeError):  # who read our lines has gone, as `head` does
            drop_stdout()
        else:
            text = f"internal error: {error or type(error).__name__}; {log_dir()} has the details"
            print(f"brigade render: {text}", file=sys.stderr)
        self._exit(EXIT_FAILED)

    def _check_hope(self) -> None:
        now_s = time.monotonic()
        if self._session.rendering and self._reachability.is_hopeless(now_s):
            self._hope_timer.stop()
            self._plan.reporter.error(self._reachability.explain(self._names, now_s))
            self._session.stop()  # the report says that nothing was rendered

    def _connect(self) -> None:
        session, reporter = self._session, self._plan.reporter
        session.server_changed.connect(self._on_server)
        session.server_appeared.connect(self._on_guest)
        session.accepting.connect(reporter.note)
        session.accept_failed.connect(self._on_accept_failed)
        session.job_started.connect(self._on_started)
        session.bucket_finished.connect(self._on_bucket)
        session.progressed.connect(reporter.progress)
        session.happened.connect(reporter.incident)
        session.job_finished.connect(self._on_finished)
        session.job_failed.connect(self._on_failed)
        session.journal_failed.connect(self._on_journal)
        session.journal_noted.connect(reporter.note)
        session.files_changed.connect(lambda text: reporter.error(f"warning: {text}"))

    def _on_server(self, status: ServerStatus) -> None:
        self._reachability.note(status)
        self._plan.reporter.server(self._session.name_of(status.uid), status)

    def _on_guest(self, entry: ServerEntry) -> None:
        self._names[entry.uid] = entry.label

    def _on_accept_failed(self, text: str) -> None:
        self._session.stop()
        self._on_failed(text)

    def _on_started(self, job: JobInfo) -> None:
        self._plan = replace(self._plan, request=job.request)  # whose channels are the film's
        self._plan.reporter.started(job.width, job.height, len(job.regions))

    def _on_bucket(self, bucket: BucketInFlight, _pixels: object) -> None:
        self._plan.reporter.bucket(bucket.bucket, self._session.name_of(bucket.uid))

    def _on_finished(self, report: FrameReport) -> None:
        film = self._session.film
        assert film is not None
        status = save_everything(self._plan, film, report)
        if (report.complete and status == EXIT_OK) or not report.samples_taken:
            self._session.discard_journal()
        else:
            self._tell_of_journal()
        status = EXIT_INTERRUPTED if self._interrupted else status
        # What was looked up beside the report, files that changed, is on its way: hear it first.
        QTimer.singleShot(0, lambda: self._exit(status))

    def _tell_of_journal(self) -> None:
        if self._plan.journal is not None:
            path, problem = self._plan.journal.path, self._journal_problem
            self._plan.reporter.note(describe_rest(path, problem))

    def _on_journal(self, problem: str) -> None:
        self._journal_problem = problem
        if problem:
            self._plan.reporter.error(f"warning: {problem}")

    def _on_failed(self, text: str) -> None:
        self._plan.reporter.error(text)
        self._exit(EXIT_FAILED)

    def _exit(self, status: int) -> None:
        self._ended = True
        self._session.shutdown()
        self._application.exit(status)


def render_with_servers(plan: Plan, early: EarlyStart) -> int:
    """Render one frame over the plan's servers; return the exit status."""
    set_up_logging(log_dir() / "client.log", console_level=None)  # the reporter tells people
    log_start()
    join_qt_messages()
    application = early.application
    run = HeadlessRun(plan, application, early.local)
    collect_here(application)
    relay = SignalRelay((signal.SIGINT, signal.SIGTERM))
    relay.caught.connect(run.interrupt)
    _end_on_bugs(run)
    QTimer.singleShot(0, run.start)
    return application.exec()


def _end_on_bugs(run: HeadlessRun) -> None:
    log_uncaught = sys.excepthook

    def end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, BrokenPipeError):
            log_uncaught(kind, error, trace)
        run.fail(error)

    sys.excepthook = end
