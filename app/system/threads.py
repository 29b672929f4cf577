"""How many render threads this computer gets by default."""

from __future__ import annotations

import os


def default_threads() -> int:
    """Return one thread per processor that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        return os.cpu_count() or 1
