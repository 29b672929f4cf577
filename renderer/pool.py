"""Render threads over one queue of small tiles.

Units (buckets) are cut into tiles, and threads take tiles in the order in which units were
submitted: they flow from one unit into the next without waiting for each other, and the last
unit of a frame keeps all of them busy to its end. A tile is short, so a cancelled unit costs
little. How a unit is cut changes no pixel.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from renderer.buckets import Region

Pixels = npt.NDArray[np.float32]
#: Called from a render thread: (key, pixels or None, seconds of rendering, error text or "").
OnDone = Callable[[int, Pixels | None, float, str], None]

#: Some 10 ms of work at a million samples per second and thread: long against the cost of a
#: call (tens of microseconds), short against what a person notices.
TILE_SAMPLES = 12_000
#: Where pixels end on their own, most do within so many times the least number of samples. A
#: tile of one pixel would leave most of the kernel's lanes idle in its later rounds.
EXPECTED_ROUNDS = 4
#: Rows of a tile share cache lines and rays' surroundings; wider does not help.
MAX_TILE_SIDE_PX = 32


class RegionRenderer(Protocol):
    """What the pool needs of an engine.

    Attributes:
        components: floats per pixel of the open scene's results.
        seconds_component: where the pool puts its measured seconds per pixel; -1: nowhere.
        least_samples: after which a pixel may end; 0: each gets all of its samples.
    """

    components: int
    seconds_component: int
    least_samples: int

    def render(self, region: Region, first_sample: int, samples: int, out: Pixels) -> None:
        """Write the mean over the samples of each pixel of the region."""


@dataclass
class _Unit:
    """A submitted unit, until its last tile is done."""

    key: int
    region: Region
    first_sample: int
    samples: int
    pixels: Pixels
    waiting: deque[Region]
    running: int = 0
    render_s: float = 0.0
    error: str = ""
    cancelled: bool = False


class RenderPool:
    """A fixed number of threads that render units.

    Every submitted unit ends in exactly one call of `on_done`, unless it was cancelled (or the
    pool closed), after which it ends in none.
    """

    def __init__(
        self,
        engine: RegionRenderer,
        threads: int,
        on_done: OnDone,
        clock: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Start the threads.

        Args:
            engine: with an open scene whenever a unit is submitted.
            threads: at least 1.
            on_done: called from a render thread, without any lock held.
            clock: monotonic seconds; measures the time of rendering.
        """
        if threads < 1:
            raise ValueError(f"a render pool needs at least one thread, not {threads}")
        self._engine = engine
        self._on_done = on_done
        self._clock = clock
        self._units: dict[int, _Unit] = {}
        self._ready: deque[_Unit] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._busy = 0
        self._tiles_done = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"render-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, key: int, region: Region, first_sample: int, samples: int) -> None:
        """Queue a unit behind all others.

        Raises:
            ValueError: a unit of this key is in the pool already, or there are no samples.
            RuntimeError: the pool is closed.
        """
        if samples < 1 or region.pixels < 1:
            raise ValueError(f"unit {key!r} is empty: {region}, {samples} samples")
        shape = (region.height, region.width, self._engine.components)
        likely = min(samples, EXPECTED_ROUNDS * self._engine.least_samples) or samples
        tiles = deque(cut_tiles(region, likely))
        unit = _Unit(key, region, first_sample, samples, np.zeros(shape, np.float32), tiles)
        with self._changed:
            if self._closed:
                raise RuntimeError("the render pool is closed")
            if key in self._units:
                raise ValueError(f"unit {key!r} is being rendered already")
            self._units[key] = unit
            self._ready.append(unit)
            self._changed.notify_all()

    def cancel(self, key: int) -> None:
        """Drop a unit; tiles that are being rendered finish unheard. Unknown keys are ignored."""
        with self._changed:
            unit = self._units.pop(key, None)
            if unit is not None:
                unit.cancelled = True
                unit.waiting.clear()

    def cancel_all(self) -> None:
        """Drop all units."""
        with self._changed:
            keys = list(self._units)
        for key in keys:
            self.cancel(key)

    @property
    def tiles_done(self) -> int:
        """Tiles rendered so far: grows as long as the pool makes progress."""
        return self._tiles_done

    def wait_idle(self) -> None:
        """Wait until no thread is rendering and nothing is queued."""
        with self._changed:
            self._changed.wait_for(self._is_idle)

    def close(self) -> None:
        """Drop all units and end the threads; returns when they have ended."""
        self.cancel_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _is_idle(self) -> bool:
        return not self._busy and not any(unit.waiting for unit in self._ready)

    def _work(self) -> None:
        """Run one thread: take tiles until the pool is closed."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._has_work())
                if self._closed:
                    return
                unit = self._ready[0]
                tile = unit.waiting.popleft()
                unit.running += 1
                self._busy += 1
            started = self._clock()
            error = self._render_tile(unit, tile)
            self._finish_tile(unit, self._clock() - started, error)

    def _has_work(self) -> bool:
        """Forget units without waiting tiles at the head of the queue."""
        while self._ready and not self._ready[0].waiting:
            self._ready.popleft()
        return bool(self._ready)

    def _render_tile(self, unit: _Unit, tile: Region) -> str:
        """Render a tile into its unit's pixels; return an error text or ""."""
        top, left = tile.y - unit.region.y, tile.x - unit.region.x
        out = np.empty((tile.height, tile.width, self._engine.components), np.float32)
        try:
            place = self._engine.seconds_component
            started = self._clock() if place >= 0 else 0.0
            self._engine.render(tile, unit.first_sample, unit.samples, out)
            if place >= 0:
                out[:, :, place] = (self._clock() - started) / tile.pixels
        except Exception as error:  # whatever it is, it must reach the client as a failed unit
            return f"{type(error).__name__}: {error}"
        unit.pixels[top : top + tile.height, left : left + tile.width] = out
        return ""

    def _finish_tile(self, unit: _Unit, seconds: float, error: str) -> None:
        with self._changed:
            unit.running -= 1
            self._busy -= 1
            self._tiles_done += 1
            unit.render_s += seconds
            if error and not unit.error:
                unit.error = error
                unit.waiting.clear()
            is_last = not unit.waiting and not unit.running and not unit.cancelled
            if is_last:
                del self._units[unit.key]
            self._changed.notify_all()
        if is_last:
            self._on_done(unit.key, None if unit.error else unit.pixels, unit.render_s, unit.error)


def cut_tiles(region: Region, samples: int) -> list[Region]:
    """Return the tiles of a unit: squares of up to TILE_SAMPLES samples, row by row."""
    pixels = max(1, TILE_SAMPLES // samples)
    width = min(MAX_TILE_SIDE_PX, region.width, max(1, round(pixels**0.5)))
    height = min(region.height, max(1, pixels // width))
    tiles = []
    for y in range(region.y, region.y + region.height, height):
        for x in range(region.x, region.x + region.width, width):
            tiles.append(
                Region(
                    x,
                    y,
                    min(width, region.x + region.width - x),
                    min(height, region.y + region.height - y),
                )
            )
    return tiles
