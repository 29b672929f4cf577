"""Journals of the window's frames, in a folder of their own: what a crash leaves is found there.

The functions read and write files: call them off the GUI thread.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from app.frames.film_pixels import count_film_bytes
from app.frames.journal_file import SUFFIX, open_journal
from app.frames.journal_format import JournalError, read_pins
from app.frames.journal_request import decode_request
from app.values.session_types import RenderRequest

log = logging.getLogger("brigade.window")

#: A header names at most 100,000 files; it is there twice, and the first copy is enough.
MAX_HEADER_BYTES = 16 << 20


@dataclass(frozen=True)
class Unfinished:
    """A frame that was interrupted.

    Attributes:
        path: of its journal.
        request: to ask for it again.
        started: local time "14:02", with the date if that was another day.
        share: of the frame that is rendered, 0 to 1, nearly.
    """

    path: Path
    request: RenderRequest
    started: str
    share: float


def new_journal_path(folder: Path, scene: Path) -> Path:
    """Return a free name for the journal of a new frame."""
    return folder / f"{scene.stem[:40]}-{secrets.token_hex(6)}{SUFFIX}"


def find_unfinished(folder: Path, now_s: float) -> list[Unfinished]:
    """Return what was interrupted, the newest first; what another window renders is left out.

    A journal that holds nothing goes; one that cannot be read is logged and stays.
    """
    found: list[tuple[float, Unfinished]] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            started_s, frame = _look_into(path, now_s)
        except JournalError as error:
            log.info("the journal %s is not offered: %s", path, error)
        except OSError as error:
            log.warning("the journal %s cannot be read: %s", path, error)
        else:
            found.append((started_s, frame))
    return [frame for _, frame in sorted(found, key=lambda pair: -pair[0])]


def _look_into(path: Path, now_s: float) -> tuple[float, Unfinished]:
    journal = open_journal(path)
    try:
        pins, start = read_pins(journal.read(0, MAX_HEADER_BYTES))
    except JournalError:
        empty = path.stat().st_size < HEADER_AT_LEAST_BYTES
        journal.close(remove=empty)
        raise
    journal.close()
    request = decode_request(pins.request)
    share = (path.stat().st_size - start) / count_film_bytes(request.settings)
    started = _say_time(pins.started_s, now_s)
    return pins.started_s, Unfinished(path, request, started, min(max(share, 0.0), 1.0))


#: A killed program may leave less than this: then nothing was rendered.
HEADER_AT_LEAST_BYTES = 256


def _say_time(then_s: float, now_s: float) -> str:
    then, now = time.localtime(then_s), time.localtime(now_s)
    same_day = then[:3] == now[:3]
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", then)


def remove_journal(path: Path) -> None:
    """Discard an interrupted frame, unless another window has taken it up."""
    with contextlib.suppress(FileNotFoundError, JournalError):
        open_journal(path).close(remove=True)
