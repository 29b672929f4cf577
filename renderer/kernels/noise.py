"""How noisy a pixel still is, and when it has had samples enough.

The measure is the error of the pixel's mean brightness m, relative to sqrt(m (m + g)) with g
middle grey: the relative error of what is bright, and in the dark the error of sqrt(m), which is
what the eye and a display's encoding go by. At 0.02 the grain is some two steps of 255 anywhere.

The decision is the pixel's own: it knows its samples and nothing of neighbours, bucket or
server, so that every split of the frame gives the same bits. Three guards stand in for the
neighbours that would know better:

- the variance counts as if three more samples like the brightest so far were missing, for rare
  bright paths are what an early end loses;
- the halves of even and odd samples must agree too;
- a surface that is black so far gets four times the least number of samples.

Stopping early darkens noisy pixels a little nonetheless (those that have not met their bright
paths yet look calm): see `docs/sampling.md` for how much.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from renderer.kernels.jit import device

Doubles = npt.NDArray[np.float64]

MIDDLE_GREY = 0.18
#: Below this brightness no display shows a difference; keeps the measure finite.
DARKEST = 1e-6
BLACK_PATIENCE = 4
#: How many samples like the brightest are taken to be missing: by the estimate that is shown, and
#: by the one that ends a pixel. With one there, the demo was 2.4 % too dark at a threshold of 0.1
#: instead of 1.6 %, and the error at equal numbers of samples was no smaller.
MISSED_SHOWN, MISSED_AT_END = 1.0, 3.0
#: Samples are looked at after 16, 24, 32, 48, 64, 96...: well distributed numbers of Sobol
#: points, and few enough looks that luck finds no gap.
FIRST_STOP = 16

SUM, SQUARES, SIGNED, LARGEST = 0, 1, 2, 3


@device
def add_moment(moments: Doubles, value: Any, index: int) -> None:
    """Count one sample's brightness; `index` is its number in the pixel."""
    moments[SUM] += value
    moments[SQUARES] += value * value
    moments[SIGNED] += value if index & 1 == 0 else -value
    moments[LARGEST] = max(moments[LARGEST], value)


@device
def next_stop(begin: int, least: int, most: int) -> int:
    """Return after how many samples a pixel that has had `begin` is looked at again."""
    stop = FIRST_STOP
    while stop <= begin or stop < least:
        is_power = stop & (stop - 1) == 0
        stop = stop * 3 // 2 if is_power else stop * 4 // 3
    return min(stop, most)


@device
def eval_noise(moments: Doubles, taken: int, missing: float) -> float:
    """Return the estimated error of a pixel's mean after so many samples, relative as above.

    Returns 1 while a single sample says nothing.

    Args:
        moments: of the pixel.
        taken: samples so far.
        missing: samples like the brightest one that may not have come yet.
    """
    if taken < 2:
        return 1.0
    mean = moments[SUM] / taken
    variance = max(moments[SQUARES] / taken - mean * mean, 0.0) / (taken - 1)
    missed = missing * (moments[LARGEST] - mean) / taken
    halves = moments[SIGNED] / taken if taken & 1 == 0 else 0.0
    error = np.sqrt(max(variance + missed * missed, halves * halves))
    base = max(mean, DARKEST)
    return float(error / np.sqrt(base * (base + MIDDLE_GREY)))


@device
def is_converged(
    moments: Doubles, taken: int, threshold: float, least: int, has_surface: bool
) -> bool:
    """Tell whether a pixel has had samples enough.

    Args:
        moments: of the pixel.
        taken: samples so far.
        threshold: of the noise.
        least: of samples.
        has_surface: whether any sample met one.
    """
    if moments[SUM] <= 0.0 and has_surface and taken < BLACK_PATIENCE * least:
        return False
    return eval_noise(moments, taken, MISSED_AT_END) < threshold
