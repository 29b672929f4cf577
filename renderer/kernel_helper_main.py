"""The second process of `renderer.kernel_helper`: answers one question and ends.

Its argument is the module that says what to compile, such as `renderer.kernels.beside`.
"""

from __future__ import annotations

import importlib
import itertools
import os
import queue
import signal
import sys
import threading
from typing import Any, NoReturn

from renderer.kernel_parts import read_arguments, read_message, write_message

#: Numba numbers functions, and their symbols with them: no number of the first process.
FIRST_NUMBER = 1_000_000


def main() -> NoReturn:
    """Compile what stdin asks for; ends at once when stdin does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the first process, which ends us
    questions: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    from numba.core.bytecode import FunctionIdentity

    from renderer.kernel_compiler import compile_part

    parts = importlib.import_module(sys.argv[1])
    FunctionIdentity._unique_ids = itertools.count(FIRST_NUMBER)
    arguments = read_arguments(questions.get())
    part = compile_part(parts.compile_beside, arguments, parts.ROOTS)
    write_message(sys.stdout.buffer, list(part.functions.items()), part.bitcode)
    os._exit(0)  # a second less than tearing down what the end of a process frees anyway


def _listen(questions: queue.SimpleQueue[Any]) -> None:
    """Pass the question on, then wait for the end of the first process."""
    try:
        questions.put(read_message(sys.stdin.buffer)[0])
        os.read(sys.stdin.fileno(), 1)
    finally:
        os._exit(1)  # whatever Numba is at


if __name__ == "__main__":
    main()
