"""The pictures that are kept: finished frames, and files that were dropped to compare with."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.picture.history_folder import Floats, HistoryEntry, HistoryFolder
from app.system.background import Background
from app.values.durations import format_duration
from app.values.session_types import FrameReport, JobInfo
from app.widgets.history_panel import THUMBNAIL
from app.widgets.local_numbers import format_whole
from renderer.display import NEUTRAL, to_display


class HistoryShelf(QObject):
    """What `HistoryFolder` holds, known without waiting; files are touched in the background.

    Attributes:
        entries: the newest first.
        thumbnails: small pictures by key.
        frame_key: of the frame that was kept last, "" once another one begins.

    Signals:
        changed(): `entries` is another list.
        opened(str): a file that was asked for is here under this key.
        failed(str): a picture cannot be kept or read, and why.
    """

    changed = Signal()
    opened = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        folder: HistoryFolder,
        read_picture: Callable[[Path], Floats],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.entries: list[HistoryEntry] = []
        self.thumbnails: dict[str, QImage] = {}
        self.frame_key = ""
        self._frames = 0
        self._folder = folder
        self._read_picture = read_picture
        self._background = background

    def restore(self) -> None:
        """Read what was kept at other times."""
        folder = self._folder

        def read() -> list[tuple[HistoryEntry, QImage]]:
            return [(entry, _make_thumbnail(folder.load(entry))) for entry in folder.entries()]

        self._background.run(read, self._take_all, self.tell)

    def find(self, key: str) -> HistoryEntry | None:
        """Return the entry of this key, None if there is none."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def keep_frame(self, job: JobInfo, report: FrameReport, pixels: Floats) -> None:
        """Keep a frame that ended.

        Args:
            job: what was asked for.
            report: how it went.
            pixels: (H, W, 4 or more) float32; nobody writes to them any more.
        """
        parts = [
            self.tr("{} samples").format(format_whole(job.request.settings.samples)),
            format_duration(report.wall_s),
        ]
        if not report.complete:
            parts.append(self.tr("stopped"))
        title, summary = job.request.scene.stem, " · ".join(parts)
        number = self._frames

        def know(key: str) -> None:
            if number == self._frames:  # no other began meanwhile
                self.frame_key = key
                self.changed.emit()

        self._keep(lambda: pixels[:, :, :4], title, summary, know)

    def forget_frame(self) -> None:
        """Another frame begins: what was kept last is no longer the window's."""
        self._frames += 1
        self.frame_key = ""
        self.changed.emit()

    def add_file(self, path: Path) -> None:
        """Take a picture from a file."""
        self._keep(
            partial(self._read_picture, path), path.name, self.tr("from a file"), self.opened.emit
        )

    def remove(self, keys: list[str]) -> None:
        """Forget pictures, with their files."""
        for key in keys:
            self.thumbnails.pop(key, None)
            self._background.run(partial(self._folder.remove, key), lambda _none: None, self.tell)
        self.entries = [entry for entry in self.entries if entry.key not in keys]
        self.changed.emit()

    def load(self, keys: set[str], done: Callable[[dict[str, Floats]], None]) -> None:
        """Call `done` with the pixels of these pictures, later."""
        wanted = [entry for entry in self.entries if entry.key in keys]
        folder = self._folder
        self._background.run(
            lambda: {entry.key: folder.load(entry) for entry in wanted}, done, self.tell
        )

    def tell(self, error: Exception) -> None:
        """Something about a picture failed."""
        self.failed.emit(self.tr("History: {}").format(str(error) or type(error).__name__))

    def _keep(
        self, read: Callable[[], Floats], title: str, summary: str, done: Callable[[str], None]
    ) -> None:
        made = time.strftime("%Y-%m-%d %H:%M")

        def keep() -> tuple[HistoryEntry, QImage, set[str]]:
            pixels = read()
            entry = self._folder.add(pixels, title, made, summary)
            kept = {kept.key for kept in self._folder.entries()}
            return entry, _make_thumbnail(pixels), kept

        def take(found: tuple[HistoryEntry, QImage, set[str]]) -> None:
            entry, thumbnail, kept = found
            # The folder may have dropped its oldest ones.
            self.entries = [entry, *(e for e in self.entries if e.key in kept)]
            self.thumbnails[entry.key] = thumbnail
            self.changed.emit()
            done(entry.key)

        self._background.run(keep, take, self.tell)

    def _take_all(self, found: list[tuple[HistoryEntry, QImage]]) -> None:
        known = {entry.key for entry in self.entries}
        self.entries += [entry for entry, _ in found if entry.key not in known]
        self.thumbnails |= {entry.key: thumbnail for entry, thumbnail in found}
        self.changed.emit()


def _make_thumbnail(pixels: Floats) -> QImage:
    """Return a small picture; reads only the pixels that it needs."""
    height, width = pixels.shape[:2]
    step = max(1, -(-width // THUMBNAIL.width()), -(-height // THUMBNAIL.height()))
    shown = to_display(np.ascontiguousarray(pixels[step // 2 :: step, step // 2 :: step]), NEUTRAL)
    high, wide = shown.shape[:2]
    return QImage(shown.tobytes(), wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
