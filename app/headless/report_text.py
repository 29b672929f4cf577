"""A frame's report as a page of text: numbers per server, a time line, incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from app.values.durations import format_duration
from app.values.session_types import FrameReport, ServerReport, Span

#: A report of 1,000 servers and all their time has some 50 MB; more is no report.
MAX_REPORT_BYTES = 256 << 20
LINE_COLUMNS = 60
NAME_COLUMNS = 20
#: How a stretch of time is drawn; where several fall into one column the first of these wins.
MARKS = {"working": "█", "getting ready": "░", "idle": "·", "away": " "}


#: Below it whole seconds, and even tenths, say nothing about a server.
SHORT_S = 10.0
#: Of a job's name, as the logs have it.
JOB_CHARACTERS = 8


class ReportError(Exception):
    """A file is no report; the text names it."""


def read_report(path: Path) -> FrameReport:
    """Return the report that `brigade render --report` wrote.

    Raises:
        ReportError: it cannot be read, or is something else.
    """
    try:
        if path.stat().st_size > MAX_REPORT_BYTES:
            raise ReportError(f"{path} is too large for a report")
        return _decode(path.read_bytes())
    except OSError as error:
        raise ReportError(f"cannot read {path}: {error.strerror or error}") from error
    except msgspec.MsgspecError as error:
        raise ReportError(
            f"{path} is no report of a frame ({error}): give the file of `brigade render --report`"
        ) from error


def _decode(data: bytes) -> FrameReport:
    """Return the report, also one from when buckets were square: it has `bucket_size`."""
    named = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "bucket_size" in named:
        side = named.pop("bucket_size")
        data = msgspec.json.encode({**named, "bucket_width": side, "bucket_height": side})
    return msgspec.json.decode(data, type=FrameReport)


def format_report(report: FrameReport) -> Iterator[str]:
    """Yield the lines of the page."""
    yield from _head(report)
    yield ""
    yield from _table(report)
    yield ""
    yield from _time_line(report)
    if report.incidents:
        yield ""
        yield "incidents"
        for incident in report.incidents:
            yield f"  {incident.clock} {incident.server}: {incident.what}; {incident.outcome}"


def _head(report: FrameReport) -> Iterator[str]:
    if report.job:  # older reports name neither
        yield f"{report.scene}, job {report.job[:JOB_CHARACTERS]} in the logs"
        yield f"ended {report.ended}, Bucket Brigade {report.version}"
    size = f"{report.width} × {report.height} pixels, {report.samples} samples, seed {report.seed}"
    yield f"{size}; buckets of {report.bucket_width} × {report.bucket_height} px, {report.order}"
    state = "complete" if report.complete else "incomplete"
    took = f"{report.buckets_done} of {report.buckets} buckets in {format_duration(report.wall_s)}"
    yield f"{state}: {took}, {report.samples_per_s / 1e6:.2f} Msamples/s"
    if report.first_bucket_s is not None:
        yield f"first bucket after {report.first_bucket_s:.1f} s"
    if report.restored_pixels:
        share = report.restored_pixels / (report.width * report.height)
        yield (
            f"resumed: {share:.0%} of the pixels were there before, from "
            f"{format_duration(report.earlier_s)} of rendering"
        )
    if report.speed_up and sum(server.worth > 0 for server in report.servers) > 1:
        yield f"{report.speed_up:.2f} times as fast as the fastest of the servers alone"
    yield f"engine {report.engine or 'unknown'}"
    yield f"frame {report.frame_sha256}"


def _table(report: FrameReport) -> Iterator[str]:
    yield (
        f"{'server':{NAME_COLUMNS}} {'buckets':>8} {'pixels':>7} {'Ms/s':>7} {'worth':>6} "
        f"{'without':>8} {'worked':>8} {'idle':>7} {'lost':>5}"
    )
    for server in report.servers:
        yield (
            f"{_name(server)} {server.buckets:8} {server.share:7.1%} "
            f"{server.samples_per_s / 1e6:7.2f} {server.worth:6.0%} {_without(server, report):>8} "
            f"{_duration(server.working_s):>8} {_duration(server.idle_s):>7} "
            f"{server.lost:5}"
        )
    if len(report.servers) > 1:
        yield "without: how much longer the frame would have taken without this server"


def _without(server: ServerReport, report: FrameReport) -> str:
    """Return how much longer the frame would have taken had the others done its work too."""
    others = [other.samples_per_s for other in report.servers if other is not server]
    if not sum(others) or report.wall_s <= 0.0:
        return "-"
    longer_s = server.samples_per_s * server.working_s / sum(others)
    return f"+{longer_s / report.wall_s:.0%}"


def _time_line(report: FrameReport) -> Iterator[str]:
    end_s = max((s.spans[-1].to_s for s in report.servers if s.spans), default=0.0)
    if end_s <= 0.0:
        yield "time line: nobody rendered"
        return
    legend = ", ".join(f"{mark!r} {what}" for what, mark in MARKS.items())
    digits = 1 if end_s >= SHORT_S else 2
    yield f"time line of {end_s:.{digits}f} s ({legend})"
    for server in report.servers:
        yield f"{_name(server)} |{draw_spans(server.spans, end_s, LINE_COLUMNS)}|"
        for gap in find_gaps(server.spans, end_s / LINE_COLUMNS):
            begin, end = (f"{time_s:.{digits}f}" for time_s in (gap.from_s, gap.to_s))
            yield f"{'':{NAME_COLUMNS}}  {gap.what} {begin} to {end} s"


def find_gaps(spans: Sequence[Span], shortest_s: float) -> list[Span]:
    """Return when a server that had begun to work did not, for at least so long.

    Short attempts in between, of one that is away, are part of the same gap.
    """
    first = next((i for i, span in enumerate(spans) if span.what == "working"), len(spans))
    gaps: list[Span] = []
    goes_on = False
    for span in spans[first:]:
        is_short = span.to_s - span.from_s < shortest_s
        if span.what == "working":
            goes_on = False
        elif goes_on and span.what == gaps[-1].what:
            gaps[-1] = replace(gaps[-1], to_s=span.to_s)
        elif not goes_on or not is_short:
            gaps.append(span)
            goes_on = True
    return [gap for gap in gaps if gap.to_s - gap.from_s >= shortest_s]


def draw_spans(spans: Sequence[Span], end_s: float, columns: int) -> str:
    """Return a server's time as so many characters."""
    ranks = list(MARKS)
    cells = [len(ranks) - 1] * columns
    for span in spans:
        first = min(int(span.from_s / end_s * columns), columns - 1)
        last = min(int(span.to_s / end_s * columns), columns - 1)
        rank = ranks.index(span.what) if span.what in MARKS else len(ranks) - 1
        for column in range(first, last + 1):
            cells[column] = min(cells[column], rank)
    return "".join(MARKS[ranks[cell]] for cell in cells)


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < SHORT_S else format_duration(seconds)


def _name(server: ServerReport) -> str:
    return f"{server.name[:NAME_COLUMNS]:{NAME_COLUMNS}}"
