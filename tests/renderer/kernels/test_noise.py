"""The noise estimate and the stops, as plain Python functions."""

import numpy as np
import pytest

from renderer.kernels import noise


def moments_of(values) -> np.ndarray:
    moments = np.zeros(4)
    for index, value in enumerate(values):
        moments[noise.SUM] += value
        moments[noise.SQUARES] += value * value
        moments[noise.SIGNED] += value if index % 2 == 0 else -value
        moments[noise.LARGEST] = max(moments[noise.LARGEST], value)
    return moments


def eval_noise(values) -> float:
    return noise.eval_noise.py_func(moments_of(values), len(values), noise.MISSED_SHOWN)


def is_converged(values, threshold, least=16, has_surface=True) -> bool:
    # The compiled function that it calls cannot be called from Python.
    plain = noise.is_converged.py_func
    names = {**plain.__globals__, "eval_noise": noise.eval_noise.py_func}
    function = type(plain)(plain.__code__, names)
    return function(moments_of(values), len(values), threshold, least, has_surface)


def test_pixels_are_looked_at_after_well_distributed_numbers_of_samples():
    stops, begin = [], 0
    while begin < 500:
        begin = noise.next_stop.py_func(begin, 16, 500)
        stops.append(begin)

    assert stops == [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 500]


@pytest.mark.parametrize(
    ("least", "most", "first"), [(1, 64, 16), (20, 64, 24), (100, 64, 64), (32, 8, 8)]
)
def test_first_look_is_after_the_least_number_and_never_beyond_the_most(least, most, first):
    assert noise.next_stop.py_func(0, least, most) == first


def test_equal_samples_have_no_noise():
    assert eval_noise([0.3] * 32) == pytest.approx(0.0, abs=1e-6)


def test_moments_are_added_as_the_estimate_expects():
    added = np.zeros(4)
    values = [0.5, 0.25, 2.0, 0.0]
    for index, value in enumerate(values):
        noise.add_moment.py_func(added, value, index)

    np.testing.assert_allclose(added, moments_of(values))


def test_estimate_is_the_relative_error_of_bright_pixels():
    rng = np.random.default_rng(2)
    means, estimates = [], []
    for _ in range(300):
        values = rng.uniform(50.0, 150.0, 64)
        means.append(values.mean())
        estimates.append(eval_noise(values))

    true = np.std(means) / 100.0
    assert np.mean(estimates) == pytest.approx(true, rel=0.25)
    assert np.mean(estimates) > true  # pessimistic rather than not


def test_dark_pixels_are_judged_as_the_eye_sees_them():
    rng = np.random.default_rng(3)
    dark = rng.uniform(0.0005, 0.0015, 64)

    relative = np.sqrt(dark.var(ddof=1) / 64) / dark.mean()
    assert eval_noise(dark) < 0.2 * relative


def test_one_bright_sample_counts_as_if_another_were_missing():
    values = [0.1] * 63 + [10.0]
    plain = np.std(values, ddof=1) / 8.0

    mean = np.mean(values)
    estimate = eval_noise(values) * np.sqrt(mean * (mean + noise.MIDDLE_GREY))
    assert estimate > 1.2 * plain


def test_halves_that_disagree_keep_a_pixel_noisy():
    assert eval_noise([1.0, 0.0] * 16) > 0.4


def test_surface_that_is_black_so_far_gets_more_patience_than_a_black_sky():
    black = [0.0] * 32

    assert not is_converged(black, 0.02)
    assert is_converged(black, 0.02, has_surface=False)
    assert is_converged([0.0] * 64, 0.02)


def test_pixel_ends_only_if_three_more_bright_samples_would_not_matter():
    values = [0.5] * 63 + [1.5]

    assert eval_noise(values) < 0.05
    assert not is_converged(values, 0.05)
    assert is_converged(values, 0.15)
