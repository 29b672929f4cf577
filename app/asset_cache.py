"""The disk cache of a render server: files by the SHA-256 of their content, and by nothing else.

    <folder>/ab/abcdef...            a complete file; its name is its hash
    <folder>/ab/abcdef....<x>.part   one on its way; x is random per process

Nothing a client says becomes a path. A file is hashed while it is written and put in its place
in one step; a file of an earlier session is hashed again before its first use in this one. Files
of running jobs are pinned; the others leave, least recently used first, when room is needed.

The class does file work that may take seconds: the server runs it on a thread of its own, and
always the same one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{16}\.part")
READ_BLOCK_BYTES = 1 << 20
#: Another server of this machine may be writing a part that changed within this time, and may
#: be opening a file that was used within it.
IN_USE_S = 120.0
#: Files on their way at once: one per asset in the transfer's window, with room to spare.
MAX_OPEN_PARTS = 16
#: Left free on the disk, so that a cache never makes the whole machine fail.
KEEP_FREE_BYTES = 256 << 20
_O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)  # Windows translates line ends otherwise


class CacheError(Exception):
    """Raised when a file cannot be stored; the text says why and what helps."""


@dataclass(frozen=True)
class Found:
    """What the cache has of a job.

    Attributes:
        present: digests of complete files, their content checked in this session.
        partial: bytes there are of others.
    """

    present: frozenset[str]
    partial: dict[str, int]


class _Part:
    """A file on its way to `expected` bytes, hashed as it grows."""

    def __init__(self, path: Path, descriptor: int, expected: int) -> None:
        self.path = path
        self.expected = expected
        self._file = os.fdopen(descriptor, "r+b")
        self._hash = hashlib.sha256()
        self.size = 0

    def take_over(self) -> None:
        """Hash what an interrupted transfer left."""
        while block := self._file.read(READ_BLOCK_BYTES):
            self._hash.update(block)
            self.size += len(block)

    def append(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def close(self) -> str:
        """Return the SHA-256 of the content, now on disk."""
        self._file.close()
        return self._hash.hexdigest()

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class AssetCache:
    """See the module.

    Args:
        folder: made if it does not exist, for this user only.
        limit_bytes: most that complete files may take.
        clock: wall clock, seconds; file times are compared with it.
        free_bytes: bytes free on the disk of a folder.
    """

    def __init__(
        self,
        folder: Path,
        limit_bytes: int,
        *,
        clock: Callable[[], float] = time.time,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._clock = clock
        self._free_bytes = free_bytes or _free_bytes
        self._token = secrets.token_hex(8)
        self._checked: set[str] = set()  # hashed in this session
        self._pins: dict[str, frozenset[str]] = {}  # by job
        self._parts: dict[str, _Part] = {}
        self._used_bytes: int | None = None  # by complete files; None: not counted yet

    def path(self, digest: str) -> Path:
        """Return where the file of this digest is, or will be.

        Raises:
            ValueError: not 64 lower-case hex digits.
        """
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a digest is 64 lower-case hex digits")
        return self._folder / digest[:2] / digest

    # -- jobs -----------------------------------------------------------------------------------

    def find(self, job: str, digests: Iterable[str]) -> Found:
        """Pin the job's files and return which of them are here, content checked.

        A damaged file is deleted, so that it is fetched again.
        """
        wanted = frozenset(digests)
        self._pins[job] = wanted
        present = frozenset(digest for digest in sorted(wanted) if self._is_here(digest))
        partial: dict[str, int] = {}
        for digest in sorted(wanted - present):
            size = self._resume(digest)
            if size:
                partial[digest] = size
        return Found(present, partial)

    def release(self, job: str) -> None:
        """The job is over: its files may leave; unfinished ones stay to be resumed."""
        ended = self._pins.pop(job, frozenset())
        for digest in sorted(ended - self._pinned()):
            part = self._parts.pop(digest, None)
            if part is not None:
                part.close()

    def close(self) -> None:
        """The server ends: unfinished files stay on disk, to be resumed another time."""
        for part in self._parts.values():
            part.close()
        self._parts.clear()

    # -- files ----------------------------------------------------------------------------------

    def store(self, digest: str, size: int, offset: int, data: bytes) -> bool:
        """Append a piece of a file of `size` bytes; True when the file is complete and checked.

        Pieces come in order. Raises:
            CacheError: no room, no permission, or the content is not what its name says.
        """
        final = self.path(digest)
        if digest in self._checked:
            return offset + len(data) >= size  # it came for another job meanwhile
        try:
            part = self._parts.get(digest) or self._begin(digest, size)
            if offset == 0 and part.size:  # begun again
                self._parts.pop(digest).discard()
                part = self._begin(digest, size)
            if offset != part.size or offset + len(data) > size:
                raise CacheError(f"a piece of {digest[:12]} is out of order")
            part.append(data)
            if part.size < size:
                return False
            self._finish(digest, final)
        except OSError as error:
            self._discard(digest)
            raise CacheError(self._explain(error)) from error
        except CacheError:
            self._discard(digest)
            raise
        return True

    def read(self, digest: str, offset: int, length: int) -> bytes:
        """Return a piece of a complete file; may be called on any thread.

        Raises:
            CacheError: it is gone or shorter.
        """
        try:
            with open(self.path(digest), "rb", opener=_open_plain) as file:
                file.seek(offset)
                data = file.read(length)
        except OSError as error:
            raise CacheError(f"cannot be read: {error.strerror or error}") from error
        if len(data) != length:
            raise CacheError("is shorter than it was")
        return data

    def _finish(self, digest: str, final: Path) -> None:
        part = self._parts[digest]
        if part.close() != digest:
            raise CacheError("its content is not what was announced; it changed on the client?")
        del self._parts[digest]
        os.replace(part.path, final)
        self._used_bytes = (self._used_bytes or 0) + part.size
        self._checked.add(digest)

    def _begin(self, digest: str, size: int) -> _Part:
        if len(self._parts) >= MAX_OPEN_PARTS:
            raise CacheError(f"more than {MAX_OPEN_PARTS} files on their way at once")
        self._make_room(size)
        path = self._part_path(digest)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _O_NOFOLLOW | _O_BINARY
        part = self._parts[digest] = _Part(path, os.open(path, flags, 0o600), size)
        return part

    def _discard(self, digest: str) -> None:
        part = self._parts.pop(digest, None)
        if part is not None:
            part.discard()

    def _is_here(self, digest: str) -> bool:
        path = self.path(digest)
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                path.unlink()
                self._checked.discard(digest)
                return False
            if digest not in self._checked and hash_file(path) != digest:
                path.unlink()
                return False
            now_s = self._clock()
            os.utime(path, (now_s, now_s))
        except OSError:
            self._checked.discard(digest)
            return False
        self._checked.add(digest)
        return True

    # -- interrupted files ----------------------------------------------------------------------

    def _resume(self, digest: str) -> int:
        """Take over the longest part that nobody writes any more. Returns its size in bytes."""
        if digest in self._parts:
            return self._parts[digest].size
        if len(self._parts) >= MAX_OPEN_PARTS:
            return 0
        own = self._part_path(digest)
        for size, path in sorted(self._leftovers(digest), reverse=True):
            try:
                os.rename(path, own)  # whoever renames it first has it
                descriptor = os.open(own, os.O_RDWR | _O_NOFOLLOW | _O_BINARY)
            except OSError:
                continue
            part = self._parts[digest] = _Part(own, descriptor, size)
            part.take_over()
            return part.size
        return 0

    def _leftovers(self, digest: str) -> list[tuple[int, Path]]:
        found: list[tuple[int, Path]] = []
        try:
            names = os.listdir(self.path(digest).parent)
        except OSError:
            return []
        for name in names:
            match = _PART.fullmatch(name)
            if match is None or match[1] != digest:
                continue
            path = self.path(digest).parent / name
            try:
                info = path.lstat()
            except OSError:
                continue
            ours = path == self._part_path(digest)
            still_written = not ours and self._clock() - info.st_mtime < IN_USE_S
            if stat.S_ISREG(info.st_mode) and info.st_nlink == 1 and not still_written:
                found.append((info.st_size, path))
        return found

    def _part_path(self, digest: str) -> Path:
        path = self.path(digest)
        return path.with_name(f"{path.name}.{self._token}.part")

    # -- room -----------------------------------------------------------------------------------

    def _make_room(self, size: int) -> None:
        """Remove files, least recently used first, until one of `size` bytes fits."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = self._free_bytes(self._folder) - KEEP_FREE_BYTES
        limit = self._limit_bytes - sum(part.expected for part in self._parts.values())
        if self._used_bytes is not None and self._used_bytes + size <= limit and size <= free:
            return  # without looking at every file
        files = self._files()
        total = sum(file_size for _, file_size, _ in files)
        pinned = self._pinned()
        for used_s, file_size, path in files:
            if total + size <= limit and size <= free:
                break
            if path.name in pinned or self._clock() - used_s < IN_USE_S:
                continue
            try:
                path.unlink()
            except OSError:
                continue  # open in another process (Windows)
            self._checked.discard(path.name)
            total -= file_size
            free += file_size
        self._used_bytes = total
        if total + size > limit:
            raise CacheError(
                f"the cache {self._folder} is full: {total:,} of {self._limit_bytes:,} bytes are "
                "in use by running jobs; raise --cache-size"
            )
        if size > free:
            raise CacheError(self._explain(OSError(errno.ENOSPC, "no space")))

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return (last use, size, path) of all complete files and dead parts, oldest first."""
        found: list[tuple[float, int, Path]] = []
        own = {part.path for part in self._parts.values()}
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            known = _DIGEST.fullmatch(path.name) or _PART.fullmatch(path.name)
            if not known or path in own:
                continue
            try:
                info = path.lstat()
            except OSError:
                continue
            found.append((info.st_mtime, info.st_size, path))
        return sorted(found, key=lambda x: (x[0], x[2].name))

    def _pinned(self) -> frozenset[str]:
        return frozenset().union(*self._pins.values())

    def _explain(self, error: OSError) -> str:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            return (
                f"the disk of the cache {self._folder} is full: free some space there, "
                "or choose another folder with --cache-dir"
            )
        return f"the cache {self._folder} cannot be written: {error.strerror or error}"


def _open_plain(path: str, flags: int) -> int:
    """Open a file that is no symbolic link."""
    return os.open(path, flags | _O_NOFOLLOW | _O_BINARY)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex; takes a second per gigabyte or so."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
