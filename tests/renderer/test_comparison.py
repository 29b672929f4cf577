import math

import numpy as np
import pytest

from renderer.comparison import EPSILON, measure_distance, show_difference


def picture(value: float, height: int = 70, width: int = 5) -> np.ndarray:
    return np.full((height, width, 4), value, dtype=np.float32)


def test_distance_of_equal_pictures_is_nothing():
    found = measure_distance(picture(0.3), picture(0.3))

    assert (found.bias, found.mean_squared, found.largest, found.equal) == (0, 0, 0, 1)
    assert found.psnr_db == math.inf


def test_distance_has_each_measure_over_all_bands():
    a, b = picture(0.5), picture(0.25)
    a[69, 4, :3] = 0.25  # in the second band
    found = measure_distance(a, b)
    share = 1 - 1 / 350

    assert found.bias == pytest.approx(0.25 * share)
    assert found.mean_absolute == pytest.approx(0.25 * share)
    assert found.mean_squared == pytest.approx(0.0625 * share)
    assert found.relative_squared == pytest.approx(0.0625 * share / (0.0625 + EPSILON))
    assert found.psnr_db == pytest.approx(-10 * math.log10(0.0625 * share))
    assert found.largest == 0.25
    assert found.equal == pytest.approx(1 / 350)


def test_difference_shows_where_a_is_brighter_and_where_it_is_darker():
    a, b = picture(0.5), picture(0.5)
    a[0, 0, :3] = 0.75
    a[69, 1, :3] = 0.0
    shown = show_difference(a, b, "error")

    assert shown[0, 0].tolist() == [0.25, 0, 0]
    assert shown[69, 1].tolist() == [0, 0, 0.5]
    assert np.count_nonzero(shown) == 2


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("absolute", 0.25),
        ("squared", 0.0625),
        ("relative absolute", 0.25 / (0.5 + EPSILON)),
        ("relative squared", 0.0625 / (0.25 + EPSILON)),
    ],
)
def test_difference_is_what_the_measure_says(measure, value):
    shown = show_difference(picture(0.25), picture(0.5), measure)

    assert shown.shape == (70, 5, 3)
    assert shown == pytest.approx(value)


def test_pictures_of_two_sizes_are_refused_with_both_sizes():
    with pytest.raises(ValueError, match="5 x 70 and 5 x 8"):
        measure_distance(picture(1), picture(1, height=8))
