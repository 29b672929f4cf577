"""Loading the tracer's kernels, or compiling them once, with progress while it takes long.

Numba says nothing while it compiles, so the seconds are told; two processes that start together
on a new machine do not both compile.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from renderer import kernel_cache

#: What a first compile takes on a two-core machine; the bar only ever nears its end.
EXPECTED_S = 25.0
TICK_S = 1.0
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
    with kernel_cache.compile_lock(cache, time.sleep), _telling_time(progress):
        engine.warm_up(lambda _text, _fraction: None)
    progress("the kernels are compiled", 1.0)


def is_compiled(cache: Path) -> bool:
    """Whether machine code of these very sources is on disk."""
    return any(cache.glob(f"*{kernel_cache.CODE_SUFFIX}"))


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
