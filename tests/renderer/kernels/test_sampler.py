"""The sampler: well distributed, and a function of nothing but its arguments."""

import numba
import numpy as np
import pytest

from renderer.kernels import sampler
from renderer.kernels.lane_functions import reverse_bits

pytestmark = pytest.mark.slow


@numba.njit
def _points(pixel, count, pair):
    out = np.empty((count, 2), np.float32)
    for i in range(count):
        a, b = sampler.sample_bits(np.uint32(pixel), reverse_bits(np.uint32(i)), np.uint32(pair))
        out[i, 0] = sampler.to_unit(a)
        out[i, 1] = sampler.to_unit(b)
    return out


@pytest.mark.parametrize("pair", [0, 1, 5, 100])
@pytest.mark.parametrize("pixel", [1, 0xDEADBEEF])
def test_pair_puts_one_point_into_each_elementary_interval(pixel, pair):
    points = _points(pixel, 256, pair)

    for power in range(9):
        columns, rows = 2**power, 256 >> power
        cells = (points[:, 0] * columns).astype(int) * rows + (points[:, 1] * rows).astype(int)
        assert len(np.unique(cells)) == 256


def test_pairs_of_one_pixel_are_uncorrelated():
    first, second = _points(7, 4096, 3), _points(7, 4096, 4)

    for a in (0, 1):
        for b in (0, 1):
            assert abs(np.corrcoef(first[:, a], second[:, b])[0, 1]) < 0.06


def test_neighbouring_pixels_are_uncorrelated():
    @numba.njit
    def hashes(count):
        out = np.empty((count, 2), np.float32)
        for x in range(count):
            for k in range(2):
                pixel = sampler.hash_pixel(np.uint32(1), np.uint32(x + k), np.uint32(5))
                bits, _ = sampler.sample_bits(pixel, np.uint32(0), np.uint32(2))
                out[x, k] = sampler.to_unit(bits)
        return out

    values = hashes(4096)

    assert abs(np.corrcoef(values[:, 0], values[:, 1])[0, 1]) < 0.06
    assert abs(values.mean() - 0.5) < 0.02


def test_choice_is_even_and_leaves_a_fresh_number():
    @numba.njit
    def run(count, lights):
        which = np.empty(count, np.int64)
        rest = np.empty(count, np.float32)
        for i in range(count):
            bits = sampler.mix_bits(np.uint32(i))
            index, left = sampler.choose(bits, np.uint32(lights))
            which[i] = index
            rest[i] = sampler.to_unit(left)
        return which, rest

    which, rest = run(70_000, 7)

    assert np.abs(np.bincount(which) / 10_000 - 1.0).max() < 0.05
    assert all(abs(rest[which == i].mean() - 0.5) < 0.02 for i in range(7))
