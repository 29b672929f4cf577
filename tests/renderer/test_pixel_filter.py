import numpy as np
import pytest

from renderer.layout.pixel_filter import filter_shape, make_filter_table
from renderer.shot_settings import FILTER_WIDTHS_PX

NAMES = tuple(FILTER_WIDTHS_PX)


def place(table, u):
    """Where samples lie, as the kernel looks it up."""
    return np.interp(u * (len(table) - 1), np.arange(len(table)), table.astype(np.float64))


def exact_variance(name):
    """Of the filter at width 2, by integration, independent of the table."""
    x = np.linspace(-1.0, 1.0, 200_001)
    height = filter_shape(name, x)
    return np.trapezoid(x**2 * height, x) / np.trapezoid(height, x)


@pytest.mark.parametrize("name", NAMES)
def test_filter_places_samples_with_its_own_mean_and_variance(name):
    u = (np.arange(1_000_000) + 0.5) / 1_000_000

    x = place(make_filter_table(name, 2.0), u)

    assert x.mean() == pytest.approx(0.0, abs=1e-5)
    assert x.var() == pytest.approx(exact_variance(name), rel=4e-3)


@pytest.mark.parametrize(
    ("name", "variance"), [("box", 1 / 3), ("triangle", 1 / 6), ("gaussian", 0.1081)]
)
def test_filter_has_the_textbooks_variance(name, variance):
    assert exact_variance(name) == pytest.approx(variance, rel=4e-3)


@pytest.mark.parametrize("name", NAMES)
def test_filter_gives_each_place_its_share_and_all_together_one(name):
    u = (np.arange(1_000_000) + 0.5) / 1_000_000
    edges = np.linspace(-1.0, 1.0, 17)

    shares = np.histogram(place(make_filter_table(name, 2.0), u), edges)[0] / len(u)

    x = np.linspace(-1.0, 1.0, 16 * 1000 + 1)
    height = filter_shape(name, x)
    cells = np.array(
        [np.trapezoid(height[i : i + 1001], x[i : i + 1001]) for i in range(0, 16000, 1000)]
    )
    assert shares.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(shares, cells / cells.sum(), atol=6e-4)


@pytest.mark.parametrize("name", NAMES)
def test_filter_ends_where_its_width_says(name):
    usual, narrow = make_filter_table(name), make_filter_table(name, 0.5)

    assert np.abs(usual).max() == pytest.approx(FILTER_WIDTHS_PX[name] / 2, abs=1e-6)
    assert (narrow[0], narrow[-1]) == (-0.25, 0.25)
    assert (np.diff(usual) > 0).all()
    np.testing.assert_array_equal(usual, -usual[::-1])
