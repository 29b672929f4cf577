"""*This computer*: a render server that the client starts for itself.

It is an ordinary server on loopback, on a free port, with a random key that only its parent
knows: the key goes through its stdin, then other limits of its cache when they change; the end of
that pipe ends the server.
"""

from __future__ import annotations

import json
import logging

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from app.system.child_process import LineBuffer, end_child, make_child, wait_for_children
from network.keys import format_key, new_key

log = logging.getLogger("brigade.client")

#: It ends its worker and its log first; then it is killed.
END_PATIENCE_MS = 3000
#: The child says one short JSON line; anything longer is not ours.
MAX_LINE_BYTES = 4096
#: Of its last line, for the list and the failure dialog.
MAX_WORDS = 500


class LocalServer(QObject):
    """Starts and stops the local server process.

    Signals:
        listening(port): the server accepts connections on 127.0.0.1 with `key`.
        exited(text): it ended without being asked to.
    """

    listening = Signal(int)
    exited = Signal(str)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = new_key()
        self.port = 0
        self._threads = threads
        self._cache = ("20GB", "30d")  # as `--cache-limit` and `--cache-age` take them
        self._process: QProcess | None = None
        self._line = b""
        self._last_words = ""
        self._log_lines = LineBuffer()

    @property
    def running(self) -> bool:
        """Whether the process is there (it may not listen yet)."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Process id, 0 when not running."""
        return self._process.processId() if self._process is not None else 0

    def limit_cache(self, size: str, age: str) -> None:
        """Let it keep no more than this, at once, as its options say it."""
        if (size, age) == self._cache:
            return
        self._cache = (size, age)
        if self._process is not None:
            self._process.write(f"cache {size} {age}\n".encode())

    def start(self) -> None:
        """Start the process; `listening` tells its port."""
        self.port, self._line, self._last_words = 0, b"", ""
        self._log_lines = LineBuffer()
        arguments = ["-m", "app.serving.server_program", "--child", "--name", "This computer"]
        if self._threads:
            arguments += ["--threads", str(self._threads)]
        arguments += ["--cache-limit", self._cache[0], "--cache-age", self._cache[1]]
        process = make_child(arguments, self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        process.start()
        process.write(format_key(self.key).encode() + b"\n")

    def stop(self, patience_ms: int = END_PATIENCE_MS) -> None:
        """Close the pipe, which ends the server; it is killed if it lingers. Does not wait."""
        process, self._process = self._process, None
        self.port = 0
        if process is None:
            return
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.readyReadStandardOutput.disconnect(self._read)
        process.readyReadStandardError.disconnect(self._read_log)
        end_child(process, patience_ms)

    def close(self) -> None:
        """End the server and wait until it is gone."""
        self.stop()
        wait_for_children(self, END_PATIENCE_MS)

    @Slot()
    def _read(self) -> None:
        if self._process is None:
            return
        self._line += bytes(self._process.readAllStandardOutput().data())
        if len(self._line) > MAX_LINE_BYTES:
            self._fail("the local server wrote nonsense")
            return
        while b"\n" in self._line:
            line, _, self._line = self._line.partition(b"\n")
            self._handle_line(line)

    def _handle_line(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            port = int(event["port"])
        except (ValueError, KeyError, TypeError):
            log.warning("local server: %s", line.decode("utf-8", "replace"))
            return
        self.port = port
        self.listening.emit(port)

    @Slot()
    def _read_log(self) -> None:
        if self._process is None:
            return
        self._log(self._log_lines.take(bytes(self._process.readAllStandardError().data())))

    def _log(self, lines: list[str]) -> None:
        for line in lines:
            self._last_words = line[:MAX_WORDS]
            log.debug("local server: %s", line)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_log()
        self._log(self._log_lines.end())
        how = f"was killed by signal {code}" if _crashed(status) else f"ended with status {code}"
        words = f": {self._last_words}" if self._last_words and not _crashed(status) else ""
        self._fail(f"the local server {how}{words}")

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._fail(f"the local server cannot start: {self._process.errorString()}")

    def _fail(self, text: str) -> None:
        if self._process is None:
            return
        self.stop(patience_ms=0)
        self.exited.emit(text)


def _crashed(status: QProcess.ExitStatus) -> bool:
    return status == QProcess.ExitStatus.CrashExit
