"""Where the time goes: `python -m tests.benchmarks.shares [SCENE[,ENV] ...]`, with Linux `perf`.

Renders with one thread, opening and compiling not counted, and prints each library's share of
the processor's time: Embree is the rays, code without a file is the kernels' (Numba's).
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from renderer.settings import RenderSettings
from tests.benchmarks.contenders import load_scenes
from tests.benchmarks.ours import Ours

HERTZ = 499  # no divisor of anything that ticks
SMALLEST_PERCENT = 0.5


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="shares", description=__doc__)
    parser.add_argument("scenes", nargs="*", help="SCENE.glb or SCENE.glb,SKY.hdr")
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--side", type=int, default=512, help="pixels")
    parser.add_argument("--samples", type=int, default=16, help="per pixel")
    options = parser.parse_args(arguments)
    side = options.side
    settings = RenderSettings(
        side, side, options.samples, max_depth=options.depth, roulette_depth=5
    )
    ours = Ours(1)
    print("| scene | share | where |\n| --- | --- | --- |")
    for name, scene in load_scenes(options.scenes, settings):
        ours.engine.open_scene(scene, settings)
        for percent, where in measure_shares(lambda: ours.render_open(settings)):
            print(f"| {name:22} | {percent:5.1f} % | {where} |", flush=True)
        ours.engine.close()
    return 0


def measure_shares(work: Callable[[], object]) -> list[tuple[float, str]]:
    """Return (percent, library) of the work in this process, the largest first.

    Raises:
        RuntimeError: the work was over before perf looked.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "perf.data")
        watch = ["perf", "record", "-q", "-F", str(HERTZ), "-p", str(os.getpid()), "-o", data]
        watcher = subprocess.Popen(watch, stderr=subprocess.DEVNULL)
        try:
            work()
        finally:
            watcher.send_signal(signal.SIGINT)
            watcher.wait()
        report = subprocess.run(
            ["perf", "report", "-i", data, "--sort", "dso", "--stdio"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.findall(r"^\s*([\d.]+)%\s+(\S+)", report, re.MULTILINE)
    if not found:
        raise RuntimeError("perf took no sample: let it run longer (--samples)")
    rows = [(float(percent), _name(where)) for percent, where in found]
    return [row for row in rows if row[0] >= SMALLEST_PERCENT]


def _name(library: str) -> str:
    if "embree" in library:
        return "rays (Embree)"
    if library.startswith(("[JIT]", "[unknown]", "//anon", "anon", "jit")):
        return "shading and sampling (kernels)"
    return library


if __name__ == "__main__":
    sys.exit(main())
