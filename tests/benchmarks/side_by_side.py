"""Runs programs at the same time, each on a core of its own: what slows one, slows all.

The clock of a virtual machine wanders by ten percent and more between one run and the next. So
runs that are to be compared within a percent or two start together, each with all of its processes
on one core, and change cores from round to round; the geometric mean of their ratios is judged.
Processor time of all processes of a side is counted as well. Linux; elsewhere nobody can be pinned
(macOS has no such call), and that is said: the system's own spreading must do.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.farm import ROOT, environment


@dataclass(frozen=True)
class Lap:
    """What one run took.

    Attributes:
        wall_s: from the start of the process to its end.
        core_s: processor time of it and of all processes that it started and waited for.
        out: what it wrote to its standard output.
    """

    wall_s: float
    core_s: float
    out: str


def can_pin() -> bool:
    """Whether processes can be kept on a core here."""
    return hasattr(os, "sched_setaffinity")


def cores() -> list[int]:
    """Return the numbers of the cores that may be used."""
    if can_pin():
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """What this thread starts meanwhile runs on that core only, with all that it starts itself."""
    if not can_pin():
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def race(commands: Sequence[Sequence[str]], first_core: int = 0) -> list[Lap]:
    """Run the commands together, one per core.

    Args:
        commands: no more than there are cores.
        first_core: by so many places the cores are turned: give the number of the round.

    Raises:
        ValueError: there are fewer cores than commands.
        subprocess.CalledProcessError: one ended with another status than 0.
    """
    usable = cores()
    if len(usable) < len(commands):
        raise ValueError(f"{len(commands)} programs cannot run at once on {len(usable)} cores")
    chosen = [usable[(first_core + place) % len(commands)] for place in range(len(commands))]
    laps: list[Lap | subprocess.CalledProcessError] = [Lap(0.0, 0.0, "")] * len(commands)
    with contextlib.ExitStack() as stack:
        runs = [_Run(command, core) for command, core in zip(commands, chosen, strict=True)]
        for run in runs:
            stack.callback(run.close)

        def wait(place: int) -> None:
            laps[place] = runs[place].wait()

        threads = [threading.Thread(target=wait, args=(place,)) for place in range(len(runs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for lap in laps:
        if isinstance(lap, subprocess.CalledProcessError):
            raise lap
    return [lap for lap in laps if isinstance(lap, Lap)]


class _Run:
    """One process on its core; files instead of pipes, which nobody has to empty."""

    def __init__(self, command: Sequence[str], core: int) -> None:
        self._command = list(command)
        self._folder = tempfile.TemporaryDirectory()
        self._out, self._err = (Path(self._folder.name, name) for name in ("out", "err"))
        with on_core(core), self._out.open("wb") as out, self._err.open("wb") as err:
            self._started_s = time.monotonic()
            self._process = subprocess.Popen(
                self._command, env=environment(), cwd=ROOT, stdout=out, stderr=err
            )

    def wait(self) -> Lap | subprocess.CalledProcessError:
        # Popen's own wait does not tell what the process has used.
        _, status, used = os.wait4(self._process.pid, 0)
        wall_s = time.monotonic() - self._started_s
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        out, err = self._out.read_text(), self._err.read_text()
        if code:
            return subprocess.CalledProcessError(code, self._command, out, err)
        return Lap(wall_s, used.ru_utime + used.ru_stime, out)

    def close(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


def geometric_mean(values: Sequence[float]) -> float:
    """Return the mean of ratios: 2 and 1/2 make 1."""
    return math.exp(sum(map(math.log, values)) / len(values))


def standard_error(values: Sequence[float]) -> float:
    """Return how far the geometric mean of ratios may be off by chance, as a part of it."""
    if len(values) < 2:
        return math.inf
    logs = [math.log(value) for value in values]
    mean = sum(logs) / len(logs)
    variance = sum((x - mean) ** 2 for x in logs) / (len(logs) - 1)
    return math.sqrt(variance / len(logs))
