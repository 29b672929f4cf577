"""SHA-256 of scene files, remembered from render to render: hashing gigabytes takes seconds.

A file is taken for the same while path, size, modification time and inode are; one that was
written so recently that a further change might not show in its time is not remembered.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

log = logging.getLogger("brigade.client")

HASH_BLOCK_BYTES = 1 << 20
#: FAT keeps times to two seconds; other file systems are finer.
TIME_GRAIN_S = 2.0
#: How often a file that changes while it is read is read again.
TRIES = 3


class FileStamp(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What tells that a file is as it was."""

    size: int
    mtime_ns: int
    inode: int


class _Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    path: str
    stamp: FileStamp
    digest: str


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file and its content.

    Attributes:
        digest: SHA-256 as lower-case hex.
        stamp: as it was when it was hashed.
    """

    path: Path
    digest: str
    stamp: FileStamp

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return self.stamp.size


class ChangingFileError(OSError):
    """Raised when a file is written while it is hashed, again and again."""


class DigestCache:
    """See the module.

    Args:
        store: file that keeps what is known between programs; None: only in memory.
        clock: wall clock, seconds; file times are compared with it.
    """

    #: A scene of more files than this is hashed again now and then, which is only slower.
    MAX_ENTRIES = 20_000
    #: Paths of 300 characters and more in all of them.
    MAX_STORE_BYTES = 16 << 20

    def __init__(self, store: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[FileStamp, str]] | None = None if store else {}
        self._changed = False

    def digest(self, path: Path, progress: Callable[[int], None] = lambda _: None) -> HashedFile:
        """Return a file with its digest; `progress` gets bytes read so far.

        Raises:
            OSError: it cannot be read, or changes all the time.
        """
        known = self._load()
        place = str(path.resolve())
        for _ in range(TRIES):
            stamp = stamp_of(path.stat())
            remembered = known.get(place)
            if remembered is not None and remembered[0] == stamp:
                return HashedFile(path, remembered[1], stamp)
            digest = hash_file(path, progress, stamp.size)
            if stamp_of(path.stat()) == stamp:
                self._remember(known, place, stamp, digest)
                return HashedFile(path, digest, stamp)
        raise ChangingFileError(f"it is being written: {path}")

    def save(self) -> None:
        """Keep what is known for the next program; failing that, it hashes again."""
        if self._store is None or not self._changed or self._known is None:
            return
        entries = [_Entry(path, *known) for path, known in self._known.items()]
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._store.parent, prefix=self._store.name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.json.encode(entries))
                os.replace(name, self._store)
            except OSError:
                with suppress(OSError):
                    os.unlink(name)  # a full disk must not get fuller with each frame
                raise
            self._changed = False
        except OSError as error:
            log.debug("digests are not kept: %s", error)

    def _remember(
        self, known: dict[str, tuple[FileStamp, str]], place: str, stamp: FileStamp, digest: str
    ) -> None:
        if self._clock() - stamp.mtime_ns / 1e9 < TIME_GRAIN_S:
            return  # another change within the same tick would not show
        if len(known) >= self.MAX_ENTRIES:
            known.clear()
        known[place] = (stamp, digest)
        self._changed = True

    def _load(self) -> dict[str, tuple[FileStamp, str]]:
        if self._known is None:
            self._known = {}
            assert self._store is not None
            with suppress(OSError, msgspec.MsgspecError, UnicodeError):
                if self._store.stat().st_size <= self.MAX_STORE_BYTES:
                    entries = msgspec.json.decode(self._store.read_bytes(), type=list[_Entry])
                    self._known = {x.path: (x.stamp, x.digest) for x in entries}
        return self._known


def stamp_of(info: os.stat_result) -> FileStamp:
    """Return the stamp of a file."""
    return FileStamp(info.st_size, info.st_mtime_ns, info.st_ino)


def hash_file(
    path: Path, progress: Callable[[int], None] = lambda _: None, size: int | None = None
) -> str:
    """Return the SHA-256 of a file as lower-case hex.

    Args:
        path: the file.
        progress: gets bytes read so far.
        size: stop there; one that grows as fast as it is read would never end.
    """
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while (size is None or done < size) and (block := file.read(HASH_BLOCK_BYTES)):
            digest.update(block)
            done += len(block)
            progress(done)
    return digest.hexdigest()
