"""Pictures kept for comparing, in a folder of their own: raw pixels beside a small JSON file.

Raw, because a picture is then mapped instead of read: an 8K frame is on the screen at once, and
its bits are those that were rendered. The oldest go when there are too many.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

log = logging.getLogger("brigade.window")

Floats = npt.NDArray[np.float32]
#: More thumbnails nobody looks through.
MAX_ENTRIES = 40
#: Some 120 frames of Full HD or 7 of 8K; the oldest ones make room.
MAX_BYTES = 4 << 30
COMPONENTS = 4
PIXELS, NOTES = ".f32", ".json"
#: A file that says more than this was not written by us.
MAX_NOTES_BYTES = 1 << 16
MAX_SIDE_PX = 1 << 16


@dataclass(frozen=True)
class HistoryEntry:
    """A kept picture.

    Attributes:
        key: names its files.
        title: what was rendered, or the file that it came from.
        made: local time "2026-11-22 14:05".
        width, height: pixels.
        summary: how it came about, in a line.
    """

    key: str
    title: str
    made: str
    width: int
    height: int
    summary: str = ""

    @property
    def bytes(self) -> int:
        """Of its pixels."""
        return self.width * self.height * COMPONENTS * 4


class HistoryFolder:
    """The pictures of one folder. Its methods read and write files: call them off the GUI thread.

    Args:
        folder: ours alone; made when the first picture is kept.
        max_entries, max_bytes: limits; the newest picture stays whatever its size.
    """

    def __init__(
        self, folder: Path, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES
    ) -> None:
        self._folder = folder
        self._max_entries = max_entries
        self._max_bytes = max_bytes

    def entries(self) -> list[HistoryEntry]:
        """Return what is kept, the newest first; a damaged entry is logged and left out."""
        found: list[tuple[int, HistoryEntry]] = []
        if not self._folder.is_dir():
            return []
        for path in sorted(self._folder.glob(f"*{NOTES}")):
            try:
                found.append((path.stat().st_mtime_ns, self._read_notes(path)))
            except (OSError, ValueError, TypeError, RecursionError) as error:
                log.warning("a picture of the history is left out: %s: %s", path, error)
        found.sort(key=lambda pair: pair[0], reverse=True)
        return [entry for _, entry in found]

    def add(self, pixels: Floats, title: str, made: str, summary: str) -> HistoryEntry:
        """Keep a picture, and drop the oldest ones beyond the limits.

        Args:
            pixels: (H, W, 3 or more) float32, linear; alpha is 1 where there is none.
            title: what was rendered, or the file that it came from.
            made: local time, as people read it.
            summary: how it came about, in a line.

        Raises:
            OSError: it cannot be written.
        """
        height, width = pixels.shape[:2]
        entry = HistoryEntry(secrets.token_hex(8), title, made, width, height, summary)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / (entry.key + PIXELS)
        try:
            with path.open("wb") as file:
                for row in pixels:
                    file.write(_four_components(row).tobytes())
            notes = json.dumps(asdict(entry), ensure_ascii=False)
            (self._folder / (entry.key + NOTES)).write_text(notes, encoding="utf-8")
        except OSError:
            path.unlink(missing_ok=True)
            raise
        self._drop_oldest()
        return entry

    def load(self, entry: HistoryEntry) -> Floats:
        """Return a picture's pixels, mapped from its file: (H, W, 4) float32, read-only.

        Raises:
            OSError: it is gone.
            ValueError: the file is not as long as the picture is large.
        """
        path = self._folder / (entry.key + PIXELS)
        if path.stat().st_size != entry.bytes:
            raise ValueError(f"{path} is damaged; remove the picture from the history")
        mapped = np.memmap(
            path, dtype="<f4", mode="r", shape=(entry.height, entry.width, COMPONENTS)
        )
        return np.asarray(mapped, dtype=np.float32)

    def remove(self, key: str) -> None:
        """Forget a picture; a file that the system still holds goes at another time."""
        for ending in (NOTES, PIXELS):
            try:
                (self._folder / (key + ending)).unlink(missing_ok=True)
            except OSError as error:  # Windows keeps files that are mapped
                log.info("a picture of the history is still in use: %s", error)

    def _drop_oldest(self) -> None:
        kept = 0
        for place, entry in enumerate(self.entries()):
            kept += entry.bytes
            if place and (place >= self._max_entries or kept > self._max_bytes):
                self.remove(entry.key)
        named = {path.stem for path in self._folder.glob(f"*{NOTES}")}
        for path in self._folder.glob(f"*{PIXELS}"):  # left by a crash, or by a file in use
            if path.stem not in named:
                self.remove(path.stem)

    def _read_notes(self, path: Path) -> HistoryEntry:
        if path.stat().st_size > MAX_NOTES_BYTES:
            raise ValueError("its notes are too large")
        data = json.loads(path.read_text(encoding="utf-8"))
        entry = HistoryEntry(**data)
        texts = (entry.key, entry.title, entry.made, entry.summary)
        sizes = (entry.width, entry.height)
        if not all(isinstance(text, str) for text in texts) or entry.key != path.stem:
            raise ValueError("its notes are damaged")
        if not all(type(size) is int and 0 < size <= MAX_SIDE_PX for size in sizes):
            raise ValueError("its size is damaged")
        return entry


def _four_components(row: Floats) -> Floats:
    """Return a row of pixels as red, green, blue and alpha."""
    if row.shape[1] == COMPONENTS:
        return np.ascontiguousarray(row, dtype="<f4")
    whole = np.ones((row.shape[0], COMPONENTS), dtype="<f4")
    used = min(row.shape[1], COMPONENTS)
    whole[:, :used] = row[:, :used]
    return whole
