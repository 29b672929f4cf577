"""The rest of a frame as a job: what is on the film is not rendered again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.frames.jobs import PreparedJob
from network.work import Unit
from renderer.bucket_size import BucketSize
from renderer.buckets import Region
from renderer.missing import find_missing


class BucketGrid:
    """Finds the buckets below a region, which may be cut otherwise.

    Args:
        regions: the buckets of a frame, in any order; each lies in one cell of the grid.
        size: of a cell.
    """

    def __init__(self, regions: Sequence[Region], size: BucketSize) -> None:
        self._regions = regions
        self._size = size
        self._cells: dict[tuple[int, int], list[int]] = {}
        for bucket, region in enumerate(regions):
            cell = region.x // size.width_px, region.y // size.height_px
            self._cells.setdefault(cell, []).append(bucket)

    def cut(self, region: Region) -> Iterator[tuple[int, Region]]:
        """Yield (bucket, what the region has of it)."""
        columns = _cells(region.x, region.width, self._size.width_px)
        rows = _cells(region.y, region.height, self._size.height_px)
        for cell in ((column, row) for row in rows for column in columns):
            for bucket in self._cells.get(cell, ()):
                part = _intersect(region, self._regions[bucket])
                if part is not None:
                    yield bucket, part


def _cells(start_px: int, length_px: int, side_px: int) -> range:
    """Return the cells along one axis that a stretch of pixels touches."""
    return range(start_px // side_px, -(-(start_px + length_px) // side_px))


def _intersect(one: Region, other: Region) -> Region | None:
    x, y = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    return Region(x, y, right - x, bottom - y) if right > x and bottom > y else None


@dataclass(frozen=True)
class DonePart:
    """Pixels of one bucket that are there, and who rendered them."""

    bucket: int
    region: Region
    uid: str


def leave_out(
    job: PreparedJob, done: npt.NDArray[np.bool_], parts: Sequence[DonePart] = ()
) -> PreparedJob:
    """Return the job of all pixels that are not done; unchanged if none is missing.

    A unit is then what is missing of a bucket, or a rectangle of it: pixels do not depend on how
    a frame is cut. What is there follows as units that are done, so that they can be rendered
    again if they turn out to be false.

    Args:
        job: of the whole frame.
        done: (H, W) of its film.
        parts: of it that are there.
    """
    if not done.any():
        return job
    todo = [
        (bucket, part)
        for bucket, region in enumerate(job.regions)
        for part in find_missing(region, done)
    ]
    if not todo:
        return job
    samples = job.spec.units[0].samples
    pieces = todo + [(part.bucket, part.region) for part in parts]
    units = tuple(
        Unit(index, region.x, region.y, region.width, region.height, 0, samples)
        for index, (_, region) in enumerate(pieces)
    )
    spec = replace(job.spec, units=units, done_by=tuple(part.uid for part in parts))
    return replace(job, spec=spec, buckets=tuple(bucket for bucket, _ in pieces))
