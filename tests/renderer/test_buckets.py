"""Every order covers the frame once; each order is what its name says."""

import itertools
import time

import numpy as np
import pytest

from renderer.bucket_size import BucketSize, square
from renderer.buckets import BucketOrder, Region, make_buckets, parse_order


def grid_of(buckets: tuple[Region, ...], size: BucketSize) -> list[tuple[int, int]]:
    return [(bucket.x // size.width_px, bucket.y // size.height_px) for bucket in buckets]


def steps_of(cells: list[tuple[int, int]]) -> list[int]:
    return [abs(x1 - x0) + abs(y1 - y0) for (x0, y0), (x1, y1) in itertools.pairwise(cells)]


@pytest.mark.parametrize("order", list(BucketOrder))
@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (64, 64, square(16)),
        (100, 37, square(16)),
        (37, 100, square(16)),
        (1, 1, square(64)),
        (5, 3, square(8)),
        (961, 541, square(64)),
        (100, 37, BucketSize(64, 16)),
        (100, 37, BucketSize(13, 47)),
        (961, 541, BucketSize(512, 8)),
        (961, 541, BucketSize(8, 512)),
    ],
)
def test_buckets_cover_each_pixel_once_in_every_order(order, width, height, size):
    covered = np.zeros((height, width), dtype=np.int32)

    for bucket in make_buckets(width, height, size, order, seed=3):
        assert 1 <= bucket.width <= size.width_px
        assert 1 <= bucket.height <= size.height_px
        covered[bucket.y : bucket.y + bucket.height, bucket.x : bucket.x + bucket.width] += 1

    assert (covered == 1).all()


def test_top_bottom_goes_row_by_row():
    cells = grid_of(make_buckets(48, 32, square(16), BucketOrder.TOP_BOTTOM), square(16))

    assert cells == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]


def test_left_right_goes_column_by_column():
    cells = grid_of(make_buckets(48, 32, square(16), BucketOrder.LEFT_RIGHT), square(16))

    assert cells == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]


def test_checker_hands_out_one_colour_before_the_other():
    cells = grid_of(make_buckets(80, 48, square(16), BucketOrder.CHECKER), square(16))

    colours = [(x + y) % 2 for x, y in cells]

    assert colours == sorted(colours)


def test_spiral_walks_neighbour_to_neighbour_from_the_centre():
    cells = grid_of(make_buckets(7 * 16, 7 * 16, square(16), BucketOrder.SPIRAL), square(16))

    assert cells[0] == (3, 3)
    assert max(abs(x - 3) for x, _ in cells[:9]) == 1
    assert set(steps_of(cells)) == {1}


def test_hilbert_walks_neighbour_to_neighbour_on_a_square_of_two_to_the_n():
    cells = grid_of(make_buckets(256, 256, square(16), BucketOrder.HILBERT), square(16))

    assert set(steps_of(cells)) == {1}
    assert cells[0] == (0, 0)


def test_random_order_is_the_same_for_the_same_seed_only():
    first = make_buckets(640, 480, square(16), BucketOrder.RANDOM, seed=1)

    assert first == make_buckets(640, 480, square(16), BucketOrder.RANDOM, seed=1)
    assert first != make_buckets(640, 480, square(16), BucketOrder.RANDOM, seed=2)
    assert first != make_buckets(640, 480, square(16), BucketOrder.TOP_BOTTOM)


@pytest.mark.parametrize("order", list(BucketOrder))
@pytest.mark.parametrize("size", [BucketSize(32, 8), BucketSize(8, 40)], ids=str)
def test_order_of_flat_and_tall_buckets_is_that_of_squares_on_the_same_grid(order, size):
    flat = make_buckets(7 * size.width_px, 5 * size.height_px, size, order, seed=2)
    squares = make_buckets(7 * 16, 5 * 16, square(16), order, seed=2)

    assert grid_of(flat, size) == grid_of(squares, square(16))


@pytest.mark.slow
@pytest.mark.parametrize("order", list(BucketOrder))
def test_8k_frame_is_cut_quickly_when_buckets_are_small(order):
    start = time.process_time()

    buckets = make_buckets(7680, 4320, square(16), order)

    assert len(buckets) == 480 * 270
    assert time.process_time() - start < 2.0


def test_parse_order_accepts_any_case():
    assert parse_order(" Top_Bottom ") is BucketOrder.TOP_BOTTOM


def test_parse_order_lists_the_orders_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="choose one of: top-bottom, left-right, spiral"):
        parse_order("zigzag")


def test_buckets_of_nothing_are_refused():
    with pytest.raises(ValueError, match="cannot cut 0 × 10 pixels"):
        make_buckets(0, 10, square(16), BucketOrder.SPIRAL)
