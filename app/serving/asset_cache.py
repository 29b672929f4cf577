"""The disk cache of a render server: files by the SHA-256 of their content, and by nothing else.

Nothing a client says becomes a path. A file is hashed while it is written and put in its place
in one step; before each job that uses it, it is hashed again unless this session has done so and
its size, times and inode are still those. Files of running jobs are pinned; the others leave when
they are old or, least recently used first, when room is needed.

Where the folder cannot be written any more, new files go to a temporary one until the end.

The class does file work that may take seconds: the server runs it on a thread of its own, and
always the same one. Only `path` and `read` may be called from others.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from app.serving import cache_folder
from app.serving.cache_folder import DIGEST, IN_USE_S, O_BINARY, O_NOFOLLOW, cost_of
from app.serving.cache_part import Part
from app.serving.cache_search import Progress, Search
from app.values.cache_limits import CacheLimits, format_size

log = logging.getLogger("brigade.server")

#: Files on their way at once: one per asset in the transfer's window, with room to spare.
MAX_OPEN_PARTS = 16
#: Left free on the disk, so that a cache never makes the whole machine fail.
KEEP_FREE_BYTES = 256 << 20

#: Size, times and inode of a file: while they stay, so does its content.
_Stamp = tuple[int, int, int, int]


class CacheError(Exception):
    """Raised when a file cannot be stored; the text says why and what helps."""


@dataclass(frozen=True)
class Found:
    """What the cache has of a job.

    Attributes:
        present: digests of complete files, their content checked.
        partial: bytes there are of others.
    """

    present: frozenset[str]
    partial: dict[str, int]


class AssetCache:
    """See the module.

    Args:
        folder: made if it does not exist, for this user only.
        limits: what it may keep.
        clock: wall clock, seconds; file times are compared with it.
        free_bytes: bytes free on the disk of a folder.
    """

    def __init__(
        self,
        folder: Path,
        limits: CacheLimits | None = None,
        *,
        clock: Callable[[], float] = time.time,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> None:
        self._folder = folder
        self._limits = limits or CacheLimits()
        self._clock = clock
        self._free_bytes = free_bytes or cache_folder.free_bytes
        self._token = secrets.token_hex(8)
        self._checked: dict[str, _Stamp] = {}  # hashed in this session
        self._pins: dict[str, frozenset[str]] = {}  # by job
        self._parts: dict[str, Part] = {}
        self._renewed_for = ""  # the last job that wanted its files fetched anew
        self._unwanted: frozenset[str] = frozenset()  # what it has not got again by now
        self._used_bytes: int | None = None  # by complete files; None: not counted yet
        self._spare: Path | None = None  # instead of a folder that cannot be written
        self._in_spare: set[str] = set()

    def path(self, digest: str) -> Path:
        """Return where the file of this digest is, or will be.

        Raises:
            ValueError: not 64 lower-case hex digits.
        """
        if not DIGEST.fullmatch(digest):
            raise ValueError("a digest is 64 lower-case hex digits")
        spare = self._spare if digest in self._in_spare else None
        return (spare or self._folder) / digest[:2] / digest

    def read(self, digest: str, offset: int, length: int) -> bytes:
        """Return a piece of a complete file.

        Raises:
            CacheError: it is gone or shorter.
        """
        try:
            with open(self.path(digest), "rb", opener=cache_folder.open_plain) as file:
                file.seek(offset)
                data = file.read(length)
        except OSError as error:
            raise CacheError(f"cannot be read: {error.strerror or error}") from error
        if len(data) != length:
            raise CacheError("is shorter than it was")
        return data

    # -- jobs -----------------------------------------------------------------------------------

    def find(
        self,
        job: str,
        digests: Iterable[str],
        *,
        fresh: bool = False,
        progress: Progress = lambda fraction: None,
    ) -> Found:
        """Pin the job's files and return which of them are here, content checked.

        A damaged file is deleted, so that it is fetched again.

        Args:
            job: its name.
            digests: of its files.
            fresh: files of earlier jobs do not count, but for those that another job uses now.
            progress: called with the fraction of the bytes to check that is done.
        """
        wanted = frozenset(digests)
        if fresh and job != self._renewed_for:
            self._renewed_for, self._unwanted = job, wanted - self._pinned()
            for digest in self._unwanted:
                self._forget(digest)
        self._pins[job] = wanted
        usable = sorted(wanted - self._unwanted if fresh else wanted)
        search = Search((self.path(x) for x in usable if not self._is_checked(x)), progress)
        present = frozenset(digest for digest in usable if self._is_here(digest, search))
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
        self.expire()

    def set_limits(self, limits: CacheLimits) -> None:
        """Keep no more than this from now on; files of running jobs stay."""
        self._limits = limits
        self.expire()
        excess = (self._used_bytes or 0) - limits.size_bytes
        if excess > 0:
            self._evict(self._files(), excess, "the limit is lower now")

    def expire(self) -> None:
        """Delete files that were not used for longer than the limit; call it now and then."""
        oldest_s = self._clock() - max(self._limits.age_s, IN_USE_S)
        files = self._files()
        self._used_bytes = sum(file.cost_bytes for file in files)
        self._evict([file for file in files if file.used_s < oldest_s], None, "not used for long")

    def close(self) -> None:
        """The server ends: unfinished files stay on disk, to be resumed another time."""
        for part in self._parts.values():
            part.close()
        self._parts.clear()
        if self._spare is not None:
            shutil.rmtree(self._spare, ignore_errors=True)

    # -- files ----------------------------------------------------------------------------------

    def store(self, digest: str, size: int, offset: int, data: bytes) -> bool:
        """Append a piece of a file of `size` bytes; True when the file is complete and checked.

        Pieces come in order. Raises:
            CacheError: no room, no permission, or the content is not what its name says.
        """
        if digest in self._checked:
            return offset + len(data) >= size  # it came for another job meanwhile
        try:
            part = self._parts.get(digest) or self._begin(digest, size)
            if offset == 0 and part.size:  # begun again
                self._parts.pop(digest).discard()
                part = self._begin(digest, size)
            if offset != part.size or offset + len(data) > size:
                raise CacheError(f"a piece of {digest[:12]} is out of order")
            self._append(part, data)
            if part.size < size:
                return False
            self._finish(digest)
        except OSError as error:
            self._discard(digest)
            raise CacheError(cache_folder.explain(self._folder, error)) from error
        except CacheError:
            self._discard(digest)
            raise
        return True

    def _append(self, part: Part, data: bytes) -> None:
        try:
            part.append(data)
        except OSError as error:
            # Somebody else filled the disk meanwhile: what we can give up goes first.
            if error.errno not in cache_folder.FULL or not self._evict(
                self._files(), len(data), "disk full"
            ):
                raise
            part.append(data)

    def _finish(self, digest: str) -> None:
        part = self._parts[digest]
        if part.close() != digest:
            raise CacheError("its content is not what was announced; it changed on the client?")
        del self._parts[digest]
        final = self.path(digest)
        if not final.exists():
            self._used_bytes = (self._used_bytes or 0) + cost_of(part.size)
        os.replace(part.path, final)
        self._unwanted -= {digest}
        self._checked[digest] = _stamp(final)

    def _begin(self, digest: str, size: int) -> Part:
        if len(self._parts) >= MAX_OPEN_PARTS:
            raise CacheError(f"more than {MAX_OPEN_PARTS} files on their way at once")
        self._make_room(0 if self.path(digest).exists() else size)  # it takes the old one's
        self._in_spare.discard(digest)
        try:
            part = self._create(digest, size)
        except OSError as error:
            if error.errno in cache_folder.FULL:
                raise
            self._use_spare(digest, error)
            part = self._create(digest, size)
        self._parts[digest] = part
        return part

    def _create(self, digest: str, size: int) -> Part:
        path = self._part_path(digest)
        cache_folder.make_subfolder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | O_NOFOLLOW | O_BINARY
        return Part(path, os.open(path, flags, 0o600), size)

    def _use_spare(self, digest: str, error: OSError) -> None:
        if self._spare is None:
            self._spare = Path(tempfile.mkdtemp(prefix="brigade-assets-"))
            words = "%s; new files go to %s until the server ends"
            log.warning(words, cache_folder.explain(self._folder, error), self._spare)
        self._in_spare.add(digest)

    def _discard(self, digest: str) -> None:
        part = self._parts.pop(digest, None)
        if part is not None:
            part.discard()

    def _forget(self, digest: str) -> None:
        """Let what is here of a file not count; it is replaced when it has come again."""
        self._checked.pop(digest, None)
        self._discard(digest)
        for _, path in cache_folder.find_parts(self._part_path(digest), digest, self._clock()):
            with contextlib.suppress(OSError):
                path.unlink()

    def _is_checked(self, digest: str) -> bool:
        try:
            return self._checked.get(digest) == _stamp(self.path(digest))
        except OSError:
            return False

    def _is_here(self, digest: str, search: Search) -> bool:
        path = self.path(digest)
        try:
            info = path.lstat()
            problem = "" if cache_folder.is_plain(info) else "is no file of its own"
            if not problem and not self._is_checked(digest):
                problem = "" if search.hash(path) == digest else "is damaged"
            if problem:
                log.warning("cached file %s %s: deleted, fetched again", digest[:12], problem)
                self._checked.pop(digest, None)
                path.unlink()
                return False
        except OSError:
            self._checked.pop(digest, None)
            return False
        cache_folder.touch(path, self._clock())
        self._checked[digest] = _stamp(path)
        return True

    # -- interrupted files ----------------------------------------------------------------------

    def _resume(self, digest: str) -> int:
        """Take over the longest part that nobody writes any more. Returns its size in bytes."""
        if digest in self._parts:
            return self._parts[digest].size
        if len(self._parts) >= MAX_OPEN_PARTS:
            return 0
        own = self._part_path(digest)
        for size, path in cache_folder.find_parts(own, digest, self._clock()):
            try:
                os.rename(path, own)  # whoever renames it first has it
                part = Part(own, os.open(own, os.O_RDWR | O_NOFOLLOW | O_BINARY), size)
                part.take_over()
            except OSError:
                continue
            self._parts[digest] = part
            return part.size
        return 0

    def _part_path(self, digest: str) -> Path:
        path = self.path(digest)
        return path.with_name(f"{path.name}.{self._token}.part")

    # -- room -----------------------------------------------------------------------------------

    def _make_room(self, size: int) -> None:
        """Remove files, least recently used first, until one of `size` bytes fits.

        Raises:
            CacheError: it does not fit; the text says what helps.
        """
        cost = cost_of(size)
        free = cache_folder.find_free(self._folder, self._free_bytes) - KEEP_FREE_BYTES
        on_way = sum(cost_of(part.expected) for part in self._parts.values())
        limit = self._limits.size_bytes - on_way
        if self._used_bytes is not None and self._used_bytes + cost <= limit and cost <= free:
            return  # without looking at every file
        files = self._files()
        self._used_bytes = sum(file.cost_bytes for file in files)
        lacking = max(self._used_bytes + cost - limit, cost - free)
        if lacking > 0:
            free += self._evict(files, lacking, "room needed")
        if self._used_bytes + cost > limit:
            used, most = format_size(self._used_bytes), format_size(self._limits.size_bytes)
            raise CacheError(
                f"the cache {self._folder} is full: {used} of {most} are in use by running jobs; "
                "raise --cache-limit"
            )
        if cost > free:
            raise CacheError(cache_folder.explain(self._folder, OSError(errno.ENOSPC, "no space")))

    def _evict(
        self, files: Iterable[cache_folder.CachedFile], lacking: int | None, why: str
    ) -> int:
        """Delete files in this order until so many bytes are free, or all of them (None).

        Files of running jobs and those in use by other servers stay. Returns bytes freed.
        """
        pinned = self._pinned()
        freed = count = 0
        for file in files:
            if lacking is not None and freed >= lacking:
                break
            in_use = self._clock() - file.used_s < IN_USE_S
            if file.path.name in pinned or in_use or not cache_folder.remove(file):
                continue
            self._checked.pop(file.path.name, None)
            freed += file.cost_bytes
            count += 1
        if count:
            self._used_bytes = max((self._used_bytes or 0) - freed, 0)
            log.info("cache: %d files left (%s, %s)", count, format_size(freed), why)
        return freed

    def _files(self) -> list[cache_folder.CachedFile]:
        own = {part.path for part in self._parts.values()}
        return cache_folder.list_files(self._folder, own)

    def _pinned(self) -> frozenset[str]:
        return frozenset().union(*self._pins.values())


def _stamp(path: Path) -> _Stamp:
    info = path.lstat()
    return (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
