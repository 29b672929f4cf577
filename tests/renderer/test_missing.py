import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from renderer.buckets import Region
from renderer.missing import find_missing


def test_bucket_of_which_nothing_is_done_is_missing_whole():
    region = Region(8, 4, 8, 8)

    assert list(find_missing(region, np.zeros((32, 32), bool))) == [region]


def test_nothing_is_missing_of_a_bucket_that_is_done():
    assert list(find_missing(Region(8, 4, 8, 8), np.ones((32, 32), bool))) == []


def test_half_of_a_split_bucket_is_missing_as_one_rectangle():
    done = np.zeros((32, 32), bool)
    done[4:12, 8:12] = True

    assert list(find_missing(Region(8, 4, 8, 8), done)) == [Region(12, 4, 4, 8)]


@given(st.data())
def test_missing_rectangles_cover_exactly_what_is_not_done(data):
    done = np.random.default_rng(data.draw(st.integers(0, 1000))).random((12, 16)) < 0.5
    x, y = data.draw(st.integers(0, 10)), data.draw(st.integers(0, 8))
    region = Region(x, y, 5, 4)
    covered = np.zeros((12, 16), int)

    for part in find_missing(region, done):
        covered[part.y : part.y + part.height, part.x : part.x + part.width] += 1

    inside = np.zeros((12, 16), bool)
    inside[y : y + 4, x : x + 5] = True
    np.testing.assert_array_equal(covered, inside & ~done)
