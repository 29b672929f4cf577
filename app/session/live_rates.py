"""Keeps the rates of the rows true between buckets, and marks servers that became slow."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.session.bucket_orders import BucketOrders
from app.session.server_links import ServerLinks
from app.session.slow_watch import Reading, SlowWatch

EVERY_MS = 1000


class LiveRates(QObject):
    """Reads all counts once a second while a frame is rendered; decides nothing.

    Args:
        links: have the rows.
        orders: know the running frame.
        parent: Qt's owner.
        now_s: the clock.
    """

    def __init__(
        self,
        links: ServerLinks,
        orders: BucketOrders,
        parent: QObject | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._links, self._orders, self._now_s = links, orders, now_s
        self._watch = SlowWatch()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.read)

    def begin(self) -> None:
        """A frame begins."""
        self._watch = SlowWatch()
        self._timer.start()

    def end(self) -> None:
        """It is over: nobody is slow."""
        self._timer.stop()
        for uid in self._links.uids:
            if self._links.status(uid).slow:
                self._links.set_status(uid, slow="")

    def read(self) -> None:
        """Take a reading of all servers."""
        tally, now_s = self._orders.tally, self._now_s()
        if tally is None:
            return
        readings = []
        for uid in self._links.uids:
            status = self._links.status(uid)
            if status.leases or status.samples_done:
                done = (status.samples_done, status.buckets_done)
                readings.append(Reading(uid, status.threads, *done, status.leases))
        for uid, why in self._watch.judge(readings, now_s).items():
            status = self._links.status(uid)
            rate = tally.rate_of(uid, now_s) if status.leases else status.samples_per_s
            if (rate, why) != (status.samples_per_s, status.slow):
                self._links.set_status(uid, samples_per_s=rate, slow=why)
