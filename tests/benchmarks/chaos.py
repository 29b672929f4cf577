"""Servers die all the time and every frame is right: `python -m tests.benchmarks.chaos`.

    python -m tests.benchmarks.chaos --minutes 20 --servers 8 --every 5 --seed 1

Real processes. A random server, or its worker, is killed with SIGKILL every so many seconds and
started again at its port; meanwhile frames are rendered one after the other. Every frame must be
complete and have the hash of `--in-process`. Victims and frames follow from the seed, but that a
victim which is only just starting again is passed over for the next one; when exactly a kill meets
a frame does not. Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.end_to_end.farm import Client, Server, unwind_on_sigterm

SIZE = ("--width", "320", "--height", "180", "--bucket-size", "32")
#: Of the kills, this share hits the worker alone: then its server must notice.
WORKER_SHARE = 0.3


class Killer:
    """Keeps some servers running and kills one every so often, in a thread of its own."""

    def __init__(self, count: int, every_s: float, seed: int) -> None:
        self._every_s = every_s
        self._chance = random.Random(seed)
        self._servers = [Server(f"server-{number}") for number in range(count)]
        self.addresses = [server.address for server in self._servers]
        self.killed = {"server": 0, "worker": 0}
        self.problems: list[str] = []
        self._returning: dict[int, threading.Thread] = {}  # by place
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="killer")

    def start(self) -> None:
        """Begin to kill."""
        self._thread.start()

    def close(self) -> None:
        """Kill no more, and end all servers."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        for returning in self._returning.values():
            returning.join()
        for server in self._servers:
            server.stop()

    def _run(self) -> None:
        due_s = time.monotonic()
        while True:
            due_s += self._every_s
            if self._over.wait(max(0.0, due_s - time.monotonic())):
                return
            index = self._chance.randrange(len(self._servers))
            worker = self._chance.random() < WORKER_SHARE
            alive = [i for i in range(len(self._servers)) if not self._is_returning(i)]
            if not alive:
                continue
            index = min(alive, key=lambda i: (i - index) % len(self._servers))
            if worker:
                self._kill_worker(self._servers[index])
            else:
                self._kill_server(index)

    def _is_returning(self, index: int) -> bool:
        returning = self._returning.get(index)
        return returning is not None and returning.is_alive()

    def _kill_worker(self, server: Server) -> None:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            for pid in server.worker_pids():
                os.kill(pid, signal.SIGKILL)
                self.killed["worker"] += 1

    def _kill_server(self, index: int) -> None:
        """Kill it; another one comes to its place, which takes seconds while all others render."""
        self._servers[index].stop()
        self.killed["server"] += 1
        self._returning[index] = threading.Thread(target=self._replace, args=(index,))
        self._returning[index].start()

    def _replace(self, index: int) -> None:
        old = self._servers[index]
        try:
            self._servers[index] = Server(old.name, 1, "--port", str(old.port))
        except AssertionError as error:
            self.problems.append(str(error))


class Frames:
    """Renders frames of a few seeds over and over, each held against `--in-process`."""

    def __init__(self, samples: int, addresses: list[str], folder: Path) -> None:
        self._frame = (*SIZE, "--samples", str(samples))
        self._farm = [part for address in addresses for part in ("--server", address)]
        self._folder = folder
        self._truth: dict[int, str] = {}
        self.done = 0
        self.wrong: list[str] = []
        self.incidents = 0
        self.given_back = 0
        self.seconds: list[float] = []

    def prepare(self, seed: int) -> None:
        """Render the truth of a seed."""
        self._truth[seed] = self._render(seed, "--in-process")["frame_sha256"]

    def render(self, seed: int) -> None:
        """Render a frame over the servers and judge it."""
        try:
            told = self._render(seed, "--no-local", *self._farm)
        except AssertionError as error:
            self.wrong.append(f"frame {self.done + 1}: {error}")
            self.done += 1
            return
        self.done += 1
        self.seconds.append(told["wall_s"])
        self.incidents += len(told["incidents"])
        self.given_back += sum(x["buckets_given_back"] for x in told["incidents"])
        if not told["complete"] or told["frame_sha256"] != self._truth[seed]:
            self.wrong.append(
                f"frame {self.done}: {told['frame_sha256'][:16]}, {told['incidents']}"
            )

    def _render(self, seed: int, *options: str) -> dict:
        report = self._folder / "report.json"
        client = Client(benchmark_scene(), report, *self._frame, "--seed", str(seed), *options)
        with contextlib.ExitStack() as stack:
            stack.callback(client.stop)
            return client.finish()


def main(arguments: list[str] | None = None) -> int:
    """Run; 1 when a frame is wrong."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--servers", type=int, default=8)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=256)
    options = parser.parse_args(arguments)
    unwind_on_sigterm()
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    with tempfile.TemporaryDirectory() as name:
        os.environ[HOME_VARIABLE] = name
        killer = Killer(options.servers, options.every, options.seed)
        try:
            return _run(options, killer, Frames(options.samples, killer.addresses, Path(name)))
        finally:
            killer.close()


def _run(options: argparse.Namespace, killer: Killer, frames: Frames) -> int:
    seeds = range(3)
    for seed in seeds:
        frames.prepare(seed)
    killer.start()
    until_s = time.monotonic() + 60 * options.minutes
    told_s = time.monotonic()
    while time.monotonic() < until_s:
        frames.render(seeds[frames.done % len(seeds)])
        if time.monotonic() - told_s > 60 or frames.wrong:
            told_s = time.monotonic()
            _tell(killer, frames)
    _tell(killer, frames)
    for text in (*frames.wrong, *killer.problems):
        print(text)
    return 1 if frames.wrong or killer.problems else 0


def _tell(killer: Killer, frames: Frames) -> None:
    mean_s = sum(frames.seconds) / max(1, len(frames.seconds))
    kills = ", ".join(f"{count} {what}s" for what, count in killer.killed.items())
    print(
        f"{frames.done} frames of {mean_s:.1f} s, {len(frames.wrong)} wrong; killed {kills}; "
        f"{frames.incidents} incidents, {frames.given_back} buckets given back",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
