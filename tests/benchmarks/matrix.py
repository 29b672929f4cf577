"""The promise as a table: the frame's hash over servers, buckets, orders and faults.

    python -m tests.benchmarks.matrix [SCENE] [--width 320] [--height 180] [--samples 64]

Real processes on loopback; every row must have the hash of `--in-process`. Exit status 1 if one
differs. Takes about four minutes on two cores.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from app.commands.render import ORDERS
from app.demo import demo_scene
from tests.end_to_end.farm import Client, Server

Hurt = Callable[[Client, Sequence[Server]], None]


class Matrix:
    """Renders one frame again and again, and compares hashes."""

    def __init__(self, scene: Path, options: list[str]) -> None:
        self._scene = scene
        self._options = options
        self._folder = Path(tempfile.mkdtemp(prefix="brigade-matrix-"))
        self._reference = ""
        self.differing = 0

    def row(
        self, name: str, servers: Sequence[Server], *options: str, hurt: Hurt | None = None
    ) -> None:
        """Render once, and print one line."""
        shared = [part for server in servers for part in ("--server", server.address)]
        if servers:
            shared.append("--no-local")
        report = self._folder / "report.json"
        client = Client(self._scene, report, *self._options, *shared, *options)
        with contextlib.ExitStack() as stack:
            stack.callback(client.stop)
            if hurt is not None:
                client.wait_for(lambda: len(client.events("bucket")) >= 4, "four buckets")
                hurt(client, servers)
            told = client.finish()
        digest = told["frame_sha256"]
        self._reference = self._reference or digest
        self.differing += digest != self._reference
        verdict = "equal" if digest == self._reference else "DIFFERS"
        lost = sum(incident["buckets_given_back"] for incident in told["incidents"])
        shares = " + ".join(str(server["buckets"]) for server in told["servers"])
        print(f"{name:34} {digest[:16]}  {verdict:8} {shares} buckets, {lost} given back")
        sys.stdout.flush()


def kill(_client: Client, servers: Sequence[Server]) -> None:
    """SIGKILL the last server."""
    servers[-1].process.kill()


def stop(_client: Client, servers: Sequence[Server]) -> None:
    """SIGSTOP the last server for good."""
    servers[-1].send_signal(signal.SIGSTOP)


def main() -> int:
    """Print the table; 1 when a hash differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", type=Path, default=demo_scene())
    parser.add_argument("--width", default="320")
    parser.add_argument("--height", default="180")
    parser.add_argument("--samples", default="64")
    arguments = parser.parse_args()
    os.environ.setdefault("BRIGADE_HOME", tempfile.mkdtemp(prefix="brigade-matrix-home-"))
    options = ["--width", arguments.width, "--height", arguments.height]
    matrix = Matrix(arguments.scene, [*options, "--samples", arguments.samples])
    matrix.row("in process", [], "--in-process")
    matrix.row("this computer's local server", [])
    with contextlib.ExitStack() as stack:

        def start(name: str) -> Server:
            server = Server(name)
            stack.callback(server.stop)
            return server

        one, two, three = start("one"), start("two"), start("three")
        matrix.row("1 server", [one])
        matrix.row("3 servers", [one, two, three])
        for size in ("16", "64", "200"):
            matrix.row(f"bucket size {size}", [one, two, three], "--bucket-size", size)
        for order in ORDERS:
            matrix.row(f"order {order}", [one, two, three], "--order", order)
        small = ("--bucket-size", "32")
        matrix.row("a server killed", [one, two, three], *small, hurt=kill)
        matrix.row("a server stopped", [one, two], *small, hurt=stop)
        late = start("late")
        late.stop()  # its port is in the client's list, and nobody is there yet

        def join(_client: Client, _servers: Sequence[Server]) -> None:
            stack.callback(Server("late", 1, "--port", str(late.port)).stop)

        matrix.row("a server joined half-way", [one, late], *small, hurt=join)
    return 1 if matrix.differing else 0


if __name__ == "__main__":
    sys.exit(main())
