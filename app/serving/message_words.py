"""Messages of a job as log lines: one for each direction, with job, unit and sizes, no payload."""

from __future__ import annotations

from network.messages import (
    AssetMissing,
    Assign,
    Availability,
    Cancel,
    EndJob,
    GiveBack,
    Job,
    JobStatus,
    Message,
    Result,
    UnitFailed,
    WorkRequest,
)

#: Of a job's name: as unique as a log needs.
JOB_CHARACTERS = 8
#: Leases that a line names; more would hide the rest.
MAX_LEASES = 8


def describe_message(message: Message, payload_bytes: int = 0) -> str:
    """Return a line about a message, "" for those that would only fill the log.

    Pieces of files and heartbeats come by the thousand; what becomes of the files is told by
    `JobStatus`.
    """
    what = _what(message)
    if not what:
        return ""
    job = str(getattr(message, "job", ""))[:JOB_CHARACTERS]
    about = f"{type(message).__name__} job {job}" if job else type(message).__name__
    return f"{about} {what}".rstrip() + _size(payload_bytes)


def _what(message: Message) -> str:
    match message:
        case Assign():
            region = f"{message.width} x {message.height} at {message.x}, {message.y}"
            return f"unit {message.unit} lease {message.lease} ({region})"
        case Result() | UnitFailed():
            text = f"unit {message.unit} lease {message.lease}"
            return f"{text}: {message.text}" if isinstance(message, UnitFailed) else text
        case GiveBack() | Cancel():
            shown = ", ".join(map(str, message.leases[:MAX_LEASES]))
            more = len(message.leases) - MAX_LEASES
            return f"leases {shown}" + (f" and {more} more" if more > 0 else "")
        case WorkRequest():
            return f"units {message.units}"
        case JobStatus():
            return f"{message.state} {message.fraction:.0%} {message.text}".rstrip()
        case Job():
            return f"{message.width} x {message.height} {message.scene}"
        case AssetMissing():
            return f"asset {message.digest[:JOB_CHARACTERS]}: {message.text}"
        case EndJob():
            return "is over" + (", with a fresh process afterwards" if message.restart else "")
        case Availability():
            return f"{'paused' if message.paused else 'free'}, {message.threads} threads"
    return ""


def _size(payload_bytes: int) -> str:
    return f" ({payload_bytes / 1024:.0f} KiB)" if payload_bytes else ""
