"""How long does the window keep the artist waiting? `python -m tests.benchmarks.waits` (Linux).

The real window with a real session and a real server on loopback, offscreen:

- from *Render* to the first answer of a server to the job (its request arrived before that);
- from *Stop* until the server's render process computes no more;
- the longest stall of the event loop while a scene of five million triangles is opened, and while
  one is opened from a share that stops sending; and how soon both can be given up.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.benchmarks.big_scenes import write_single
from tests.benchmarks.lag import LagProbe

TRIANGLES = 5_000_000
PATIENCE_S = 60.0
#: A render process that used no time for so long computes no more.
CALM_S = 0.15
#: Bars of the project, seconds.
FIRST_S, FREE_S, STALL_S, CANCEL_S = 0.1, 0.5, 0.05, 0.05


class Bench:
    """The window, its one server, and what is told."""

    def __init__(self, home: Path, stack: contextlib.ExitStack) -> None:
        from app.keys.keyring import Keyring
        from app.session.session import RenderSession
        from app.values.session_types import ServerEntry
        from app.window.window import MainWindow
        from app.window.window_program import make_application
        from app.window.window_services import WindowPaths, make_services
        from tests.end_to_end.farm import Server

        self.missed = 0
        self.application = make_application()
        self.server = Server("studio", 1)
        stack.callback(self.server.stop)
        session = RenderSession(keyring=Keyring(home / "config"), client_name="bench")
        self.session = session
        names = ("servers.toml", "settings.toml", "window.ini", "history", "unfinished")
        paths = WindowPaths(*(home / name for name in names))
        paths.unfinished.mkdir()
        self.window = MainWindow(session, make_services(self.application), paths)
        stack.callback(self.window.close_now)
        self.window.show()
        self.window.start()
        self.states: list[tuple[float, Any]] = []
        session.server_changed.connect(self._note)
        self.spin(lambda: not self.window.opener.busy)
        entry = ServerEntry("studio", "127.0.0.1", self.server.port, name="studio")
        self.window.servers.add_rows([entry])
        self.window.servers.set_enabled(["local"], False)
        self.spin(lambda: self.state() == "Idle")

    def _note(self, status: Any) -> None:
        self.states.append((time.perf_counter(), status))

    def state(self) -> str:
        return str(self.window.servers.model.status("studio").state.value)

    def spin(self, condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        end_s = time.perf_counter() + patience_s
        while not condition():
            if time.perf_counter() > end_s:
                raise SystemExit(f"waited too long; the server's state is {self.state()}")
            self.application.processEvents()
            time.sleep(0.001)  # the real server computes on the same cores

    def tell(self, what: str, seconds: float, bar_s: float) -> None:
        word = "ok" if seconds <= bar_s else "MISSED"
        self.missed += word == "MISSED"
        print(f"| {what} | {1e3 * seconds:.1f} | {1e3 * bar_s:.0f} | {word} |", flush=True)

    # -- what is measured ---------------------------------------------------------------------

    def measure_render(self, rounds: int) -> None:
        panel = self.window.settings_panel
        options = replace(panel.options, width=1920, height=1080, samples=4096)
        panel.set_options(options)
        first, free = [], []
        for number in range(rounds + 1):
            started_s, told_s = self._first_answer()
            self.spin(lambda: self.state() == "Rendering")
            self.spin(lambda: self.window.frame_buffer.marks)
            self._pass(0.5)
            stopped_s = time.perf_counter()
            self.window.actions_by_key["stop"].trigger()
            free_s = self._calm_since(stopped_s)
            self.spin(lambda: self.state() == "Idle")
            self.spin(lambda: self.window.actions_by_key["render"].isEnabled())
            if number:  # the first render of a scene hashes and sends its files
                first.append(told_s - started_s)
                free.append(free_s)
        self.tell(f"Render to the first answer, worst of {rounds}", max(first), FIRST_S)
        self.tell(f"Stop to a server that computes no more, worst of {rounds}", max(free), FREE_S)

    def _first_answer(self) -> tuple[float, float]:
        """Click; return when, and when the server first said something about the job."""
        self.states.clear()
        started_s = time.perf_counter()
        self.window.actions_by_key["render"].trigger()

        def answers() -> list[float]:
            return [at_s for at_s, status in self.states if status.state.value not in ("Idle",)]

        self.spin(answers)
        return started_s, answers()[0]

    def _calm_since(self, stopped_s: float) -> float:
        """Return how long after the stop the server's processes still computed."""
        used, last_s = self._cpu_s(), stopped_s
        while time.perf_counter() - last_s < CALM_S:
            self.application.processEvents()
            now = self._cpu_s()
            if now > used:
                used, last_s = now, time.perf_counter()
            time.sleep(0.002)  # /proc counts in ticks of 10 ms: no use in asking more often
        return last_s - stopped_s

    def _cpu_s(self) -> float:
        total = 0.0
        for pid in self.server.worker_pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def _pass(self, seconds: float) -> None:
        end_s = time.perf_counter() + seconds
        self.spin(lambda: time.perf_counter() > end_s)

    def measure_large(self, folder: Path) -> None:
        path = write_single(folder / "large.glb", TRIANGLES)
        opener = self.window.opener
        probe = LagProbe(self.window)
        probe.start()
        opener.open(path)
        self._run_while(lambda: opener.busy)
        probe.stop()
        self.tell(f"longest stall while {TRIANGLES:,} triangles open", probe.worst_s, STALL_S)
        assert opener.scene == path
        opener.open(folder / "large.glb")
        self._give_up(f"giving up to open {TRIANGLES:,} triangles")

    def measure_slow(self, folder: Path) -> None:
        path = folder / "slow.glb"
        os.mkfifo(path)
        done = threading.Event()

        def drip() -> None:  # the header arrives, then nothing: a share that hangs
            with open(path, "wb") as pipe:
                pipe.write(b"glTF\x02\x00\x00\x00")
                pipe.flush()
                done.wait()

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        probe = LagProbe(self.window)
        probe.start()
        self.window.opener.open(path)
        end_s = time.perf_counter() + 3.0
        self._run_while(lambda: time.perf_counter() < end_s)
        probe.stop()
        self.tell("longest stall in 3 s of a share that hangs", probe.worst_s, STALL_S)
        self._give_up("giving up a share that hangs")
        done.set()
        thread.join(5.0)

    def _give_up(self, what: str) -> None:
        started_s = time.perf_counter()
        self.window.opener.cancel()
        self.application.processEvents()
        assert not self.window.opener.busy
        self.tell(what, time.perf_counter() - started_s, CANCEL_S)

    def _run_while(self, condition: Callable[[], object]) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: None if condition() else loop.quit())
        timer.start(20)
        loop.exec()


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="waits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        os.environ["BRIGADE_HOME"] = name
        bench = Bench(Path(name), stack)
        print("| what | ms | bar, ms | |\n| --- | --- | --- | --- |")
        bench.measure_render(options.rounds)
        bench.measure_slow(Path(name))
        bench.measure_large(Path(name))
        return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
