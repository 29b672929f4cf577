"""Cutting a frame into buckets, and the orders in which they are handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import cast

import numpy as np
import numpy.typing as npt

from renderer.bucket_size import BucketSize

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of pixels; (x, y) is its top left corner, y grows downwards."""

    x: int
    y: int
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """Number of pixels inside."""
        return self.width * self.height


class BucketOrder(Enum):
    """Which bucket comes first."""

    TOP_BOTTOM = "top-bottom"
    LEFT_RIGHT = "left-right"
    SPIRAL = "spiral"
    HILBERT = "hilbert"
    CHECKER = "checker"
    RANDOM = "random"


def parse_order(text: str) -> BucketOrder:
    """Return the order of this name, whatever its case.

    Raises:
        ValueError: there is no such order; the text lists those there are.
    """
    try:
        return BucketOrder(text.strip().lower().replace("_", "-"))
    except ValueError:
        known = ", ".join(order.value for order in BucketOrder)
        raise ValueError(f"there is no bucket order {text!r}; choose one of: {known}") from None


def make_buckets(
    width: int, height: int, size: BucketSize, order: BucketOrder, seed: int = 0
) -> tuple[Region, ...]:
    """Cut a frame into buckets, in the order in which they are handed out.

    The buckets cover every pixel exactly once. Those of the last column and row are what is
    left over when `size` does not divide the frame. Orders are of the grid of buckets,
    whatever their shape.

    Args:
        width: of the frame, pixels.
        height: of the frame, pixels.
        size: of a bucket.
        order: who comes first.
        seed: of `BucketOrder.RANDOM`; equal seeds give equal orders.

    Raises:
        ValueError: frame or bucket have no pixels.
    """
    if min(width, height, *size) < 1:
        raise ValueError(f"cannot cut {width} × {height} pixels into buckets of {size}")
    across = -(-width // size.width_px)
    down = -(-height // size.height_px)
    row, column = np.divmod(np.arange(across * down, dtype=np.int64), across)
    rank = _make_rank(order, seed)(column, row, across, down)
    chosen = np.argsort(rank, kind="stable")
    left = column[chosen] * size.width_px
    top = row[chosen] * size.height_px
    wide = np.minimum(size.width_px, width - left)
    high = np.minimum(size.height_px, height - top)
    return tuple(map(Region, left.tolist(), top.tolist(), wide.tolist(), high.tolist()))


#: Takes the column and the row of every bucket (row-major) and the grid's width and height;
#: returns a number per bucket that grows in handing-out order. Ties keep row-major order.
Rank = Callable[[Indices, Indices, int, int], Indices]


def _make_rank(order: BucketOrder, seed: int) -> Rank:
    if order is BucketOrder.RANDOM:
        return lambda column, row, across, _down: _rank_random(row * across + column, seed)
    return _RANKS[order]


def _rank_top_bottom(column: Indices, row: Indices, across: int, down: int) -> Indices:
    return row * across + column


def _rank_left_right(column: Indices, row: Indices, across: int, down: int) -> Indices:
    return column * down + row


def _rank_checker(column: Indices, row: Indices, across: int, down: int) -> Indices:
    return (column + row) & 1


def _rank_spiral(column: Indices, row: Indices, across: int, down: int) -> Indices:
    """From the centre outwards, clockwise, always to a neighbour where the frame is square.

    Ring r has (2 r + 1)^2 - (2 r - 1)^2 = 8 r buckets, 2 r on each side. It begins one to the
    right of its top left corner, just above the corner where the ring within it ends.
    """
    x = column - (across - 1) // 2
    y = row - (down - 1) // 2
    ring = np.maximum(np.abs(x), np.abs(y))
    along = np.select(
        [(y == -ring) & (x < ring), (x == ring) & (y < ring), (y == ring) & (x > -ring)],
        [x + ring, 2 * ring + y + ring, 4 * ring + ring - x],
        default=6 * ring + ring - y,
    )
    start = np.maximum(2 * ring - 1, 0) ** 2
    return cast("Indices", start + (along - 1) % np.maximum(8 * ring, 1))


def _rank_hilbert(column: Indices, row: Indices, across: int, down: int) -> Indices:
    """Position along Hilbert's curve through the smallest square of 2^n that holds the grid.

    From the most significant bit down, each bit pair names a quadrant; the quadrant's place on
    the curve is appended and the rest of the coordinates is turned into the quadrant's frame.
    """
    x, y = column.copy(), row.copy()
    rank = np.zeros_like(x)
    side = 1 << max(across - 1, down - 1, 0).bit_length()
    while side > 1:
        side //= 2
        right = (x & side) != 0
        low = (y & side) != 0
        rank = rank * 4 + np.where(low, np.where(right, 2, 1), np.where(right, 3, 0))
        mirror = ~low & right
        x = np.where(mirror, side - 1 - (x & (side - 1)), x & (side - 1))
        y = np.where(mirror, side - 1 - (y & (side - 1)), y & (side - 1))
        x, y = np.where(low, x, y), np.where(low, y, x)
    return rank


def _rank_random(index: Indices, seed: int) -> Indices:
    """Hash of the bucket's index: the same shuffle on every machine and numpy version.

    Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection, so there are no ties.
    """
    offset = seed * 0x9E3779B97F4A7C15 % 2**64
    state = index.astype(np.uint64) + np.uint64(offset)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))).view(np.int64)


_RANKS: dict[BucketOrder, Rank] = {
    BucketOrder.TOP_BOTTOM: _rank_top_bottom,
    BucketOrder.LEFT_RIGHT: _rank_left_right,
    BucketOrder.SPIRAL: _rank_spiral,
    BucketOrder.HILBERT: _rank_hilbert,
    BucketOrder.CHECKER: _rank_checker,
}
