"""The text of the frame stamp: a pattern with %words that stand for facts of the frame."""

from __future__ import annotations

import re
import time

from app.system.software import computer_name, software_version
from app.values.durations import format_duration
from app.values.session_types import FrameReport, RenderRequest

DEFAULT_STAMP = "%scene   %size   %samples samples   %time on %servers   Bucket Brigade %version"
#: What a pattern may hold, for the help.
STAMP_WORDS = {
    "scene": "name of the scene file",
    "camera": "name of the camera",
    "size": "width and height in pixels",
    "samples": "per pixel",
    "seed": "of the noise",
    "time": "that the frame took",
    "servers": "names of those that rendered it",
    "host": "name of this computer",
    "date": "when it is saved",
    "hash": "the frame's SHA-256, its first 12 digits",
    "version": "of the program",
}
_WORD = re.compile(r"%(%|\w+)")


def check_stamp(pattern: str) -> None:
    """See that every %word is known; %% stands for a percent sign.

    Raises:
        ValueError: one is not; the text lists those there are.
    """
    for word in _WORD.findall(pattern):
        if word != "%" and word not in STAMP_WORDS:
            known = " ".join(f"%{name}" for name in STAMP_WORDS)
            raise ValueError(f"a frame stamp knows no %{word}; use {known} (%% for a percent sign)")


def make_stamp(
    pattern: str, request: RenderRequest, report: FrameReport | None, now: time.struct_time
) -> str:
    """Return the line, "" for an empty pattern.

    Args:
        pattern: with %words; unknown ones stay as they are.
        request: of the frame.
        report: None while the frame is rendered: what only a report knows is "?".
        now: local time.
    """
    settings = request.settings
    facts = {
        "scene": request.scene.name,
        "camera": settings.camera or "first camera",
        "size": f"{settings.width} x {settings.height}",
        "samples": str(settings.samples),
        "seed": str(settings.seed),
        "time": "?",
        "servers": "?",
        "host": computer_name(),
        "date": time.strftime("%Y-%m-%d %H:%M", now),
        "hash": "?",
        "version": software_version(),
        "%": "%",
    }
    if report is not None:
        facts["time"] = format_duration(report.wall_s)
        facts["servers"] = ", ".join(s.name for s in report.servers if s.buckets)
        facts["hash"] = report.frame_sha256[:12]
    return _WORD.sub(lambda found: facts.get(found[1], found[0]), pattern)
