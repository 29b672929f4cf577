"""How `brigade render` talks: a progress bar on a terminal, lines in a file, or JSON."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from app.headless.patient_lines import lines_to
from app.values.durations import format_duration
from app.values.session_types import FrameReport, Incident, Progress, ServerState, ServerStatus

BAR_WIDTH = 24
#: In a log file a line for each tenth of the frame is enough.
PLAIN_STEPS = 10


class Reporter:
    """Says nothing; the base of those that do."""

    def started(self, width: int, height: int, buckets: int) -> None:
        """The frame is cut into buckets."""

    def preparing(self, text: str, fraction: float) -> None:
        """The tracer compiles kernels or opens the scene in this process."""

    def server(self, name: str, status: ServerStatus) -> None:
        """A server's state changed."""

    def bucket(self, unit: int, server: str) -> None:
        """A bucket is in the picture."""

    def progress(self, progress: Progress) -> None:
        """How far the frame is."""

    def incident(self, incident: Incident) -> None:
        """A server failed."""

    def saved(self, path: Path) -> None:
        """A file is written."""

    def note(self, text: str) -> None:
        """Something that is good to know."""

    def error(self, text: str) -> None:
        """Something went wrong; always told."""
        print(f"brigade render: {text}", file=sys.stderr)

    def finished(self, report: FrameReport) -> None:
        """The frame is over."""

    def close(self, limit_s: float | None = None) -> None:
        """Nothing more is told; what was told is read by then, or given up after so long."""


class QuietReporter(Reporter):
    """Only errors."""


class JsonReporter(Reporter):
    """One JSON object per line, for scripts.

    Args:
        put: takes each line.
        close: see `Reporter.close`.
    """

    def __init__(
        self,
        put: Callable[[bytes], None],
        close: Callable[[float | None], None] = lambda limit_s: None,
    ) -> None:
        self._put, self._close = put, close
        self._told: dict[str, tuple[str, str, float]] = {}

    def started(self, width: int, height: int, buckets: int) -> None:
        """See `Reporter`."""
        self._write("started", width=width, height=height, buckets=buckets)

    def server(self, name: str, status: ServerStatus) -> None:
        """See `Reporter`."""
        state, fraction = status.state.name.lower(), round(status.fraction, 3)
        told = (state, status.detail, fraction)
        if self._told.get(name) != told:  # counters change all the time: `progress` has them
            self._told[name] = told
            self._write("server", name=name, state=state, detail=status.detail, fraction=fraction)

    def bucket(self, unit: int, server: str) -> None:
        """See `Reporter`."""
        self._write("bucket", unit=unit, server=server)

    def progress(self, progress: Progress) -> None:
        """See `Reporter`."""
        self._write("progress", **dataclasses.asdict(progress))

    def incident(self, incident: Incident) -> None:
        """See `Reporter`."""
        self._write("incident", **dataclasses.asdict(incident))

    def saved(self, path: Path) -> None:
        """See `Reporter`."""
        self._write("saved", path=str(path))

    def note(self, text: str) -> None:
        """See `Reporter`."""
        self._write("note", text=text)

    def error(self, text: str) -> None:
        """See `Reporter`."""
        self._write("error", text=text)
        super().error(text)

    def finished(self, report: FrameReport) -> None:
        """See `Reporter`."""
        facts = dataclasses.asdict(report)
        del facts["provenance"]  # thousands of rows: they are in the report's file
        self._write("finished", **facts)

    def _write(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, **values}, ensure_ascii=False)
        self._put(line.encode("utf-8", "replace") + b"\n")

    def close(self, limit_s: float | None = None) -> None:
        """See `Reporter`."""
        self._close(limit_s)


class TextReporter(Reporter):
    """For people: a bar that stays on its line on a terminal, a few lines elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._bar_shown = False
        self._last_step = 0
        self._note = ""
        self._states: dict[str, tuple[ServerState, str]] = {}

    def started(self, width: int, height: int, buckets: int) -> None:
        """See `Reporter`."""
        self._line(f"{width} × {height} pixels in {buckets} buckets")

    def preparing(self, text: str, fraction: float) -> None:
        """See `Reporter`."""
        if self._live:
            self._show_bar(f"{text} {fraction:.0%}")

    def server(self, name: str, status: ServerStatus) -> None:
        """Tell each state once; what ticks inside a state only on a terminal's bar."""
        what = status.detail.split(":")[0]
        told = (status.state, what)
        text = f"{name}: {status.state.value}" + (f": {status.detail}" if what else "")
        if self._states.get(name) != told:
            self._states[name] = told
            self._line(text)
        self._note = text

    def progress(self, progress: Progress) -> None:
        """See `Reporter`."""
        if self._live:
            # Before the first bucket the note says more: what compiles or loads, and how far.
            is_waiting = progress.samples_done == 0 and self._note
            self._show_bar(self._note if is_waiting else describe_progress(progress))
            return
        step = PLAIN_STEPS * progress.samples_done // max(progress.samples_total, 1)
        if step > self._last_step:
            self._last_step = step
            self._line(describe_progress(progress))

    def incident(self, incident: Incident) -> None:
        """See `Reporter`."""
        self._line(f"{incident.clock} {incident.server}: {incident.what}; {incident.outcome}")

    def saved(self, path: Path) -> None:
        """See `Reporter`."""
        self._line(f"saved {path}")

    def note(self, text: str) -> None:
        """See `Reporter`."""
        self._line(text)

    def finished(self, report: FrameReport) -> None:
        """See `Reporter`."""
        for server in report.servers:
            # A server may deliver much and end few buckets: the last ones are shared in parts.
            self._line(f"  {server.name}: {server.share:.0%} of the pixels")
        state = "done" if report.complete else "incomplete"
        self._line(
            f"{state}: {report.buckets_done} of {report.buckets} buckets in {report.wall_s:.1f} s, "
            f"{report.samples_per_s / 1e6:.2f} Msamples/s"
        )

    def error(self, text: str) -> None:
        """See `Reporter`."""
        self._clear_bar()
        super().error(text)

    def _line(self, text: str) -> None:
        self._clear_bar()
        print(text, file=self._stream, flush=True)

    def _show_bar(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns
        self._stream.write("\r" + text[: columns - 1].ljust(columns - 1))
        self._stream.flush()
        self._bar_shown = True

    def _clear_bar(self) -> None:
        if self._bar_shown:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._bar_shown = False


def make_reporter(*, quiet: bool, as_json: bool) -> Reporter:
    """Return the reporter that the options ask for."""
    if as_json:
        lines = lines_to(sys.stdout)
        return JsonReporter(lines.put, lines.close)
    return QuietReporter() if quiet else TextReporter(sys.stderr)


def describe_progress(progress: Progress) -> str:
    """Return bar, percent, rate, time left and servers at work on one line."""
    fraction = progress.samples_done / max(progress.samples_total, 1)
    filled = round(fraction * BAR_WIDTH)
    bar = "█" * filled + "·" * (BAR_WIDTH - filled)
    eta = f"{format_duration(progress.eta_s)} left" if progress.eta_s is not None else "waiting"
    servers = "1 server" if progress.servers_working == 1 else f"{progress.servers_working} servers"
    return (
        f"{bar} {fraction:4.0%}  {progress.buckets_done}/{progress.buckets_total} buckets  "
        f"{progress.samples_per_s / 1e6:.2f} Msamples/s  {eta}  {servers}"
    )
