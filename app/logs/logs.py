"""Log files that rotate, on both sides; what comes over the network cannot forge their lines.

A log never stops the program: a full disk or a folder that is gone loses lines, is said once
on the console, and the next line is tried again.
"""

from __future__ import annotations

import logging
import logging.handlers
import platform
import shlex
import sys
import threading
from pathlib import Path
from types import TracebackType

from app.system.software import software_version

#: All loggers of the program are below this one.
LOGGER = "brigade"
#: Ten megabytes hold days of distributed rendering at one line per bucket.
MAX_FILE_BYTES = 2 * 1024 * 1024
FILES = 5
#: A server may send texts of 2,000 characters; a line with two of them stays whole.
MAX_LINE_CHARACTERS = 5_000
FILE_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s: %(message)s"
CONSOLE_FORMAT = "%(levelname)s: %(message)s"


def set_up_logging(log_file: Path | None, console_level: int | None = logging.WARNING) -> None:
    """Send the program's log to a rotating file and the console.

    Calling it again replaces what an earlier call set up. What nobody caught, in any thread,
    is logged too.

    Args:
        log_file: its folder is made when absent; None for no file.
        console_level: least level shown on stderr; None for no console.
    """
    logger = logging.getLogger(LOGGER)
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    if console_level is not None:
        console = logging.StreamHandler(sys.stderr)
        console.setLevel(console_level)
        console.setFormatter(SafeFormatter(CONSOLE_FORMAT))
        logger.addHandler(console)
    if log_file is not None:
        logger.addHandler(_make_file_handler(log_file))
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def log_start() -> None:
    """Log which program this is and how it was called; whoever reads the log asks that first."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    logging.getLogger(LOGGER).info(
        "Bucket Brigade %s, Python %s, %s %s on %s: %s",
        software_version(), platform.python_version(), platform.system(), platform.release(),
        platform.machine(), shlex.join(words),
    )  # fmt: skip


def join_qt_messages() -> None:
    """Send what Qt itself warns of into the log as well."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def log_message(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        logging.getLogger(f"{LOGGER}.qt").log(levels.get(kind, logging.WARNING), "%s", text)

    qInstallMessageHandler(log_message)


class SafeFormatter(logging.Formatter):
    """One record, one line: control characters and the like are written as escapes.

    Only a traceback has further lines, and each of them begins with a bar.
    """

    def __init__(self, fmt: str) -> None:
        super().__init__(fmt, datefmt="%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the bar-prefixed lines of a traceback."""
        head = self.formatMessage(self._prepare(record))
        lines = [escape_controls(head)[:MAX_LINE_CHARACTERS]]
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            lines += [f"    | {escape_controls(line)}" for line in trace.splitlines()]
        return "\n".join(lines)

    def _prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        return record


class PatientFileHandler(logging.handlers.RotatingFileHandler):
    """A rotating file that never raises; counts the lines it could not write.

    Attributes:
        lost_lines: how many.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=MAX_FILE_BYTES,
            backupCount=FILES - 1,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.lost_lines = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; a folder that was removed meanwhile is made again."""
        if self.stream is None:
            try:
                Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                self.handleError(record)
                return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Count the lost line and tell about the first one."""
        self.lost_lines += 1
        if self.lost_lines == 1 and sys.stderr is not None:
            reason = sys.exc_info()[1]
            print(f"cannot write the log {self.baseFilename}: {reason}", file=sys.stderr)


def escape_controls(text: str) -> str:
    r"""Return the text with everything invisible as `\x1b`-like escapes.

    That takes the sting out of line breaks, terminal commands and marks that turn the reading
    direction.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def _make_file_handler(path: Path) -> PatientFileHandler:
    handler = PatientFileHandler(path.absolute())
    handler.setFormatter(SafeFormatter(FILE_FORMAT))
    return handler


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(LOGGER).critical("not caught: %s", error, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        _log_uncaught(failure.exc_type, failure.exc_value, failure.exc_traceback)
