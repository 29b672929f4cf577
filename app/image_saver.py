"""Saving the picture off the GUI thread, with what there is to say about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.session_types import FrameReport, JobInfo
from app.window_services import WindowServices
from renderer.display import View
from renderer.film import Film


class ImageSaver(QObject):
    """Writes one image after the other.

    Signals:
        saved(str): the file is there.
        failed(str): it is not, and why; an older file is as it was.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self, services: WindowServices, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._save_image = services.save_image
        self._background = background

    def save(
        self,
        path: Path,
        film: Film,
        display: tuple[float, View],
        metadata: dict[str, str | float | int],
    ) -> None:
        """Save the film as it is now; `display` is exposure in stops and view, for 8-bit files."""
        # A frame may go on meanwhile: the mask says now which pixels belong to the picture, and
        # those never change again. Copying all of them here would stall the window.
        done = None if film.complete else film.done.copy()

        def save() -> None:
            pixels = film.pixels
            if done is not None:
                pixels = np.where(done[:, :, np.newaxis], pixels, np.float32(0.0))
            self._save_image(
                path, pixels, exposure_ev=display[0], view=display[1], metadata=metadata
            )

        self._background.run(
            save,
            lambda _none: self.saved.emit(str(path)),
            lambda error: self.failed.emit(str(error) or type(error).__name__),
        )


def make_metadata(job: JobInfo, report: FrameReport | None) -> dict[str, str | float | int]:
    """Return what goes into the file: how the picture came about, to make it again."""
    settings = job.request.settings
    metadata: dict[str, str | float | int] = {
        "scene": job.request.scene.name,
        "samples": settings.samples,
        "seed": settings.seed,
        "max_depth": settings.max_depth,
        "camera": settings.camera,
    }
    if job.request.environment is not None:
        metadata["environment"] = job.request.environment.name
    if report is not None:
        metadata |= {
            "frame_sha256": report.frame_sha256,
            "complete": "yes" if report.complete else "no",
            "engine": report.engine,
            "render_time_s": round(report.wall_s, 3),
            "servers": ", ".join(f"{s.name}: {s.buckets} buckets" for s in report.servers),
        }
    return metadata
