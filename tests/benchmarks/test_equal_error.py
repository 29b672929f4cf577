"""The arithmetic behind "sooner": curves of errors, and errors themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.equal_error import Error, Tally, compare, measure_error, samples_until


def make_tally(errors: dict[int, float], wall_s: float, core_s: float) -> Tally:
    rounds = {samples: [Error(value, value)] for samples, value in errors.items()}
    return Tally(rounds, [wall_s], [core_s])


@pytest.mark.parametrize(("goal", "samples"), [(0.02, 32), (0.01, 64), (0.005, 128)])
def test_curve_of_plain_noise_halves_its_error_with_twice_the_samples(goal, samples):
    assert samples_until(goal, [(16, 0.04), (64, 0.01)]) == pytest.approx(samples)


def test_curve_of_stratified_noise_falls_faster():
    assert samples_until(0.0025, [(16, 0.04), (64, 0.01 / 4.0)]) == pytest.approx(64)
    assert samples_until(0.01, [(16, 0.04), (64, 0.01 / 4.0)]) == pytest.approx(32)


def test_curve_that_grows_is_refused():
    with pytest.raises(ValueError, match="more rounds"):
        samples_until(0.1, [(16, 0.01), (64, 0.02)])


def test_contender_is_twice_as_soon_with_half_the_error_in_the_same_time():
    ours = make_tally({16: 0.02, 64: 0.005}, wall_s=1.0, core_s=2.0)
    other = make_tally({16: 0.04, 64: 0.01}, wall_s=1.0, core_s=3.0)

    speedup = compare(ours, other, 64)

    assert speedup.wall == speedup.wall_trimmed == pytest.approx(2.0)
    assert speedup.core == speedup.core_trimmed == pytest.approx(3.0)


def test_trimmed_error_leaves_out_a_firefly_and_keeps_the_noise():
    reference = np.full((40, 50, 3), 0.5)
    picture = np.full((40, 50, 3), 0.6, np.float32)
    picture[3, 7] = 1000.0

    error = measure_error(picture, reference)

    assert error.trimmed == pytest.approx(0.1**2 / 0.26, rel=1e-4)
    assert error.full == pytest.approx(error.trimmed + 999.5**2 / 0.26 / 2000, rel=1e-3)
