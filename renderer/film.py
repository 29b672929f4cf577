"""The film: the frame's pixels as they arrive, and which of them are there.

Pixels are *set*, never added: a bucket that arrives twice, or late, leaves the same film. What
is not a finite float32 of the right shape never gets in, because one NaN would spread through
every filter and tone mapper behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from renderer.buckets import Region
from renderer.pages import make_zeros

#: Rows hashed at a time: bounds the copy that drops alpha to some MB even for a panorama.
HASH_ROWS = 64


class FilmError(ValueError):
    """Pixels that must not get into the film.

    Attributes:
        region: where they were meant to go.
        bad_pixels: how many of them are not finite; 0 when shape, type or place is wrong.
    """

    def __init__(self, message: str, region: Region, bad_pixels: int = 0) -> None:
        super().__init__(message)
        self.region = region
        self.bad_pixels = bad_pixels


class Film:
    """All components of a frame, filled region by region.

    Attributes:
        width, height: size, pixels.
        components: floats per pixel; the first three are the beauty's linear RGB, the
            fourth is alpha.
        pixels: (H, W, components) float32, row 0 on top; zero where nothing arrived yet.
        done: (H, W) bool, True where pixels arrived.
    """

    def __init__(self, width: int, height: int, components: int = 4) -> None:
        if width < 1 or height < 1 or components < 3:
            raise ValueError(
                f"a film needs at least 1x1 pixels of 3 components, "
                f"not {width}x{height} of {components}"
            )
        self.width = width
        self.height = height
        self.components = components
        shape = (height, width, components)
        self.pixels: npt.NDArray[np.float32] = make_zeros(shape, np.float32)
        self.done: npt.NDArray[np.bool_] = np.zeros((height, width), dtype=np.bool_)
        self._missing = width * height

    @property
    def complete(self) -> bool:
        """True when every pixel has arrived."""
        return self._missing == 0

    @property
    def pixels_done(self) -> int:
        """Number of pixels that have arrived."""
        return self.width * self.height - self._missing

    def put(self, region: Region, pixels: npt.NDArray[np.float32]) -> None:
        """Set the pixels of a region.

        Args:
            region: lies inside the film.
            pixels: (region.height, region.width, components) float32, finite.

        Raises:
            FilmError: the region or the pixels are not so; the film is unchanged.
        """
        self._check(region, pixels)
        rows = slice(region.y, region.y + region.height)
        columns = slice(region.x, region.x + region.width)
        done = self.done[rows, columns]
        self._missing -= region.pixels - int(np.count_nonzero(done))
        self.pixels[rows, columns] = pixels
        done[...] = True

    def read(self, region: Region) -> npt.NDArray[np.float32]:
        """Return a copy of the pixels of a region: (region.height, region.width, components)."""
        rows = slice(region.y, region.y + region.height)
        return self.pixels[rows, region.x : region.x + region.width].copy()

    def clear(self, region: Region) -> None:
        """Forget the pixels of a region: they were false."""
        rows = slice(region.y, region.y + region.height)
        columns = slice(region.x, region.x + region.width)
        self._missing += int(np.count_nonzero(self.done[rows, columns]))
        self.pixels[rows, columns] = 0.0
        self.done[rows, columns] = False

    def take_over(self, other: Film, but: Iterable[Region]) -> None:
        """Set all pixels to those of another film of the same shape, and clear some regions."""
        self.pixels[...] = other.pixels
        self.done[...] = other.done
        self._missing = int(np.count_nonzero(~self.done))
        for region in but:
            self.clear(region)

    def sha256(self, first: int = 0, count: int = 3) -> str:
        """Return the hash of the beauty as row-major RGB float32 little-endian bytes.

        Two frames have equal hashes exactly when every beauty pixel has equal bits, whatever
        the machine's byte order and whatever other components the film holds.

        Args:
            first: another channel's first component.
            count: its number of components.
        """
        digest = hashlib.sha256()
        for row in range(0, self.height, HASH_ROWS):
            channel = self.pixels[row : row + HASH_ROWS, :, first : first + count]
            digest.update(channel.astype("<f4").tobytes())
        return digest.hexdigest()

    def _check(self, region: Region, pixels: npt.NDArray[np.float32]) -> None:
        inside = (
            region.x >= 0
            and region.y >= 0
            and region.width >= 1
            and region.height >= 1
            and region.x + region.width <= self.width
            and region.y + region.height <= self.height
        )
        if not inside:
            raise FilmError(f"{region} is not inside the {self.width}x{self.height} film", region)
        shape = (region.height, region.width, self.components)
        if pixels.shape != shape:
            raise FilmError(f"{region} needs pixels of shape {shape}, not {pixels.shape}", region)
        if pixels.dtype.newbyteorder("=") != np.float32:
            raise FilmError(f"{region} needs float32 pixels, not {pixels.dtype}", region)
        finite = np.isfinite(pixels)
        if not finite.all():
            bad = int(np.count_nonzero(~finite.all(axis=2)))
            raise FilmError(f"{region} has {bad} pixels that are NaN or infinite", region, bad)
