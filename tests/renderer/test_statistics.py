import numpy as np
import pytest

from renderer.statistics import BINS, BINS_PER_EV, MIDDLE_GREY, MIN_EV, find_statistics


def bin_of(stops: float) -> int:
    return int((stops - MIN_EV) * BINS_PER_EV)


def test_statistics_are_of_all_bands():
    pixels = np.zeros((130, 2, 4), dtype=np.float32)
    pixels[129, 1] = (1.0, 2.0, 3.0, 1.0)
    pixels[0, 0] = (-0.5, 0.0, 0.0, 1.0)
    found = find_statistics(pixels)

    assert found.pixels == 260
    assert found.smallest == (-0.5, 0.0, 0.0, 0.0)
    assert found.largest == (1.0, 2.0, 3.0, 1.0)
    assert found.mean == pytest.approx((0.5 / 260, 2 / 260, 3 / 260, 2 / 260))
    assert found.black == pytest.approx(258 / 260)


def test_only_pixels_that_arrived_count():
    pixels = np.full((70, 3, 3), 9.0, dtype=np.float32)
    pixels[69, 2] = 0.25
    arrived = np.zeros((70, 3), dtype=bool)
    assert find_statistics(pixels, arrived).pixels == 0
    arrived[69, 2] = True

    assert find_statistics(pixels, arrived).largest == (0.25, 0.25, 0.25)


def test_histogram_counts_stops_from_middle_grey():
    pixels = np.full((1, 4, 3), MIDDLE_GREY * 1.01, dtype=np.float32)
    pixels[0, 0, 0] = MIDDLE_GREY * 4.1  # two stops up
    pixels[0, 1, 0] = 1e30  # beyond
    pixels[0, 2, 0] = 1e-30
    pixels[0, 3, 0] = -1.0  # no light
    histogram = find_statistics(pixels).histogram

    assert histogram[1, bin_of(0.0)] == 4
    assert histogram[0, bin_of(2.0)] == 1
    assert histogram[0, BINS - 1] == 1
    assert histogram[0, 0] == 1
    assert histogram[0].sum() == 3


def test_statistics_of_one_component():
    found = find_statistics(np.full((2, 2, 1), 0.5, dtype=np.float32))

    assert (found.smallest, found.mean) == ((0.5,), (0.5,))
    assert found.histogram[0].sum() == 4
    assert found.histogram[1].sum() == 0
