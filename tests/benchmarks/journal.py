"""What the journal of a large frame costs: processor time, memory, and the event loop's time.

    python -m tests.benchmarks.journal                       # 8K, 16 floats per pixel
    python -m tests.benchmarks.journal --rate 400            # buckets a second, as they may arrive

A film is filled bucket by bucket, once without a journal and once with one on a real disk; nothing
is rendered, so that what is measured is the journal. What it adds is given as a share of the
time that rendering the frame would take at `--samples` samples and `--speed` samples a second.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from app.frames.frame_journal import FrameJournal
from app.frames.journal_file import create_journal, new_journal_id, open_journal
from app.frames.journal_format import Encoder, JournalServer, Piece
from app.frames.journal_pins import Pins
from renderer.bucket_size import parse_bucket_size, square
from renderer.buckets import BucketOrder, Region, make_buckets
from renderer.film import Film

SERVER = JournalServer(1, "a", "studio-1", "10.0.0.1:20727", "tracer 1")


@dataclass
class Measured:
    """Of one filled film; seconds, bytes.

    Attributes:
        cpu_s: of the process, all threads.
        slowest_s: the longest that the event loop was kept by one bucket.
        grown: resident memory added while it was filled, the film's own not counted.
        behind_s: from the last bucket until all was on the disk.
    """

    cpu_s: float
    slowest_s: float
    grown: int
    behind_s: float


def resident_bytes() -> int:
    """Return what the process has in memory now; pages of mapped files not counted."""
    fields = Path("/proc/self/statm").read_text().split()
    return (int(fields[1]) - int(fields[2])) * resource.getpagesize()


def fill(
    film: Film, regions: tuple[Region, ...], rate: float, put: Callable[[Piece], None]
) -> Measured:
    """Put a bucket's pixels everywhere, as if they arrived."""
    noise = np.random.default_rng(1).random((256, 256, film.components), np.float32)
    film.pixels.fill(0.0)
    before, began_s, cpu_s = resident_bytes(), time.monotonic(), time.process_time()
    slowest_s, most = 0.0, 0
    for index, region in enumerate(regions):
        start_s = time.perf_counter()
        film.put(region, noise[: region.height, : region.width])
        put(Piece(region, 1, region.pixels * 64, 1.0, index * 0.01))
        slowest_s = max(slowest_s, time.perf_counter() - start_s)
        if index % 64 == 0:
            most = max(most, resident_bytes() - before)
        if rate > 0.0:
            time.sleep(max(0.0, began_s + (index + 1) / rate - time.monotonic()))
    return Measured(time.process_time() - cpu_s, slowest_s, most, 0.0)


def measure(film: Film, regions: tuple[Region, ...], rate: float, path: Path) -> Measured:
    """Fill the film with a journal at `path`."""
    pins = Pins(
        software="1", engine="tracer", scene="a.glb", settings=msgspec.Raw(b"{}"),
        width=film.width, height=film.height, components=film.components, assets=(),
    )  # fmt: skip
    journal = FrameJournal(path, pins)
    journal.write(Encoder(new_journal_id()), lambda: create_journal(path), film, print)
    cpu_s = time.process_time()
    measured = fill(film, regions, rate, lambda piece: journal.put(SERVER, piece))
    ended_s = time.monotonic()
    journal.end(remove=False)
    while not journal.join():
        pass
    measured.behind_s = time.monotonic() - ended_s
    measured.cpu_s = time.process_time() - cpu_s
    return measured


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=7680)
    parser.add_argument("--height", type=int, default=4320)
    parser.add_argument("--components", type=int, default=16)
    parser.add_argument("--bucket-size", type=parse_bucket_size, default=square(64))
    parser.add_argument("--rate", type=float, default=0.0, help="buckets a second; 0: at once")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--speed", type=float, default=3e6, help="samples a second of the farm")
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    film = Film(chosen.width, chosen.height, chosen.components)
    size = chosen.width, chosen.height, chosen.bucket_size
    regions = make_buckets(*size, BucketOrder.SPIRAL)
    film.pixels.fill(0.0)  # its pages are there before anything is measured
    plain = fill(film, regions, chosen.rate, lambda _piece: None)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        path = Path(folder) / "frame.exr.journal"
        kept = measure(film, regions, chosen.rate, path)
        start_s = time.perf_counter()
        journal = open_journal(path)
        again = Film(chosen.width, chosen.height, chosen.components)
        pieces = journal.load(journal.replay(), again)
        read_s = time.perf_counter() - start_s
        same = np.array_equal(again.pixels, film.pixels)
        written = path.stat().st_size
        journal.close()
    frame_s = chosen.width * chosen.height * chosen.samples / chosen.speed
    added_s = kept.cpu_s - plain.cpu_s
    print(
        f"{len(regions)} buckets, journal of {written / 1e6:.0f} MB: {added_s:.2f} s of processor "
        f"time more, {added_s / frame_s:.2%} of the {frame_s:.0f} s that the frame takes"
    )
    print(
        f"slowest bucket on the event loop {plain.slowest_s * 1e3:.2f} ms without, "
        f"{kept.slowest_s * 1e3:.2f} ms with it; memory +{kept.grown / 1e6:.0f} MB at most, "
        f"+{plain.grown / 1e6:.0f} MB without; behind by {kept.behind_s:.2f} s at the end"
    )
    print(
        f"resumed: {len(pieces)} pieces read in {read_s:.2f} s, {'equal' if same else 'DIFFERENT'}"
    )
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
