"""Which servers are far slower than they were, or than the others: pure rules over counts.

A rate is taken over a window that holds several buckets, so that one heavy bucket proves nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

#: Below a fifth something is wrong: a hot laptop, another program, a disk that swaps.
SLOW_SHARE = 0.2
#: And above two fifths it is well again: no flicker in between.
WELL_SHARE = 0.4
#: Shorter windows would judge a hiccup, ...
WINDOW_S = 10.0
#: ... and in fewer buckets than these the picture's own differences are too large.
WINDOW_BUCKETS = 5.0
#: One other may be a workstation, and this one a laptop.
MIN_OTHERS = 2
#: Readings that are kept, one a second: five minutes.
KEPT = 300


@dataclass(frozen=True)
class Reading:
    """One server's counts in the running frame.

    Attributes:
        samples: delivered so far; `buckets` likewise.
        leases: in hand.
    """

    uid: str
    threads: int
    samples: int
    buckets: int
    leases: int


@dataclass
class _Track:
    readings: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=KEPT))
    best_per_s: float = 0.0
    best: float = 0.0  # a thread's rate beside that of the others' threads
    rate_per_s: float | None = None  # over the window, None while that is not full
    slow: bool = False


class SlowWatch:
    """Judges all servers once a second; made for one frame."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Track] = {}

    def judge(self, servers: Sequence[Reading], now_s: float) -> dict[str, str]:
        """Return why servers are slow, "" for those that are not."""
        buckets = sum(server.buckets for server in servers)
        bucket_samples = sum(server.samples for server in servers) / max(buckets, 1)
        for server in servers:
            self._measure(server, bucket_samples, now_s)
        per_thread = {
            server.uid: rate / max(server.threads, 1)
            for server in servers
            if (rate := self._tracks[server.uid].rate_per_s) is not None
        }
        return {server.uid: self._judge(server, per_thread) for server in servers}

    def _measure(self, server: Reading, bucket_samples: float, now_s: float) -> None:
        track = self._tracks.setdefault(server.uid, _Track())
        if not server.leases:
            track.readings.clear()  # at rest: what it did before says nothing of now
        track.readings.append((now_s, server.samples))
        usual_s = bucket_samples / track.best_per_s if track.best_per_s else 0.0
        window_s = max(WINDOW_S, WINDOW_BUCKETS * usual_s)
        inside = [reading for reading in track.readings if reading[0] >= now_s - window_s]
        covered_s = now_s - track.readings[0][0]
        track.rate_per_s = None
        if covered_s >= window_s and now_s > inside[0][0]:
            track.rate_per_s = (server.samples - inside[0][1]) / (now_s - inside[0][0])
            track.best_per_s = max(track.best_per_s, track.rate_per_s)

    def _judge(self, server: Reading, per_thread: dict[str, float]) -> str:
        """Compare with the others: a hard part of the picture slows them all."""
        track = self._tracks[server.uid]
        others = [rate for uid, rate in per_thread.items() if uid != server.uid]
        usual = median(others) if others else 0.0
        own = per_thread.get(server.uid)
        if own is None or usual <= 0.0:
            track.slow = False
            return ""
        relative = own / usual
        track.best = max(track.best, relative)
        share = WELL_SHARE if track.slow else SLOW_SHARE
        text = ""
        if relative < share and len(others) >= MIN_OTHERS:
            text = f"each of its threads makes {relative:.0%} of what those of the others make"
        elif relative < share * track.best:
            text = f"beside the others it makes {relative / track.best:.0%} of what it made before"
        track.slow = bool(text)
        return text
