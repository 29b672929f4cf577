"""How far two pictures are from each other: per pixel, and as one number.

The measures are those that people compare renderers by; relative ones divide by the reference,
so that dark parts count as much as bright ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
#: What a difference is: signed, its size, its square, and both divided by the reference.
Measure = Literal["error", "absolute", "squared", "relative absolute", "relative squared"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
#: Added to the reference before dividing by it: black would make every difference infinite.
#: 0.01 of white is the value that papers about rendering use.
EPSILON = 0.01
#: Rows worked on at a time: bounds the temporary arrays, whatever the picture's size.
ROWS = 64


@dataclass(frozen=True)
class Distance:
    """How far picture A is from reference B, over all pixels and colours.

    Attributes:
        bias: mean of A - B.
        mean_absolute, mean_squared: of |A - B| and its square.
        relative_squared: mean of (A - B)² / (B² + `EPSILON`).
        largest: |A - B| at most.
        psnr_db: peak signal-to-noise ratio for white 1, decibels; infinite if all is equal.
        equal: share of the pixels whose three colours have equal bits.
    """

    bias: float
    mean_absolute: float
    mean_squared: float
    relative_squared: float
    largest: float
    psnr_db: float
    equal: float


def measure_distance(a: Floats, b: Floats) -> Distance:
    """Return how far picture `a` is from reference `b`.

    Args:
        a: (H, W, 3 or more) float32, linear light.
        b: likewise, of the same height and width.

    Raises:
        ValueError: their sizes differ.
    """
    _check(a, b)
    sums = np.zeros(4)
    largest, equal = 0.0, 0
    for top in range(0, a.shape[0], ROWS):
        first = a[top : top + ROWS, :, :3].astype(np.float64)
        second = b[top : top + ROWS, :, :3].astype(np.float64)
        error = first - second
        squared = error * error
        relative = squared / (second * second + EPSILON)
        sums += (error.sum(), np.abs(error).sum(), squared.sum(), relative.sum())
        largest = max(largest, float(np.abs(error).max()))
        equal += int(np.count_nonzero((error == 0).all(axis=2)))
    pixels = a.shape[0] * a.shape[1]
    bias, absolute, mean_squared, relative_squared = (float(s) / (3 * pixels) for s in sums)
    psnr_db = -10.0 * math.log10(mean_squared) if mean_squared > 0 else math.inf
    return Distance(
        bias, absolute, mean_squared, relative_squared, largest, psnr_db, equal / pixels
    )


def show_difference(a: Floats, b: Floats, measure: Measure) -> Floats:
    """Return the difference of two pictures as a picture.

    Args:
        a: (H, W, 3 or more) float32, linear light.
        b: the reference, of the same height and width.
        measure: what is shown; "error" is shown by its sign: red where A is brighter, blue
            where it is darker.

    Returns:
        (H, W, 3) float32, at least 0.

    Raises:
        ValueError: their sizes differ.
    """
    _check(a, b)
    shown = np.empty((*a.shape[:2], 3), dtype=np.float32)
    for top in range(0, a.shape[0], ROWS):
        rows = slice(top, top + ROWS)
        _fill(shown[rows], a[rows, :, :3], b[rows, :, :3], measure)
    return shown


def parse_measure(text: str) -> Measure:
    """Return the measure of this name.

    Raises:
        ValueError: there is none; the text lists those there are.
    """
    for measure in MEASURES:
        if measure == text:
            return measure
    raise ValueError(f"there is no measure {text!r}; choose one of: {', '.join(MEASURES)}")


def _fill(out: Floats, a: Floats, b: Floats, measure: Measure) -> None:
    error = a - b
    if measure == "error":
        mean = error.mean(axis=2)
        out[...] = 0.0
        out[:, :, 0] = np.maximum(mean, 0.0)
        out[:, :, 2] = np.maximum(-mean, 0.0)
    elif measure == "absolute":
        np.abs(error, out=out)
    elif measure == "squared":
        np.multiply(error, error, out=out)
    elif measure == "relative absolute":
        np.divide(np.abs(error), np.abs(b) + np.float32(EPSILON), out=out)
    else:
        np.divide(error * error, b * b + np.float32(EPSILON), out=out)


def _check(a: Floats, b: Floats) -> None:
    if a.shape[:2] != b.shape[:2]:
        sizes = " and ".join(f"{p.shape[1]} x {p.shape[0]}" for p in (a, b))
        raise ValueError(f"only pictures of one size can be compared, not {sizes}")
