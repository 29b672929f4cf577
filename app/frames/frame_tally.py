"""Counting for one frame: progress while it renders, the report when it ends.

Clock values are arguments; `report` hashes the film and may run in a thread.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from app.frames.frame_timeline import FrameTimeline, judge_worth
from app.frames.jobs import PreparedJob
from app.values.provenance import Provenance
from app.values.session_types import FrameReport, Incident, Progress, ServerReport, ServerState
from network.work import Unit
from renderer.channels import channel_offsets, film_channels
from renderer.film import Film
from renderer.settings import RenderSettings

#: Rates are means over this span: long enough to be steady, short enough to follow a loss.
RATE_WINDOW_S = 5.0
#: An incident is a server lost; a flapping farm must not grow the report without end.
MAX_INCIDENTS = 1000


class ServerFacts(Protocol):
    """What the tally asks of the session's links."""

    def name(self, uid: str) -> str:
        """Shown name."""

    def address(self, uid: str) -> str:
        """`host:port`."""

    def engine_class(self, uid: str) -> str:
        """Engine class, "" before login."""

    def bytes_of(self, uid: str) -> tuple[int, int]:
        """Bytes sent and received so far."""


@dataclass(frozen=True, slots=True)
class Part:
    """A bucket, or a part of one, as it is counted.

    Attributes:
        asked: pixel samples that it may take at most; `taken`: that it took.
        render_s: thread seconds.
    """

    bucket: int
    pixels: int
    asked: int
    taken: int
    render_s: float


class FrameTally:
    """Everything that is counted for one frame, from the click on Render to the report."""

    def __init__(self, start_s: float) -> None:
        self.provenance = Provenance()
        self._start_s = start_s
        self._end_s: float | None = None
        self._complete = False
        self._job: PreparedJob | None = None
        self._first_bucket_s: float | None = None
        self._samples_done = 0  # of the most that could be needed: how far the frame is
        self._samples_taken = 0
        self._samples_total = 0
        self._buckets_done = 0
        self._pixels_left: list[int] = []  # by bucket
        self._pixels = 0
        self._pixels_missing = -1  # of all buckets; not known yet
        self._ended_by: dict[int, str] = {}  # who delivered the last part of a bucket
        self._restored: Counter[str] = Counter()  # samples by server; "" for all
        self._restored_pixels = 0
        self._earlier_s = 0.0
        self._servers: dict[str, ServerReport] = {}
        self._numbers: dict[str, int] = {}
        self._bytes_at_start: dict[str, tuple[int, int]] = {}
        self._engines: set[str] = set()  # that rendered before the frame was resumed
        self._incidents: list[Incident] = []
        self._recent: deque[tuple[float, str, int]] = deque()  # (time, server, samples)
        self._recent_sums: Counter[str] = Counter()  # of `_recent`, by server; "" for all
        self.timeline = FrameTimeline()

    def begin(self, job: PreparedJob) -> None:
        """Take over the job when its files are hashed."""
        self._job = job
        self._pixels_left = [region.pixels for region in job.regions]
        self._pixels = self._pixels_missing = sum(self._pixels_left)
        self._samples_total = self._pixels * job.request.settings.samples

    def restore_server(self, uid: str, name: str, address: str) -> None:
        """A server had delivered before the frame was resumed; call it in their old order."""
        self._servers[uid] = ServerReport(name, address)
        self._bytes_at_start[uid] = (0, 0)

    def restore(self, uid: str, part: Part) -> None:
        """Count pixels that were there before the frame was resumed."""
        self._count(uid, part)
        self._restored[uid] += part.taken
        self._restored[""] += part.taken
        self._restored_pixels += part.pixels
        server = self._servers[uid]
        self._servers[uid] = replace(server, restored=server.restored + part.pixels)

    def begin_again(self, earlier_s: float, engines: Iterable[str]) -> None:
        """The frame goes on after so many seconds of rendering by servers of these classes."""
        self._earlier_s = earlier_s
        self._engines.update(engines)

    def add_server(self, uid: str, facts: ServerFacts) -> None:
        """Start to count for a server; one that comes back keeps what it had."""
        if uid not in self._servers:
            self._servers[uid] = ServerReport(facts.name(uid), facts.address(uid))
        self._bytes_at_start[uid] = facts.bytes_of(uid)

    def count_bytes(self, uid: str, facts: ServerFacts) -> None:
        """Add what a server sent and received since `add_server`."""
        if uid not in self._servers:
            return
        sent, received = facts.bytes_of(uid)
        sent_before, received_before = self._bytes_at_start[uid]
        server = self._servers[uid]
        self._servers[uid] = replace(
            server,
            bytes_sent=server.bytes_sent + sent - sent_before,
            bytes_received=server.bytes_received + received - received_before,
            engine=facts.engine_class(uid) or server.engine,
        )
        self._bytes_at_start[uid] = (sent, received)

    def number_of(self, uid: str) -> int:
        """Return a server's place in the report, from 1: its value in channel `server`."""
        self._servers.setdefault(uid, ServerReport(uid, ""))
        if uid not in self._numbers:  # places never change: nobody is taken out
            self._numbers = {uid: number for number, uid in enumerate(self._servers, 1)}
        return self._numbers[uid]

    def commit(
        self, uid: str, unit: Unit, render_s: float, now_s: float, samples: int | None = None
    ) -> ServerReport:
        """Count a finished unit; return the server's sums.

        Args:
            uid: of the server.
            unit: what it delivered.
            render_s: thread seconds that it took.
            now_s: of the clock.
            samples: that were really taken; None: all that the unit asks for.
        """
        taken = unit.pixel_samples if samples is None else samples
        if self._first_bucket_s is None:
            self._first_bucket_s = now_s - self._start_s
        self._recent.append((now_s, uid, taken))
        self._recent_sums[uid] += taken
        self._recent_sums[""] += taken
        self._count(uid, self._part_of(unit, taken, render_s))
        return self._servers[uid]

    def _part_of(self, unit: Unit, taken: int, render_s: float) -> Part:
        assert self._job is not None
        return Part(self._job.bucket_of(unit), unit.pixels, unit.pixel_samples, taken, render_s)

    def revoke(self, uid: str, unit: Unit, render_s: float, taken: int) -> None:
        """A finished unit's pixels were false: it does not count, and comes again.

        Args:
            uid: of the server that had delivered it.
            unit: as in `commit`.
            render_s: likewise.
            taken: samples.
        """
        self._count(uid, self._part_of(unit, taken, render_s), sign=-1)
        self._restored[uid] = min(self._restored[uid], self._servers[uid].samples)

    def _count(self, uid: str, part: Part, sign: int = 1) -> None:
        """Add a part of a bucket, or take it away again."""
        server = self._servers.get(uid) or ServerReport(uid, "")
        self._servers[uid] = replace(
            server,
            pixels=server.pixels + sign * part.pixels,
            samples=server.samples + sign * part.taken,
            render_s=max(server.render_s + sign * part.render_s, 0.0),
        )
        self._samples_done += sign * part.asked
        self._samples_taken += sign * part.taken
        if self._pixels_left[part.bucket] == 0:
            self._count_bucket(self._ended_by.pop(part.bucket), -1)
        self._pixels_left[part.bucket] -= sign * part.pixels
        self._pixels_missing -= sign * part.pixels
        if self._pixels_left[part.bucket] == 0:
            self._ended_by[part.bucket] = uid
            self._count_bucket(uid, 1)

    def _count_bucket(self, uid: str, buckets: int) -> None:
        """A bucket that came in parts counts for whoever delivered the last one."""
        self._buckets_done += buckets
        server = self._servers[uid]
        self._servers[uid] = replace(server, buckets=server.buckets + buckets)

    def add_incident(self, incident: Incident) -> None:
        """Count a server's failure."""
        if len(self._incidents) < MAX_INCIDENTS:
            self._incidents.append(incident)
        server = self._servers.get(incident.uid)
        if server is not None:
            self._servers[incident.uid] = replace(server, lost=server.lost + 1)

    def elapsed_s(self, now_s: float) -> float:
        """Return seconds since the click on Render."""
        return now_s - self._start_s

    def rendering_s(self, now_s: float) -> float:
        """Return seconds of rendering in all sessions of the frame."""
        return self._earlier_s + now_s - self._start_s

    @property
    def nothing_missing(self) -> bool:
        """Whether all buckets are there."""
        return self._pixels_missing == 0

    def rate_of(self, uid: str, now_s: float) -> float:
        """Return a server's samples per second, lately."""
        return self._rate(now_s, uid)

    def share_of(self, uid: str) -> float:
        """Return a server's part of the frame's pixels, 0 to 1."""
        return self._servers[uid].pixels / self._pixels if self._pixels else 0.0

    def set_state(self, uid: str, state: ServerState, now_s: float) -> None:
        """A server's state changed."""
        self.timeline.set_state(uid, state, now_s - self._start_s)

    def set_leases(self, uid: str, leases: int, now_s: float) -> None:
        """A server holds so many buckets now."""
        self.timeline.set_leases(uid, leases, now_s - self._start_s)

    def progress(self, now_s: float, servers_working: int) -> Progress:
        """Return how far the frame is."""
        rate = self._rate(now_s, "")
        left = self._samples_total - self._samples_done
        share = self._samples_taken / self._samples_done if self._samples_done else 1.0
        return Progress(
            buckets_done=self._buckets_done,
            buckets_total=len(self._job.regions) if self._job is not None else 0,
            samples_done=self._samples_done,
            samples_total=self._samples_total,
            samples_per_s=rate,
            elapsed_s=self.elapsed_s(self._end_s if self._end_s is not None else now_s),
            eta_s=left * share / rate if rate > 0 else None,
            servers_working=servers_working,
        )

    def end(self, now_s: float, complete: bool) -> None:
        """Stop the clock."""
        self._end_s = now_s
        self._complete = complete
        self.timeline.end(now_s - self._start_s)

    def report(self, film: Film) -> FrameReport:
        """Return the report; hashes the film."""
        assert self._job is not None
        assert self._end_s is not None
        request = self._job.request
        settings = request.settings
        wall_s = self._end_s - self._start_s
        taken_now = self._samples_taken - self._restored[""]
        servers, speed_up = self._describe_servers()
        engines = self._engines | {s.engine for s in servers if s.pixels and s.engine}
        return FrameReport(
            frame_sha256=film.sha256(),
            complete=self._complete,
            wall_s=wall_s,
            first_bucket_s=self._first_bucket_s,
            samples_per_s=taken_now / wall_s if wall_s > 0 else 0.0,
            engine=", ".join(sorted(engines)),
            seed=settings.seed,
            width=settings.width,
            height=settings.height,
            samples=settings.samples,
            bucket_width=request.bucket_size.width_px,
            bucket_height=request.bucket_size.height_px,
            order=request.order.value,
            buckets=len(self._job.regions),
            buckets_done=self._buckets_done,
            servers=servers,
            incidents=tuple(self._incidents),
            samples_taken=self._samples_taken,
            noise_threshold=settings.noise_threshold,
            provenance=self.provenance.rows(),
            mixed_engines=request.mix_engines and len(engines) > 1,
            channels=_hash_channels(film, settings),
            speed_up=speed_up,
            restored_pixels=self._restored_pixels,
            earlier_s=self._earlier_s,
            job=self._job.spec.job,
            scene=str(request.scene),
        )

    def _describe_servers(self) -> tuple[tuple[ServerReport, ...], float]:
        described = [
            self.timeline.describe(uid, server, server.samples - self._restored[uid])
            for uid, server in self._servers.items()
        ]
        return judge_worth(described)

    def _rate(self, now_s: float, uid: str) -> float:
        """Return samples per second of one server, or of all for "", over the last seconds."""
        while self._recent and self._recent[0][0] < now_s - RATE_WINDOW_S:
            _, server, samples = self._recent.popleft()
            self._recent_sums[server] -= samples
            self._recent_sums[""] -= samples
        span_s = min(RATE_WINDOW_S, max(now_s - self._start_s, 1e-3))
        return self._recent_sums[uid] / span_s


def _hash_channels(film: Film, settings: RenderSettings) -> dict[str, str]:
    """Return SHA-256 of each chosen channel; "" for those that are measured."""
    channels = film_channels(settings.channels)
    offsets = channel_offsets(channels)
    hashes: dict[str, str] = {}
    for channel in channels:
        if channel.name in settings.channels:
            place = offsets[channel.name], len(channel.components)
            hashes[channel.name] = "" if channel.measured else film.sha256(*place)
    return hashes
