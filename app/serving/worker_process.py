"""The front's end of the worker process: frames in and out of a `QProcess`."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from app.system.child_process import LineBuffer, end_child, make_child, wait_for_children
from network.errors import RemoteProtocolError
from network.framing import PIPE_CAPS, FrameParser, encode_frame
from network.messages import Message

log = logging.getLogger("brigade.server")


class WorkerProcess(QObject):
    """Starts, restarts and speaks with the one worker of a render server.

    Signals:
        received(message, payload): a frame from the worker.
        exited(text): the worker ended without being asked to; the text says how.

    Attributes:
        threads: that it renders on.
        chaos: trouble on purpose, as `--chaos` takes it; "" for none.
        assets: folder of scene files, the only data that it may read; None: any.
        memory_bytes: most that it may take; 0: a share of the computer's.
        priority: how it gives way to other programs, one of `app.system.priority.PRIORITIES`.
    """

    received = Signal(object, object)
    exited = Signal(str)

    def __init__(
        self,
        threads: int,
        kernels: Path,
        parent: QObject | None = None,
        *,
        chaos: str = "",
        assets: Path | None = None,
        memory_bytes: int = 0,
    ) -> None:
        super().__init__(parent)
        self.threads = threads
        self.chaos = chaos
        self.assets = assets
        self.memory_bytes = memory_bytes
        self.priority = "normal"
        self._kernels = kernels
        self._process: QProcess | None = None
        self._parser = FrameParser(PIPE_CAPS)
        self._log_lines = LineBuffer()
        self._starter = QTimer(self)
        self._starter.setSingleShot(True)
        self._starter.timeout.connect(self.start)

    def start(self) -> None:
        """Start a worker; `WorkerReady` arrives when its kernels are loaded."""
        self._starter.stop()
        arguments = ["--threads", str(self.threads), "--kernels", str(self._kernels)]
        if self.assets is not None:
            arguments += ["--assets", str(self.assets)]
        if self.memory_bytes:
            arguments += ["--memory", str(self.memory_bytes)]
        if self.priority != "normal":
            arguments += ["--priority", self.priority]
        if self.chaos:
            arguments += ["--chaos", self.chaos]
        process = make_child(["-m", "app.serving.worker", *arguments], self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._parser = FrameParser(PIPE_CAPS)
        self._log_lines = LineBuffer()
        self._process = process
        process.start()

    def restart(self) -> None:
        """End the worker now, and start another one in the next turn of the event loop.

        First what was said about its end leaves, that its buckets are free: to start a process
        takes up to 15 ms on a busy computer.
        """
        self.stop()
        self._starter.start()

    def send(self, message: Message, payload: bytes = b"") -> None:
        """Queue a frame to the worker; dropped when no worker runs (its end was reported)."""
        if self._process is not None:
            self._process.write(encode_frame(message, payload))

    @property
    def pid(self) -> int:
        """Process id of the running worker, 0 for none."""
        return self._process.processId() if self._process is not None else 0

    def stop(self) -> None:
        """End the worker now; it has nothing to save. `exited` is not emitted."""
        self._starter.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.readyReadStandardOutput.disconnect(self._read)
        process.readyReadStandardError.disconnect(self._read_log)
        end_child(process)

    def close(self) -> None:
        """End the worker and wait until it is gone."""
        self.stop()
        wait_for_children(self)

    @Slot()
    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        data = bytes(process.readAllStandardOutput().data())
        try:
            self._parser.receive(data)
            for message, payload in self._parser.frames():
                self.received.emit(message, payload)
                if self._process is not process:
                    return  # a message made the front restart it: the rest is of the old one
        except RemoteProtocolError as error:
            self._fail(f"the worker wrote nonsense ({error})")

    @Slot()
    def _read_log(self) -> None:
        if self._process is None:
            return
        self._log(self._log_lines.take(bytes(self._process.readAllStandardError().data())))

    def _log(self, lines: list[str]) -> None:
        for line in lines:
            log.info("worker: %s", line)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        self._read()
        if self._process is not process:
            return  # its last word made the front restart it: another one runs now
        self._read_log()
        self._log(self._log_lines.end())
        if status == QProcess.ExitStatus.CrashExit:
            self._fail(f"the worker process crashed (signal {code})")
        else:
            self._fail(f"the worker process ended with status {code}")

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._fail(f"cannot start {self._process.program()}: {self._process.errorString()}")

    def _fail(self, text: str) -> None:
        if self._process is None:
            return
        self.stop()
        self.exited.emit(text)
