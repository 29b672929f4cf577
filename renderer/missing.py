"""What of a frame is not rendered yet, as rectangles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from renderer.buckets import Region

Mask = npt.NDArray[np.bool_]


def find_missing(region: Region, done: Mask) -> Iterator[Region]:
    """Yield rectangles that cover exactly the pixels of a region that are not done.

    A region of which nothing is done comes whole. Otherwise rows that lack the same columns make
    a band, and each run of such columns in it a rectangle.

    Args:
        region: lies inside the frame.
        done: (H, W) of the frame.
    """
    rows = slice(region.y, region.y + region.height)
    part = ~done[rows, region.x : region.x + region.width]
    if part.all():
        yield region
        return
    starts = [0, *(np.flatnonzero((part[1:] != part[:-1]).any(axis=1)) + 1)]
    for top, bottom in zip(starts, [*starts[1:], region.height], strict=True):
        for left, right in _runs(part[top]):
            yield Region(region.x + left, region.y + int(top), right - left, int(bottom - top))


def _runs(row: Mask) -> Iterator[tuple[int, int]]:
    """Yield (first, behind the last) of each run of True."""
    edges = np.flatnonzero(np.diff(row, prepend=False, append=False))
    for left, right in edges.reshape(-1, 2):
        yield int(left), int(right)
