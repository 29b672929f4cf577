"""pip's many lines as a few: what it fetches while it runs, and why it failed.

Standard library only: used before anything is installed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

#: pip says why it fails in its last lines.
KEPT_LINES = 40
STATUS_WIDTH = 76
_CAUSES = (
    (
        ("No space left on device", "Errno 28"),
        "the disk is full; the libraries need about 1 GB in .venv",
    ),
    (
        (
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "NameResolutionError",
            "ProxyError",
            "ConnectTimeoutError",
            "Read timed out",
            "Network is unreachable",
        ),
        "cannot reach the Python package index; check the network (and HTTPS_PROXY or pip's "
        "index-url behind a proxy), then run the same command again",
    ),
    (
        ("Permission denied", "Errno 13"),
        "no permission to write in .venv; does it belong to another user?",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "the package index shows a certificate that this computer does not trust",
    ),
)


def follow_pip(command: Sequence[str]) -> tuple[int, list[str]]:
    """Run pip, showing which package it is at; return its status and last lines."""
    lines: list[str] = []
    fetched = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines = [*lines[1 - KEPT_LINES :], line.rstrip()]
            fetched += line.startswith("Collecting ")
            _show(describe_line(line, fetched))
    _end_status()
    return process.returncode, lines


def describe_line(line: str, fetched: int) -> str:
    """Return the status that a line of pip's output makes, or "" for none."""
    words = line.split()
    if line.startswith("Collecting ") and len(words) > 1:
        return f"    {fetched} packages: {words[1]}"
    if line.startswith("Installing build dependencies"):
        return "    preparing to build"
    if line.startswith("Installing collected packages:"):
        return f"    unpacking {len(words) - 3} packages (a minute or two)"
    return ""


def explain_pip_failure(lines: Sequence[str]) -> str:
    """Return one line: the cause in plain words where it is known, else pip's own error."""
    text = "\n".join(lines)
    for signs, explanation in _CAUSES:
        if any(sign in text for sign in signs):
            return explanation
    errors = [line for line in lines if line.startswith("ERROR:")]
    return f"pip failed: {errors[-1] if errors else (lines or ['it said nothing'])[-1]}"


def _show(status: str) -> None:
    if not status:
        return
    if sys.stdout.isatty():
        print(f"\r{status[:STATUS_WIDTH]:<{STATUS_WIDTH}}", end="", flush=True)
    elif "unpacking" in status or status.split()[0].endswith("0"):
        print(status, flush=True)  # into a file: every tenth package is enough


def _end_status() -> None:
    if sys.stdout.isatty():
        print("\r" + " " * STATUS_WIDTH + "\r", end="", flush=True)
