"""What a worker may do besides rendering: nothing. It reads scene files that others made.

The worker's parsers and kernels meet whatever a client sends; should one of them be turned
against us, the process has no network, starts no programs, writes to the folder of kernels only,
reads no files but the programs and the asset cache, and takes no more memory than it was given.
Linux does all of that for an unprivileged process. Elsewhere there is no way that needs neither
rights nor a second program: macOS gets the limits that it knows, Windows none (SECURITY.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

#: A scene may take this share of the computer's memory; the rest is for everybody else.
MEMORY_SHARE = 0.85
#: Python, Numba, LLVM and Embree alone take some 600 MB.
MIN_MEMORY_BYTES = 2 << 30
#: Files of a scene that are open at once; each is closed after it was read or mapped.
MAX_OPEN_FILES = 4096
#: When memory runs out all the same, the kernel ends the worker and not the artist's programs.
OOM_SCORE = 500


def confine(*, readable: Iterable[Path], writable: Iterable[Path], memory_bytes: int) -> list[str]:
    """Take everything from this process that a worker does not need; it cannot be undone.

    Args:
        readable: folders with data of ours; empty: everything may be read. Python's own folders
            and the system's libraries always may.
        writable: the only folders to write to; they must exist.
        memory_bytes: most memory that it may take.

    Returns:
        What holds from now on, in words for the log.
    """
    done = limit_resources(memory_bytes)
    if sys.platform == "linux":
        from app.serving import landlock, seccomp

        done += landlock.restrict_files(readable=list(readable), writable=list(writable))
        done += seccomp.forbid_network_and_programs()
    return done


def limit_resources(memory_bytes: int) -> list[str]:
    """Set the limits that POSIX has; Windows has none of them."""
    if sys.platform == "win32":
        return []
    import resource

    _lower(resource.RLIMIT_CORE, 0)  # a dump would hold scenes, and lie about
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    if sys.platform != "linux":
        return ["no core dumps"]
    # What is reserved and never touched is not counted, unlike with RLIMIT_AS.
    _lower(resource.RLIMIT_DATA, memory_bytes)
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write(str(OOM_SCORE))
    except OSError:
        pass  # a container may keep it; the limit above stands
    return ["no core dumps", f"memory up to {memory_bytes / 2**30:.1f} GiB"]


def default_memory_bytes() -> int:
    """Return what a worker may take of this computer's or container's memory."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return 1 << 50
    return max(MIN_MEMORY_BYTES, int(min(total, _container_bytes()) * MEMORY_SHARE))


def _container_bytes() -> int:
    try:
        text = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return 1 << 50
    return int(text) if text.isdigit() else 1 << 50


def _lower(kind: int, limit: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, limit))
