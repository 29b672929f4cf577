import numpy as np
import pytest

from app.frames.leftover import BucketGrid
from renderer.bucket_size import BucketSize, square
from renderer.buckets import BucketOrder, Region, make_buckets


@pytest.mark.parametrize("size", [square(8), square(20), BucketSize(13, 47), BucketSize(64, 8)])
def test_region_is_cut_by_the_buckets_below_it(size):
    regions = make_buckets(50, 37, size, BucketOrder.HILBERT)
    grid = BucketGrid(regions, size)
    region = Region(5, 9, 33, 28)
    mask = np.zeros((37, 50), bool)
    mask[9:37, 5:38] = True

    cut = {bucket: part.pixels for bucket, part in grid.cut(region)}

    for bucket, r in enumerate(regions):
        inside = np.count_nonzero(mask[r.y : r.y + r.height, r.x : r.x + r.width])
        assert cut.get(bucket, 0) == inside
