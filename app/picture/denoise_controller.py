"""The window's Denoise: swaps the shown picture for a denoised one and back.

The film is never touched, so that switching off shows and saves the noisy picture again. The
work is done in a background thread after a frame is complete; a new frame, or switching off,
cancels it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from app.system.background import Background
from app.values.session_types import FrameReport, JobInfo
from renderer.denoise import DenoiseCancelledError
from renderer.film import Film
from renderer.settings import RenderSettings

Floats = npt.NDArray[np.float32]
#: Denoises a film's pixels (`app.saving.finishing.denoise_film`).
Denoise = Callable[[Floats, RenderSettings, Callable[[float], bool]], Floats]


class Frame(Protocol):
    """What it must know of the frame on the film (a `RenderController`)."""

    @property
    def film(self) -> Film | None:
        """None before the first frame."""

    @property
    def job(self) -> JobInfo | None:
        """None before the first frame."""

    @property
    def report(self) -> FrameReport | None:
        """None while the frame is rendered."""

    @property
    def began(self) -> SignalInstance:
        """The frame buffer has a new, empty frame."""

    @property
    def finished(self) -> SignalInstance:
        """The frame ended, complete or stopped."""


class DenoiseController(QObject):
    """Keeps a denoised picture of the frame while one is wanted.

    Attributes:
        wanted: as the artist switched it.
        result: the denoised picture (H, W, 4) of this frame; None while there is none.

    Signals:
        picture_changed(object): show this array in the film's place; None: the film.
        said(str): for the status bar.
        failed(str): denoising is not possible, and the way out; it is switched off.
    """

    picture_changed = Signal(object)
    said = Signal(str)
    failed = Signal(str)
    _progressed = Signal(int, float)

    def __init__(
        self, frame: Frame, background: Background, denoise: Denoise, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.wanted = False
        self.result: Floats | None = None
        self._frame = frame
        self._background = background
        self._denoise = denoise
        self._generation = 0
        self._running = False
        self._progressed.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)
        frame.began.connect(self._forget)
        frame.finished.connect(lambda _report: self._start())

    @property
    def shown(self) -> Floats | None:
        """The denoised picture if it is what the artist sees."""
        return self.result if self.wanted else None

    def set_wanted(self, on: bool) -> None:
        """Switch it on or off; the picture follows as soon as it can."""
        self.wanted = on
        if on:
            self._start()
        else:
            self._cancel()
            if self.result is not None:
                self.said.emit(self.tr("As it was rendered"))
        self.picture_changed.emit(self.shown)

    def stop(self) -> None:
        """Cancel what is under way, for good."""
        self.wanted = False
        self._cancel()

    def _start(self) -> None:
        film, job, report = self._frame.film, self._frame.job, self._frame.report
        ready = film is not None and job is not None and report is not None and report.complete
        if not (self.wanted and ready) or self._running or self.result is not None:
            return
        assert film is not None
        assert job is not None
        self._running = True
        generation = self._generation

        def go_on(share: float) -> bool:
            self._progressed.emit(generation, share)
            return generation == self._generation

        self._background.run(
            partial(self._denoise, film.pixels, job.request.settings, go_on),
            partial(self._take, generation),
            partial(self._fail, generation),
        )

    def _forget(self) -> None:
        self._cancel()
        self.result = None

    def _cancel(self) -> None:
        """What runs sees the new generation at its next step and ends."""
        self._generation += 1
        self._running = False

    def _take(self, generation: int, result: Floats) -> None:
        if generation != self._generation:
            return
        self._running = False
        self.result = result
        self.said.emit(self.tr("Denoised"))
        self.picture_changed.emit(self.shown)

    def _fail(self, generation: int, error: Exception) -> None:
        if generation != self._generation or isinstance(error, DenoiseCancelledError):
            return
        self._running = self.wanted = False
        self.failed.emit(str(error) or type(error).__name__)

    @Slot(int, float)
    def _tell_progress(self, generation: int, share: float) -> None:
        if generation == self._generation and self._running:
            self.said.emit(self.tr("Denoising… {} %").format(int(share * 100)))
