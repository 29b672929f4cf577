"""Trying a server: a ladder of steps, each with the way out beside it when it fails.

Name, address and TCP are tried one by one with plain sockets; version, key and the benchmark
bucket by a render session like any other, on a tiny scene.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.keys.keyring import Keyring, MissingKeyError
from app.session.session import RenderSession
from app.system.demo import benchmark_scene
from app.system.paths import config_dir
from app.system.software import client_name, software_version
from app.values.ladder import (
    LOGGED_IN,
    MEND_KEY_FILE,
    Step,
    judge,
    judge_tcp,
    login_steps,
    render_steps,
    steps_below,
)
from app.values.session_types import (
    DistributedSettings,
    FrameReport,
    RenderRequest,
    ServerEntry,
    ServerStatus,
)
from network.addresses import Address, AddressError, parse_address
from network.limits import CONNECT_S
from renderer.bucket_size import square
from renderer.settings import RenderSettings

#: One bucket: enough samples to see a rate, short on a slow machine.
BUCKET_PX = 64
SAMPLES = 64
#: First compile of the kernels takes up to half a minute.
BENCHMARK_TIMEOUT_S = 90


class Ladder(QObject):
    """Climbs the steps that need a session: version, key, benchmark bucket.

    Signals:
        stepped(Step): a step is over.
        finished(bool): the ladder is over; True when every step passed.
    """

    stepped = Signal(object)
    finished = Signal(bool)

    def __init__(self, address: Address, key_file: Path | None) -> None:
        super().__init__()
        self._entry = ServerEntry(uid="tested", address=address.host, port=address.port)
        self._settings = DistributedSettings(
            use_local=False, key_file=str(key_file) if key_file is not None else ""
        )
        self._logged_in = False
        self._over = False
        self._keyring = Keyring(config_dir(), key_file)
        self._session = RenderSession(keyring=self._keyring, client_name=client_name())
        self._session.server_changed.connect(self._on_server)
        self._session.job_finished.connect(self._on_report)
        self._session.job_failed.connect(lambda text: self._fail("benchmark bucket", text, ""))
        self._timeout = QTimer(self)
        self._timeout.setSingleShot(True)
        self._timeout.timeout.connect(self._on_timeout)

    def climb(self) -> None:
        """Begin."""
        try:
            self._keyring.client_keys(self._entry.address, self._entry.port)
        except MissingKeyError as error:
            self._fail("key", str(error), MEND_KEY_FILE)
            return
        self._timeout.start(BENCHMARK_TIMEOUT_S * 1000)
        self._session.set_servers([self._entry], self._settings)

    def _on_server(self, status: ServerStatus) -> None:
        if self._over:
            return
        if status.state in LOGGED_IN and not self._logged_in:
            self._logged_in = True
            for step in login_steps(status, software_version()):
                self.stepped.emit(step)
            settings = RenderSettings(width=BUCKET_PX, height=BUCKET_PX, samples=SAMPLES)
            self._session.start(RenderRequest(benchmark_scene(), settings, square(BUCKET_PX)))
            return
        failed = judge(status, self._entry.port)
        if failed is not None:
            for step in steps_below(failed):
                self.stepped.emit(step)
            self._fail(failed.name, failed.detail, failed.fix)

    def _on_report(self, report: FrameReport) -> None:
        if self._over:
            return
        if not report.complete:
            self._fail("benchmark bucket", "the server did not finish it", "see the server's log")
            return
        server = report.servers[0]
        for step in render_steps(report.engine, server.samples, server.render_s):
            self.stepped.emit(step)
        self._end(True)

    def _on_timeout(self) -> None:
        what = "benchmark bucket" if self._logged_in else "connection"
        self._fail(what, f"no result within {BENCHMARK_TIMEOUT_S} s", "see the server's log")

    def _fail(self, name: str, detail: str, fix: str) -> None:
        if not self._over:
            self.stepped.emit(Step(name, False, detail, fix))
            self._end(False)

    def _end(self, ok: bool) -> None:
        self._over = True
        self._timeout.stop()
        self._session.shutdown()
        self.finished.emit(ok)


def try_address(text: str, tell: Callable[[Step], None]) -> Address | None:
    """Try name, address and TCP; return the address when all passed."""
    try:
        address = parse_address(text)
    except AddressError as error:
        tell(Step("name", False, str(error), "write HOST or HOST:PORT"))
        return None
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        fix = "check the spelling, or use the numeric address (`brigade find` lists servers)"
        tell(Step("name", False, f"{address.host} is not known here ({error.strerror})", fix))
        return None
    tell(Step("name", True, address.host))
    numeric = sorted({str(info[4][0]) for info in found})
    tell(Step("address", True, ", ".join(numeric)))
    try:
        with socket.create_connection((address.host, address.port), timeout=CONNECT_S):
            pass
    except OSError as error:
        tell(judge_tcp(error, address.port))
        return None
    tell(Step("TCP", True, f"port {address.port} answers"))
    return address


def run_test(text: str, key_file: Path | None) -> int:
    """Climb the ladder on the terminal; return the exit status."""
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    address = try_address(text, print_step)
    if address is None:
        return 1
    ladder = Ladder(address, key_file)
    ladder.stepped.connect(print_step)
    ladder.finished.connect(lambda ok: application.exit(0 if ok else 1))
    QTimer.singleShot(0, ladder.climb)
    return application.exec()


def print_step(step: Step) -> None:
    """Print a step and, below it, its way out."""
    print(f"{'✓' if step.ok else '✗'} {step.name:18} {step.detail}", flush=True)
    if step.fix:
        print(f"  way out: {step.fix}", flush=True)
