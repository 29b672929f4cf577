"""Saving the picture off the GUI thread, with what there is to say about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.window_services import WindowServices
from renderer.display import Look
from renderer.film import Film
from renderer.output_options import OutputOptions


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
        look: Look,
        options: OutputOptions,
        metadata: dict[str, str | float | int],
    ) -> None:
        """Save the film as it is now, as the look shows it or, in EXR, as it is."""
        # A frame may go on meanwhile: the mask says now which pixels belong to the picture, and
        # those never change again. Copying all of them here would stall the window.
        done = None if film.complete else film.done.copy()

        def save() -> None:
            pixels = film.pixels
            if done is not None:
                pixels = np.where(done[:, :, np.newaxis], pixels, np.float32(0.0))
            self._save_image(path, pixels, look=look, options=options, metadata=metadata)

        self._background.run(
            save,
            lambda _none: self.saved.emit(str(path)),
            lambda error: self.failed.emit(str(error) or type(error).__name__),
        )
