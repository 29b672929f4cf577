"""A thousand servers at one client: how smooth does it stay? `python -m tests.benchmarks.thousand`.

The servers are fakes (`fake_servers`) in a few processes, over real sockets and TLS. Parts, each
may be named alone: `headless` (what `brigade render` runs), `window` (the real window, offscreen
by default). Both render a frame of 7680 x 4320 and measure the event loop all the while: from
connecting (`joining`) and while buckets arrive (`rendering`). The fakes give way to the client
(nice), for they would be other computers.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE
from tests.benchmarks.lag import LagProbe
from tests.end_to_end.farm import environment

FRAME = ("--width", "7680", "--height", "4320", "--samples", "4")
#: Bars of the project, seconds.
HEADLESS_P99_S, WINDOW_P99_S, WINDOW_WORST_S = 0.05, 0.016, 0.05
JOIN_TIMEOUT_S = 120.0


class FakeFarm:
    """Fake servers in a few processes; `ports` once they listen."""

    def __init__(self, key_file: Path, count: int, processes: int, seconds: float) -> None:
        self._children: list[subprocess.Popen[str]] = []
        share = -(-count // processes)
        for first in range(0, count, share):
            command = [sys.executable, "-m", "tests.benchmarks.fake_servers"]
            command += ["--count", str(min(share, count - first)), "--first", str(first)]
            command += ["--key-file", str(key_file), "--seconds", str(seconds)]
            child = subprocess.Popen(
                command,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            os.setpriority(os.PRIO_PROCESS, child.pid, 10)
            self._children.append(child)
        self.ports: list[int] = []
        for child in self._children:
            assert child.stdout is not None
            self.ports += json.loads(child.stdout.readline())

    def close(self) -> None:
        """End them."""
        for child in self._children:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                assert pipe is not None
                pipe.close()


@contextlib.contextmanager
def fake_farm(options: argparse.Namespace, folder: Path) -> Iterator[list[int]]:
    """Run the fakes; gives their ports."""
    from network.keys import new_key, write_key_file

    key_file = folder / "farm.key"
    write_key_file(key_file, new_key())
    farm = FakeFarm(key_file, options.servers, options.processes, options.seconds)
    try:
        yield farm.ports
    finally:
        farm.close()


def write_list(path: Path, ports: list[int], key_file: Path) -> None:
    """Write a server list as the window keeps it."""
    from app.servers.server_file import save_server_list
    from app.servers.server_list import ServerList
    from app.values.session_types import DistributedSettings, ServerEntry

    entries = [ServerEntry(f"{port:032x}", "127.0.0.1", port) for port in ports]
    settings = DistributedSettings(use_local=False, key_file=str(key_file))
    save_server_list(path, ServerList(entries, settings))


class Phases:
    """Runs the event loop until something is so, and tells the lag meanwhile."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.probe = LagProbe(application)

    def run(self, name: str, over: Callable[[], bool], limit_s: float) -> tuple[float, float]:
        """Return the 99th percentile and the worst of the lag, in seconds; print a row."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        started_s, used_s = time.monotonic(), time.process_time()

        def look() -> None:
            if over() or time.monotonic() - started_s > limit_s:
                loop.quit()

        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(50)
        self.probe.start()
        loop.exec()
        self.probe.stop()
        took_s = time.monotonic() - started_s
        busy = (time.process_time() - used_s) / took_s
        p50, p99, worst = (1e3 * self.probe.percentile(x) for x in (50, 99, 100))
        print(
            f"| {name} | {took_s:.1f} s | {busy:.0%} | {p50:.1f} ms | {p99:.1f} ms "
            f"| {worst:.1f} ms |",
            flush=True,
        )
        return p99 / 1e3, worst / 1e3


def measure_headless(options: argparse.Namespace, folder: Path, ports: list[int]) -> int:
    """What `brigade render` runs, with the probe in its event loop."""
    from PySide6.QtCore import QCoreApplication

    from app.cli import make_parser
    from app.headless.headless import make_plan
    from app.headless.headless_session import HeadlessRun
    from app.system.garbage import collect_here

    servers = [part for port in ports for part in ("--server", f"127.0.0.1:{port}")]
    command = ["render", str(benchmark_scene()), "-o", str(folder / "out.exr"), *FRAME]
    command += ["--no-local", "--quiet", "--key-file", str(folder / "farm.key"), *servers]
    application = QCoreApplication(sys.argv[:1])
    run = HeadlessRun(make_plan(make_parser().parse_args(command)), application)
    collect_here(application)
    session = run._session
    phases = Phases(application)
    seen = Counters(session)
    run.start()
    phases.run(f"headless, {len(ports)} joining", lambda: seen.working >= len(ports), 60)
    p99_s, _ = phases.run("headless, rendering", lambda: seen.over, options.render_s)
    print(f"  {seen.buckets} buckets came", flush=True)
    session.shutdown()
    return p99_s > HEADLESS_P99_S


def measure_window(options: argparse.Namespace, folder: Path, ports: list[int]) -> int:
    """The real window with its real session, its server list full."""
    from app.keys.keyring import Keyring
    from app.session.session import RenderSession
    from app.system.garbage import collect_here
    from app.window.window import MainWindow
    from app.window.window_program import make_application
    from app.window.window_services import WindowPaths, make_services

    application = make_application()
    write_list(folder / "servers.toml", ports, folder / "farm.key")
    session = RenderSession(keyring=Keyring(folder), client_name="benchmark")
    paths = WindowPaths(
        folder / "servers.toml", folder / "s.toml", folder / "w.ini", folder / "h", folder
    )
    window = MainWindow(session, make_services(application), paths)
    window.resize(1600, 1000)
    window.show()
    collect_here(application)
    phases = Phases(application)
    seen = Counters(session)
    window.start(benchmark_scene())
    phases.run(
        f"window, {len(ports)} connecting",
        lambda: seen.linked >= len(ports) and not window.opener.busy,
        60,
    )
    panel = window.settings_panel
    panel.set_options(replace(panel.options, width=7680, height=4320, samples=4))
    window.start_render()
    phases.run("window, joining", lambda: seen.working >= len(ports), 60)
    p99_s, worst_s = phases.run("window, rendering", lambda: seen.over, options.render_s)
    print(f"  {seen.buckets} buckets and {seen.rows} changes of rows came", flush=True)
    window.close_now()
    return p99_s > WINDOW_P99_S or worst_s > WINDOW_WORST_S


class Counters:
    """Counts what a session tells."""

    def __init__(self, session: Any) -> None:
        self.buckets = 0
        self.rows = 0
        self.over = False
        self._states: dict[str, Any] = {}
        session.server_changed.connect(self._on_server)
        session.bucket_finished.connect(self._on_bucket)
        session.job_finished.connect(self._on_over)

    @property
    def working(self) -> int:
        """Servers that have the scene."""
        return sum(state.name == "RENDERING" for state in self._states.values())

    @property
    def linked(self) -> int:
        """Servers that are logged in."""
        names = ("IDLE", "QUEUED", "SYNCING", "OPENING", "RENDERING")
        return sum(state.name in names for state in self._states.values())

    def _on_server(self, status: Any) -> None:
        self.rows += 1
        self._states[status.uid] = status.state

    def _on_bucket(self, _bucket: object, _pixels: object) -> None:
        self.buckets += 1

    def _on_over(self, _report: object) -> None:
        self.over = True


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts, each in a process of its own; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="thousand", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["headless", "window", []])
    parser.add_argument("--servers", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0, help="that a bucket takes")
    parser.add_argument("--render-s", type=float, default=20.0, help="measured while rendering")
    parser.add_argument("--profile", type=Path, help="write a profile of the client here")
    options = parser.parse_args(arguments)
    if len(options.parts) != 1:
        missed = 0
        print("| what | took | of a core | p50 | p99 | worst |\n| --- " * 1 + "| --- " * 5 + "|")
        for part in options.parts or ("headless", "window"):
            command = [sys.executable, "-m", "tests.benchmarks.thousand", part, *sys.argv[1:]]
            missed += subprocess.run(command, env=environment(), check=False).returncode
        return 1 if missed else 0
    parts = {"headless": measure_headless, "window": measure_window}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[HOME_VARIABLE] = name
        with fake_farm(options, folder) as ports:
            gc.collect()
            return _run(parts[options.parts[0]], options, folder, ports)


def _run(
    part: Callable[..., int], options: argparse.Namespace, folder: Path, ports: list[int]
) -> int:
    if options.profile is None:
        return part(options, folder, ports)
    import cProfile

    profile = cProfile.Profile()
    missed = profile.runcall(part, options, folder, ports)
    profile.dump_stats(options.profile)
    return missed


if __name__ == "__main__":
    sys.exit(main())
