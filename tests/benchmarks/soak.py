"""Does anything grow? `python -m tests.benchmarks.soak --minutes 60`.

One client session lives through renders, cancels, and servers that join, leave, die and come
back, all chosen by a seed; every complete frame must have the hash of its first time. Every now
and then all is brought to the same state (all servers connected, one frame rendered), and memory,
descriptors, threads and children are counted: of the client, of a server that is never killed, and
of its worker. After the first fifth none may grow by more than 5 %. Linux.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from app.values.session_types import DistributedSettings, FrameReport, RenderRequest, ServerEntry
from renderer.bucket_size import square
from renderer.settings import RenderSettings
from tests.end_to_end.farm import Server, unwind_on_sigterm

SERVERS = 3
SEEDS = 3
#: Growth that is allowed, and what counts as noise of small numbers.
GROWTH, NOISE_BYTES, NOISE_COUNT = 0.05, 4 << 20, 1
WARM_UP = 0.2
FRAME_TIMEOUT_S = 120.0
TURN_S = 0.02
LINES_KEPT = 100
ACTIONS = ("render", "render", "cancel", "cancel", "leave", "local", "kill")


class Soak:
    """The client under test, its servers, and what is done to them."""

    def __init__(self, folder: Path, seed: int, samples: int) -> None:
        from app.keys.keyring import Keyring
        from app.session.session import RenderSession
        from app.system.paths import config_dir

        self._chance = random.Random(seed)
        # One for all pauses: PySide keeps something of every single shot.
        self._loop, self._alarm = QEventLoop(), QTimer()
        self._alarm.setSingleShot(True)
        self._alarm.timeout.connect(self._loop.quit)
        self._samples = samples
        self._folder = folder
        self._servers = [Server(f"server-{number}") for number in range(SERVERS)]
        self.session = RenderSession(keyring=Keyring(config_dir()), client_name="soak", threads=1)
        self.session.job_started.connect(self._on_started)
        self.session.job_finished.connect(self._on_finished)
        self.session.job_failed.connect(self.fail)
        self._report: FrameReport | None = None
        self._began = False
        self._truth: dict[int, str] = {}
        self.problems: list[str] = []
        self.counts = dict.fromkeys(("frames", "cancels", "leaves", "locals", "kills"), 0)

    @property
    def pids(self) -> dict[str, int]:
        """Whom to count: the client, a server that lives all the time, its worker."""
        (worker,) = self._servers[0].worker_pids()
        return {"client": os.getpid(), "server": self._servers[0].process.pid, "worker": worker}

    def close(self) -> None:
        """End all."""
        self.session.shutdown()
        for server in self._servers:
            server.stop()

    def fail(self, text: str) -> None:
        """Note a problem."""
        self.problems.append(text)

    def act(self) -> None:
        """Do something by chance."""
        action = self._chance.choice(ACTIONS)
        if action == "render":
            self.render()
        elif action == "cancel":
            self.cancel()
        elif action == "leave":
            self.leave()
        elif action == "local":
            self.local()
        else:
            self.kill()

    def render(self) -> None:
        """Render a frame to its end and judge it."""
        seed = self._chance.randrange(SEEDS)
        self._start(seed)
        self._spin(lambda: self._report is not None, FRAME_TIMEOUT_S, "a frame")
        self.counts["frames"] += 1
        report = self._report
        if report is None or not report.complete:
            self.fail(f"frame {self.counts['frames']} is not complete: {report}")
        elif self._truth.setdefault(seed, report.frame_sha256) != report.frame_sha256:
            self.fail(f"frame {self.counts['frames']} differs: {report.incidents}")

    def cancel(self) -> None:
        """Stop a frame at any moment, even while its files are read."""
        self._start(self._chance.randrange(SEEDS))
        self._pause(self._chance.choice((0.0, 0.05, 0.3, 1.0)))
        self._stop()
        self.counts["cancels"] += 1

    def leave(self) -> None:
        """Some servers leave in the middle of a frame and join again."""
        self._start(self._chance.randrange(SEEDS))
        self.use([0, *self._chance.sample(range(1, SERVERS), k=self._chance.randrange(SERVERS))])
        self._pause(0.3)
        self.use(range(SERVERS))
        self._pause(0.2)
        self._stop()
        self.counts["leaves"] += 1

    def local(self) -> None:
        """This computer helps with a frame, and its server ends."""
        self.use([0], local=True)
        self.render()
        self.use(range(SERVERS))
        self.counts["locals"] += 1

    def kill(self) -> None:
        """A server dies in the middle of a frame; another one takes its place."""
        self._start(self._chance.randrange(SEEDS))
        self._pause(0.3)
        index = self._chance.randrange(1, SERVERS)
        old = self._servers[index]
        old.stop()
        self._spin(lambda: self._report is not None, FRAME_TIMEOUT_S, "a frame without a server")
        self._servers[index] = Server(old.name, 1, "--port", str(old.port))
        self.counts["kills"] += 1

    def settle(self) -> None:
        """Come to the state in which is counted."""
        self.use(range(SERVERS))
        for entry in self._entries(range(SERVERS), local=False):
            self.session.retry(entry.uid)
        self._pause(1.5)
        self.render()
        self._pause(0.5)
        for server in self._servers:  # what they said is ours, not the client's
            del server.log.lines[:-LINES_KEPT], server.log.times[:-LINES_KEPT]

    def use(self, numbers: Any, *, local: bool = False) -> None:
        """Have these servers in the list, and perhaps this computer."""
        settings = DistributedSettings(use_local=local)
        self.session.set_servers(self._entries(numbers, local=local), settings)

    def _entries(self, numbers: Any, *, local: bool) -> list[ServerEntry]:
        entries = [
            ServerEntry(f"server-{number}", "127.0.0.1", self._servers[number].port)
            for number in numbers
        ]
        return [ServerEntry("local", "", 0, local=True), *entries] if local else entries

    # -- inside -------------------------------------------------------------------------------

    def _start(self, seed: int) -> None:
        settings = RenderSettings(width=200, height=120, samples=self._samples, seed=seed)
        self._report, self._began = None, False
        self.session.start(RenderRequest(benchmark_scene(), settings, bucket_size=square(32)))

    def _stop(self) -> None:
        """Stop; a frame that had begun is reported, and the next one must not take that for its."""
        self.session.stop()
        if self._began:  # it may have ended by itself, with its report still on its way
            self._spin(lambda: self._report is not None, FRAME_TIMEOUT_S, "a stopped frame")

    def _on_started(self, _job: object) -> None:
        self._began = True

    def _on_finished(self, report: FrameReport) -> None:
        self._report = report

    def _pause(self, seconds: float) -> None:
        self._alarm.start(round(seconds * 1000))
        self._loop.exec()

    def _spin(self, over: Callable[[], bool], limit_s: float, what: str) -> None:
        turns = 0  # of our own time: the whole soak may be stopped and go on
        while not over():
            turns += 1
            if turns * TURN_S > limit_s:
                self.fail(f"{what} did not end within {limit_s:.0f} s")
                self.session.stop()
                return
            self._pause(TURN_S)


def count(pid: int) -> dict[str, int]:
    """Return what a process holds."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = {line.split(":")[0]: line.split()[1] for line in status if line.split()[1:]}
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {
        "memory": int(fields["VmRSS"]) * 1024,
        "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": int(fields["Threads"]),
        "children": len(children),
    }


def judge(samples: list[dict[str, dict[str, int]]]) -> int:
    """Compare the first with the last third after the warm-up; returns what grew too much."""
    kept = samples[round(len(samples) * WARM_UP) :]
    third = max(1, len(kept) // 3)
    grown = 0
    print("| of | what | after warm-up | at the end | growth | |\n| --- " + "| --- " * 5 + "|")
    for who in kept[0]:
        for what in kept[0][who]:
            first = statistics.median(sample[who][what] for sample in kept[:third])
            last = statistics.median(sample[who][what] for sample in kept[-third:])
            noise = NOISE_BYTES if what == "memory" else NOISE_COUNT
            bad = last > first * (1 + GROWTH) and last - first > noise
            scale = 1e6 if what == "memory" else 1
            unit = " MB" if what == "memory" else ""
            growth = last / first - 1 if first else 0.0
            print(
                f"| {who} | {what} | {first / scale:.4g}{unit} | {last / scale:.4g}{unit} "
                f"| {growth:+.1%} | {'GREW' if bad else 'ok'} |",
                flush=True,
            )
            grown += bad
    return grown


def main(arguments: list[str] | None = None) -> int:
    """Soak; 1 where something grew or a frame was wrong."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=64)
    options = parser.parse_args(arguments)
    unwind_on_sigterm()
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as name:
        os.environ[HOME_VARIABLE] = name
        application = QCoreApplication(sys.argv[:1])
        soak = Soak(Path(name), options.seed, options.samples)
        try:
            return _run(soak, options.minutes)
        finally:
            soak.close()
            application.processEvents()


def _run(soak: Soak, minutes: float) -> int:
    started_s = time.monotonic()
    every_s = max(10.0, 60 * minutes / 30)
    samples: list[dict[str, dict[str, int]]] = []
    soak.use(range(SERVERS))
    while time.monotonic() - started_s < 60 * minutes and not soak.problems:
        until_s = time.monotonic() + every_s
        try:
            while time.monotonic() < until_s and not soak.problems:
                soak.act()
            soak.settle()
        except AssertionError as error:  # what was counted before is judged all the same
            soak.fail(str(error))
            break
        samples.append({who: count(pid) for who, pid in soak.pids.items()})
        held = ", ".join(f"{who} {x['memory'] / 1e6:.0f} MB" for who, x in samples[-1].items())
        print(f"{(time.monotonic() - started_s) / 60:.1f} min: {soak.counts}; {held}", flush=True)
    grown = judge(samples) if samples else 1
    for text in soak.problems:
        print(text)
    return 1 if grown or soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
