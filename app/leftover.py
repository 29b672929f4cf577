"""The rest of a frame as a job: what is on the film is not rendered again."""

from __future__ import annotations

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
        regions: the buckets of a frame, in any order.
        size_px: of a bucket that is not at the right or lower edge.
    """

    def __init__(self, regions: Sequence[Region], size_px: int) -> None:
        self._size_px = size_px
        self._buckets = {(r.x // size_px, r.y // size_px): i for i, r in enumerate(regions)}

    def cut(self, region: Region) -> Iterator[tuple[int, int]]:
        """Yield (bucket, pixels that the region has of it)."""
        for row, height in self._cells(region.y, region.height):
            for column, width in self._cells(region.x, region.width):
                yield self._buckets[column, row], width * height

    def _cells(self, start: int, length: int) -> Iterator[tuple[int, int]]:
        end = start + length
        for cell in range(start // self._size_px, -(-end // self._size_px)):
            low = max(start, cell * self._size_px)
            yield cell, min(end, (cell + 1) * self._size_px) - low


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
