"""Writes a frame's journal beside the rendering: what waits, what fails, what is tried again.

Nothing of a bucket is kept here but where it is: its pixels are read from the film when its turn
comes, so memory stays flat however slow the disk is. `JournalWriter` decides, with the clock as
an argument; `JournalThread` is the thread that it runs in.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.frames.journal_format import Encoder, JournalServer, Piece
from app.frames.journal_pins import Pins
from renderer.buckets import Region

#: What a power cut may take; more often would make a slow disk the bottleneck.
SYNC_INTERVAL_S = 1.0
#: A disk that fails is tried again after 1, 2, 4 .. 60 s.
MAX_RETRY_S = 60.0
#: Once the frame is over and the disk still fails, nobody waits for longer.
CLOSE_TIMEOUT_S = 10.0

ReadPixels = Callable[[Region], npt.NDArray[np.float32]]
#: Called with what is wrong, and with "" when it is good again; from the writer's thread.
OnProblem = Callable[[str], None]
#: A region stands for its revocation.
Entry = JournalServer | Piece | Region


class Disk(Protocol):
    """Where records go (`journal_file.JournalFile`)."""

    def append(self, data: bytes) -> None:
        """Write a record, or raise OSError."""

    def sync(self) -> None:
        """Bring all to the disk, or raise OSError."""

    def close(self, *, remove: bool = False) -> None:
        """End."""


class JournalWriter:
    """Turns what happened into records, in order; a full disk delays them and loses none.

    Args:
        encoder: numbers the records.
        open_disk: makes the file, or takes an open one up again; tried again when it fails.
        read_pixels: a copy of a region of the film.
        is_current: whether a piece counts still; it ceases to before the film changes there.
        on_problem: see `OnProblem`.
        pins: of a new journal, written first; None where the header is there.
    """

    def __init__(
        self,
        encoder: Encoder,
        open_disk: Callable[[], Disk],
        read_pixels: ReadPixels,
        is_current: Callable[[Piece], bool],
        on_problem: OnProblem = lambda _text: None,
        pins: Pins | None = None,
    ) -> None:
        self._encoder = encoder
        self._open_disk = open_disk
        self._read_pixels = read_pixels
        self._is_current = is_current
        self._on_problem = on_problem
        self._pins = pins
        self._disk: Disk | None = None
        self._waiting: deque[Entry] = deque()  # whose methods may be called from any thread
        self._failures = 0
        self._retry_s = float("-inf")
        self._synced_s = float("-inf")
        self._dirty = False

    # -- what happened (any thread) -----------------------------------------------------------

    def put(self, entry: Entry) -> None:
        """A server is new, a piece is on the film, or the pixels of a region are false."""
        self._waiting.append(entry)

    # -- writing (one thread) -----------------------------------------------------------------

    def step(self, now_s: float, *, last: bool = False) -> float | None:
        """Write what waits.

        Args:
            now_s: of the clock.
            last: bring it to the disk in any case.

        Returns:
            Seconds after which to call again; None: when something happens.
        """
        if now_s < self._retry_s and not last:
            return self._retry_s - now_s
        try:
            self._write_all()
            if self._dirty and (last or now_s >= self._synced_s + SYNC_INTERVAL_S):
                assert self._disk is not None
                self._disk.sync()
                self._synced_s, self._dirty = now_s, False
        except (OSError, MemoryError) as error:
            return self._failed(error, now_s)
        if self._failures:
            self._failures = 0
            self._on_problem("")
        return max(self._synced_s + SYNC_INTERVAL_S - now_s, 0.0) if self._dirty else None

    def _failed(self, error: OSError | MemoryError, now_s: float) -> float:
        wait_s = min(2.0**self._failures, MAX_RETRY_S)
        self._failures += 1
        self._retry_s = now_s + wait_s
        if self._failures == 1:
            words = getattr(error, "strerror", "") or str(error) or "not enough memory"
            self._on_problem(words)
        return wait_s

    def _write_all(self) -> None:
        if self._disk is None:
            self._disk = self._open_disk()
        if self._pins is not None:
            self._append(self._encoder.header(self._pins))
            self._pins = None
        while self._waiting:
            self._write(self._waiting[0])
            self._waiting.popleft()  # not before: a disk that fails is tried again

    def _write(self, entry: Entry) -> None:
        if isinstance(entry, JournalServer):
            self._append(self._encoder.server(entry))
        elif isinstance(entry, Region):
            self._append(self._encoder.revoked([entry]))
        else:
            pixels = self._read_pixels(entry.region).astype("<f4", copy=False)
            if self._is_current(entry):  # else the film may have changed while it was read
                self._append(self._encoder.pixels(entry, pixels.tobytes()))

    def _append(self, record: bytes) -> None:
        assert self._disk is not None
        self._dirty = True
        self._disk.append(record)

    def close(self, *, remove: bool) -> None:
        """End; what still waits is not written."""
        if self._disk is not None:
            self._disk.close(remove=remove)
            self._disk = None


class JournalThread:
    """Runs a `JournalWriter` until it is told to end.

    Args:
        writer: whose `step` is called in the thread and nowhere else.
        clock: monotonic, seconds.
    """

    def __init__(self, writer: JournalWriter, clock: Callable[[], float] = time.monotonic) -> None:
        self._writer = writer
        self._clock = clock
        self._wake = threading.Event()
        self._ending = False
        self._remove = False
        self._thread = threading.Thread(target=self._run, name="brigade-journal", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something waits."""
        self._wake.set()

    def end(self, *, remove: bool) -> None:
        """Write what waits, or remove the file, and end; returns at once."""
        if not self._ending:
            self._remove = remove
        self._ending = True
        self._wake.set()

    def join(self) -> bool:
        """Wait for the end, but not for ever; returns whether it has come."""
        self._thread.join(CLOSE_TIMEOUT_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait_s: float | None = 0.0
        while not self._ending:
            self._wake.wait(wait_s)
            self._wake.clear()
            if not self._ending:
                wait_s = self._writer.step(self._clock())
        if not self._remove:
            self._writer.step(self._clock(), last=True)
        self._writer.close(remove=self._remove)
