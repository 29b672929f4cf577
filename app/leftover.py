"""The rest of a frame as a job: what is on the film is not rendered again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from app.jobs import PreparedJob
from network.work import Unit
from renderer.buckets import Region
from renderer.missing import find_missing


class BucketGrid:
    """Finds the buckets below a region, which may be cut otherwise.

    Args:
        regions: the buckets of a frame, or parts of them, in any order.
        size_px: of a bucket that is not at the right or lower edge.
    """

    def __init__(self, regions: Sequence[Region], size_px: int) -> None:
        self._size_px = size_px
        self._cells: dict[tuple[int, int], list[tuple[int, Region]]] = defaultdict(list)
        for index, bucket in enumerate(regions):
            self._cells[bucket.x // size_px, bucket.y // size_px].append((index, bucket))

    def cut(self, region: Region) -> Iterator[tuple[int, int]]:
        """Yield (bucket, pixels that the region has of it)."""
        size = self._size_px
        for row in range(region.y // size, (region.y + region.height - 1) // size + 1):
            for column in range(region.x // size, (region.x + region.width - 1) // size + 1):
                for index, bucket in self._cells.get((column, row), ()):
                    pixels = _shared_pixels(bucket, region)
                    if pixels:
                        yield index, pixels


def _shared_pixels(one: Region, other: Region) -> int:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


def leave_out(job: PreparedJob, done: npt.NDArray[np.bool_]) -> PreparedJob:
    """Return the job of all pixels that are not done; unchanged if none is missing.

    A unit is then what is missing of a bucket, or a rectangle of it: pixels do not depend on how
    a frame is cut.

    Args:
        job: of the whole frame.
        done: (H, W) of its film.
    """
    if not done.any():
        return job
    samples = job.spec.units[0].samples
    units: list[Unit] = []
    buckets: list[int] = []
    for bucket, region in enumerate(job.regions):
        for part in find_missing(region, done):
            units.append(Unit(len(units), part.x, part.y, part.width, part.height, 0, samples))
            buckets.append(bucket)
    if not units:
        return job
    return replace(job, spec=replace(job.spec, units=tuple(units)), buckets=tuple(buckets))
