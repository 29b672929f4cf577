"""A server's connections to other servers: it lets those in that bring files, and brings files.

No rules: `network.server_peers` and `network.job_files` decide. Whom a client introduces and why
stands in docs/protocol.md, "Servers that feed servers".
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.serving.asset_cache import AssetCache
from app.system.background import Background
from network import instructions as do
from network.events import Closed
from network.login import KEY_BYTES, key_id
from network.messages import AssetChunk, AssetMissing, AssetRequest, Message
from network.qt_link import QtLink
from network.text import clip_text

#: Logins that may be under way with keys of introductions; each lasts a few seconds.
MAX_ARRIVING = 256
#: As the other server's window allows, twice over.
MAX_OPEN_REQUESTS = 8
#: A server that asks for nothing in this time has no more need of us.
IDLE_MS = 60_000


class _Feed:
    """Another server that is fed: the link, and how much it waits for."""

    def __init__(self, order: do.ServePeer, link: QtLink, idle: QTimer) -> None:
        self.order = order
        self.link = link
        self.idle = idle
        self.waiting: deque[AssetRequest] = deque()
        self.busy = False  # a piece is being read
        self.logged_in = False


class PeerExchange(QObject):
    """See the module.

    Args:
        cache: where the files are.
        name: what other servers' logs call us.
        served: called with job, ticket and what failed ("" for nothing) when a feed is over.
        parent: as always in Qt.
    """

    def __init__(
        self,
        cache: AssetCache,
        name: str,
        served: Callable[[str, int, str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cache = cache
        self._name = name
        self._served = served
        self._expected: dict[bytes, tuple[str, int, bytes]] = {}  # key id: job, ticket, key
        self._arriving: dict[bytes, tuple[str, int]] = {}
        self._feeds: dict[tuple[str, int], _Feed] = {}
        # One thread: pieces leave in the order in which they were asked for.
        self._reader = Background(threads=1, parent=self)

    # -- servers that come ----------------------------------------------------------------------

    def expect(self, job: str, ticket: int) -> bytes:
        """Return a new key that opens once."""
        key = secrets.token_bytes(KEY_BYTES)
        self._expected[key_id(key)] = (job, ticket, key)
        return key

    def forget(self, order: do.ForgetPeer) -> None:
        """Let the key in no more."""
        for wanted, (job, ticket, _) in list(self._expected.items()):
            if (job, ticket) == (order.job, order.ticket):
                del self._expected[wanted]

    def find_key(self, wanted: bytes) -> bytes | None:
        """Return the key of an introduction for the first login that names it."""
        found = self._expected.pop(wanted, None)
        if found is None:
            return None
        job, ticket, key = found
        if len(self._arriving) >= MAX_ARRIVING:
            del self._arriving[next(iter(self._arriving))]
        self._arriving[wanted] = (job, ticket)
        return key

    def claim(self, used: bytes) -> tuple[str, int] | None:
        """Return job and ticket of a login with this key; None for a client's."""
        return self._arriving.pop(used, None)

    # -- servers that are fed -------------------------------------------------------------------

    def serve(self, order: do.ServePeer) -> None:
        """Dial another server and answer its requests."""
        link = QtLink.client(key=order.key, client_name=self._name, parent=self)
        idle = QTimer(self)
        idle.setSingleShot(True)
        idle.setInterval(IDLE_MS)
        idle.timeout.connect(partial(self._close_feed, order.job, order.ticket))
        feed = self._feeds[order.job, order.ticket] = _Feed(order, link, idle)
        link.logged_in.connect(partial(self._on_logged_in, feed))
        link.received.connect(partial(self._on_received, feed))
        link.drained.connect(partial(self._send_next, feed))
        link.closed.connect(partial(self._on_closed, feed))
        idle.start()
        link.connect_to(order.host, order.port)

    def stop(self, order: do.StopServing) -> None:
        """Feed nobody with files of this job any more."""
        for job, ticket in [key for key in self._feeds if key[0] == order.job]:
            self._drop(self._feeds.pop((job, ticket)))

    def close(self) -> None:
        """End everything."""
        self._reader.close()
        while self._feeds:
            self._drop(self._feeds.popitem()[1])

    def _close_feed(self, job: str, ticket: int) -> None:
        feed = self._feeds.get((job, ticket))
        if feed is not None:
            feed.link.close("done", "nothing was asked for")

    def _drop(self, feed: _Feed) -> None:
        _release(feed)
        feed.link.close("done", "the job is over")

    def _on_logged_in(self, feed: _Feed, _event: object) -> None:
        feed.logged_in = True

    def _on_received(self, feed: _Feed, message: Message, _payload: bytes) -> None:
        if not isinstance(message, AssetRequest) or len(feed.waiting) >= MAX_OPEN_REQUESTS:
            feed.link.close("protocol", "asks for something else than pieces of files")
            return
        feed.idle.start()
        feed.waiting.append(message)
        self._send_next(feed)

    def _send_next(self, feed: _Feed) -> None:
        """One piece at a time, and none while the other server is behind with reading."""
        if feed.busy or not feed.waiting or not feed.link.writable:
            return
        request = feed.waiting.popleft()
        if request.job != feed.order.job or request.digest not in feed.order.digests:
            missing = AssetMissing(request.job, request.digest, "not a file of this job")
            self._say(feed, missing)
            return
        feed.busy = True
        self._reader.run(
            partial(self._cache.read, request.digest, request.offset, request.length),
            partial(self._send_chunk, feed, request),
            partial(self._send_missing, feed, request),
        )

    def _send_chunk(self, feed: _Feed, request: AssetRequest, data: bytes) -> None:
        self._say(feed, AssetChunk(request.job, request.digest, request.offset), data)

    def _send_missing(self, feed: _Feed, request: AssetRequest, error: Exception) -> None:
        text = clip_text(str(error))
        self._say(feed, AssetMissing(request.job, request.digest, text))

    def _say(self, feed: _Feed, message: Message, data: bytes = b"") -> None:
        feed.busy = False
        if feed.link.is_ready:
            feed.link.send(message, data)
            self._send_next(feed)

    def _on_closed(self, feed: _Feed, event: Closed) -> None:
        order = feed.order
        if self._feeds.pop((order.job, order.ticket), None) is None:
            return
        _release(feed)
        # What exactly failed is not told: the client would learn which ports are open here.
        text = "it could not be reached or did not let us in"
        if feed.logged_in:
            text = "" if event.code == "done" else event.text or event.code
        self._served(order.job, order.ticket, text)


def _release(feed: _Feed) -> None:
    """Let timer and link die; their signals hold the exchange, which would die with them."""
    feed.idle.stop()
    feed.idle.deleteLater()
    link = feed.link
    for signal in (link.logged_in, link.received, link.drained, link.closed):
        signal.disconnect()
    feed.link.deleteLater()
