"""Saving the picture off the GUI thread, with what there is to say about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from app.saving.finishing import Floats, finish
from app.saving.frame_stamp import make_stamp
from app.saving.image_metadata import make_metadata, provenance_for
from app.saving.layer_names import make_layers
from app.system.background import Background
from app.system.software import software_version
from app.values.session_types import FrameReport, RenderRequest
from app.window.window_services import WindowServices
from renderer.display import Look
from renderer.film import Film
from renderer.layers import Layer
from renderer.output_options import EXR, OutputOptions


@dataclass(frozen=True)
class Picture:
    """A frame as the artist sees it and wants it saved.

    Attributes:
        film: with what has arrived.
        request: what was asked for.
        report: None while the frame is rendered.
        look: for files that show.
        options: of the file.
        stamp: pattern of the frame stamp, "" for none.
        denoised: takes the place of the beauty, which goes into EXR beside it.
    """

    film: Film
    request: RenderRequest
    report: FrameReport | None
    look: Look
    options: OutputOptions
    stamp: str = ""
    denoised: Floats | None = None


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

    def save(self, path: Path, picture: Picture) -> None:
        """Save the film as it is now, as the look shows it or, in EXR, as it is."""
        # A frame may go on meanwhile: the mask says now which pixels belong to the picture, and
        # those never change again. Copying all of them here would stall the window.
        film = picture.film
        done = None if film.complete else film.done.copy()

        def save() -> None:
            pixels = film.pixels
            if done is not None:
                pixels = np.where(done[:, :, np.newaxis], pixels, np.float32(0.0))
            is_exr = path.suffix.lower() == EXR
            layers = make_layers(picture.request, pixels) if is_exr else {}
            finished = finish(pixels, picture.denoised, layers)
            self._save_image(
                path,
                finished.pixels,
                look=picture.look,
                options=picture.options,
                metadata=make_metadata(picture.request, picture.report)
                | provenance_for(path, picture.report)
                | finished.notes,
                layers=finished.layers,
                stamp=make_stamp(picture.stamp, picture.request, picture.report, time.localtime()),
            )

        self._run(save, path)

    def save_channels(self, path: Path, picture: Picture) -> None:
        """Save each channel as an EXR file of its own beside `path`: `room.normal.exr`.

        Every file can be opened as a picture: one component is grey, two are red and green.
        """
        film = picture.film

        def save() -> None:
            pixels = film.pixels.copy()
            pixels[~film.done] = 0.0
            metadata = make_metadata(picture.request, picture.report)
            beauty = Layer(pixels[:, :, :4], ("R", "G", "B", "A"), half_ok=True)
            layers = {"beauty": beauty, **make_layers(picture.request, pixels)}
            for name, layer in layers.items():
                self._save_image(
                    path.with_name(f"{path.stem}.{name}{EXR}"),
                    _as_picture(layer.pixels),
                    look=picture.look,
                    options=replace(picture.options, half=picture.options.half and layer.half_ok),
                    metadata=metadata,
                    layers={},
                    stamp="",
                )

        self._run(save, path.with_name(f"{path.stem}.*{EXR}"))

    def save_view(self, path: Path, picture: QImage) -> None:
        """Save what the screen shows, by the format of the extension."""

        def save() -> None:
            writer = QImageWriter(str(path))
            if not writer.write(picture):
                raise OSError(f"cannot write {path}: {writer.errorString()}")

        self._run(save, path)

    def save_pixels(self, path: Path, pixels: Floats, look: Look, options: OutputOptions) -> None:
        """Save a picture of which nothing but its pixels is known."""

        def save() -> None:
            self._save_image(
                path,
                pixels,
                look=look,
                options=options,
                metadata={"version": software_version()},
                layers={},
                stamp="",
            )

        self._run(save, path)

    def _run(self, save: Callable[[], None], path: Path) -> None:
        self._background.run(
            save,
            lambda _none: self.saved.emit(str(path)),
            lambda error: self.failed.emit(str(error) or type(error).__name__),
        )


def _as_picture(pixels: Floats) -> Floats:
    """Return pixels of any number of components as red, green and blue, or with alpha."""
    components = pixels.shape[2]
    if components >= 3:
        return pixels
    if components == 1:
        return np.repeat(pixels, 3, axis=2)
    return np.concatenate([pixels, np.zeros_like(pixels[:, :, :1])], axis=2)
