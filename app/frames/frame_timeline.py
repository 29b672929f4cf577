"""What every server did when: getting ready, working, idle, away; and what it was worth.

Clock values are arguments, seconds since the click on Render.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from app.values.session_types import ServerReport, ServerState, Span

#: Shorter pauses between two buckets are the network's, and no gap that anybody would look at.
SHORTEST_GAP_S = 0.05
#: Spans that are kept of a server; when there are more, longer gaps than before are closed.
MAX_SPANS = 400
LONGEST_GAP_S = 3600.0


class Doing(Enum):
    """What a server does at a moment."""

    AWAY = "away"
    READYING = "getting ready"
    IDLE = "idle"
    WORKING = "working"


_READYING = {
    ServerState.STARTING,
    ServerState.CONNECTING,
    ServerState.RESOLVING,
    ServerState.IDLE,
    ServerState.QUEUED,
    ServerState.SYNCING,
    ServerState.OPENING,
}


@dataclass
class _Line:
    """One server's time; `spans` have no gaps between them, the last one is open."""

    spans: list[Span]
    doing: Doing
    since_s: float
    idle_s: float = 0.0
    working_s: float = 0.0
    rendering: bool = False
    leases: int = 0
    shortest_s: float = SHORTEST_GAP_S


class FrameTimeline:
    """The lines of all servers of a frame."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def set_state(self, uid: str, state: ServerState, now_s: float) -> None:
        """A server's state changed."""
        line = self._line(uid, now_s)
        line.rendering = state is ServerState.RENDERING
        outside = Doing.READYING if state in _READYING else Doing.AWAY
        self._change(line, self._judge(line) if line.rendering else outside, now_s)

    def set_leases(self, uid: str, leases: int, now_s: float) -> None:
        """A server got a bucket, or lost one."""
        line = self._line(uid, now_s)
        line.leases = leases
        if line.rendering:
            self._change(line, self._judge(line), now_s)

    def end(self, now_s: float) -> None:
        """The frame is over."""
        for line in self._lines.values():
            self._close(line, now_s)

    def describe(self, uid: str, server: ServerReport, samples: int) -> ServerReport:
        """Return a server's report with its time; `samples` are those of this time."""
        line = self._lines.get(uid)
        if line is None:
            return server
        rate = samples / line.working_s if line.working_s > 0.0 else 0.0
        return replace(
            server,
            working_s=line.working_s,
            idle_s=line.idle_s,
            samples_per_s=rate,
            spans=tuple(line.spans),
        )

    @staticmethod
    def _judge(line: _Line) -> Doing:
        return Doing.WORKING if line.leases > 0 else Doing.IDLE

    def _line(self, uid: str, now_s: float) -> _Line:
        if uid not in self._lines:
            self._lines[uid] = _Line([], Doing.AWAY, max(now_s, 0.0))
        return self._lines[uid]

    def _change(self, line: _Line, doing: Doing, now_s: float) -> None:
        if doing is not line.doing:
            self._close(line, now_s)
            line.doing = doing

    def _close(self, line: _Line, now_s: float) -> None:
        length_s = max(now_s - line.since_s, 0.0)
        line.working_s += length_s * (line.doing is Doing.WORKING)
        line.idle_s += length_s * (line.doing is Doing.IDLE)
        if length_s > 0.0:
            line.spans.append(Span(line.since_s, now_s, line.doing.value))
            _join(line.spans, line.shortest_s)
        line.since_s = now_s
        while len(line.spans) > MAX_SPANS:
            line.shortest_s *= 2.0
            line.spans = _thin(line.spans, line.shortest_s)
            if line.shortest_s > LONGEST_GAP_S:  # it comes and goes all the time
                line.spans = line.spans[-MAX_SPANS // 2 :]


def _join(spans: list[Span], shortest_s: float) -> None:
    """Close the last gap if it is short, and join it with what is alike around it."""
    if len(spans) > 2 and spans[-1].what == spans[-3].what:
        gap = spans[-2]
        if gap.what == Doing.IDLE.value and gap.to_s - gap.from_s < shortest_s:
            spans[-3:] = [replace(spans[-3], to_s=spans[-1].to_s)]
    if len(spans) > 1 and spans[-1].what == spans[-2].what:
        spans[-2:] = [replace(spans[-2], to_s=spans[-1].to_s)]


def _thin(spans: Sequence[Span], shortest_s: float) -> list[Span]:
    thinned: list[Span] = []
    for span in spans:
        thinned.append(span)
        _join(thinned, shortest_s)
    return thinned


def judge_worth(servers: Sequence[ServerReport]) -> tuple[tuple[ServerReport, ...], float]:
    """Return the reports with what each server was worth, and the speed-up of all together.

    The speed-up is against the fastest server alone: all samples over its own pace, compared
    with the time in which anybody worked. A server is worth its share of all paces.
    """
    pixels = sum(server.pixels for server in servers)
    paces = sum(server.samples_per_s for server in servers)
    judged = tuple(
        replace(
            server,
            share=server.pixels / pixels if pixels else 0.0,
            worth=server.samples_per_s / paces if paces > 0.0 else 0.0,
        )
        for server in servers
    )
    fastest = max((server.samples_per_s for server in servers), default=0.0)
    worked = [span for s in servers for span in s.spans if span.what == Doing.WORKING.value]
    if not worked or fastest <= 0.0:
        return judged, 0.0
    wall_s = max(span.to_s for span in worked) - min(span.from_s for span in worked)
    alone_s = sum(s.samples_per_s * s.working_s for s in servers) / fastest
    return judged, alone_s / wall_s if wall_s > 0.0 else 0.0
