"""Checking the files of a cache before a job uses them, and telling how far that is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from app.serving import cache_folder

Progress = Callable[[float], None]
#: Read at once; larger blocks are no faster.
BLOCK_BYTES = 1 << 20
#: Progress is told in steps of this part: each crosses from one thread to another.
STEP = 1 / 256


class Search:
    """Counts the bytes of files that are hashed one after the other.

    Args:
        paths: of all files that will be; those that are not there count for nothing.
        progress: called with the fraction that is done, 0 to 1, never falling.
    """

    def __init__(self, paths: Iterable[Path], progress: Progress) -> None:
        self._total_bytes = sum(_size_of(path) for path in paths)
        self._progress = progress
        self._done_bytes = 0
        self._told = 0.0

    def hash(self, path: Path) -> str:
        """Return the SHA-256 of a file as lower-case hex.

        Raises:
            OSError: it cannot be read.
        """
        return hash_file(path, self._count)

    def _count(self, size: int) -> None:
        self._done_bytes += size
        fraction = min(self._done_bytes / max(self._total_bytes, 1), 1.0)
        if fraction >= self._told + STEP:
            self._told = fraction
            self._progress(fraction)


def hash_file(path: Path, count: Callable[[int], None] = lambda size: None) -> str:
    """Return the SHA-256 of a file as lower-case hex; takes a second per gigabyte or so.

    Args:
        path: no symbolic link.
        count: called with the bytes of each block that is done.
    """
    digest = hashlib.sha256()
    block = memoryview(bytearray(BLOCK_BYTES))
    with open(path, "rb", buffering=0, opener=cache_folder.open_plain) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
            count(size)
    return digest.hexdigest()


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
