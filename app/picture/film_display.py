"""Keeps the frame buffer equal to the film under the display transform.

A bucket is transformed as it arrives: it is tiny. A new exposure or view concerns the whole frame
and runs in a background thread, band by band, the visible bands first; buckets that arrive
meanwhile are shown again after their band.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from app.system.background import Background
from app.widgets.theme import UNRENDERED
from renderer.buckets import Region
from renderer.display import NEUTRAL, Look, to_display

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

#: A band of this many pixels is shown in a few milliseconds: no stall is felt.
BAND_PIXELS = 1 << 18
#: Through a LUT a pixel takes 0.07 µs: a bucket of more would hold the window up.
LUT_PIXELS = 1 << 15
Transform = Callable[[Floats, Look], Bytes]


class Target(Protocol):
    """Where the bytes go (`app.widgets.frame_buffer.FrameBuffer`, or its picture B)."""

    def begin(self, width: int, height: int) -> None:
        """Show an empty picture of this size."""

    def put(self, x: int, y: int, rgb: Bytes) -> None:
        """Show the bytes of a region."""


class FilmDisplay(QObject):
    """Shows one film at a time in one frame buffer.

    Args:
        target: takes the bytes.
        background: where whole frames are transformed.
        visible_rows: the rows that are seen, which are transformed first.
        transform: makes bytes of light.

    Attributes:
        look: the display transform as wanted now.

    Signals:
        look_changed(Look): `look` is another one.
        content_changed(): another film, picture or channel is shown, or more of it has arrived.
    """

    look_changed = Signal(object)
    content_changed = Signal()

    def __init__(
        self,
        target: Target,
        background: Background,
        visible_rows: Callable[[], tuple[int, int]],
        transform: Transform = to_display,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = NEUTRAL
        self._target = target
        self._background = background
        self._visible_rows = visible_rows
        self._transform = transform
        self._size = (0, 0)
        self._picture: Floats | None = None  # shown instead of the frame
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
        """Show another film, with what is there if it is resumed.

        Args:
            film: (H, W, 3 or more) float32, filled by its owner.
            done: (H, W) bool, where there are pixels.
        """
        self._generation += 1
        self._own, self._source, self._channel, self._picture = film, None, None, None
        self._choose_shown()
        self._done = done
        self._bands.clear()
        self._again = False
        self._arrived.clear()
        self._size = (film.shape[1], film.shape[0])
        self._target.begin(*self._size)
        if done.any():
            self._show_all_again()
        self.content_changed.emit()

    def put(self, region: Region, pixels: Floats) -> None:
        """Show a bucket that is on the film."""
        self.content_changed.emit()
        if self._picture is not None:
            return  # seen when the frame is shown again
        if self._working:
            self._arrived.append(region)
        if self._channel is None and not self._takes_long(region):
            self._target.put(region.x, region.y, self._transform(pixels, self.look))
        else:
            self._show_again(region)

    def take_back(self, region: Region) -> None:
        """A bucket was wrong and is off the film: show that it is missing."""
        self.content_changed.emit()
        if self._picture is not None:
            return
        if self._working:
            self._arrived.append(region)
        self._show_again(region)

    def set_look(self, look: Look) -> None:
        """See the film with another exposure, white balance or view."""
        if look == self.look:
            return
        self.look = look
        self._show_all_again()
        self.look_changed.emit(look)

    def set_source(self, pixels: Floats | None) -> None:
        """Show another picture of the frame in the film's place; None: the film again.

        Args:
            pixels: (H, W, 3 or more) float32 of the film's size, such as the denoised one.
        """
        assert self._own is None or pixels is None or pixels.shape[:2] == self._own.shape[:2]
        self._source = pixels
        if self._choose_shown():
            self._show_all_again()

    def set_transform(self, transform: Transform) -> None:
        """See frame and pictures by another transform; channels have their own."""
        self._transform = transform
        self._choose_shown()
        self._show_all_again()

    def set_picture(self, pixels: Floats | None) -> None:
        """Show a complete picture of any size instead of the frame; None: the frame again.

        Args:
            pixels: (H, W, 3 or more) float32, linear light.
        """
        self._picture = pixels
        self._arrived.clear()  # places of the frame, which are shown with all of it
        if self._choose_shown():
            self._show_all_again()

    @property
    def shown(self) -> Floats | None:
        """What is shown: of the frame, a channel or a picture; None before the first frame."""
        return self._shown

    @property
    def shows_frame(self) -> bool:
        """Whether it is the frame, and no other picture, that is shown."""
        return self._picture is None

    @property
    def shows_light(self) -> bool:
        """Whether it is seen through the display transform: no channel with a scale of its own."""
        return self._picture is not None or self._channel is None

    @property
    def arrived(self) -> npt.NDArray[np.bool_] | None:
        """(H, W) bool: where `shown` has pixels; None: everywhere."""
        return self._done if self._picture is None else None

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
        if self._picture is not None:
            self._shown, self._show = self._picture, self._transform
        elif self._channel is not None:
            self._shown, self._show = self._channel
        else:
            self._shown, self._show = self._own, self._transform
            if self._source is not None:
                self._shown = self._source
        return self._shown is not before

    def _show_all_again(self) -> None:
        if self._shown is None:
            return
        size = (self._shown.shape[1], self._shown.shape[0])
        if size != self._size:
            self._size = size
            self._target.begin(*size)
            self._generation += 1  # bands of the old size must not get in
        self.content_changed.emit()
        if self._working and self._visible_bands > 0:
            self._again = True  # what is visible gets through, or dragging would show nothing
        else:
            self._start_pass()

    def value(self, x: int, y: int) -> tuple[float, ...] | None:
        """Return a pixel's linear components, None where nothing has arrived."""
        if self._shown is None:
            return None
        height, width = self._shown.shape[:2]
        inside = 0 <= x < width and 0 <= y < height
        if not inside or (self.arrived is not None and not self.arrived[y, x]):
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
        self._bands, self._visible_bands = order_bands(height, width, self._visible_rows())

    def _show_band(self, generation: int, top: int, shown: Bytes) -> None:
        if generation == self._generation:
            if self.arrived is not None:
                # What has not arrived stays the empty frame's grey, also at another exposure.
                shown[~self.arrived[top : top + shown.shape[0]]] = UNRENDERED
            self._target.put(0, top, shown)
            for region in self._arrived:
                self._show_again(region)
        self._next_band()

    def _show_again(self, region: Region) -> None:
        assert self._shown is not None
        rows, columns = _slices(region)
        work = partial(self._show, self._shown[rows, columns], self.look)
        if not self._takes_long(region):
            self._put_shown(region, work())
            return
        source, seen = self._shown, (self._generation, self._show, self.look)

        def put(shown: Bytes) -> None:
            # Another look, channel or picture has been shown as a whole since.
            if source is self._shown and seen == (self._generation, self._show, self.look):
                self._put_shown(region, shown)

        self._background.run(work, put, self._give_up)

    def _put_shown(self, region: Region, shown: Bytes) -> None:
        if self.arrived is not None:
            rows, columns = _slices(region)
            shown[~self.arrived[rows, columns]] = UNRENDERED
        self._target.put(region.x, region.y, shown)

    def _takes_long(self, region: Region) -> bool:
        return self.look.grade is not None and region.width * region.height > LUT_PIXELS

    def _give_up(self, error: Exception) -> None:
        self._working = False
        raise error


def _slices(region: Region) -> tuple[slice, slice]:
    rows = slice(region.y, region.y + region.height)
    return rows, slice(region.x, region.x + region.width)


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
