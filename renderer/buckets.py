"""Cutting a frame into buckets, and the orders in which they are handed out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
