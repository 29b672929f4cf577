"""The front process of a render server: sockets, cache and worker, wired to the server core.

Uses QtCore and QtNetwork only. It performs the instructions of `network.server_core`; nothing
slow runs in it, so that it answers heartbeats whatever the worker does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from app.serving.asset_cache import AssetCache
from app.serving.cache_orders import CacheOrders
from app.serving.message_words import describe_message
from app.serving.peer_exchange import PeerExchange
from app.serving.performer import Performer
from app.serving.server_lifetime import ServerLifetime
from app.serving.worker_process import WorkerProcess
from app.system.background import Background
from app.values.cache_limits import CacheLimits
from network import instructions as do
from network.connection import Closed, LoggedIn, ServerInfo
from network.messages import (
    AssetFile,
    Availability,
    LogText,
    Message,
    PeerReady,
    WorkerOpen,
    WorkerReady,
)
from network.qt_link import QtLink
from network.server_core import ServerCore

log = logging.getLogger("brigade.server")

TICK_MS = 250  # TICK_S of the core
#: How often files that are too old leave the cache.
CLEAN_MS = 3_600_000


class Door(Protocol):
    """Where clients come from: a `QtListener` or a `QtDialler`."""

    @property
    def peer_joined(self) -> SignalInstance:
        """(QtLink, LoggedIn): a client is there."""

    @property
    def refused(self) -> SignalInstance:
        """(address, reason)."""

    def set_info(self, info: ServerInfo) -> None:
        """Tell this to clients from now on."""

    def close(self) -> None:
        """Let nobody in any more."""


class ServerFront(QObject):
    """Performs what the server core decides.

    Args:
        core: the rules.
        cache: of scene files.
        worker: renders.
        doors: where clients come from.
        info: what they are told; the engine class is filled in when the worker knows it.
        lifetime: when to end without being told, None for never.
        read_log: returns the end of the server's log, without secrets; called in a thread.

    Signals:
        finished(): everything is given back, the program may end.
    """

    finished = Signal()

    def __init__(
        self,
        core: ServerCore,
        cache: AssetCache,
        worker: WorkerProcess,
        doors: Sequence[Door],
        info: ServerInfo,
        lifetime: ServerLifetime | None = None,
        read_log: Callable[[], bytes] = bytes,
    ) -> None:
        super().__init__()
        self._core = core
        self._cache = cache
        self._worker = worker
        self._doors, self._info, self._lifetime = tuple(doors), info, lifetime
        self._read_log = read_log
        self._draining = False
        self._lent = Availability(False, info.threads, "")
        self._links: dict[int, QtLink] = {}
        self._next_client = 1
        # Not the files' thread: what that is at for so long is why somebody wants the log.
        self._log_reader = Background(threads=1, parent=self)
        self._files = CacheOrders(core, cache, self._carry_out, self)
        self._peers = PeerExchange(cache, info.name, self._on_peer_served, self)
        self._perform = Performer(self._make_performers())
        for door in doors:
            door.peer_joined.connect(self._on_joined)
            door.refused.connect(self._on_refused)
        worker.received.connect(self._on_worker_message)
        worker.exited.connect(self._on_worker_exited)
        self._ticker = QTimer(self)
        self._ticker.timeout.connect(self._tick)
        self._ticker.start(TICK_MS)
        self._cleaner = QTimer(self)
        self._cleaner.timeout.connect(self._files.clean)
        self._cleaner.start(CLEAN_MS)
        self._files.clean()

    @property
    def name(self) -> str:
        """What clients call the server."""
        return self._info.name

    def find_peer_key(self, key_id: bytes) -> bytes | None:
        """Return the key with which another server may come in now, for a listener."""
        return self._peers.find_key(key_id)

    @property
    def serving(self) -> str:
        """For whom the server renders now, in words; "" for nobody."""
        job = self._core.job
        return job.offer.client_name if job is not None else ""

    def lend(self, *, paused: bool, why: str) -> None:
        """Let clients have this computer, or not."""
        self._lent = Availability(paused, self._worker.threads, why)
        self._perform(self._core.set_availability(self._lent, time.monotonic()))

    def set_worker(self, *, threads: int, priority: str) -> None:
        """Render on so many threads, and give way to other programs like that."""
        worker = self._worker
        renew = priority != worker.priority
        if not renew and threads == worker.threads:
            return
        worker.threads, worker.priority = threads, priority
        self._lent = msgspec.structs.replace(self._lent, threads=threads)
        self._perform(self._core.set_availability(self._lent, time.monotonic(), renew=renew))

    def drain(self) -> None:
        """Give back what is not begun, finish what is, then `finished`."""
        if self._draining:
            return
        self._draining = True
        log.info("draining: no new work is taken")
        for door in self._doors:
            door.close()
        self._perform(self._core.drain(time.monotonic()))

    def close(self) -> None:
        """End everything now."""
        self._ticker.stop()
        for link in self._links.values():
            _release(link)
            link.close("shutdown", "the server was stopped")
        self._links.clear()
        self._peers.close()
        self._worker.close()
        self._log_reader.close()
        self._files.close()

    def broke(self, error: BaseException) -> None:
        """Something in this program raised and nobody caught it: jobs fail rather than wait."""
        text = f"a bug in the server, see its log: {type(error).__name__}: {error}"
        self._perform(self._core.broke(text, time.monotonic()))

    @Slot()
    def _tick(self) -> None:
        now_s = time.monotonic()
        self._perform(self._core.tick(now_s))
        if self._lifetime is not None:
            reason = self._lifetime.check(idle=self._core.is_idle, now_s=now_s)
            if reason:
                log.info("the server ends: %s", reason)
                self.drain()

    # -- clients ------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_refused(self, address: str, reason: str) -> None:
        log.warning("no client at %s: %s", address, reason)

    @Slot(object, object)
    def _on_joined(self, link: QtLink, event: LoggedIn) -> None:
        client = self._next_client
        self._next_client += 1
        self._links[client] = link
        link.setParent(self)
        link.received.connect(partial(self._on_received, client))
        link.closed.connect(partial(self._on_closed, client))
        introduced = self._peers.claim(event.key_id)
        if introduced is not None:
            log.info("server %s at %s brings files", event.client_name, link.peer_address)
            self._perform(self._core.peer_joined(client, *introduced, time.monotonic()))
            return
        log.info("client %d is %s at %s", client, event.client_name, link.peer_address)
        self._perform(self._core.client_joined(client, event.client_name, time.monotonic()))

    def _on_received(self, client: int, message: Message, payload: bytes) -> None:
        if client in self._links:
            _log_message("<", client, message, payload)
            self._perform(self._core.message(client, message, payload, time.monotonic()))

    def _on_closed(self, client: int, event: Closed) -> None:
        link = self._links.pop(client, None)
        if link is None:
            return
        _release(link)
        link.deleteLater()
        log.info("client %d left: %s (%s)", client, event.text or event.code, event.code)
        self._perform(self._core.client_left(client, time.monotonic()))

    def _close_client(self, order: do.CloseClient) -> None:
        link = self._links.pop(order.client, None)
        if link is not None:
            log.info("client %d is sent away: %s", order.client, order.text)
            _release(link)
            link.close(order.code, order.text)
            link.deleteLater()

    def _send_to(self, order: do.SendTo) -> None:
        link = self._links.get(order.client)
        if link is not None:
            _log_message(">", order.client, order.message, order.payload)
            link.send(order.message, order.payload)

    def _expect_peer(self, order: do.ExpectPeer) -> None:
        key = self._peers.expect(order.job, order.ticket)
        self._send_to(do.SendTo(order.client, PeerReady(order.job, order.ticket, key)))

    def _on_peer_served(self, job: str, ticket: int, text: str) -> None:
        self._perform(self._core.peer_served(job, ticket, text, time.monotonic()))

    def _send_log(self, order: do.SendLog) -> None:
        def send(text: bytes) -> None:
            link = self._links.get(order.client)
            if link is not None:
                link.send(LogText(), text)

        self._log_reader.run(self._read_log, send, _log_error)

    # -- cache --------------------------------------------------------------------------------

    @Slot(object)
    def limit_cache(self, limits: CacheLimits) -> None:
        """Keep no more than this from now on; files of running jobs stay."""
        self._files.limit(limits)

    def _open_worker_job(self, order: do.OpenWorkerJob) -> None:
        files = [
            AssetFile(asset.label, str(self._cache.path(asset.digest))) for asset in order.assets
        ]
        payload = msgspec.msgpack.encode(files)
        self._worker.send(WorkerOpen(order.job, order.scene, order.settings), payload)

    # -- worker -------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_worker_message(self, message: Message, payload: bytes) -> None:
        now_s = time.monotonic()
        if isinstance(message, WorkerReady):
            self._announce_engine(message.engine_class)
            self._perform(self._core.worker_ready(message.engine_class, now_s))
        else:
            self._perform(self._core.worker_message(message, payload, now_s))

    def _announce_engine(self, engine_class: str) -> None:
        self._info = replace(self._info, engine_class=engine_class)
        for door in self._doors:
            door.set_info(self._info)

    @Slot(str)
    def _on_worker_exited(self, text: str) -> None:
        log.error("%s", text)
        self._perform(self._core.worker_exited(text, time.monotonic()))

    def _restart_worker(self, order: do.RestartWorker) -> None:
        log.warning("restarting the worker: %s", order.reason)
        self._worker.restart()

    # -- instructions -------------------------------------------------------------------------

    def _carry_out(self, orders: Sequence[object]) -> None:
        self._perform(orders)

    def _make_performers(self) -> dict[type, Callable[[Any], None]]:
        return {
            do.SendTo: self._send_to,
            do.CloseClient: self._close_client,
            **self._files.performers(),
            do.ExpectPeer: self._expect_peer,
            do.ForgetPeer: self._peers.forget,
            do.ServePeer: self._peers.serve,
            do.StopServing: self._peers.stop,
            do.ToWorker: lambda order: self._worker.send(order.message, order.payload),
            do.OpenWorkerJob: self._open_worker_job,
            do.RestartWorker: self._restart_worker,
            do.SendLog: self._send_log,
            do.Quit: lambda _order: self.finished.emit(),
            do.Log: lambda order: log.log(
                getattr(logging, order.level.value.upper()), "%s", order.text
            ),
        }


def _release(link: QtLink) -> None:
    """Cut a link's signals: they hold the front, which a link that dies later would delete."""
    link.received.disconnect()
    link.closed.disconnect()


def _log_message(way: str, client: int, message: Message, payload: bytes) -> None:
    line = describe_message(message, len(payload))
    if line:
        log.debug("%s client %d %s", way, client, line)


def _log_error(error: Exception) -> None:
    log.warning("the log cannot be read: %s", error)
