"""A second process that compiles a part of the tracer's kernel while the first does the rest.

Numba's front is Python: one core, two thirds of a first compile. The helper runs the same
interpreter and sources, is asked over its stdin what to compile and answers over its stdout. It
ends when its stdin does, which the system closes with the first process however that ends. If
anything goes wrong with it, all is compiled in the first process: slower, with the same bits.

A confined process can start no other: `start` comes before the confinement.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from renderer import kernel_cache
from renderer.kernel_parts import CompiledPart, read_message, write_arguments, write_message

log = logging.getLogger(__name__)

#: The only kernel that takes long.
KERNEL = "render_rectangle"
#: How its compile is shared.
PARTS = "renderer.kernels.beside"
#: The whole takes 30 s; a computer ten times slower is still served.
PATIENCE_S = 300.0
_ROOT = Path(__file__).parent.parent
_helper: Helper | None = None


class Helper:
    """The second process, seen from the first."""

    def __init__(self, command: list[str]) -> None:
        """Start it; it loads Numba and waits.

        Raises:
            OSError: this process may not start others, or the system has no room for one.
        """
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Windows: no console of its own beside the window.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        self._answer: CompiledPart | None = None
        self._reader: threading.Thread | None = None

    def ask(self, arguments: tuple[Any, ...]) -> None:
        """Let it compile for arguments like these."""
        self._reader = threading.Thread(
            target=self._talk, args=(arguments,), name="kernel-helper", daemon=True
        )
        self._reader.start()

    def _talk(self, arguments: tuple[Any, ...]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            write_message(self._process.stdin, write_arguments(arguments))
            functions, bitcode = read_message(self._process.stdout)
            named = {str(key): (str(symbol), str(kind)) for key, (symbol, kind) in functions}
            self._answer = CompiledPart(named, bitcode)
        except (OSError, TypeError, ValueError) as error:  # what is not as it must be
            log.warning("one process compiles all the kernels: the second one failed (%s)", error)

    def collect(self) -> CompiledPart | None:
        """Wait for what it has compiled; None if it failed."""
        if self._reader is not None:
            self._reader.join(PATIENCE_S)
        return self._answer

    def close(self) -> None:
        """Let it end. Not killed: a confined process may not."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


def start(kernel: str = KERNEL, parts: str = PARTS) -> None:
    """Start the helper if a kernel must be compiled and there is a core for it.

    Args:
        kernel: whose machine code may be there already.
        parts: module that says what to compile, such as `renderer.kernels.beside`.
    """
    global _helper
    if _helper is not None or _cores() < 2 or kernel_cache.has_code(kernel):
        return
    try:
        _helper = Helper([sys.executable, "-m", "renderer.kernel_helper_main", parts])
    except OSError as error:
        log.info("one process compiles all the kernels: no second one starts (%s)", error)


def take() -> Helper | None:
    """Return the helper that waits, if any; it is the caller's to stop."""
    global _helper
    helper, _helper = _helper, None
    return helper


def stop() -> None:
    """End a helper that nobody needed."""
    helper = take()
    if helper is not None:
        helper.close()


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
