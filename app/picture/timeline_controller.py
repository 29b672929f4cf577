"""Turns the log of a frame into the rows of the timeline, while somebody looks at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.frames.bucket_log import BucketLog, Outcome, Span
from app.picture.frame_watch import FrameWatch
from app.widgets.local_numbers import format_fixed
from app.widgets.timeline_panel import Bar, TimelinePanel, TimelineRow
from renderer.buckets import Region

KINDS = {
    Outcome.DONE: "done",
    Outcome.OPEN: "open",
    Outcome.SPARE: "spare",
    Outcome.LOST: "lost",
}


class TimelineController(QObject):
    """Follows the log; what has ended is read once.

    Signals:
        bucket_chosen(Region): the artist clicked its bar.
    """

    bucket_chosen = Signal(object)

    def __init__(
        self,
        watch: FrameWatch,
        server_name: Callable[[str], str],
        server_color: Callable[[str], QColor],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.panel = TimelinePanel(self.describe)
        self._watch = watch
        self._name = server_name
        self._color = server_color
        self._visible = False
        self._log: BucketLog | None = None
        self._read = 0
        self._bars: dict[str, list[Bar]] = {}
        self._done_pixels: dict[str, int] = defaultdict(int)
        self._spans: list[Span] = []  # by token
        watch.changed.connect(self._follow)
        self.panel.view.bar_clicked.connect(self._choose)

    def set_visible(self, visible: bool) -> None:
        """The panel is seen, or not."""
        self._visible = visible
        self._follow()

    def describe(self, token: int) -> str:
        """Return what there is to say of a bar."""
        if token >= len(self._spans):
            return ""
        span = self._spans[token]
        region = span.region
        end_s = span.end_s if span.end_s is not None else self._watch.seconds
        outcomes = {
            Outcome.DONE: self.tr("rendered"),
            Outcome.OPEN: self.tr("being rendered"),
            Outcome.SPARE: self.tr("not needed: another server was first"),
            Outcome.LOST: self.tr("given back"),
        }
        return self.tr("{}\n{} × {} pixels at {}, {}\n{} s to {} s ({} s)\n{}").format(
            self._name(span.uid),
            region.width,
            region.height,
            region.x,
            region.y,
            format_fixed(span.start_s, 2),
            format_fixed(end_s, 2),
            format_fixed(end_s - span.start_s, 2),
            outcomes[span.outcome],
        )

    def _choose(self, token: int) -> None:
        region: Region = self._spans[token].region
        self.bucket_chosen.emit(region)

    def _follow(self) -> None:
        if not self._visible:
            return
        log = self._watch.log
        if log is not self._log:
            self._log, self._read = log, 0
            self._bars, self._spans = {}, []
            self._done_pixels.clear()
        del self._spans[self._read :]  # the open ones of last time
        for span in log.closed[self._read :]:
            self._add(span)
        self._read = len(log.closed)
        seconds = self._watch.seconds
        still_open: dict[str, list[Bar]] = defaultdict(list)
        for span in log.spans[self._read :]:
            still_open[span.uid].append(self._make_bar(span, seconds))
            self._bars.setdefault(span.uid, [])
        self._show(still_open, seconds)

    def _add(self, span: Span) -> None:
        assert span.end_s is not None
        self._bars.setdefault(span.uid, []).append(self._make_bar(span, span.end_s))
        if span.outcome is Outcome.DONE:
            self._done_pixels[span.uid] += span.region.pixels

    def _make_bar(self, span: Span, end_s: float) -> Bar:
        self._spans.append(span)
        return Bar(span.start_s, end_s, KINDS[span.outcome], len(self._spans) - 1)

    def _show(self, still_open: dict[str, list[Bar]], seconds: float) -> None:
        total = sum(self._done_pixels.values())
        rows = []
        for uid, bars in self._bars.items():
            share = f"{100 * self._done_pixels[uid] / total:.0f} %" if total else ""
            shown = bars + still_open.get(uid, [])
            rows.append(TimelineRow(self._name(uid), self._color(uid), share, shown))
        self.panel.view.set_rows(rows, seconds)
