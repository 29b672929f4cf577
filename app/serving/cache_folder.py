"""The folder of a server's asset cache: which files are in it, and which may leave.

    <folder>/ab/abcdef...            a complete file; its name is its SHA-256
    <folder>/ab/abcdef....<x>.part   one on its way; x is random per process

Nothing else in the folder is ours, and nothing else is touched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

DIGEST = re.compile(r"[0-9a-f]{64}")
PART = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{16}\.part")
#: Another server of this machine may be writing a part that changed within this time, and may
#: be opening a file that was used within it.
IN_USE_S = 120.0
#: What the operating system says when nothing more fits.
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
#: What a file takes at least: a million tiny ones must not fill the disk's tables unseen.
BLOCK_BYTES = 4096
O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
O_BINARY = getattr(os, "O_BINARY", 0)  # Windows translates line ends otherwise


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file of the cache.

    Attributes:
        used_s: wall clock of its last use.
        cost_bytes: what it takes on the disk, about.
    """

    used_s: float
    cost_bytes: int
    path: Path

    @property
    def is_complete(self) -> bool:
        """Whether it is more than a part."""
        return DIGEST.fullmatch(self.path.name) is not None


def cost_of(size: int) -> int:
    """Return what a file of this size takes on the disk, in bytes."""
    return max(-(-size // BLOCK_BYTES), 1) * BLOCK_BYTES


def list_files(folder: Path, skip: Collection[Path] = ()) -> list[CachedFile]:
    """Return all complete files and parts but some, least recently used first."""
    found = [file for file in _walk(folder) if file.path not in skip]
    return sorted(found, key=lambda file: (file.used_s, file.path.name))


def find_parts(own: Path, digest: str, now_s: float) -> list[tuple[int, Path]]:
    """Return size and place of a file's parts that nobody writes any more, the longest first.

    Args:
        own: where our own part of it would be; nobody else writes that one.
        digest: of the file.
        now_s: wall clock.
    """
    found: list[tuple[int, Path]] = []
    for path in own.parent.glob(f"{digest}.*.part"):
        if not PART.fullmatch(path.name):
            continue
        try:
            info = path.lstat()
        except OSError:
            continue
        still_written = path != own and now_s - info.st_mtime < IN_USE_S
        if is_plain(info) and not still_written:
            found.append((info.st_size, path))
    return sorted(found, reverse=True)


def make_subfolder(folder: Path) -> None:
    """Make a folder of ours; a link to somewhere else in its place is removed, not followed.

    Raises:
        OSError: it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir(exist_ok=True, mode=0o700)


def is_plain(info: os.stat_result) -> bool:
    """Whether a file is an ordinary one with no second name by which it could be changed."""
    return stat.S_ISREG(info.st_mode) and info.st_nlink == 1


def open_plain(path: str, flags: int) -> int:
    """Open a file that is no symbolic link; an opener for `open`."""
    return os.open(path, flags | O_NOFOLLOW | O_BINARY)


def remove(file: CachedFile) -> bool:
    """Delete a file; False if that is not possible now (open in another process, Windows)."""
    try:
        file.path.unlink()
    except OSError:
        return False
    return True


def touch(path: Path, now_s: float) -> None:
    """Note that a file is used now; in a read-only folder, which nothing leaves either, not."""
    with contextlib.suppress(OSError):
        os.utime(path, (now_s, now_s))


def find_free(folder: Path, free_bytes: Callable[[Path], int]) -> int:
    """Return the bytes free where new files go; of a folder that is gone, its parent's."""
    for place in (folder, *folder.parents):
        with contextlib.suppress(OSError):
            return free_bytes(place)
    return 0


def free_bytes(folder: Path) -> int:
    """Return the bytes free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def explain(folder: Path, error: OSError) -> str:
    """Return why the cache cannot be written, and what helps."""
    if error.errno in FULL:
        return (
            f"the disk of the cache {folder} is full: free some space there, "
            "or choose another folder with --cache-dir"
        )
    return f"the cache {folder} cannot be written: {error.strerror or error}"


def _walk(folder: Path) -> Iterator[CachedFile]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if not DIGEST.fullmatch(path.name) and not PART.fullmatch(path.name):
            continue
        try:
            info = path.lstat()
        except OSError:
            continue
        yield CachedFile(info.st_mtime, cost_of(info.st_size), path)
