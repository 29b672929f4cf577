"""Child processes that are Python programs of ours: how they start and how they end.

Ending never blocks the event loop: a process with a large scene takes a while to give its memory
back. Only a program that itself ends waits for its children.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

#: A killed process is gone in milliseconds; only a machine in great trouble takes longer.
KILL_WAIT_MS = 2000
#: A child that writes no line end must not grow our memory.
MAX_LINE_BYTES = 8192


def make_child(arguments: list[str], parent: QObject) -> QProcess:
    """Return a process that will run `python arguments…` with our packages, from any folder."""
    process = QProcess(parent)
    process.setProgram(sys.executable)
    process.setArguments(arguments)
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONPATH", package_path(environment.value("PYTHONPATH", "")))
    process.setProcessEnvironment(environment)
    return process


def end_child(process: QProcess, patience_ms: int = 0) -> None:
    """Let a process end, in the background; its object goes with it.

    Args:
        process: made by `make_child`, started; its signals are not listened to any more.
        patience_ms: time to end by itself when its stdin closes; then, or at once, it is killed.
    """
    process.closeWriteChannel()
    if process.state() == QProcess.ProcessState.NotRunning:
        process.deleteLater()
        return
    process.finished.connect(process.deleteLater)
    if patience_ms > 0:
        QTimer.singleShot(patience_ms, process, process.kill)
    else:
        process.kill()


def wait_for_children(parent: QObject, patience_ms: int = 0) -> None:
    """Block until all processes made for `parent` are gone; for programs that end themselves."""
    for process in _children(parent):
        if process.state() == QProcess.ProcessState.NotRunning:
            continue
        if patience_ms == 0 or not process.waitForFinished(patience_ms):
            process.kill()
            process.waitForFinished(KILL_WAIT_MS)


def package_path(existing: str) -> str:
    """Return PYTHONPATH for a child, so that it finds the same packages from any folder."""
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([root, existing]) if existing else root


class LineBuffer:
    """Makes lines of what a child writes piece by piece; empty ones are dropped."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> list[str]:
        """Return the lines that are complete now; an endless one is cut."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        return [_decode(line) for line in lines if line.strip()]

    def end(self) -> list[str]:
        """Return what came after the last line end: the child writes no more."""
        line, self._rest = self._rest, b""
        return [_decode(line)] if line.strip() else []


def _decode(line: bytes) -> str:
    return line[:MAX_LINE_BYTES].decode("utf-8", "replace").rstrip("\r")


def _children(parent: QObject) -> Iterable[QProcess]:
    return [child for child in parent.children() if isinstance(child, QProcess)]
