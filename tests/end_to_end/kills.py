"""Kills `brigade render` again and again, at any moment, and resumes it: the frame must not differ.

    python -m tests.end_to_end.kills --kills 200
    python -m tests.end_to_end.kills --kills 6 --in-process --seed 4

Every run is killed (SIGKILL, on Windows TerminateProcess) at a random time after its journal has
grown, one in ten at any time before; the last one of a frame is left to finish. Says how many
kills left pixels in a journal, and whether any were lost.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.frames.journal_file import journal_beside, open_journal
from app.frames.journal_format import JournalError
from app.headless.report_text import read_report
from app.system.demo import benchmark_scene
from tests.end_to_end.farm import FRAME_TIMEOUT_S, Server, command, environment

#: Some three seconds of work, so that a frame takes several kills.
FRAME = ["--width", "160", "--height", "96", "--samples", "96", "--bucket-size", "16"]
#: Most seconds of rendering until a kill, and from the start of those that are killed early.
LONGEST_S = 2.0
EARLY = 0.1
POLL_S = 0.01
#: So often a frame is killed before it may finish.
KILLS_PER_FRAME = 8


@dataclass
class Outcome:
    """What happened to all frames.

    Attributes:
        shares: of the frame that each journal held after a kill.
        lost: pieces that a journal had held before a kill and not after it.
        left_over: journals that are there although their frame was finished.
    """

    kills: int = 0
    frames: int = 0
    different: int = 0
    unreadable: int = 0
    lost: int = 0
    left_over: int = 0
    shares: list[float] = field(default_factory=list)


class Frame:
    """One frame that is killed until it may finish."""

    def __init__(self, folder: Path, options: list[str]) -> None:
        self.output = folder / "frame.exr"
        self.report = folder / "frame.json"
        self.journal = journal_beside(self.output)
        self._options = options

    def start(self) -> subprocess.Popen[bytes]:
        arguments = ["render", str(benchmark_scene()), "-o", str(self.output), "--quiet"]
        arguments += ["--report", str(self.report), "--resume", *FRAME, *self._options]
        return subprocess.Popen(command(*arguments), env=environment())

    def is_finished(self) -> bool:
        """Whether the program came to its end: the journal goes when all else is written."""
        written = self.output.exists() and self.report.exists()
        return written and not self.journal.exists()

    def pieces(self) -> set | None:
        """Regions that the journal holds; None: it has no header yet, or is gone."""
        try:
            journal = open_journal(self.journal)
        except FileNotFoundError:
            return None
        try:
            return {piece.region for piece in journal.replay().pieces}
        except JournalError:
            return None
        finally:
            journal.close()


def wait_for_growth(process: subprocess.Popen[bytes], journal: Path) -> None:
    """Return when something was written to a journal, or the process has ended."""
    before = journal.stat().st_size if journal.exists() else 0
    while process.poll() is None:
        try:
            if journal.stat().st_size > before:
                return
        except FileNotFoundError:
            pass
        time.sleep(POLL_S)


def kill_frame(frame: Frame, rng: random.Random, kills: int, outcome: Outcome) -> None:
    """Kill a frame so often, then let it finish."""
    before: set = set()
    for _ in range(kills):
        process = frame.start()
        if rng.random() >= EARLY:
            wait_for_growth(process, frame.journal)
        try:
            process.wait(rng.random() * LONGEST_S)
            break  # it was quicker
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        outcome.kills += 1
        after = frame.pieces()
        if after is None and before:
            outcome.unreadable += frame.journal.exists()
            after = set()
        after = after or set()
        outcome.lost += len(before - after) if frame.journal.exists() else 0
        outcome.shares.append(sum(region.pixels for region in after) / (160 * 96))
        before = after


def run(kills: int, seed: int, options: list[str], reference: str, limit_s: float) -> Outcome:
    """Kill frames until there were so many kills, or the time is over."""
    rng = random.Random(seed)
    outcome = Outcome()
    began_s = time.monotonic()
    while outcome.kills < kills and time.monotonic() < began_s + limit_s:
        with tempfile.TemporaryDirectory() as folder:
            frame = Frame(Path(folder), options)
            most = min(rng.randint(1, KILLS_PER_FRAME), kills - outcome.kills)
            kill_frame(frame, rng, most, outcome)
            if not frame.is_finished():
                status = frame.start().wait(FRAME_TIMEOUT_S)
                if status != 0:
                    raise SystemExit(f"a resumed frame ended with status {status}")
            outcome.frames += 1
            outcome.different += read_report(frame.report).frame_sha256 != reference
            outcome.left_over += frame.journal.exists()
            print(f"{outcome.kills} kills, {outcome.frames} frames", file=sys.stderr, flush=True)
    return outcome


def render_reference(folder: Path) -> str:
    """Return the hash of the frame that nobody interrupts."""
    report = folder / "reference.json"
    arguments = ["render", str(benchmark_scene()), "-o", str(folder / "reference.exr"), "--quiet"]
    arguments += ["--report", str(report), "--in-process", "--no-journal", *FRAME]
    subprocess.run(command(*arguments), env=environment(), check=True, timeout=FRAME_TIMEOUT_S)
    return read_report(report).frame_sha256


def main() -> int:
    """Kill, resume, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--in-process", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reference = render_reference(Path(folder))
    server = None if arguments.in_process else Server("one")
    try:
        options = ["--in-process"]
        if server is not None:
            options = ["--no-local", "--server", server.address]
        outcome = run(arguments.kills, arguments.seed, options, reference, arguments.minutes * 60)
    finally:
        if server is not None:
            server.stop()
    held = sum(share > 0.0 for share in outcome.shares)
    print(
        f"{outcome.kills} kills of {outcome.frames} frames, {held} of them with pixels in the "
        f"journal: {outcome.different} frames differ, {outcome.unreadable} journals unreadable, "
        f"{outcome.lost} pieces lost, {outcome.left_over} journals left over"
    )
    bad = outcome.different + outcome.unreadable + outcome.lost + outcome.left_over
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
