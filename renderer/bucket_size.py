"""How wide and how high a bucket is; light, so that the command line can read it at once."""

from __future__ import annotations

from typing import NamedTuple

#: Smaller sides would be mostly messages: servers cut no unit below it either.
MIN_BUCKET_SIDE_PX = 8
#: A 512-pixel bucket of 4 float32 components is 4 MiB: still a fair piece for one message.
MAX_BUCKET_SIDE_PX = 512


class BucketSize(NamedTuple):
    """Sides of a bucket, pixels; those of the frame's last column and row may be smaller."""

    width_px: int
    height_px: int

    def __str__(self) -> str:
        return f"{self.width_px} × {self.height_px}"


def square(side_px: int) -> BucketSize:
    """Return the size of square buckets."""
    return BucketSize(side_px, side_px)


DEFAULT_BUCKET_SIZE = square(64)


def check_bucket_size(size: BucketSize) -> None:
    """See that servers take buckets of this size.

    Raises:
        ValueError: a side is out of range; the text says which.
    """
    for side, value_px in (("width", size.width_px), ("height", size.height_px)):
        if not MIN_BUCKET_SIDE_PX <= value_px <= MAX_BUCKET_SIDE_PX:
            raise ValueError(
                f"bucket {side} must be between {MIN_BUCKET_SIDE_PX} and {MAX_BUCKET_SIDE_PX} "
                f"pixels, not {value_px}"
            )


def parse_bucket_size(text: str) -> BucketSize:
    """Return what "64" (a square) or "64x32" (width and height) means.

    Raises:
        ValueError: it is neither, or a side is out of range.
    """
    sides = text.strip().lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.isascii() and side.isdigit() for side in sides):
        raise ValueError(f"{text!r} is no bucket size: give one such as 64 or 64x32, in pixels")
    size = BucketSize(int(sides[0]), int(sides[-1]))
    check_bucket_size(size)
    return size
