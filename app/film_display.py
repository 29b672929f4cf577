"""Keeps the frame buffer equal to the film under the display transform.

A bucket is transformed as it arrives: it is tiny. A new exposure or view concerns the whole frame
and runs in a background thread, band by band, the visible bands first; buckets that arrive
meanwhile are shown again after their band.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from app.background import Background
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.theme import UNRENDERED
from renderer.buckets import Region
from renderer.display import NEUTRAL, Look, to_display

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

#: A band of this many pixels is shown in a few milliseconds: no stall is felt.
BAND_PIXELS = 1 << 18
Transform = Callable[[Floats, Look], Bytes]


class FilmDisplay(QObject):
    """Shows one film at a time in one frame buffer.

    Attributes:
        look: the display transform as wanted now.
    """

    def __init__(
        self,
        frame_buffer: FrameBuffer,
        background: Background,
        transform: Transform = to_display,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = NEUTRAL
        self._frame_buffer = frame_buffer
        self._background = background
        self._transform = transform
        self._shown: Floats | None = None  # what is shown: film, source or channel
        self._show = transform  # of what is shown
        self._own: Floats | None = None  # the frame's film
        self._source: Floats | None = None
        self._channel: tuple[Floats, Transform] | None = None
        self._done: npt.NDArray[np.bool_] | None = None
        self._generation = 0
        self._bands: list[tuple[int, int]] = []
        self._visible_bands = 0
        self._working = False
        self._again = False
        self._arrived: list[Region] = []

    def warm_up(self) -> None:
        """Let the transform build its tables now, not when the first bucket is shown."""
        pixel = np.zeros((1, 1, 4), dtype=np.float32)
        work = partial(self._transform, pixel, self.look)
        self._background.run(work, lambda _shown: None, self._give_up)

    @property
    def busy(self) -> bool:
        """True while bands are being transformed."""
        return self._working

    def begin(self, film: Floats, done: npt.NDArray[np.bool_]) -> None:
        """Show another film, empty at first.

        Args:
            film: (H, W, 3 or more) float32, filled by its owner.
            done: (H, W) bool, where there are pixels.
        """
        self._generation += 1
        self._own, self._source, self._channel = film, None, None
        self._choose_shown()
        self._done = done
        self._bands.clear()
        self._again = False
        self._arrived.clear()
        self._frame_buffer.begin(film.shape[1], film.shape[0])

    def put(self, region: Region, pixels: Floats) -> None:
        """Show a bucket that is on the film."""
        if self._working:
            self._arrived.append(region)
        if self._channel is None:
            self._frame_buffer.put(region.x, region.y, self._transform(pixels, self.look))
        else:
            self._show_again(region)

    def set_look(self, look: Look) -> None:
        """See the film with another exposure, white balance or view."""
        if look == self.look:
            return
        self.look = look
        self._show_all_again()

    def set_source(self, pixels: Floats | None) -> None:
        """Show another picture of the frame in the film's place; None: the film again.

        Args:
            pixels: (H, W, 3 or more) float32 of the film's size, such as the denoised one.
        """
        assert self._own is None or pixels is None or pixels.shape[:2] == self._own.shape[:2]
        self._source = pixels
        if self._choose_shown():
            self._show_all_again()

    def set_channel(self, pixels: Floats | None, transform: Transform | None = None) -> None:
        """Show another channel of the film; None: the beauty again, or its source.

        Args:
            pixels: (H, W, components) float32, a part of the film.
            transform: makes bytes of them; None: the display transform.
        """
        if pixels is None and self._channel is None:
            return
        self._channel = None if pixels is None else (pixels, transform or self._transform)
        self._choose_shown()
        self._show_all_again()

    def _choose_shown(self) -> bool:
        """Set what is shown; True if it is another array than before."""
        before = self._shown
        if self._channel is not None:
            self._shown, self._show = self._channel
        else:
            self._shown, self._show = self._own, self._transform
            if self._source is not None:
                self._shown = self._source
        return self._shown is not before

    def _show_all_again(self) -> None:
        if self._shown is None:
            return
        if self._working and self._visible_bands > 0:
            self._again = True  # what is visible gets through, or dragging would show nothing
        else:
            self._start_pass()

    def value(self, x: int, y: int) -> tuple[float, ...] | None:
        """Return a pixel's linear components, None where nothing has arrived."""
        if self._shown is None or self._done is None:
            return None
        height, width = self._shown.shape[:2]
        if not (0 <= x < width and 0 <= y < height and self._done[y, x]):
            return None
        return tuple(float(value) for value in self._shown[y, x])

    def shown_bytes(self, x: int, y: int) -> tuple[int, int, int]:
        """Return a pixel as it is shown."""
        assert self._shown is not None
        shown = self._show(self._shown[y : y + 1, x : x + 1], self.look)
        red, green, blue = (int(v) for v in shown[0, 0])
        return red, green, blue

    def _start_pass(self) -> None:
        self._order_bands()
        if not self._working:
            self._next_band()

    def _next_band(self) -> None:
        if self._again and self._visible_bands <= 0:
            self._order_bands()
        if not self._bands or self._shown is None:
            self._working = False
            return
        self._working = True
        top, bottom = self._bands.pop(0)
        self._visible_bands -= 1
        self._arrived.clear()
        shown, wanted = self._shown, self.look
        self._background.run(
            partial(self._show, shown[top:bottom], wanted),
            partial(self._show_band, self._generation, top),
            self._give_up,
        )

    def _order_bands(self) -> None:
        assert self._shown is not None
        self._again = False
        height, width = self._shown.shape[:2]
        self._bands, self._visible_bands = order_bands(
            height, width, self._frame_buffer.visible_rows()
        )

    def _show_band(self, generation: int, top: int, shown: Bytes) -> None:
        if generation == self._generation:
            assert self._done is not None
            bottom = top + shown.shape[0]
            # What has not arrived stays the empty frame's grey, also at another exposure.
            shown[~self._done[top:bottom]] = UNRENDERED
            self._frame_buffer.put(0, top, shown)
            for region in self._arrived:
                self._show_again(region)
        self._next_band()

    def _show_again(self, region: Region) -> None:
        assert self._shown is not None
        rows = slice(region.y, region.y + region.height)
        columns = slice(region.x, region.x + region.width)
        shown = self._show(self._shown[rows, columns], self.look)
        self._frame_buffer.put(region.x, region.y, shown)

    def _give_up(self, error: Exception) -> None:
        self._working = False
        raise error


def order_bands(
    height: int, width: int, visible: tuple[int, int]
) -> tuple[list[tuple[int, int]], int]:
    """Return (top, bottom) of bands that cover the frame, and how many of them are visible.

    The visible ones come first.
    """
    rows = max(1, BAND_PIXELS // max(1, width))
    bands = [(top, min(top + rows, height)) for top in range(0, height, rows)]
    seen = [band for band in bands if band[0] < visible[1] and band[1] > visible[0]]
    return seen + [band for band in bands if band not in seen], len(seen)
