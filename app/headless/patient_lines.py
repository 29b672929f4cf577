"""Lines for a script that may read them late: they are written by a thread of their own.

A pipe holds 64 KB. Whoever starts `brigade render --json` and does not read for a while would
otherwise stop the program in the middle of a write: after five seconds its servers would take it
for dead, and buckets in hand would be lost.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TextIO

#: A frame of 100,000 buckets tells some 10 MB. Beyond this the program waits for its reader:
#: memory is not for lines that nobody wants.
MAX_WAITING_BYTES = 64 << 20

Write = Callable[[bytes], int]


class PatientLines:
    """Writes in a thread, in order.

    Args:
        write: takes some of the bytes, as `os.write` does to a descriptor.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._ending = False
        self._error: OSError | None = None
        self._thread: threading.Thread | None = None

    def put(self, line: bytes) -> None:
        """Write a line as soon as its reader takes it.

        Raises:
            OSError: an earlier one could not be written; `BrokenPipeError` if the reader is gone.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._error is not None or self._waiting_bytes <= MAX_WAITING_BYTES
            )
            if self._error is not None:
                raise self._error
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="brigade-lines", daemon=True)
                self._thread.start()
            self._waiting.append(line)
            self._waiting_bytes += len(line)
            self._changed.notify_all()

    def close(self, limit_s: float | None = None) -> None:
        """End when all is written; with a limit what waits after it is given up.

        Raises:
            OSError: as `put`.
        """
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(limit_s)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                if not self._waiting:
                    return
                line = self._waiting.popleft()
            try:
                view = memoryview(line)
                while view:
                    view = view[self._write(view.tobytes()) :]
            except OSError as error:
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                return
            with self._changed:
                self._waiting_bytes -= len(line)
                self._changed.notify_all()


def lines_to(stream: TextIO) -> PatientLines:
    """Return lines that go to a stream; past Python's buffers, which a thread could hold."""
    try:
        descriptor = stream.fileno()
    except (OSError, AttributeError):  # no file, but something that collects text
        return PatientLines(lambda data: _write_text(stream, data))
    return PatientLines(lambda data: os.write(descriptor, data))


def _write_text(stream: TextIO, data: bytes) -> int:
    stream.write(data.decode("utf-8", "replace"))
    stream.flush()
    return len(data)
