"""Performs what the server core says about scene files, off the event loop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.serving.asset_cache import AssetCache
from app.system.background import Background
from app.values.cache_limits import CacheLimits
from network import instructions as do
from network.server_core import ServerCore

log = logging.getLogger("brigade.server")


class _NotWantedError(Exception):
    """Ends a search in the thread that is at it: its job is over."""


class CacheOrders(QObject):
    """Carries out the core's instructions about files; decides nothing.

    Args:
        core: the rules.
        cache: of scene files.
        perform: carries out what the core decides.
        parent: as always in Qt.
    """

    _searched = Signal(str, float)  # job, fraction: from the thread that looks files up

    def __init__(
        self,
        core: ServerCore,
        cache: AssetCache,
        perform: Callable[[Sequence[object]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._core, self._cache, self._perform = core, cache, perform
        self._job = ""  # whose files are looked up; read by the thread that does
        # One thread: the pieces of a file are written in the order in which they came.
        self._disk = Background(threads=1, parent=self)
        self._searched.connect(self._on_searched, Qt.ConnectionType.QueuedConnection)

    def performers(self) -> dict[type, Callable[[Any], None]]:
        """Return what carries out each kind of instruction."""
        return {
            do.FindAssets: self._find,
            do.StoreChunk: self._store,
            do.ReleaseAssets: self._release,
        }

    def limit(self, limits: CacheLimits) -> None:
        """Keep no more than this from now on; files of running jobs stay."""
        self._core.cache_limit_bytes = limits.size_bytes
        self._disk.run(lambda: self._cache.set_limits(limits), _ignore, _log_error)

    @Slot()
    def clean(self) -> None:
        """Let files go that are too old."""
        self._disk.run(self._cache.expire, _ignore, _log_error)

    def close(self) -> None:
        """End; what is being written is written first."""
        self._job = ""
        self._disk.run(self._cache.close, _ignore, _log_error)
        self._disk.close(finish=True)

    # -- looking up ---------------------------------------------------------------------------

    def _find(self, order: do.FindAssets) -> None:
        self._job = order.job
        tell = partial(self._tell, order.job)
        self._disk.run(
            lambda: self._cache.find(order.job, order.digests, fresh=order.fresh, progress=tell),
            lambda found: self._perform(
                self._core.assets_found(order.job, found.present, time.monotonic(), found.partial)
            ),
            partial(self._fail, order.job),
        )

    def _tell(self, job: str, fraction: float) -> None:
        """Tell how far a search is, in the thread; hundreds of gigabytes take many minutes.

        Raises:
            _NotWantedError: neither the next job nor the end of the server waits for them.
        """
        if job != self._job:
            raise _NotWantedError(job)
        self._searched.emit(job, fraction)

    def _fail(self, job: str, error: Exception) -> None:
        if isinstance(error, _NotWantedError):
            return
        log.error("the cache cannot be read: %s", error)
        self._perform(self._core.search_failed(job, str(error), time.monotonic()))

    @Slot(str, float)
    def _on_searched(self, job: str, fraction: float) -> None:
        self._perform(self._core.assets_searched(job, fraction, time.monotonic()))

    def _release(self, order: do.ReleaseAssets) -> None:
        if self._job == order.job:
            self._job = ""
        self._disk.run(lambda: self._cache.release(order.job), _ignore, _log_error)

    # -- writing ------------------------------------------------------------------------------

    def _store(self, order: do.StoreChunk) -> None:
        self._disk.run(
            lambda: self._cache.store(order.digest, order.size, order.offset, order.data),
            lambda complete: self._on_written(order.digest, complete),
            lambda error: self._stored(order.digest, str(error)),
        )

    def _on_written(self, digest: str, complete: bool) -> None:
        if complete:
            self._stored(digest, "")
        else:
            self._perform(self._core.chunk_stored(digest, time.monotonic()))

    def _stored(self, digest: str, error: str) -> None:
        if error:
            log.error("cannot keep asset %s: %s", digest[:12], error)
        self._perform(self._core.asset_stored(digest, error, time.monotonic()))


def _ignore(_value: object) -> None:
    """Take a result that nobody waits for."""


def _log_error(error: Exception) -> None:
    log.warning("cache: %s", error)
