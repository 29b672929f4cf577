"""Ctrl+C as a value that long work asks for, instead of an exception in the middle of it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def interruptible() -> Iterator[list[int]]:
    """Collect a Ctrl+C in a list instead of raising at once; a second one raises.

    Only in the main thread, as Python wants it.

    Raises:
        KeyboardInterrupt: at the second one.
    """
    caught: list[int] = []

    def note(number: int, _frame: object) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, before)
