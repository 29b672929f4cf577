"""What hostile peers cost, over real sockets: `python -m tests.benchmarks.hostile`. Linux only.

Parts, each may be named alone: `silent` (1,000 connections that say nothing), `flood` (300 TLS
handshakes begun a second), `pushy` (strangers that push all they may), `server` (a logged-in client
pushes up to 1 GB of junk at a server that renders for another, and comes again when it is cut off),
`client` (a server pushes junk at a client that renders with another). Junk comes at the pace of
gigabit Ethernet.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from app.system.demo import demo_scene
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, config_dir, kernel_dir
from network.events import Received
from network.framing import encode_frame
from network.identity import load_identity
from network.keys import new_key, read_key_file, write_key_file
from network.limits import TLS_S
from network.messages import AssetChunk, AssetEntry, AssetRequest, Job, JobStatus, WorkRequest
from network.tls import TlsPipe, client_context
from tests.benchmarks.rogue_peer import SocketPeer, Strangers, accept, dial, login_seconds
from tests.end_to_end.farm import Client, Server

#: Bars of the project.
LOGIN_S, STRANGERS_BYTES, SERVER_BYTES, CLIENT_BYTES, RATE = (
    1.0,
    25 << 20,
    200 << 20,
    100 << 20,
    0.9,
)
JUNK_BYTES = 1 << 30
GIGABIT_BYTES_PER_S = 118e6
FRAME = ("--width", "480", "--height", "270", "--seed", "3", "--samples")
LOGINS = 20
#: Of the client that pushes, and how soon it comes again when it was cut off.
PUSHER, AGAIN_S = "127.0.0.2", 0.02


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="hostile", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--samples", type=int, default=96, help="of the honest frames")
    options = parser.parse_args(arguments)
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        key_file = Path(folder) / "farm.key"
        write_key_file(key_file, new_key())
        for name in options.parts or PARTS:
            missed += not PARTS[name](Path(folder), key_file, options.samples)
    return 1 if missed else 0


def judge(what: str, value: float, bar: float, unit: str, *, least: bool = False) -> bool:
    good = value >= bar if least else value <= bar
    sign = ">=" if least else "<="
    print(
        f"{'ok  ' if good else 'MISS'} {what}: {value:.3g} {unit} (bar {sign} {bar:.3g})",
        flush=True,
    )
    return good


# -- strangers --------------------------------------------------------------------------------


def measure_silent(_folder: Path, key_file: Path, _samples: int) -> bool:
    """1,000 connections that say nothing; each comes again as soon as its 2 s are over."""
    return _with_strangers("1,000 silent connections", key_file, b"", 1000, 1000 / TLS_S)


def measure_flood(_folder: Path, key_file: Path, _samples: int) -> bool:
    """300 TLS handshakes a second are begun and never ended."""
    return _with_strangers("300 handshakes a second", key_file, client_hello(), 10_000, 300.0)


def measure_pushy(_folder: Path, key_file: Path, _samples: int) -> bool:
    """Strangers fill every buffer that they can reach; their handshakes take all of a core."""
    pushed = client_hello() * 2000
    return _with_strangers("strangers that push", key_file, pushed, 1000, 1000.0, None)


def _with_strangers(
    what: str,
    key_file: Path,
    first: bytes,
    count: int,
    per_s: float,
    bar_s: float | None = LOGIN_S,
) -> bool:
    key = read_key_file(key_file)
    server = Server("honest", 1, "--key-file", str(key_file))
    try:
        address = ("127.0.0.1", server.port)
        quiet_s = [login_seconds(address, key) for _ in range(3)]
        assert None not in quiet_s, quiet_s
        before = memory(server.process.pid)
        with Peak(server.process.pid) as peak, Strangers(address, count, first, per_s) as crowd:
            time.sleep(2.0)
            times = []
            for _ in range(LOGINS):
                times.append(login_seconds(address, key))
                time.sleep(0.2)
        print(
            f"     {what}: {crowd.opened} opened, {crowd.held} held at once; honest logins "
            f"{_ms(statistics.median(t for t in times if t is not None))} ms in the middle, "
            f"{_ms(min(quiet_s))} ms without"
        )
    finally:
        server.stop()
    worst = max((10.0 if t is None else t) for t in times)
    slowest = f"{what}: slowest of {LOGINS} honest logins"
    good = True
    if bar_s is None:
        print(f"     {slowest}: {worst:.3g} s (no bar)")
    else:
        good = judge(slowest, worst, bar_s, "s")
    grown = peak.bytes - before
    return judge(f"{what}: server's memory", grown / 2**20, STRANGERS_BYTES >> 20, "MiB") and good


def client_hello() -> bytes:
    pipe = TlsPipe(client_context(), server_side=False)
    pipe.handshake()
    return pipe.data_to_send()


# -- a client that pushes ---------------------------------------------------------------------


def measure_server(folder: Path, key_file: Path, samples: int) -> bool:
    """A logged-in client pushes pieces of files that nobody asked for."""
    server = Server("honest", 1, "--key-file", str(key_file))
    try:
        address, key = ("127.0.0.1", server.port), read_key_file(key_file)
        options = ("--server", server.address, "--no-local", "--key-file", str(key_file))
        _frame(folder, "warm", samples, options)
        alone_s = _frame(folder, "alone", samples, options)
        before = memory(server.process.pid)
        # From another address, as another computer would; what it does is held against that one.
        piece = AssetChunk("0" * 32, "0" * 64, 0)
        junk = Pusher(lambda: dial(address, key, PUSHER), piece, 1 << 20)
        with Peak(server.process.pid) as peak, junk:
            beside_s = _frame(folder, "beside", samples, options)
        after_s = _frame(folder, "after", samples, options)
    finally:
        server.stop()
    print(
        f"     {junk.sent / 2**20:.0f} MiB pushed in {junk.took_s:.1f} s over {junk.links} "
        f"connections, {junk.tries} tried; frame {alone_s:.2f} s before, {beside_s:.2f} s beside, "
        f"{after_s:.2f} s after"
    )
    rate = (alone_s + after_s) / 2 / beside_s
    good = judge("server's memory beside 1 GB of junk", (peak.bytes - before) / 2**20,
                 SERVER_BYTES >> 20, "MiB")  # fmt: skip
    return judge("other client's rate", rate, RATE, "of before", least=True) and good


class Pusher:
    """Logs in and pushes one frame again and again, at a gigabit; logs in again when cut off."""

    def __init__(self, open_peer, message, payload_bytes: int) -> None:
        self._open, self._frame = open_peer, encode_frame(message, os.urandom(payload_bytes))
        self.sent = self.links = self.tries = 0
        self.took_s = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Pusher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _run(self) -> None:
        begun_s = time.monotonic()
        while self.sent < JUNK_BYTES and not self._over.is_set():
            self.tries += 1
            try:
                peer = self._open()
            except OSError:
                continue
            if peer.log_in(5.0):
                self.links += 1
                self._push(peer, begun_s)
            peer.close()
            self._over.wait(AGAIN_S)
        self.took_s = time.monotonic() - begun_s

    def _push(self, peer: SocketPeer, begun_s: float) -> None:
        while self.sent < JUNK_BYTES and not self._over.is_set():
            if not peer.push(self._frame):
                return
            self.sent += len(self._frame)
            while peer.read(0.001):
                pass  # pings are answered, so that it stays
            ahead_s = self.sent / GIGABIT_BYTES_PER_S - (time.monotonic() - begun_s)
            if ahead_s > 0:
                time.sleep(ahead_s)


# -- a server that pushes ---------------------------------------------------------------------


def measure_client(folder: Path, key_file: Path, samples: int) -> bool:
    """A server pushes news, asks for files without end and reads nothing."""
    server = Server("honest", 1, "--key-file", str(key_file))
    good = True
    try:
        honest = ("--server", server.address, "--no-local", "--key-file", str(key_file))
        _frame(folder, "warm", samples, honest)
        for kind in ("news", "files"):
            alone_s, alone_bytes = _frame_and_peak(folder, f"{kind}-alone", samples, honest)
            with RogueServer(read_key_file(key_file), kind) as rogue:
                both = (*honest, "--server", rogue.address)
                beside_s, beside_bytes = _frame_and_peak(folder, f"{kind}-beside", samples, both)
            print(
                f"     {kind}: {rogue.sent / 2**20:.0f} MiB over {rogue.links} connections; "
                f"frame {alone_s:.2f} s alone, {beside_s:.2f} s beside"
            )
            grown = (beside_bytes - alone_bytes) / 2**20
            good &= judge(f"{kind}: client's memory", grown, CLIENT_BYTES >> 20, "MiB")
            good &= judge(f"{kind}: other server's rate", alone_s / beside_s, RATE,
                          "of alone", least=True)  # fmt: skip
    finally:
        server.stop()
    return good


class RogueServer:
    """Lets a client log in and then floods it, again and again."""

    def __init__(self, key: bytes, kind: str) -> None:
        self._key, self._kind = key, kind
        self._identity = load_identity(config_dir() / "rogue")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self.sent = self.links = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> RogueServer:
        self._listener.settimeout(0.5)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)
        self._listener.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                peer = accept(self._listener, self._key, self._identity)
            except OSError:
                continue
            self.links += 1
            if peer.log_in(5.0):
                self._flood(peer)
            peer.close()

    def _flood(self, peer: SocketPeer) -> None:
        job = peer.wait_for(Job, 20.0)
        if not isinstance(job, Job):
            return
        begun_s, sent = time.monotonic(), 0
        if self._kind == "news":
            one = encode_frame(JobStatus(job.job, "opening", 0.5, "x" * 2000))
            one += encode_frame(WorkRequest(job.job, 1024))
            one += encode_frame(JobStatus(job.job, "syncing", 0.5, "y" * 2000))
        else:
            digest = scene_digest(peer, job)
            one = encode_frame(AssetRequest(job.job, digest, 0, 1 << 20))
        frames = one * (1 + (1 << 16) // len(one))
        while self.sent < JUNK_BYTES and not self._over.is_set() and peer.push(frames):
            sent += len(frames)
            self.sent += len(frames)
            if self._kind == "news":
                while peer.read(0.001):
                    pass
            ahead_s = sent / GIGABIT_BYTES_PER_S - (time.monotonic() - begun_s)
            if ahead_s > 0:
                time.sleep(ahead_s)


def scene_digest(peer: SocketPeer, job: Job) -> str:
    """Return the digest of the job's first file."""
    payload = next(
        event.payload
        for event in peer.events
        if isinstance(event, Received) and event.message == job
    )
    return msgspec.msgpack.decode(payload, type=list[AssetEntry])[0].digest


# -- measuring --------------------------------------------------------------------------------


def _frame(folder: Path, name: str, samples: int, options: tuple[str, ...]) -> float:
    return _frame_and_peak(folder, name, samples, options)[0]


def _frame_and_peak(
    folder: Path, name: str, samples: int, options: tuple[str, ...]
) -> tuple[float, int]:
    """Render a frame; return its wall time by the report and the client's largest memory."""
    client = Client(demo_scene(), folder / f"{name}.json", *FRAME, str(samples), *options)
    try:
        with Peak(client.process.pid) as peak:
            report = client.finish()
    finally:
        client.stop()
    return float(report["wall_s"]), peak.bytes


def memory(pid: int) -> int:
    """Return what a process holds in memory now, 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Peak:
    """The most memory that a process held while this was open, looked at 50 times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.bytes = memory(pid)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.bytes = max(self.bytes, memory(self._pid))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


PARTS = {
    "silent": measure_silent,
    "flood": measure_flood,
    "pushy": measure_pushy,
    "server": measure_server,
    "client": measure_client,
}

if __name__ == "__main__":
    sys.exit(main())
