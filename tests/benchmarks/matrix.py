"""The promise as a table: the frame's hash over numbers of servers and faults, real processes.

    python -m tests.benchmarks.matrix [SCENE] [--servers 1 2 5] [--only NAME ...] [--stop 60]

Every frame must have the hash of `--in-process`, and be complete. Exit status 1 if one differs.
Linux and macOS. Faults are in `tests.benchmarks.faults`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app.commands.render import ORDERS
from app.system.demo import benchmark_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, kernel_dir
from tests.benchmarks.faults import Fault, Row, all_faults
from tests.end_to_end.farm import Client, Server, unwind_on_sigterm
from tests.end_to_end.proxy import Proxy

CHAOS = ("hang:0.05", "drop:0.05", "slow:0.1", "corrupt:0.1", "crash:0.1")
#: Buckets that are done when the fault comes.
WARM_BUCKETS = 4


class Matrix:
    """Renders one frame again and again, and compares hashes."""

    def __init__(self, scene: Path, options: list[str], stop_s: float) -> None:
        self._scene = scene
        self._options = options
        self._stop_s = stop_s
        self._folder = Path(tempfile.mkdtemp(prefix="brigade-matrix-"))
        self._stack = contextlib.ExitStack()
        self._spare: list[Server] = []  # honest and unhurt
        self._names = 0
        self._reference = ""
        self.frames = 0
        self.differing: list[str] = []

    def close(self) -> None:
        """End all processes."""
        self._stack.close()

    def plain(self, name: str, *options: str) -> None:
        """Render once without a server of ours, and print one line; the first is the truth."""
        started_s = time.monotonic()
        with contextlib.ExitStack() as stack:
            client = Client(self._scene, self._folder / "r.json", *self._options, *options)
            stack.callback(client.stop)
            told = client.finish()
        self._reference = self._reference or told["frame_sha256"]
        self._tell(name, told, time.monotonic() - started_s)

    def row(self, fault: Fault, count: int) -> None:
        """Render once over so many servers, hurt the last one, and print one line."""
        name = f"{count} server{'s' * (count > 1)}, {fault.name}"
        if count < fault.least[0]:
            print(f"{name:34} {'-':16}  skipped: {fault.least[1]}", flush=True)
            return
        started_s = time.monotonic()
        with contextlib.ExitStack() as stack:
            row = self._prepare(fault, count, stack)
            try:
                told = self._render(row, fault)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                self._fail(name, str(error))
                return
            finally:
                self._keep(row, fault)
        self._tell(name, told, time.monotonic() - started_s)

    # -- inside -------------------------------------------------------------------------------

    def _prepare(self, fault: Fault, count: int, stack: contextlib.ExitStack) -> Row:
        servers = [self._take() for _ in range(count - fault.spoils)]
        if fault.spoils:
            servers.append(self._start(*fault.server, module=fault.module))
        if fault.late:
            servers[-1].stop()  # its port is in the client's list, and nobody is there yet
        proxy = stack.enter_context(Proxy(servers[-1].port)) if fault.proxied else None
        places = [server.address for server in servers]
        if proxy is not None:
            places[-1] = proxy.address
        shared = [part for place in places for part in ("--server", place)]
        options = [*self._options, *shared, "--no-local", *fault.client]

        def begin(*more: str) -> Client:
            client = Client(self._scene, self._folder / "r.json", *options, *more)
            stack.callback(client.stop)
            return client

        return Row(servers, proxy, self._stop_s, self._stack, begin)

    def _render(self, row: Row, fault: Fault) -> dict:
        client = row.client = row.begin()
        if fault.hurt is not None:
            if not (fault.late and len(row.servers) == 1):
                client.wait_for(lambda: len(client.events("bucket")) >= WARM_BUCKETS, "buckets")
            fault.hurt(row)
        return row.client.finish()

    def _take(self) -> Server:
        return self._spare.pop() if self._spare else self._start()

    def _start(self, *options: str, module: str = "app.cli") -> Server:
        self._names += 1
        server = Server(f"server-{self._names}", 1, *options, module=module)
        self._stack.callback(server.stop)
        return server

    def _keep(self, row: Row, fault: Fault) -> None:
        """Use the unhurt servers again."""
        for server in row.servers:
            if server.process.poll() is None and not (fault.spoils and server is row.last):
                self._spare.append(server)
            else:
                server.stop()

    def _tell(self, name: str, told: dict, took_s: float) -> None:
        digest = told["frame_sha256"]
        right = digest == self._reference and told["complete"]
        lost = sum(incident["buckets_given_back"] for incident in told["incidents"])
        shares = " + ".join(str(server["buckets"]) for server in told["servers"])
        text = f"{shares} buckets, {lost} given back, {took_s:.0f} s"
        if not right:
            self._fail(name, f"{digest[:16]}, complete: {told['complete']}, {told['incidents']}")
            return
        self.frames += 1
        print(f"{name:34} {digest[:16]}  equal    {text}", flush=True)

    def _fail(self, name: str, text: str) -> None:
        self.frames += 1
        self.differing.append(name)
        print(f"{name:34} {'WRONG':16}  {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a hash differs."""
    options = _parse(arguments)
    unwind_on_sigterm()
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    os.environ[HOME_VARIABLE] = tempfile.mkdtemp(prefix="brigade-matrix-home-")
    size = ["--width", options.width, "--height", options.height, "--samples", options.samples]
    matrix = Matrix(options.scene, size, options.stop)
    faults = [x for x in all_faults(CHAOS) if not options.only or x.name in options.only]
    try:
        matrix.plain("in process", "--in-process")
        if not options.only:
            matrix.plain("this computer's local server")
            for order in ORDERS:
                matrix.plain(f"local server, order {order}", "--order", order)
        for count in options.servers:
            for fault in faults:
                matrix.row(fault, count)
    finally:
        matrix.close()
    print(f"{matrix.frames} frames, {len(matrix.differing)} wrong {matrix.differing or ''}")
    return 1 if matrix.differing else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="matrix", description=__doc__)
    parser.add_argument("scene", nargs="?", type=Path, default=benchmark_scene())
    parser.add_argument("--width", default="240")
    parser.add_argument("--height", default="136")
    parser.add_argument("--samples", default="768")
    parser.add_argument("--servers", type=int, nargs="+", default=[1, 2, 5])
    parser.add_argument("--only", nargs="+", default=[], help="names of faults")
    parser.add_argument("--stop", type=float, default=60.0, help="seconds of SIGSTOP")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
