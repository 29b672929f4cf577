import numpy as np
import pytest

from renderer.pages import LARGE_BYTES, make_zeros


@pytest.mark.parametrize("shape", [(3, 4, 4), (1024, 512, 4)])
def test_zeros_are_writable_contiguous_and_zero(shape):
    made = make_zeros(shape, np.float32)

    assert made.shape == shape
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    assert made.flags.writeable
    assert not made.any()
    made[1:, 2:] = 7.0
    assert made.sum() == 7.0 * (shape[0] - 1) * (shape[1] - 2) * 4


def test_large_zeros_outlive_the_function_that_made_them():
    views = [make_zeros((LARGE_BYTES,), np.uint8)[-3:] for _ in range(3)]

    for number, view in enumerate(views):
        view[:] = number

    assert [view.tolist() for view in views] == [[0] * 3, [1] * 3, [2] * 3]


def test_too_much_is_a_memory_error():
    with pytest.raises(MemoryError, match="MiB"):
        make_zeros((1 << 62,), np.uint8)
