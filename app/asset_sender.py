"""Reads pieces of scene files off the event loop and sends them to the servers that asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.jobs import read_range
from app.server_links import ServerLinks
from network import instructions as do
from network.messages import AssetChunk, AssetMissing
from network.text import clip_text


class AssetSender(QObject):
    """Performs the core's `SendAsset`.

    Signals:
        failed(server, text): a file could not be read; the server was told.
    """

    failed = Signal(str, str)

    def __init__(self, links: ServerLinks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._links = links
        # One thread: the pieces must leave in the order in which they were asked for.
        self._reader = Background(threads=1, parent=self)

    def send(self, order: do.SendAsset, path: Path) -> None:
        """Send the piece, or that it is missing."""
        self._reader.run(
            partial(read_range, path, order.offset, order.length),
            partial(self._send_chunk, order),
            partial(self._send_missing, order),
        )

    def close(self) -> None:
        """Send nothing more."""
        self._reader.close()

    def _send_chunk(self, order: do.SendAsset, data: bytes) -> None:
        self._links.send(order.server, AssetChunk(order.job, order.digest, order.offset), data)

    def _send_missing(self, order: do.SendAsset, error: Exception) -> None:
        text = str(error)
        self._links.send(order.server, AssetMissing(order.job, order.digest, clip_text(text)))
        self.failed.emit(self._links.name(order.server), text)
