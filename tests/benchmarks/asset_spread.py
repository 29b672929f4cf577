"""How a scene's files reach the servers: `python -m tests.benchmarks.asset_spread PART`.

`real`: so many server processes on loopback, a scene with one large file; how long until all have
it (and begin to open it) and how many bytes the client sent, with introductions and without.
`speed`: one server and 1 GB, in MB/s, and how long the client's event loop was kept.
`simulated`: 1,000 servers and 1 GB on links of 1 Gbit/s, with the rules that the client uses.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import struct
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.system.paths import HOME_VARIABLE, KERNELS_VARIABLE, config_dir, kernel_dir
from app.values.session_types import DistributedSettings, RenderRequest, ServerEntry, ServerState
from renderer.bucket_size import square
from renderer.settings import RenderSettings
from tests.benchmarks.asset_model import Farm
from tests.end_to_end.farm import Server

MB = 1_000_000
BEAT_MS = 5
#: A busy machine compiles and sends; nothing here takes as long.
LIMIT_S = 200.0


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen parts."""
    parser = argparse.ArgumentParser(prog="asset_spread", description=__doc__)
    parser.add_argument("parts", nargs="+", choices=["real", "speed", "simulated"])
    parser.add_argument("--servers", type=int, default=8)
    parser.add_argument("--mb", type=int, default=0, help="size of the large file")
    options = parser.parse_args(arguments)
    os.environ.setdefault(KERNELS_VARIABLE, str(kernel_dir()))
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        if "real" in options.parts:
            for introduce in (True, False):
                measure(Path(folder), options.servers, options.mb or 100, introduce)
        if "speed" in options.parts:
            measure(Path(folder), 1, options.mb or 1000, True)
        if "simulated" in options.parts:
            simulate()
    application.quit()
    return 0


def write_scene(folder: Path, megabytes: int) -> Path:
    """Write a triangle and a large buffer that it does not use."""
    positions = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    (folder / "small.bin").write_bytes(positions)
    with (folder / "large.bin").open("wb") as file:
        for i in range(megabytes):
            file.write(i.to_bytes(4, "little") * (MB // 4))
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 3,
                "type": "VEC3",
                "min": [0, 0, 0],
                "max": [1, 1, 0],
            }
        ],
        "bufferViews": [{"buffer": 0, "byteLength": len(positions)}],
        "buffers": [
            {"uri": "small.bin", "byteLength": len(positions)},
            {"uri": "large.bin", "byteLength": megabytes * MB},
        ],
    }
    scene = folder / "scene.gltf"
    scene.write_text(json.dumps(document))
    return scene


class Beat:
    """How late the event loop is, at worst, and how often over 16 ms."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self.late = 0
        self._last_s = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(BEAT_MS)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        late_s = now_s - self._last_s - BEAT_MS / 1000
        self.worst_s = max(self.worst_s, late_s)
        self.late += late_s > 0.016
        self._last_s = now_s


def measure(folder: Path, count: int, megabytes: int, introduce: bool) -> None:
    """Send a scene to fresh servers and print what it took."""
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        scene = write_scene(work, megabytes)
        servers = []
        for i in range(count):
            server = Server(f"s{i}", 1, "--cache-dir", str(work / f"cache{i}"))
            stack.callback(server.stop)
            servers.append(server)
        session = RenderSession(keyring=Keyring(config_dir()), client_name="spread")
        stack.callback(session.shutdown)
        if not introduce:
            session._links.realm = lambda uid: ""
        entries = [ServerEntry(s.name, "127.0.0.1", s.port, s.name) for s in servers]
        took_s, hashed_s, first_s, beat = run(session, entries, scene)
        sent = sum(session._links.bytes_of(entry.uid)[0] for entry in entries)
        size = megabytes * MB
        how = "introductions" if introduce else "client alone"
        print(
            f"{count} servers, {megabytes} MB, {how}: hashed in {hashed_s:.2f} s, "
            f"first has it in {first_s:.2f} s, all in {took_s:.2f} s "
            f"({count * size / took_s / MB:.0f} MB/s together); client sent {sent / size:.2f} x "
            f"the scene; event loop late at most {beat.worst_s * 1000:.0f} ms, "
            f"{beat.late} times over 16 ms",
            flush=True,
        )


def run(
    session: RenderSession, entries: list[ServerEntry], scene: Path
) -> tuple[float, float, float, Beat]:
    """Return seconds from the offer until all have the files, of hashing, until the first has."""
    ready: dict[str, float] = {}
    marks: dict[str, float] = {}

    def changed(status: object) -> None:
        if status.state in (ServerState.OPENING, ServerState.RENDERING):
            ready.setdefault(status.uid, time.perf_counter())

    session.server_changed.connect(changed)
    session.job_started.connect(lambda _job: marks.setdefault("offer", time.perf_counter()))
    session.job_failed.connect(lambda text: marks.setdefault(text, 0.0))
    session.set_servers(entries, DistributedSettings(use_local=False))
    spin(0.5)
    settings = RenderSettings(width=1024, height=1024, samples=1 << 16)
    beat = Beat()
    started_s = time.perf_counter()
    session.start(RenderRequest(scene, settings, bucket_size=square(64)))
    while len(ready) < len(entries):
        spin(0.01)
        if time.perf_counter() - started_s > LIMIT_S:
            raise SystemExit(f"only {len(ready)} servers have it after {LIMIT_S} s; {marks}")
    offer_s = marks["offer"]
    times = sorted(ready.values())
    return times[-1] - offer_s, offer_s - started_s, times[0] - offer_s, beat


def spin(seconds: float) -> None:
    """Run the event loop."""
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s:
        QCoreApplication.processEvents()
        time.sleep(0.0005)


def simulate() -> None:
    """Print the model's farms."""
    for count, loss in ((1, 0.0), (8, 0.0), (100, 0.0), (1000, 0.0), (1000, 0.1), (5000, 0.0)):
        for realm in ("network", ""):
            if count > 1000 and not realm:
                continue
            print(Farm(count, 1e9, realm=realm, broken=loss).run(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
