"""Running a measurement under Python's profiler, if that is wanted."""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from pathlib import Path


def run(measure: Callable[[], int], path: Path | None) -> int:
    """Measure; return what `measure` returns.

    Args:
        measure: the measurement.
        path: where the profile goes; None for none, which changes no times.
    """
    if path is None:
        return measure()
    profile = cProfile.Profile()
    result: int = profile.runcall(measure)
    profile.dump_stats(path)
    return result
