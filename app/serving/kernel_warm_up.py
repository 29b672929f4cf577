"""Loading the tracer's kernels, or compiling them once, with progress while it takes long.

Numba says nothing while it compiles, so the seconds are told; two processes that start together
on a new machine do not both compile.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from app.system.file_lock import try_lock
from renderer import kernel_cache
from renderer.kernel_helper import KERNEL

#: What a first compile takes on a two-core machine; the bar only ever nears its end.
EXPECTED_S = 25.0
TICK_S = 1.0
#: A computer ten times slower than that is still served.
LONGEST_COMPILE_S = 300.0
LOCK_POLL_S = 0.1
ALMOST = 0.95
TEXT = "compiling the kernels, once per version"

Progress = Callable[[str, float], None]


class WarmEngine(Protocol):
    """What is needed of an engine."""

    def warm_up(self, progress: Progress) -> None:
        """Compile or load all kernels."""


def warm_up(engine: WarmEngine, cache: Path, progress: Progress) -> None:
    """Make all kernels ready.

    Args:
        engine: whose kernels.
        cache: the folder that `kernel_cache.configure` returned.
        progress: called from another thread too while kernels are compiled.
    """
    if is_compiled(cache):
        engine.warm_up(lambda _text, _fraction: None)
        return
    progress(TEXT, 0.0)
    with _telling_time(progress), compile_lock(cache, time.sleep):
        engine.warm_up(lambda _text, _fraction: None)
    progress("the kernels are compiled", 1.0)


def is_compiled(cache: Path) -> bool:
    """Whether machine code of these very sources is on disk.

    The tracer's: it takes nearly all of the time, and is there last.
    """
    return any(cache.glob(f"{KERNEL}-*{kernel_cache.CODE_SUFFIX}"))


@contextlib.contextmanager
def compile_lock(folder: Path, sleep: Callable[[float], None]) -> Iterator[None]:
    """Hold the kernel folder's lock, so that two processes do not compile the same kernels.

    The system drops the lock of a process that ends, however it ends: a worker is too confined
    to ask whether another process lives. It only saves work, for machine code is written whole
    or not at all; so nobody waits for ever, nor where the folder cannot be written.

    Args:
        folder: what `kernel_cache.configure` returned.
        sleep: waits for that many seconds; polled while another process compiles.
    """
    try:
        descriptor = os.open(folder / "compiling.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield
        return
    try:
        waited_s = 0.0
        while not try_lock(descriptor) and waited_s < LONGEST_COMPILE_S:
            sleep(LOCK_POLL_S)
            waited_s += LOCK_POLL_S
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _telling_time(progress: Progress) -> Iterator[None]:
    done = threading.Event()
    started_s = time.monotonic()

    def tell() -> None:
        while not done.wait(TICK_S):
            elapsed_s = time.monotonic() - started_s
            progress(f"{TEXT}: {elapsed_s:.0f} s", min(elapsed_s / EXPECTED_S, ALMOST))

    teller = threading.Thread(target=tell, name="compile-progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
