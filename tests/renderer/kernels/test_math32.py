"""Elementary functions against numpy's in double precision."""

import numba
import numpy as np
import pytest

from renderer.kernels import math32

pytestmark = pytest.mark.slow


def _tabulate(function, x):
    @numba.njit
    def run(values, out):
        for i in range(len(values)):
            out[i] = function(values[i])

    out = np.empty_like(x)
    run(x, out)
    return out.astype(np.float64)


@pytest.mark.parametrize(
    ("name", "exact", "low", "high"),
    [("acos", np.arccos, -1.0, 1.0), ("exp", np.exp, -5.0, 1.0), ("log2", np.log2, 1e-6, 1e6)],
)
def test_function_agrees_with_double_precision(name, exact, low, high):
    x = np.linspace(low, high, 20_001).astype(np.float32)

    y = _tabulate(getattr(math32, name), x)

    assert np.abs(y - exact(x.astype(np.float64))).max() < 2e-6


def test_sine_and_cosine_agree_with_double_precision_over_several_turns():
    @numba.njit
    def run(x, out):
        for i in range(len(x)):
            out[i] = math32.sincos_turns(x[i])

    x = np.linspace(-2.0, 2.0, 20_001).astype(np.float32)
    out = np.empty((len(x), 2), np.float32)

    run(x, out)

    angle = x.astype(np.float64) * 2.0 * np.pi
    assert np.abs(out - np.stack([np.sin(angle), np.cos(angle)], axis=1)).max() < 2e-7


def test_atan2_agrees_with_double_precision_in_all_quadrants():
    @numba.njit
    def run(y, x, out):
        for i in range(len(x)):
            out[i] = math32.atan2(y[i], x[i])

    angle = np.linspace(-3.1415, 3.1415, 20_001)
    x, y = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    out = np.empty_like(x)

    run(y, x, out)

    assert np.abs(out - np.arctan2(y.astype(np.float64), x.astype(np.float64))).max() < 5e-7


@pytest.mark.parametrize("x", [0.0, -0.5, 0.5, -3.0, 2.999, 1e6, -1e6])
def test_floor_agrees_with_numpy(x):
    @numba.njit
    def run(value):
        return math32.floor_int(value)

    assert run(np.float32(x)) == np.floor(np.float32(x))
