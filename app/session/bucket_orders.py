"""Performs what the core says about buckets and servers: film, counts, list and views follow it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.frames.frame import Frame
from app.frames.frame_tally import FrameTally
from app.frames.lease_book import LeaseBook
from app.session.core_values import STATE_OF_PHASE, region_of
from app.session.server_links import ServerLinks
from app.values.session_types import BucketInFlight, Incident, ServerState
from network import instructions as do
from network.work import Unit
from renderer.buckets import Region

log = logging.getLogger("brigade.client")


class BucketOrders(QObject):
    """Carries out the core's instructions about the running frame; decides nothing.

    Args:
        links: to the servers, whose rows it keeps.
        parent: as always in Qt.

    Signals:
        leased, released, finished, revoked, happened: see `RenderSession`.
    """

    leased = Signal(object)
    released = Signal(int)
    finished = Signal(object, object)
    revoked = Signal(object)
    happened = Signal(object)

    def __init__(self, links: ServerLinks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._links = links
        self._frame: Frame | None = None
        self._leases = LeaseBook()

    @property
    def tally(self) -> FrameTally | None:
        """Of the frame that is being rendered, None between frames."""
        return self._frame.tally if self._frame is not None else None

    @property
    def servers_working(self) -> int:
        """How many servers have buckets."""
        return self._leases.servers_working

    def begin(self, frame: Frame) -> None:
        """Buckets are of this frame from now on."""
        self._frame = frame
        self._leases.clear()
        request = frame.whole.request
        settings = request.settings
        log.info(
            "job %s is %s: %d x %d pixels, %d samples, seed %d",
            self._job, request.scene, settings.width, settings.height, settings.samples,
            settings.seed,
        )  # fmt: skip

    def end(self) -> None:
        """No frame is rendered any more."""
        self._frame = None
        self._leases.clear()

    def performers(self) -> dict[type, Callable[[Any], None]]:
        """Return what carries out each kind of instruction."""
        return {
            do.Commit: self._commit,
            do.Leased: self._leased,
            do.Released: self._released,
            do.Revoked: self._revoked,
            do.Confirmed: self._confirmed,
            do.ServerChanged: self._server_changed,
            do.Happened: self._happened,
        }

    @property
    def _job(self) -> str:
        """Beginning of the running job's name, as the servers' logs have it."""
        return self._running().job.spec.job[:8]

    def _running(self) -> Frame:
        assert self._frame is not None
        return self._frame

    def _commit(self, order: do.Commit) -> None:
        frame = self._running()
        unit, now_s = order.unit, time.monotonic()
        arrival = frame.commit(
            order.server, unit, order.payload, order.render_s, self._links, now_s, order.attempt
        )
        for uid in self._leases.drop_all(unit.index):
            self._show_leases(uid)
        name = self._links.name(order.server)
        what = describe_unit(unit, arrival.region)
        log.debug("job %s %s is done by %s in %.3f s", self._job, what, name, order.render_s)
        self._links.set_status(
            order.server,
            buckets_done=arrival.server.buckets,
            samples_done=arrival.server.samples,
            samples_per_s=frame.tally.rate_of(order.server, now_s),
            share=frame.tally.share_of(order.server),
        )
        bucket = BucketInFlight(unit.index, arrival.region, order.server, unit.bucket)
        self.finished.emit(bucket, arrival.pixels)

    def _leased(self, order: do.Leased) -> None:
        unit = order.unit
        bucket = BucketInFlight(unit.index, region_of(unit), order.server, unit.bucket)
        name = self._links.name(order.server)
        log.debug("job %s %s goes to %s", self._job, describe_unit(unit, bucket.region), name)
        self._leases.add(bucket)
        self._show_leases(order.server)
        self.leased.emit(bucket)

    def _released(self, order: do.Released) -> None:
        unit = order.unit.index
        if not self._leases.drop(unit, order.server):
            return
        name = self._links.name(order.server)
        what = describe_unit(order.unit, region_of(order.unit))
        log.debug("job %s %s is not with %s any more", self._job, what, name)
        self._show_leases(order.server)
        left = self._leases.holder(unit)
        if left is not None:
            self.leased.emit(left)  # another server renders it too: show that one
        else:
            self.released.emit(unit)

    def _revoked(self, order: do.Revoked) -> None:
        name = self._links.name(order.server)
        region = region_of(order.unit)
        what = describe_unit(order.unit, region)
        log.debug("job %s %s of %s is revoked", self._job, what, name)
        self._running().revoke(order.server, order.unit)
        self.revoked.emit(region)

    def _confirmed(self, order: do.Confirmed) -> None:
        self._running().provenance.confirm(order.unit)
        name = self._links.name(order.server)
        what = describe_unit(order.unit, region_of(order.unit))
        log.debug("job %s %s is confirmed by %s", self._job, what, name)

    def _show_leases(self, uid: str) -> None:
        leases = self._leases.count(uid)
        if self.tally is not None:
            self.tally.set_leases(uid, leases, time.monotonic())
        self._links.set_status(uid, leases=leases)

    def _server_changed(self, order: do.ServerChanged) -> None:
        state = STATE_OF_PHASE[order.phase]
        if state is ServerState.CONNECTING and self._links.waits_for_local(order.server):
            state = ServerState.STARTING
        if self.tally is not None:
            self.tally.set_state(order.server, state, time.monotonic())
        self._links.set_status(
            order.server,
            state=state,
            detail=order.detail,
            fraction=order.fraction,
            retry_at_s=time.monotonic() + order.retry_s if order.retry_s else None,
            attempt=order.attempt,
        )

    def _happened(self, order: do.Happened) -> None:
        incident = Incident(
            time_s=self.tally.elapsed_s(time.monotonic()) if self.tally is not None else 0.0,
            clock=time.strftime("%H:%M:%S"),
            uid=order.server,
            server=self._links.name(order.server),
            what=order.what,
            buckets_given_back=order.buckets_given_back,
            outcome=order.outcome,
        )
        if self.tally is not None:
            self.tally.add_incident(incident)
        self._links.set_status(order.server, error=order.what)
        self.happened.emit(incident)


def describe_unit(unit: Unit, region: Region) -> str:
    """Return a unit for the log: its number, as the servers' logs have it, and its pixels.

    Parts of buckets and copies to compare have numbers beyond those of the buckets, so that the
    number alone would send a reader to look for bucket 210 of 40.
    """
    part = f" of bucket {unit.whole}" if unit.whole >= 0 else ""
    return f"unit {unit.index}{part} ({region.width} x {region.height} at {region.x}, {region.y})"
