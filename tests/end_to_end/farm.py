"""Real processes on loopback for the end-to-end tests: servers, clients, and how to hurt them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: A first compile of the kernels on a busy machine is the slowest thing that may happen.
START_TIMEOUT_S = 180.0
FRAME_TIMEOUT_S = 240.0
POLL_S = 0.02
LONGEST_STEP_S = 2.0


def command(*arguments: str, module: str = "app.cli") -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The test's own folders (conftest sets them) and this tree's packages."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}


def unwind_on_sigterm() -> None:
    """Let a program that is told to end clean up: its servers would live on and render."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def wait_until(condition: Callable[[], object], timeout_s: float, what: str) -> None:
    waited_s, looked_s = 0.0, time.monotonic()
    while not condition():
        if waited_s > timeout_s:
            raise AssertionError(f"{what}: not within {timeout_s} s")
        time.sleep(POLL_S)
        # All processes may be stopped together and go on: that does not count.
        now_s = time.monotonic()
        waited_s, looked_s = waited_s + min(now_s - looked_s, LONGEST_STEP_S), now_s


class Lines:
    """Collects a stream's lines in a thread."""

    def __init__(self, stream) -> None:
        self.lines: list[str] = []
        self.times: list[float] = []
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream) -> None:
        with stream:
            for line in stream:
                self.lines.append(line.rstrip("\n"))
                self.times.append(time.monotonic())

    def text(self) -> str:
        return "\n".join(self.lines)

    def join(self) -> None:
        self._thread.join(10)


class Server:
    """A `brigade server` process on a free port of loopback; `module` may change what it does."""

    def __init__(self, name: str, threads: int = 1, *options: str, module: str = "app.cli") -> None:
        self.name = name
        arguments = ["server", "--port", "0", "--name", name, "--threads", str(threads), *options]
        self.process = subprocess.Popen(
            command(*arguments, module=module),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = Lines(self.process.stderr)
        try:
            wait_until(self._has_started, START_TIMEOUT_S, f"server {name} ready")
        except AssertionError:
            self.stop()
            raise
        found = re.search(r", port (\d+)", self.log.text())
        assert found, self.log.text()
        self.port = int(found[1])

    def _has_started(self) -> bool:
        return "is ready" in self.log.text() or self.process.poll() is not None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def worker_pids(self) -> list[int]:
        """Process ids of its children (Linux)."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def send_signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                if hasattr(signal, "SIGCONT"):
                    self.process.send_signal(signal.SIGCONT)
                self.process.kill()
        self.process.wait(10)
        self.log.join()


class Client:
    """A `brigade render --json` process and the events that it tells."""

    def __init__(self, scene: Path, report: Path, *options: str) -> None:
        self.report_path = report
        output = report.with_suffix(".exr")
        arguments = ["render", str(scene), "-o", str(output), "--report", str(report), "--json"]
        self.process = subprocess.Popen(
            command(*arguments, *options),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr)

    def events(self, kind: str) -> list[dict]:
        found = [json.loads(line) for line in list(self.out.lines)]
        return [event for event in found if event["event"] == kind]

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        wait_until(lambda: condition() or self.process.poll() is not None, FRAME_TIMEOUT_S, what)
        assert condition(), f"the client ended before: {what}\n{self.err.text()}"

    def finish(self) -> dict:
        """Wait for the end and return the report; the exit status must be 0."""
        status = self.process.wait(FRAME_TIMEOUT_S)
        self.out.join()
        self.err.join()
        assert status == 0, self.err.text() + self.out.text()[-3000:]
        return json.loads(self.report_path.read_text())

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.out.join()
        self.err.join()


def hash_in_process(scene: Path, folder: Path, *options: str) -> str:
    """Return the hash of a frame that one process renders: what every farm has to deliver."""
    client = Client(scene, folder / "in_process.json", "--in-process", *options)
    try:
        return client.finish()["frame_sha256"]
    finally:
        client.stop()
