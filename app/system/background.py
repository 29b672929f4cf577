"""Running a function off the event loop and taking its result back on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Background(QObject):
    """A few threads for work that would stall the event loop (hashing, opening, saving).

    Results come back as a call on the thread that this object lives in; what that raises is a
    bug like one in any slot, and goes to `sys.excepthook`, where programs tell of it and end what
    would wait for ever. After `close` no result is delivered any more. Created by a program or
    window, closed by it.
    """

    _returned = Signal(object)

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="brigade-background")
        self._closed = False
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        on_result: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Call `work` in a thread, then `on_result(value)` or `on_error(exception)` here.

        After `close` it does nothing: what ends may still be asked for one more thing.
        """
        if self._closed:
            return

        def call() -> None:
            try:
                value = work()
            except Exception as error:
                problem = error
                deliver: Callable[[], None] = lambda: on_error(problem)  # noqa: E731
            else:
                deliver = lambda: on_result(value)  # noqa: E731
            if not self._closed:
                self._returned.emit(deliver)

        self._executor.submit(call)

    def close(self, *, finish: bool = False) -> None:
        """Deliver nothing more; forget what waits, or do it first with `finish`."""
        self._closed = True
        self._executor.shutdown(wait=finish, cancel_futures=not finish)

    @Slot(object)
    def _deliver(self, deliver: Callable[[], None]) -> None:
        if not self._closed:
            deliver()
