"""Who rendered what of one frame, and when: for the timeline, the pixel card and the tint.

Plain Python; clock values are arguments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum

from renderer.buckets import Region

#: Spans beyond this many are not kept: an 8K frame in 64-pixel buckets has 8,100, and its
#: last buckets are split some dozen times. A farm that flaps for hours must not fill memory.
MAX_SPANS = 60_000
#: Pixels find their bucket through cells of this size.
CELL_PX = 64


class Outcome(Enum):
    """What became of a bucket on a server."""

    OPEN = "rendering"
    DONE = "rendered"
    SPARE = "another server was first"
    LOST = "given back"


@dataclass(frozen=True)
class Span:
    """A server had a bucket for some time.

    Attributes:
        uid: of the server.
        region: pixels of the bucket, or of a part of it.
        start_s, end_s: seconds since the frame began; `end_s` is None while it goes on.
        outcome: how it ended.
    """

    uid: str
    region: Region
    start_s: float
    end_s: float | None
    outcome: Outcome


class BucketLog:
    """Spans of one frame, in the order in which they ended, and those that are open."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._start_s = start_s
        self._closed: list[Span] = []
        self._open: dict[int, dict[str, Span]] = defaultdict(dict)
        self._cells: dict[tuple[int, int], list[Span]] = defaultdict(list)
        self.end_s: float | None = None

    @property
    def spans(self) -> list[Span]:
        """All of them: what ended first, then what is open."""
        return self._closed + [span for open_ in self._open.values() for span in open_.values()]

    @property
    def closed(self) -> list[Span]:
        """What ended, in that order; it only grows."""
        return self._closed

    @property
    def done(self) -> list[Span]:
        """Those whose pixels are on the film."""
        return [span for span in self._closed if span.outcome is Outcome.DONE]

    def seconds(self, now_s: float) -> float:
        """Return how long the frame has taken so far."""
        return self.end_s if self.end_s is not None else now_s - self._start_s

    def lease(self, unit: int, uid: str, region: Region, now_s: float) -> None:
        """A server has a bucket; told again for one that has it, it is the only one left."""
        holders = self._open[unit]
        if uid in holders:
            for other in [name for name in holders if name != uid]:
                self._close(unit, other, Outcome.LOST, now_s)
            return
        holders[uid] = Span(uid, region, now_s - self._start_s, None, Outcome.OPEN)

    def release(self, unit: int, now_s: float) -> None:
        """Nobody has the bucket any more."""
        for uid in list(self._open.get(unit, ())):
            self._close(unit, uid, Outcome.LOST, now_s)

    def finish(self, unit: int, uid: str, region: Region, now_s: float) -> None:
        """Pixels of a bucket, or of a part of what a server had, are on the film."""
        if uid not in self._open.get(unit, {}):
            now = now_s - self._start_s  # a late result: when it began is not known any more
            self._open[unit][uid] = Span(uid, region, now, None, Outcome.OPEN)
        for other in list(self._open[unit]):
            outcome = Outcome.DONE if other == uid else Outcome.SPARE
            self._close(unit, other, outcome, now_s, region)

    def end(self, now_s: float) -> None:
        """The frame ended: what is open was not needed."""
        self.end_s = now_s - self._start_s
        for unit in list(self._open):
            for uid in list(self._open[unit]):
                self._close(unit, uid, Outcome.SPARE, now_s)

    def at(self, x: int, y: int) -> Span | None:
        """Return who rendered a pixel; None while nobody has."""
        for span in reversed(self._cells.get((x // CELL_PX, y // CELL_PX), ())):
            region = span.region
            if region.x <= x < region.x + region.width and region.y <= y < region.y + region.height:
                return span
        return None

    def _close(
        self, unit: int, uid: str, outcome: Outcome, now_s: float, region: Region | None = None
    ) -> None:
        span = self._open[unit].pop(uid)
        if not self._open[unit]:
            del self._open[unit]
        if len(self._closed) >= MAX_SPANS:
            return
        area = region if region is not None and outcome is Outcome.DONE else span.region
        closed = Span(uid, area, span.start_s, now_s - self._start_s, outcome)
        self._closed.append(closed)
        if outcome is Outcome.DONE:
            self._index(closed)

    def _index(self, span: Span) -> None:
        region = span.region
        for row in range(region.y // CELL_PX, (region.y + region.height - 1) // CELL_PX + 1):
            for column in range(region.x // CELL_PX, (region.x + region.width - 1) // CELL_PX + 1):
                self._cells[column, row].append(span)
