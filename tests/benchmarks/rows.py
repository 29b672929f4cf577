"""Does a list of thousands follow the artist? `python -m tests.benchmarks.rows` (offscreen).

The real window with a real session. Rows are pasted, imported, moved, cleared, ticked, removed and
taken back; their addresses are on loopback, where nobody listens, or names that do not exist
(`--names`). Judged: how long the event loop is held up from the wish until the list, its file and
the session have followed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks import profiling
from tests.benchmarks.lag import LagProbe

#: The event loop is watched for so long after each wish: links open, fail and are told meanwhile.
WATCH_S = 4.0
#: Bars of the project, seconds.
P99_S, WORST_S = 0.016, 0.05
PORTS = (20001, 24999)


class Rows:
    """The window with an empty list, and what is measured of it."""

    def __init__(self, home: Path, watch_s: float) -> None:
        from app.keys.keyring import Keyring
        from app.session.session import RenderSession
        from app.window.window import MainWindow
        from app.window.window_program import make_application
        from app.window.window_services import WindowPaths, make_services

        self.missed = 0
        self._watch_s = watch_s
        self._application = make_application()
        session = RenderSession(keyring=Keyring(home / "config"), client_name="bench")
        names = ("servers.toml", "settings.toml", "window.ini", "history", "unfinished")
        paths = WindowPaths(*(home / name for name in names))
        paths.unfinished.mkdir()
        self.window = MainWindow(session, make_services(self._application), paths)
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.start()
        self.servers = self.window.servers
        self.servers.set_enabled(["local"], False)
        self._spin(2.0)

    def measure(self, what: str, wish: Callable[[], object]) -> None:
        """Print how a wish held up the event loop."""
        probe = LagProbe(self.window)
        probe.start()
        self._spin(0.05)
        probe.start()
        used_s, began_s = time.process_time(), time.thread_time()
        wish()
        asked_s = time.thread_time() - began_s
        self._spin(self._watch_s)
        probe.stop()
        p99, worst = probe.percentile(99), probe.worst_s
        core = time.process_time() - used_s
        word = "ok" if p99 <= P99_S and worst <= WORST_S else "MISSED"
        self.missed += word == "MISSED"
        told = f"{1e3 * asked_s:.0f} | {1e3 * p99:.1f} | {1e3 * worst:.0f} | {core:.2f}"
        print(f"| {what} | {told} | {word} |", flush=True)

    def uids(self) -> list[str]:
        """Return the rows that can be removed."""
        return [entry.uid for entry in self.servers.model.entries if not entry.local]

    def _spin(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()


def measure(home: Path, count: int, names: bool, watch_s: float) -> int:
    """Measure all wishes with so many rows; returns the number of bars missed."""
    rows = Rows(home, watch_s)
    servers = rows.servers
    first, last = PORTS
    text = "\n".join(
        f"node-{n}.invalid"
        if names
        else f"127.0.{n // 200}.{n % 200 + 1}:{first + n % (last - first)}"
        for n in range(count)
    )
    (home / "list.txt").write_text(text)
    print(f"| {count:,} rows | until it returns, ms of a core | p99, ms | worst, ms | core, s | |")
    print("| --- | --- | --- | --- | --- | --- |")
    rows.measure("nothing: this machine's own noise", lambda: None)
    rows.measure("paste", lambda: servers.exchange.paste(text))
    rows.measure("lower half up, by mouse", lambda: _move_half(rows))
    rows.measure("undo", servers.undo)
    rows.measure("clear all boxes", lambda: servers.set_enabled(rows.uids(), False))
    rows.measure("tick all boxes", lambda: servers.set_enabled(rows.uids(), True))
    rows.measure("one more row", lambda: servers.exchange.paste("127.0.0.250"))
    rows.measure("select all and remove", lambda: _remove_all(rows))
    rows.measure("undo", servers.undo)
    rows.measure("redo", servers.redo)
    rows.measure("import a file", lambda: servers.exchange.import_file(home / "list.txt"))
    rows.measure("look all names up", lambda: servers.resolve([]))
    began_s = time.perf_counter()
    rows.window.close_now()
    print(f"| closing | {1e3 * (time.perf_counter() - began_s):.0f} | | | | |")
    return rows.missed


def _move_half(rows: Rows) -> None:
    uids = rows.uids()
    half = len(uids) // 2
    rows.servers.reorder([*uids[half:], *uids[:half]])


def _remove_all(rows: Rows) -> None:
    pane = rows.window.server_pane
    pane.table.selectAll()
    pane.table.remove_requested.emit(pane.table.selected_uids())


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--names", action="store_true", help="names instead of addresses")
    parser.add_argument("--watch", type=float, default=WATCH_S, help="seconds after each wish")
    parser.add_argument("--profile", type=Path, help="write a profile here")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        os.environ["BRIGADE_HOME"] = name
        home, rows = Path(name), options.rows
        call = partial(measure, home, rows, options.names, options.watch)
        return 1 if profiling.run(call, options.profile) else 0


if __name__ == "__main__":
    sys.exit(main())
