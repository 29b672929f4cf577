"""The worker process: one engine, one open scene, N render threads.

A child of the server's front process; they exchange frames of `network.framing` over the pipe.
It reads stdin, writes stdout, and ends when its parent ends. Whatever happens to it (a crash in
a kernel, no memory left, a bucket that never ends), the front process stays responsive.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from app.frames.jobs import decode_settings
from app.serving.chaos import Chaos, falsify, parse_chaos
from app.serving.confinement import confine, default_memory_bytes
from app.serving.kernel_warm_up import warm_up
from app.system.parent_death import die_with_parent
from app.system.priority import PRIORITIES, set_priority
from network.framing import PIPE_CAPS, FrameParser, encode_frame
from network.messages import (
    AssetFile,
    Assign,
    Canary,
    Cancel,
    EndJob,
    Message,
    Ping,
    Result,
    UnitFailed,
    WorkerOpen,
    WorkerOpened,
    WorkerProgress,
    WorkerReady,
)
from network.text import clip_text
from renderer import kernel_cache, kernel_helper
from renderer.assets import MappedAssets
from renderer.buckets import Region
from renderer.scene import SceneError

log = logging.getLogger("brigade.worker")

READ_BYTES = 1 << 20
#: The front restarts a worker that shows no progress for long.
PING_INTERVAL_S = 1.0
#: Progress texts are for people: more than ten a second would only fill the pipe.
PROGRESS_INTERVAL_S = 0.1


class FrameWriter:
    """Writes frames to the pipe from any thread, one at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message, payload: bytes | memoryview = b"") -> None:
        """Write one frame and flush it; blocks while the front is slow to read."""
        frame = encode_frame(message, payload)
        with self._lock:
            self._stream.write(frame)
            self._stream.flush()


class Worker:
    """Performs the front's messages with one engine and one pool of render threads."""

    def __init__(
        self, writer: FrameWriter, threads: int, kernels: Path, chaos: Chaos | None = None
    ) -> None:
        from renderer.engine import TracerEngine  # Numba: after the cache folder is set
        from renderer.pool import RenderPool

        self._writer = writer
        self._chaos = chaos
        self._job = ""
        self._units: dict[int, Assign] = {}  # by lease
        self._lock = threading.Lock()
        self._last_progress_s = -1.0
        self._engine = TracerEngine(threads_hint=threads)
        warm_up(self._engine, kernels, self._report_progress)
        self._pool = RenderPool(self._engine, threads, self._on_done, clock=time.monotonic)
        writer.send(WorkerReady(self._engine.engine_class()))
        self._send_canary()
        self._closed = threading.Event()
        threading.Thread(target=self._ping, name="ping", daemon=True).start()

    def _send_canary(self) -> None:
        """Render the test picture: the front tells every client, who compare it."""
        from renderer.canary import render_canary

        pixels = render_canary(self._engine)
        if self._chaos is not None and self._chaos.mode == "canary":
            pixels = falsify(pixels)
        payload = np.ascontiguousarray(pixels, dtype="<f4").tobytes()
        self._writer.send(Canary(self._engine.engine_class()), payload)

    def handle(self, message: Message, payload: bytes) -> None:
        """Perform one message of the front."""
        if isinstance(message, WorkerOpen):
            self._open(message, payload)
        elif isinstance(message, Assign):
            self._assign(message)
        elif isinstance(message, Cancel):
            self._drop(message.leases)
        elif isinstance(message, EndJob) and message.job == self._job:
            self._drop_all()
            self._job = ""

    def close(self) -> None:
        """Stop the render threads."""
        self._closed.set()
        self._drop_all()
        self._pool.close()

    def _ping(self) -> None:
        """Tell the front once a second how many tiles are finished: its proof of progress."""
        sequence = 0
        while not self._closed.wait(PING_INTERVAL_S):
            if self._units:
                sequence += 1
                self._writer.send(Ping(sequence, self._pool.tiles_done))

    def _open(self, message: WorkerOpen, payload: bytes) -> None:
        self._drop_all()
        self._pool.wait_idle()  # tiles in hand still read the old scene
        self._job = ""
        self._writer.send(WorkerProgress("opening the scene", 0.0))  # the front waits for a word
        error, text = "", ""
        try:
            files = msgspec.msgpack.decode(payload, type=list[AssetFile])
            source = MappedAssets({file.label: Path(file.path) for file in files})
            settings = decode_settings(message.settings)
            summary = self._engine.open(source, message.scene, settings, self._report_progress)
            text = summary.text
            self._job = message.job
        except (SceneError, ValueError, msgspec.MsgspecError) as problem:
            error = str(problem)
        except MemoryError:
            error = "this computer has too little memory for the scene"
        except Exception as problem:  # a bug of ours must fail the job, with its words
            log.exception("opening the scene failed")
            error = f"{type(problem).__name__}: {problem}"
        self._writer.send(WorkerOpened(message.job, clip_text(error), clip_text(text)))

    def _assign(self, message: Assign) -> None:
        if message.job != self._job:
            self._fail(message, "that job's scene is not open")
            return
        with self._lock:
            self._units[message.lease] = message
        region = Region(message.x, message.y, message.width, message.height)
        self._pool.submit(message.lease, region, message.first_sample, message.samples)

    def _drop(self, leases: list[int]) -> None:
        for lease in leases:
            with self._lock:
                known = self._units.pop(lease, None)
            if known is not None:
                self._pool.cancel(lease)

    def _drop_all(self) -> None:
        with self._lock:
            leases = list(self._units)
        self._drop(leases)

    def _on_done(
        self,
        lease: int,
        pixels: npt.NDArray[np.float32] | None,
        render_s: float,
        error: str,
    ) -> None:
        """Called by the pool's threads; a cancelled lease is no longer known and sends nothing."""
        with self._lock:
            unit = self._units.pop(lease, None)
        if unit is None:
            return
        if pixels is None:
            self._fail(unit, error)
            return
        if self._chaos is not None:
            disturbed = self._chaos.disturb(lease, pixels, render_s)
            if disturbed is None:
                return
            pixels = disturbed
        payload = np.ascontiguousarray(pixels, dtype="<f4").tobytes()
        self._writer.send(Result(unit.job, unit.unit, unit.lease, render_s), payload)

    def _fail(self, unit: Assign, text: str) -> None:
        self._writer.send(UnitFailed(unit.job, unit.unit, unit.lease, False, clip_text(text)))

    def _report_progress(self, text: str, fraction: float) -> None:
        now_s = time.monotonic()
        if fraction < 1.0 and now_s - self._last_progress_s < PROGRESS_INTERVAL_S:
            return
        self._last_progress_s = now_s
        self._writer.send(WorkerProgress(clip_text(text), min(max(fraction, 0.0), 1.0)))


def read_frames(stream: BinaryIO) -> Iterator[tuple[Message, bytes]]:
    """Yield the front's messages until it closes the pipe."""
    parser = FrameParser(PIPE_CAPS)
    fd = stream.fileno()
    while data := os.read(fd, READ_BYTES):
        parser.receive(data)
        yield from parser.frames()


def take_over_stdout() -> BinaryIO:
    """Return the pipe to the front; what others print goes to stderr from now on.

    A library that prints to stdout would otherwise corrupt the frames.
    """
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "wb")


def _confine(arguments: argparse.Namespace) -> None:
    """Give up all rights that rendering does not need, before anything of a client's is read."""
    assets = [arguments.assets] if arguments.assets is not None else []
    held = confine(readable=assets, writable=[arguments.kernels], memory_bytes=arguments.memory)
    log.info("confined: %s", "; ".join(held) or "not on this system")


def main() -> int:
    """Run the worker until its parent closes the pipe."""
    parser = argparse.ArgumentParser(prog="brigade-worker", description=__doc__)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kernels", type=Path, required=True, help="folder of compiled kernels")
    parser.add_argument("--assets", type=Path, help="folder of scene files; nothing else is read")
    parser.add_argument("--memory", type=int, default=default_memory_bytes(), metavar="BYTES")
    parser.add_argument("--priority", choices=tuple(PRIORITIES), default="normal")
    parser.add_argument("--chaos", type=parse_chaos, default=None)
    arguments = parser.parse_args()
    die_with_parent()
    set_priority(arguments.priority)
    # A Ctrl+C or a service manager's stop reaches the whole group: the front, which is told too,
    # decides when its worker ends; buckets in hand are finished first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    writer = FrameWriter(take_over_stdout())
    kernels = kernel_cache.configure(arguments.kernels)
    kernel_helper.start()  # if it is needed: a confined process can start none
    _confine(arguments)
    worker = Worker(writer, arguments.threads, kernels, arguments.chaos)
    try:
        for message, payload in read_frames(sys.stdin.buffer):
            worker.handle(message, payload)
    except BrokenPipeError:
        return 0  # the front is gone
    finally:
        worker.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
