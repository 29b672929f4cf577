"""Many render servers in one process that render nothing: real sockets, TLS, protocol and cores.

    python -m tests.benchmarks.fake_servers --count 250 --key-file FILE [--seconds 5]

It prints the ports as one JSON line and ends when its stdin does. Each server is a `ServerCore`
behind a `QtListener`, as in `app.serving.server_front`; only worker and cache are made up: every
file is there, and a bucket takes `--seconds` (spread by a half, from a seed) and comes out grey.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import sys
import tempfile
import threading
import time
from collections import deque
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.system.software import software_version
from network import instructions as do
from network.connection import Closed, LoggedIn, ServerInfo
from network.identity import load_identity
from network.keys import read_key_file
from network.messages import Assign, Canary, Cancel, EndJob, Job, Message, Result, WorkerOpened
from network.qt_link import QtLink
from network.qt_listener import QtListener
from network.server_core import ServerCore
from network.tls import Identity
from renderer.canary import COMPONENTS, MEAN, SIDE_PX

ENGINE_CLASS = "fake"
CACHE_BYTES = 1 << 40
TICK_MS = 250
#: Results are looked after so often.
WORK_MS = 20
GREY = b"\0\0\0\x3f"  # float32 0.5


class FakeServer(QObject):
    """One server; its clock and its pace come from outside."""

    def __init__(self, number: int, key: bytes, identity: Identity, seconds: float) -> None:
        super().__init__()
        self._pace = random.Random(number)
        self._seconds = seconds
        info = ServerInfo(f"fake-{number}", software_version(), ENGINE_CLASS, 1, f"{number:016x}")
        self._listener = QtListener(key=key, identity=identity, info=info, parent=self)
        self._listener.peer_joined.connect(self._on_joined)
        self.port = self._listener.listen(("127.0.0.1",), 0)
        self._core = ServerCore(threads=1, cache_limit_bytes=CACHE_BYTES)
        self._links: dict[int, QtLink] = {}
        self._components = COMPONENTS
        self._next_client = 1
        self._units: deque[Assign] = deque()
        self._due_s = 0.0  # when the unit in hand is done
        self._perform(self._core.worker_ready(ENGINE_CLASS, time.monotonic()))
        picture = np.full((SIDE_PX, SIDE_PX, COMPONENTS), MEAN, "<f4").tobytes()
        self._perform(self._core.worker_message(Canary(ENGINE_CLASS), picture, time.monotonic()))

    def tick(self) -> None:
        """As a front does four times a second."""
        self._perform(self._core.tick(time.monotonic()))

    def work(self, now_s: float) -> None:
        """Deliver what is done by now."""
        while self._units and now_s >= self._due_s:
            unit = self._units.popleft()
            pixels = GREY * (unit.width * unit.height * self._components)
            result = Result(unit.job, unit.unit, unit.lease, self._seconds)
            self._begin_next(now_s)
            self._perform(self._core.worker_message(result, pixels, now_s))

    def close(self) -> None:
        """End all links and listen no more."""
        self._listener.close()
        for link in list(self._links.values()):
            link.close("shutdown", "the fake ends")

    def _begin_next(self, now_s: float) -> None:
        self._due_s = now_s + self._seconds * self._pace.uniform(0.5, 1.5)

    # -- clients ------------------------------------------------------------------------------

    def _on_joined(self, link: QtLink, event: LoggedIn) -> None:
        client, self._next_client = self._next_client, self._next_client + 1
        self._links[client] = link
        link.setParent(self)
        link.received.connect(partial(self._on_received, client))
        link.closed.connect(partial(self._on_closed, client))
        now_s = time.monotonic()
        self._perform(self._core.client_joined(client, event.client_name, now_s))

    def _on_received(self, client: int, message: Message, payload: bytes) -> None:
        if isinstance(message, Job):
            self._components = message.components
        self._perform(self._core.message(client, message, payload, time.monotonic()))

    def _on_closed(self, client: int, _event: Closed) -> None:
        link = self._links.pop(client, None)
        if link is not None:
            link.received.disconnect()
            link.closed.disconnect()
            link.deleteLater()
            self._perform(self._core.client_left(client, time.monotonic()))

    # -- what the core wants --------------------------------------------------------------------

    def _perform(self, orders: list[do.ServerInstruction]) -> None:
        for order in orders:
            if isinstance(order, do.SendTo) and order.client in self._links:
                self._links[order.client].send(order.message, order.payload)
            elif isinstance(order, do.CloseClient) and order.client in self._links:
                self._links[order.client].close(order.code, order.text)
            elif isinstance(order, do.FindAssets):
                found = self._core.assets_found(order.job, order.digests, time.monotonic())
                self._perform(found)
            elif isinstance(order, do.OpenWorkerJob):
                opened = WorkerOpened(order.job, "", "")
                self._perform(self._core.worker_message(opened, b"", time.monotonic()))
            elif isinstance(order, do.ToWorker):
                self._to_worker(order.message)

    def _to_worker(self, message: Message) -> None:
        if isinstance(message, Assign):
            if not self._units:
                self._begin_next(time.monotonic())
            self._units.append(message)
        elif isinstance(message, Cancel):
            self._units = deque(x for x in self._units if x.lease not in message.leases)
        elif isinstance(message, EndJob):
            self._units.clear()


class Fakes(QObject):
    """All servers of this process, with one clock; ends when stdin does."""

    cut = Signal()

    def __init__(self, servers: list[FakeServer]) -> None:
        super().__init__()
        self._servers = servers
        self._turns = [(index / len(servers), index) for index in range(len(servers))]
        self._started_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work)
        self._timer.start(WORK_MS)

    def watch_stdin(self) -> None:
        """Tell `cut` when stdin ends."""
        threading.Thread(target=self._wait, daemon=True).start()

    def close(self) -> None:
        """End all servers."""
        self._timer.stop()
        for server in self._servers:
            server.close()

    def _work(self) -> None:
        """Deliver, and tick those whose turn it is, spread over the time."""
        now_s = time.monotonic()
        for server in self._servers:
            server.work(now_s)
        beats = (now_s - self._started_s) * 1000 / TICK_MS
        while self._turns[0][0] <= beats:
            turn, index = heapq.heappop(self._turns)
            self._servers[index].tick()
            heapq.heappush(self._turns, (max(turn, beats - 1) + 1, index))

    def _wait(self) -> None:
        while sys.stdin.buffer.read(4096):
            pass
        self.cut.emit()


def main() -> int:
    """Listen, tell the ports, serve until the end of stdin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5.0, help="of a bucket")
    options = parser.parse_args()
    application = QCoreApplication(sys.argv[:1])
    key = read_key_file(options.key_file)
    with tempfile.TemporaryDirectory() as folder:
        identity = load_identity(folder)
        numbers = range(options.first, options.first + options.count)
        servers = [FakeServer(number, key, identity, options.seconds) for number in numbers]
        fakes = Fakes(servers)
        fakes.cut.connect(application.quit)
        fakes.watch_stdin()
        print(json.dumps([server.port for server in servers]), flush=True)
        return application.exec()


if __name__ == "__main__":
    sys.exit(main())
