"""Does the window stay smooth? `python -m tests.benchmarks.smooth` (offscreen by default).

The real window on a made-up session: a frame of 7680 x 4320 into which 200 buckets a second
arrive, a list of 1,000 servers of which every row changes ten times a second; then zooming and
panning over it, frame by frame. Judged: how long the event loop is held up, the frames a second
while zooming and panning, and the memory that the frame takes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QPointF, Qt, QTimer

from app.values.session_types import BucketInFlight, DistributedSettings, ServerEntry, ServerState
from tests.benchmarks import profiling
from tests.benchmarks.lag import LagProbe

WIDTH, HEIGHT = 7680, 4320
BUCKETS_PER_S, ROWS_PER_S = 200, 10
#: A session brings rows some at a time (`app.session.server_links`) and buckets one by one.
BUCKET_MS, ROWS_MS = 5, 5
#: Bars of the project.
P99_S, WORST_S, FRAMES_PER_S, FILM_FACTOR = 0.016, 0.05, 50.0, 2.5


class Load(QObject):
    """Lets buckets and rows arrive at their pace."""

    def __init__(self, session: Any, uids: list[str], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._uids = session, uids
        self._unit = 0
        self.buckets = self.rows = 0
        self._round = self._next_row = 0
        # Noise: equal pixels would be too easy for caches.
        chance = np.random.default_rng(1)
        self._pixels = chance.random((64, 64, 4), dtype=np.float32)
        self._timers = [self._every(BUCKET_MS, self._bring), self._every(ROWS_MS, self._change)]

    def start(self, *, buckets: bool, rows: bool) -> None:
        """Begin, or end, to bring."""
        for timer, on in zip(self._timers, (buckets, rows), strict=True):
            timer.start() if on else timer.stop()

    def _every(self, interval_ms: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _bring(self) -> None:
        regions = self._session.job.regions
        region = regions[self._unit % len(regions)]
        uid = self._uids[self._unit % len(self._uids)]
        bucket = BucketInFlight(self._unit % len(regions), region, uid)
        self._session.bucket_leased.emit(bucket)
        pixels = self._pixels[: region.height, : region.width]
        self._session.film.put(region, pixels)
        self._session.bucket_finished.emit(bucket, pixels)
        self._unit += 1
        self.buckets += 1
        if self._unit % 20 == 0:
            self._session.progress(self._unit, servers=len(self._uids))

    def _change(self) -> None:
        count = len(self._uids) * ROWS_PER_S * ROWS_MS // 1000
        for _ in range(count):
            number = self._next_row % len(self._uids)
            self._round += number == 0
            uid = self._uids[number]
            self._next_row += 1
            self._session.set_state(
                uid,
                ServerState.RENDERING,
                leases=1 + (number + self._round) % 3,
                buckets_done=self._round,
                samples_per_s=1e6 + number,
                threads=16,
            )
        self.rows += count


class Meter:
    """Runs the event loop and tells how it was held up."""

    def __init__(self, window: Any, load: Load) -> None:
        self._window, self._load = window, load
        self._probe = LagProbe(window)
        self.missed = 0

    def run(self, name: str, seconds: float, moves: Any = None) -> None:
        """Measure for so long; `moves` is called for every frame that is painted."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        mover = QTimer()
        frames = [0]
        if moves is not None:

            def move() -> None:
                moves(frames[0])
                self._window.frame_buffer.repaint()
                frames[0] += 1

            mover.timeout.connect(move)
            mover.start()
        before = self._load.buckets, self._load.rows, time.process_time()
        self._probe.start()
        loop.exec()
        self._probe.stop()
        mover.stop()
        p99, worst = self._probe.percentile(99), self._probe.worst_s
        rates = (self._load.buckets - before[0]) / seconds, (self._load.rows - before[1]) / seconds
        core = (time.process_time() - before[2]) / seconds
        told = f"{rates[0]:.0f} | {rates[1]:.0f} | {core:.0%} | {1e3 * p99:.1f} | {1e3 * worst:.1f}"
        if moves is None:
            word = "ok" if p99 <= P99_S and worst <= WORST_S else "MISSED"
        else:
            told += f" | {frames[0] / seconds:.0f}"
            word = "ok" if frames[0] / seconds >= FRAMES_PER_S else "MISSED"
        self.missed += word == "MISSED"
        print(f"| {name} | {told}{' | ' if moves is None else ''} | {word} |", flush=True)


def _rss_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (value,) = (line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(value) * 1024


def measure(folder: Path, servers: int, seconds: float) -> int:
    """Open the window, load it, tell rows; returns the number of bars missed."""
    from app.servers.server_file import save_server_list
    from app.servers.server_list import ServerList
    from app.window.window import MainWindow
    from app.window.window_program import make_application
    from tests.app.fake_session import FakeSession, FakeWorld

    make_application()
    world = FakeWorld(folder)
    uids = [f"{number:032x}" for number in range(servers)]
    entries = [ServerEntry(uid, f"studio-{n}") for n, uid in enumerate(uids)]
    listed = ServerList(entries, DistributedSettings(use_local=False))
    save_server_list(world.paths.servers, listed)
    session: Any = FakeSession()
    window = MainWindow(session, world.services(), world.paths)
    window.resize(1920, 1080)
    window.show()
    window.start()
    _spin(0.5)
    panel = window.settings_panel
    panel.set_options(replace(panel.options, width=WIDTH, height=HEIGHT))
    before = _rss_bytes()
    window.start_render()
    started_s = time.perf_counter()
    session.begin()
    begin_ms = 1e3 * (time.perf_counter() - started_s)
    load = Load(session, uids, window)
    meter = Meter(window, load)
    print("| what | buckets/s | rows/s | of a core | p99, ms | worst, ms | frames/s | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    meter.run("nothing: this machine's own noise", seconds)
    load.start(buckets=True, rows=False)
    meter.run("200 buckets a second", seconds)
    load.start(buckets=False, rows=True)
    meter.run(f"{servers:,} rows, ten times a second", seconds)
    load.start(buckets=True, rows=True)
    meter.run("both", seconds)
    view = window.frame_buffer
    middle = QPointF(view.width() / 2, view.height() / 2)
    meter.run(
        "both, zooming", seconds, lambda n: view.zoom_by(1.05 if n // 60 % 2 else 0.95, middle)
    )
    view.actual_size()
    meter.run("both, panning at 1 : 1", seconds, lambda n: view.pan_by(-9 if n // 90 % 2 else 9, 3))
    film_bytes = session.film.pixels.nbytes
    session.film.pixels[:] = 0.5  # its pages count from the first touch on
    factor = (_rss_bytes() - before) / film_bytes
    print(f"| once, when the frame begins | | | | | {begin_ms:.1f} | | |")
    word = "ok" if factor <= FILM_FACTOR else "MISSED"
    print(
        f"| memory over the film's {film_bytes / 1e6:.0f} MB | {factor:.2f} x | | | | | | {word} |"
    )
    load.start(buckets=False, rows=False)
    window.close_now()
    return meter.missed + (factor > FILM_FACTOR)


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="smooth", description=__doc__)
    parser.add_argument("--servers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each row")
    parser.add_argument("--profile", type=Path, help="write a profile here")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        call = partial(measure, Path(name), options.servers, options.seconds)
        return 1 if profiling.run(call, options.profile) else 0


if __name__ == "__main__":
    sys.exit(main())
