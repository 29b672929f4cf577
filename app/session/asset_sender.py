"""Reads pieces of scene files off the event loop and sends them to the servers that asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.frames.digest_cache import HashedFile
from app.frames.job_assets import JobAssets
from app.session.server_links import ServerLinks
from app.system.background import Background
from network import instructions as do
from network.errors import CloseCode
from network.messages import AssetChunk, AssetMissing, Message
from network.text import clip_text

#: Pieces that wait for a server to read; an honest one has at most eight requests open.
MAX_WAITING = 32
#: Goes on from "'wood.png' does not come from the client: ".
WITHHELD = (
    "this server has it not in its cache, and Transfer missing assets is off; tick it, or render "
    "there once with it"
)


class _Holder:
    """The files of one job, opened and used by the reading thread only."""

    def __init__(self, files: Mapping[str, HashedFile]) -> None:
        self._files = files
        self._assets: JobAssets | None = None

    def open(self) -> None:
        self._assets = JobAssets(self._files)

    def read(self, order: do.SendAsset) -> bytes:
        assert self._assets is not None
        return self._assets.read(order.digest, order.offset, order.length)

    def end(self) -> list[Path]:
        """Let go of the files; returns those that changed."""
        if self._assets is None:
            return []
        changed = self._assets.find_changed()
        self._assets.close()
        return changed


@dataclass
class _Queue:
    """What one server has asked for over one link and was not sent yet."""

    link: int
    waiting: deque[do.SendAsset] = field(default_factory=deque)
    busy: bool = False


class AssetSender(QObject):
    """Performs the core's `SendAsset`.

    Signals:
        failed(server, text): a file could not be read; the server was told.
        changed(paths): files that were written while the frame was rendered with what they were
            before; told at its end.
    """

    failed = Signal(str, str)
    changed = Signal(object)

    def __init__(self, links: ServerLinks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._links = links
        # One thread: the pieces must leave in the order in which they were asked for.
        self._reader = Background(threads=1, parent=self)
        self._holder: _Holder | None = None
        self._withheld: frozenset[str] = frozenset()
        self._queues: dict[str, _Queue] = {}  # by server
        links.drained.connect(self._send_next)

    def begin(self, files: Mapping[str, HashedFile], withheld: Collection[str] = ()) -> None:
        """A job begins.

        Args:
            files: by digest; they are held as they are now.
            withheld: digests of those that no other computer gets.
        """
        self.end()
        self._withheld = frozenset(withheld)
        self._holder = _Holder(files)
        self._reader.run(self._holder.open, lambda _none: None, lambda _error: None)

    def send(self, order: do.SendAsset) -> None:
        """Send a piece of a file of the job, or that it is missing, when the server reads."""
        if self._holder is None:
            return
        server = order.server
        if order.digest in self._withheld and not self._links.is_local(server):
            self._links.send(server, AssetMissing(order.job, order.digest, WITHHELD))
            return
        link = self._links.link_number(server)
        queue = self._queues.get(server)
        if queue is None or queue.link != link:
            queue = self._queues[server] = _Queue(link)
        if len(queue.waiting) >= MAX_WAITING:
            del self._queues[server]
            self._links.cut(server, CloseCode.LIMIT, "it asks for files and does not read them")
            return
        queue.waiting.append(order)
        self._send_next(server)

    def _send_next(self, server: str) -> None:
        """One piece at a time, and none to a server that is behind with reading."""
        queue = self._queues.get(server)
        if queue is None or queue.busy or self._holder is None:
            return
        if queue.waiting and self._links.writable(server):
            order = queue.waiting.popleft()
            queue.busy = True
            self._reader.run(
                partial(self._holder.read, order),
                partial(self._send_chunk, queue, order),
                partial(self._send_missing, queue, order),
            )

    def end(self) -> None:
        """The job is over."""
        self._queues.clear()
        holder, self._holder = self._holder, None
        if holder is not None:
            self._reader.run(holder.end, self._tell_changed, lambda _error: None)

    def close(self) -> None:
        """Send nothing more."""
        self._reader.close()

    def _tell_changed(self, paths: list[Path]) -> None:
        if paths:
            self.changed.emit(paths)

    def _send_chunk(self, queue: _Queue, order: do.SendAsset, data: bytes) -> None:
        self._say(queue, order, AssetChunk(order.job, order.digest, order.offset), data)

    def _send_missing(self, queue: _Queue, order: do.SendAsset, error: Exception) -> None:
        text = str(error)
        self._say(queue, order, AssetMissing(order.job, order.digest, clip_text(text)), b"")
        self.failed.emit(self._links.name(order.server), text)

    def _say(self, queue: _Queue, order: do.SendAsset, message: Message, data: bytes) -> None:
        queue.busy = False
        if queue.link == self._links.link_number(order.server):  # else nobody asked there
            self._links.send(order.server, message, data)
        self._send_next(order.server)


def describe_changed_files(paths: Sequence[Path]) -> str:
    """Return what `AssetSender.changed` means, in words; there is at least one path."""
    more = f" and {len(paths) - 1} other files" if len(paths) > 1 else ""
    return f"{paths[0]}{more} changed during the frame, which shows the scene as it was before"
