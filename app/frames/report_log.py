"""The reports of the last frames, kept beside the logs for `brigade logs --bundle`."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import logging
import os
import time
from pathlib import Path

from app.system.paths import log_dir
from app.system.software import software_version
from app.values.session_types import FrameReport

log = logging.getLogger("brigade.client")

#: Of this computer; a report of a large frame takes a megabyte.
KEPT = 5
PATTERN = "report-*.json"


def sign_report(report: FrameReport) -> FrameReport:
    """Return a report with the time of day and the version of this program."""
    ended = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    return dataclasses.replace(report, ended=ended, version=software_version())


def keep_report(report: FrameReport) -> FrameReport:
    """Sign a report, write it down and forget the oldest ones; failing to is told, nothing more."""
    report = sign_report(report)
    try:
        folder = log_dir()
        stamp = time.strftime("%Y%m%d-%H%M%S")
        path = folder / f"report-{stamp}-{os.getpid()}-{report.frame_sha256[:8]}.json"
        path.write_text(json.dumps(dataclasses.asdict(report), default=str), encoding="utf-8")
        _forget_old(folder)
    except OSError as error:
        log.warning("the report is not kept beside the logs: %s", error)
    return report


def _forget_old(folder: Path) -> None:
    kept = sorted(folder.glob(PATTERN), key=lambda path: path.name)
    for path in kept[:-KEPT]:
        with contextlib.suppress(OSError):
            path.unlink()
