"""A server fetches what its cache lacks: the manifest checked, the bytes asked for in order.

A job names its files by SHA-256. The server asks for pieces of those that it does not have, a
few at a time; an interrupted file goes on where it stopped. Labels are names to look up by and
never become paths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec

from network.instructions import StoreChunk
from network.limits import ASSET_CHUNK_BYTES
from network.messages import AssetChunk, AssetEntry, AssetRequest
from network.work import MAX_ASSETS

#: Requests on their way: the next pieces travel while the first is written.
WINDOW = 4
#: Pieces that travel or wait for the disk; a disk slower than the network must not fill memory.
WRITE_WINDOW = 8
#: Small enough that a ping waits less than a second behind a window at 10 Mbit/s.
MIN_CHUNK_BYTES = 256 << 10
#: A piece that comes back faster than this may be bigger, ...
FAST_CHUNK_S = 0.1
#: ... one that takes longer should be smaller.
SLOW_CHUNK_S = 0.5


class ManifestError(ValueError):
    """A list of assets that no honest client sends, or one that this server cannot take.

    Attributes:
        hostile: True if it breaks the protocol; False if the job is just too big here.
    """

    def __init__(self, text: str, *, hostile: bool) -> None:
        super().__init__(text)
        self.hostile = hostile


class TransferError(ValueError):
    """A piece of a file that was not asked for."""


def decode_manifest(payload: bytes, scene: str, cache_limit_bytes: int) -> tuple[AssetEntry, ...]:
    """Return the checked assets of a job.

    Raises:
        ManifestError: broken, contradictory, without the scene file, or larger than the cache.
    """
    try:
        entries = msgspec.msgpack.decode(payload, type=list[AssetEntry])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ManifestError(f"broken list of assets: {error}", hostile=True) from error
    if len(entries) > MAX_ASSETS:
        raise ManifestError(f"more than {MAX_ASSETS} assets", hostile=True)
    sizes: dict[str, int] = {}
    labels: set[str] = set()
    for entry in entries:
        if entry.label in labels:
            raise ManifestError(f"two assets are called {entry.label!r}", hostile=True)
        if sizes.setdefault(entry.digest, entry.size) != entry.size:
            raise ManifestError(f"two sizes for the content of {entry.label!r}", hostile=True)
        labels.add(entry.label)
    if scene not in labels:
        raise ManifestError(f"the scene file {scene!r} is not among the assets", hostile=True)
    total = sum(sizes.values())
    if total > cache_limit_bytes:
        text = f"the scene's files take {total:,} bytes, this server's cache {cache_limit_bytes:,}"
        raise ManifestError(f"{text}: raise the cache limit there", hostile=False)
    return tuple(entries)


@dataclass(slots=True)
class _File:
    """A file on its way. Offsets in bytes."""

    digest: str
    label: str
    size: int
    doubtful: bool  # some of it came from an interrupted transfer or from another server
    asked: int  # requested up to here
    arrived: int


class AssetTransfer:
    """The transfer of one job's missing files to one server.

    Args:
        entries: the job's assets.
        present: digests that the cache has.
        partial: bytes that the cache has of others, from an interrupted transfer.
    """

    def __init__(
        self,
        job: str,
        entries: Collection[AssetEntry],
        present: Collection[str],
        partial: Mapping[str, int],
    ) -> None:
        self._job = job
        self._digests = frozenset(entry.digest for entry in entries)
        self._files: dict[str, _File] = {}
        for entry in entries:
            if entry.digest not in present and entry.digest not in self._files:
                have = min(max(partial.get(entry.digest, 0), 0), entry.size)
                self._files[entry.digest] = _File(
                    entry.digest, entry.label, entry.size, have > 0, have, have
                )
        self._queue = deque(self._files.values())
        self._window: deque[tuple[AssetRequest, float]] = deque()
        self._unwritten = 0
        self._chunk_bytes = MIN_CHUNK_BYTES
        self._total_bytes = sum(file.size for file in self._files.values())
        self._done_bytes = sum(file.arrived for file in self._files.values())

    @property
    def is_complete(self) -> bool:
        """Whether every file is in the cache, its hash checked."""
        return not self._files

    @property
    def missing_files(self) -> int:
        """Number of files still to come."""
        return len(self._files)

    @property
    def fraction(self) -> float:
        """Part of the missing bytes that has arrived, 0 to 1."""
        return self._done_bytes / self._total_bytes if self._total_bytes else 1.0

    def label(self, digest: str) -> str:
        """The name of a file that is still missing; the digest if none is."""
        file = self._files.get(digest)
        return file.label if file is not None else digest

    def advance(self, now_s: float) -> list[AssetRequest | StoreChunk]:
        """Return the next requests, up to the window; also the ends of files without bytes."""
        steps: list[AssetRequest | StoreChunk] = []
        while self._queue and self._has_room():
            file = self._queue[0]
            if file.asked >= file.size:
                self._queue.popleft()  # empty, or complete but never checked
                steps.append(StoreChunk(file.digest, file.size, file.size, b""))
                continue
            length = min(self._chunk_bytes, file.size - file.asked)
            request = AssetRequest(self._job, file.digest, file.asked, length)
            file.asked += length
            self._window.append((request, now_s))
            steps.append(request)
            if file.asked == file.size:
                self._queue.popleft()
        return steps

    def has(self, digest: str, end: int) -> bool:
        """Whether the bytes of a file of the job up to here have arrived, or it was here before."""
        file = self._files.get(digest)
        return digest in self._digests and (file is None or end <= file.arrived)

    def restart_window(self) -> None:
        """Forget what was asked for and has not come: another source is asked for it."""
        for request, _ in reversed(self._window):
            file = self._files[request.digest]
            file.asked = request.offset
            if file in self._queue:
                self._queue.remove(file)
            self._queue.appendleft(file)
        self._window.clear()

    def chunk(
        self, message: AssetChunk, payload: bytes, now_s: float, *, doubtful: bool = False
    ) -> StoreChunk:
        """Take a piece; it must answer the oldest request, whole.

        Args:
            message: with the payload `payload`.
            payload: the bytes.
            now_s: the time.
            doubtful: it came from somebody who need not be right.

        Raises:
            TransferError: it does not.
        """
        if not self._window:
            raise TransferError("sent a piece of a file that nobody asked for")
        request, asked_s = self._window[0]
        if (message.digest, message.offset) != (request.digest, request.offset):
            raise TransferError("sent another piece of a file than it was asked for")
        if len(payload) != request.length:
            raise TransferError(f"sent {len(payload)} bytes of a file, not {request.length}")
        self._window.popleft()
        file = self._files[request.digest]
        file.doubtful |= doubtful
        file.arrived += len(payload)
        self._done_bytes += len(payload)
        self._unwritten += 1
        self._adapt(now_s - asked_s)
        return StoreChunk(file.digest, file.size, request.offset, payload)

    def written(self) -> None:
        """The cache has written a piece."""
        self._unwritten = max(self._unwritten - 1, 0)

    def stored(self, digest: str, error: str) -> str:
        """The cache took (error "") or refused a file. Returns why the job fails, or "".

        A file of doubtful origin (resumed, or from another server) that does not match its hash is
        fetched once more as a whole.
        """
        self.written()
        file = self._files.get(digest)
        if file is None or (not error and file.arrived < file.size):
            return ""  # the same file, stored for an earlier job
        if not error:
            del self._files[digest]
            return ""
        if file.doubtful and file.arrived >= file.size:
            self._done_bytes -= file.arrived
            file.doubtful, file.asked, file.arrived = False, 0, 0
            self._queue.append(file)
            return ""
        return f"cannot store {file.label!r}: {error}"

    def _has_room(self) -> bool:
        return len(self._window) < WINDOW and len(self._window) + self._unwritten < WRITE_WINDOW

    def _adapt(self, took_s: float) -> None:
        if took_s < FAST_CHUNK_S:
            self._chunk_bytes = min(self._chunk_bytes * 2, ASSET_CHUNK_BYTES)
        elif took_s > SLOW_CHUNK_S:
            self._chunk_bytes = max(self._chunk_bytes // 2, MIN_CHUNK_BYTES)
