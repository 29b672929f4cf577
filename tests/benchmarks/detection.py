"""How soon a failure is noticed: `python -m tests.benchmarks.detection [PART ...]`.

Real processes in the middle of a long frame; measured from the signal to the client's `incident`
line, which it prints when the buckets are back in its queue. Parts: `kill` (SIGKILL of a server),
`crash` (SIGKILL of a worker), `silent` (SIGSTOP of a server), `hung` (SIGSTOP of a worker). Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.benchmarks.lag import percentile
from tests.end_to_end.farm import Client, Server, unwind_on_sigterm, wait_until

#: Long enough for all that is done to it; it is stopped at the end.
FRAME = ("--width", "1920", "--height", "1080", "--bucket-size", "16")
SAMPLES = 65_536
#: A worker hangs when it is silent for eight times what it should take, and at least for 30 s:
#: with buckets of less than a second that is 30 s.
SHORT_SAMPLES = 1_024
#: Samples for buckets of half a second: who came back is soon at work again.
SHORT_BUCKETS = 4_096
#: Bars of the project, seconds. A hung worker is given 30 s by its server, and 1 s on top.
KILL_P99_S, CRASH_S, SILENT_S, HUNG_S = 0.1, 0.1, 6.0, 31.0
#: Until a server that came (back) is at work; a client that lost it tries again after 1 s.
AT_WORK_TIMEOUT_S = 60.0
#: Then `kill` and `crash` are content with what they have: servers take their time to start.
KILL_LIMIT_S = 210.0
POLL_S = 0.002
FRONT_NICE, WORKER_NICE = 5, 19


class Farm:
    """A client with a long frame, and servers that are hurt in turns."""

    def __init__(self, count: int, folder: Path, samples: int) -> None:
        self._stack = contextlib.ExitStack()
        self.servers = [_start(f"server-{number}") for number in range(count)]
        self._stack.callback(lambda: [server.stop() for server in self.servers])
        places = [part for server in self.servers for part in ("--server", server.address)]
        self.addresses = [server.address for server in self.servers]
        frame = (*FRAME, "--samples", str(samples), "--no-local", *places)
        self._client = Client(benchmark_scene(), folder / "r.json", *frame)
        self._stack.callback(self._client.stop)
        self._read = 0
        self._incidents: list[tuple[float, dict]] = []
        self._buckets: list[tuple[float, str]] = []  # when, and whose

    def close(self) -> None:
        """End all."""
        self._stack.close()

    def is_at_work(self, index: int, since_s: float) -> bool:
        """Whether the server has delivered a bucket since then."""
        self._catch_up()
        address = self.addresses[index]
        return any(at_s > since_s and who == address for at_s, who in reversed(self._buckets))

    def wait_for_work(self, index: int, since_s: float) -> None:
        """Wait until the server has delivered a bucket since then."""
        self._wait(lambda: self.is_at_work(index, since_s), f"server {index} at work")

    def incident(self, index: int, hurt_at_s: float) -> tuple[float, dict]:
        """Wait for the server's incident; return its delay in seconds and its words."""
        found: list[tuple[float, dict]] = []

        def look() -> bool:
            self._catch_up()
            found.extend(
                (at_s - hurt_at_s, told)
                for at_s, told in self._incidents
                if at_s >= hurt_at_s and told["server"] == self.addresses[index]
            )
            return bool(found)

        self._wait(look, f"incident of server {index}")
        return found[0]

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        until_s = time.monotonic() + AT_WORK_TIMEOUT_S
        while not condition():
            if time.monotonic() > until_s:
                raise AssertionError(f"{what}: not within {AT_WORK_TIMEOUT_S:.0f} s")
            time.sleep(POLL_S)

    def _catch_up(self) -> None:
        """Read the client's new lines."""
        out = self._client.out
        while self._read < len(out.times):
            line, at_s = out.lines[self._read], out.times[self._read]
            self._read += 1
            if '"incident"' in line:
                self._incidents.append((at_s, json.loads(line)))
            elif '"bucket"' in line:
                self._buckets.append((at_s, json.loads(line)["server"]))
                del self._buckets[:-500]


def _start(name: str, *options: str) -> Server:
    """Start a server that gives way to the client, as one on another computer does.

    Its worker gives way to all: starting a server again takes processor time, rendering any.
    """
    server = Server(name, 1, *options)
    _give_way(server.process.pid, FRONT_NICE)
    for worker in server.worker_pids():
        _give_way(worker, WORKER_NICE)
    return server


def _give_way(pid: int, nice: int) -> None:
    with contextlib.suppress(OSError):  # a thread may end meanwhile
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), nice)


def _let_next_give_way(server: Server, old: int) -> None:
    """Wait for the worker that is started instead of a killed one."""
    wait_until(lambda: set(server.worker_pids()) - {old}, AT_WORK_TIMEOUT_S, "a new worker")
    for worker in server.worker_pids():
        _give_way(worker, WORKER_NICE)


def measure_kill(farm: Farm, rounds: int) -> int:
    """Kill servers in turns, each as soon as it is at work; another one takes its place."""
    count = len(farm.servers)
    since_s = [0.0] * count
    starting: list[threading.Thread | None] = [None] * count
    delays: list[float] = []
    until_s = time.monotonic() + KILL_LIMIT_S
    for number in range(rounds):
        if time.monotonic() > until_s:
            break
        index = number % count
        thread = starting[index]
        if thread is not None:
            thread.join()
        farm.wait_for_work(index, since_s[index])
        hurt_at_s = time.monotonic()
        farm.servers[index].send_signal(signal.SIGKILL)
        delay_s, told = farm.incident(index, hurt_at_s)
        if told["buckets_given_back"]:
            delays.append(delay_s)
        since_s[index] = time.monotonic()
        starting[index] = _start_again(farm, index)
    for thread in starting:
        if thread is not None:
            thread.join()
    return _tell("SIGKILL of a server to its buckets requeued", delays, 99, KILL_P99_S)


def _start_again(farm: Farm, index: int) -> threading.Thread:
    old = farm.servers[index]

    def start() -> None:
        old.stop()
        farm.servers[index] = _start(old.name, "--port", str(old.port))

    thread = threading.Thread(target=start)
    thread.start()
    return thread


def measure_crash(farm: Farm, rounds: int) -> int:
    """Kill workers in turns; those that are started instead give way like the first ones."""
    delays = []
    since_s = [0.0] * len(farm.servers)
    until_s = time.monotonic() + KILL_LIMIT_S
    for number in range(rounds):
        if time.monotonic() > until_s:
            break
        index = number % len(farm.servers)
        server = farm.servers[index]
        farm.wait_for_work(index, since_s[index])
        (worker,) = server.worker_pids()
        hurt_at_s = time.monotonic()
        os.kill(worker, signal.SIGKILL)
        delays.append(farm.incident(index, hurt_at_s)[0])
        since_s[index] = time.monotonic()
        _let_next_give_way(server, worker)
    return _tell("SIGKILL of a worker to its bucket requeued", delays, 99, CRASH_S)


def measure_silent(farm: Farm, rounds: int) -> int:
    """Stop a server, and let it go on when it was given up."""
    delays = []
    since_s = [0.0] * len(farm.servers)
    for number in range(rounds):
        index = number % len(farm.servers)
        farm.wait_for_work(index, since_s[index])
        hurt_at_s = time.monotonic()
        farm.servers[index].send_signal(signal.SIGSTOP)
        delays.append(farm.incident(index, hurt_at_s)[0])
        farm.servers[index].send_signal(signal.SIGCONT)
        since_s[index] = time.monotonic()
    return _tell("SIGSTOP of a server to its buckets requeued", delays, 100, SILENT_S)


def measure_hung(farm: Farm, _rounds: int) -> int:
    """Stop all workers at once, half a second apart; their servers live."""
    hurt_at_s = []
    for index, server in enumerate(farm.servers):
        farm.wait_for_work(index, 0.0)
        (worker,) = server.worker_pids()
        hurt_at_s.append(time.monotonic())
        os.kill(worker, signal.SIGSTOP)
        time.sleep(0.5)
    delays = [farm.incident(index, at_s)[0] for index, at_s in enumerate(hurt_at_s)]
    return _tell("SIGSTOP of a worker to its bucket requeued", delays, 100, HUNG_S)


def _tell(what: str, delays: list[float], percent: float, bar_s: float) -> int:
    """Print a row; 1 when the bar is missed."""
    p50, judged, worst = (percentile(delays, p) for p in (50, percent, 100))
    word = "ok" if judged <= bar_s else "MISSED"
    print(
        f"| {what} | {len(delays)} | {p50:.3f} s | {percentile(delays, 99):.3f} s | {worst:.3f} s "
        f"| p{percent} <= {bar_s} s | {word} |",
        flush=True,
    )
    print("slowest: " + ", ".join(f"{x:.3f}" for x in sorted(delays)[-5:]), file=sys.stderr)
    return judged > bar_s


#: Name: function, servers, rounds, samples of a pixel.
PARTS = {
    "kill": (measure_kill, 6, 110, SHORT_BUCKETS),
    "crash": (measure_crash, 4, 110, SHORT_BUCKETS),
    "silent": (measure_silent, 3, 6, SAMPLES),
    "hung": (measure_hung, 3, 3, SHORT_SAMPLES),
}


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="detection", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--rounds", type=int, default=0, help="instead of each part's own number")
    options = parser.parse_args(arguments)
    unwind_on_sigterm()
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    missed = 0
    print("| what | times | median | p99 | worst | bar | |\n| --- " + "| --- " * 6 + "|")
    for name in options.parts or PARTS:
        measure, servers, rounds, samples = PARTS[name]
        with tempfile.TemporaryDirectory() as folder:
            os.environ[HOME_VARIABLE] = folder
            farm = Farm(servers, Path(folder), samples)
            try:
                missed += measure(farm, options.rounds or rounds)
            finally:
                farm.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
