"""Writes down who renders what while the session tells it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.frames.bucket_log import BucketLog, Span
from app.session.session import RenderSession
from app.values.session_types import BucketInFlight

#: Views that show the log follow it no faster than this.
TELL_EVERY_MS = 200


class FrameWatch(QObject):
    """Keeps the log of the frame on the film.

    Attributes:
        log: of the frame that is or was rendered last.

    Signals:
        changed(): the log has grown; at most five times a second.
    """

    changed = Signal()

    def __init__(
        self, session: RenderSession, now_s: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.log = BucketLog()
        self._now_s = now_s
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_EVERY_MS)
        self._timer.timeout.connect(self.changed)
        session.job_started.connect(lambda _job: self._begin())
        session.bucket_leased.connect(self._lease)
        session.bucket_released.connect(self._release)
        session.bucket_finished.connect(self._finish)
        session.job_finished.connect(lambda _report: self._end())
        session.job_failed.connect(lambda _text: self._end())

    @property
    def seconds(self) -> float:
        """How long the frame has taken so far."""
        return self.log.seconds(self._now_s())

    def at(self, x: int, y: int) -> Span | None:
        """Return who rendered a pixel; None while nobody has."""
        return self.log.at(x, y)

    def _begin(self) -> None:
        self.log = BucketLog(self._now_s())
        self._tell()

    def _lease(self, bucket: BucketInFlight) -> None:
        self.log.lease(bucket.unit, bucket.uid, bucket.region, self._now_s())
        self._tell()

    def _release(self, unit: int) -> None:
        self.log.release(unit, self._now_s())
        self._tell()

    def _finish(self, bucket: BucketInFlight, _pixels: object) -> None:
        self.log.finish(bucket.unit, bucket.uid, bucket.region, self._now_s())
        self._tell()

    def _end(self) -> None:
        if self.log.end_s is None:
            self.log.end(self._now_s())
        self._tell()

    def _tell(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
