"""The pixel filter as a table: where in and around its pixel a sample lies.

Samples are placed by the filter and all count the same (filter importance sampling: Ernst et al.
2006, Filter Importance Sampling), so a pixel never waits for its neighbours' samples.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Floats
from renderer.scene import Doubles
from renderer.shot_settings import FILTER_WIDTHS_PX

_STEPS = 16384
#: 4 KiB: enough entries that the straight piece in the tail holds a thousandth of all samples.
_TABLE = 1025
#: The Gaussian ends at three standard deviations, where it has fallen to a hundredth.
_GAUSSIAN_DEVIATIONS = 3.0


def make_filter_table(name: str, width_px: float = 0.0) -> Floats:
    """Return the inverse cumulative distribution of one axis of a filter.

    Args:
        name: of `FILTER_WIDTHS_PX`.
        width_px: the filter's whole width; 0: its usual one.

    Returns:
        (1025,) float32: distances from the pixel's centre at equal steps of probability, rounded
        to 2**-20 pixel so that the last bit of a platform's cosine cannot show.
    """
    radius = (width_px or FILTER_WIDTHS_PX[name]) / 2.0
    x = (np.arange(_STEPS) + 0.5) / _STEPS * 2.0 - 1.0
    cumulative = np.concatenate([[0.0], np.cumsum(filter_shape(name, x))])
    edges = np.arange(_STEPS + 1) / _STEPS * 2.0 - 1.0
    steps = np.linspace(0.0, cumulative[-1], _TABLE)
    place = np.interp(steps, cumulative, edges) * radius
    rounded: Floats = (np.round(place * 2.0**20) / 2.0**20).astype(np.float32)
    return rounded


def filter_shape(name: str, x: Doubles) -> Doubles:
    """Return the filter's height, of any scale, at x from -1 (its left end) to 1.

    Source of Blackman-Harris: Harris 1978, On the Use of Windows (the four-term window).
    """
    if name == "box":
        return np.ones_like(x)
    if name == "triangle":
        return 1.0 - np.abs(x)
    if name == "gaussian":
        gaussian: Doubles = np.exp(-0.5 * (_GAUSSIAN_DEVIATIONS * x) ** 2)
        return gaussian
    turn = np.pi * (x + 1.0)
    window: Doubles = (
        0.35875
        - 0.48829 * np.cos(turn)
        + 0.14128 * np.cos(2.0 * turn)
        - 0.01168 * np.cos(3.0 * turn)
    )
    return window
