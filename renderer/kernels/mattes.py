"""Counting ids per pixel, and ranking them by how much of the pixel they cover."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renderer.channels import RANKS
from renderer.kernels.channel_data import ID_SLOTS
from renderer.kernels.jit import device
from renderer.kernels.math32 import ZERO, F

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@device
def add_id(ids: Floats, counts: Ints, first: int, name: np.float32) -> None:
    """Count one sample's id in the slots from `first` on; 0 stands for no surface."""
    if name == ZERO:
        return
    for slot in range(first, first + ID_SLOTS):
        if counts[slot] == 0:
            ids[slot] = name
        if ids[slot] == name:
            counts[slot] += 1
            return


@device
def write_ranks(
    pixel: Floats, target: int, ids: Floats, counts: Ints, first: int, taken: int
) -> None:
    """Write pairs of (id, coverage), the largest coverage first, and empty the slots.

    Equal coverages keep the order in which the ids came first.
    """
    for rank in range(RANKS):
        best = first
        for slot in range(first + 1, first + ID_SLOTS):
            if counts[slot] > counts[best]:
                best = slot
        has_any = counts[best] > 0
        pixel[target + 2 * rank] = ids[best] if has_any else ZERO
        pixel[target + 2 * rank + 1] = F(counts[best] / taken)
        counts[best] = 0
