"""Numbers about a picture: smallest, largest, mean, and how its light is spread over stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
#: The histogram's stops, from middle grey; what lies beyond counts in the outermost bins.
MIN_EV, MAX_EV = -10.0, 10.0
BINS_PER_EV = 6
BINS = int(MAX_EV - MIN_EV) * BINS_PER_EV
MIDDLE_GREY = 0.18
#: Rows worked on at a time: bounds the temporary arrays.
ROWS = 64


@dataclass(frozen=True)
class Statistics:
    """What is known of the pixels that have arrived.

    Attributes:
        pixels: how many of them.
        smallest, largest, mean: per component.
        black: share of the pixels whose first three components are all 0.
        histogram: (3, BINS) int64: values of the first components by stops from middle grey;
            values of 0 or less are in no bin.
    """

    pixels: int
    smallest: tuple[float, ...]
    largest: tuple[float, ...]
    mean: tuple[float, ...]
    black: float
    histogram: npt.NDArray[np.int64]


def find_statistics(pixels: Floats, arrived: npt.NDArray[np.bool_] | None = None) -> Statistics:
    """Return the numbers of a picture.

    Args:
        pixels: (H, W, C >= 1) float32, finite.
        arrived: (H, W) bool, the pixels that count; None: all.
    """
    components = min(pixels.shape[2], 4)
    smallest = np.full(components, np.inf)
    largest = np.full(components, -np.inf)
    total = np.zeros(components)
    histogram = np.zeros((3, BINS), dtype=np.int64)
    count = black = 0
    for top in range(0, pixels.shape[0], ROWS):
        band = pixels[top : top + ROWS, :, :components]
        mask = None if arrived is None else arrived[top : top + ROWS]
        values = band.reshape(-1, components) if mask is None else band[mask]
        if not len(values):
            continue
        count += len(values)
        smallest = np.minimum(smallest, values.min(axis=0))
        largest = np.maximum(largest, values.max(axis=0))
        total += values.sum(axis=0, dtype=np.float64)
        black += int(np.count_nonzero(~values[:, :3].any(axis=1)))
        for place in range(min(components, 3)):
            histogram[place] += _count_stops(values[:, place])
    if not count:
        nothing = (0.0,) * components
        return Statistics(0, nothing, nothing, nothing, 0.0, histogram)
    return Statistics(
        count,
        tuple(float(v) for v in smallest),
        tuple(float(v) for v in largest),
        tuple(float(v) / count for v in total),
        black / count,
        histogram,
    )


def _count_stops(values: Floats) -> npt.NDArray[np.int64]:
    light = values[values > 0]
    stops = np.log2(light / np.float32(MIDDLE_GREY))
    bins = ((stops - np.float32(MIN_EV)) * BINS_PER_EV).astype(np.int64)
    return np.bincount(np.clip(bins, 0, BINS - 1), minlength=BINS)
