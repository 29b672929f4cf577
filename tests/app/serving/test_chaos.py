from __future__ import annotations

import argparse

import numpy as np
import pytest

from app.serving.chaos import DEFAULT_RATE, Chaos, falsify, parse_chaos

PIXELS = np.full((2, 3, 4), 0.5, np.float32)


def test_mode_and_rate_are_read() -> None:
    assert parse_chaos("crash") == Chaos("crash", DEFAULT_RATE)
    assert parse_chaos("slow:0.5") == Chaos("slow", 0.5)
    assert parse_chaos(str(Chaos("drop", 0.25))) == Chaos("drop", 0.25)


@pytest.mark.parametrize("text", ["", "explode", "crash:2", "crash:-1", "crash:often"])
def test_what_is_no_chaos_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        parse_chaos(text)


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.5, 1.0])
def test_chaos_strikes_as_often_as_it_should(rate: float) -> None:
    struck = sum(Chaos("drop", rate).strikes(lease) for lease in range(4000))

    assert struck == pytest.approx(4000 * rate, abs=100)


def test_buckets_that_are_not_struck_pass() -> None:
    assert Chaos("crash", 0.0).disturb(1, PIXELS, 0.1) is PIXELS


def test_dropped_bucket_is_not_sent() -> None:
    assert Chaos("drop", 1.0).disturb(1, PIXELS, 0.1) is None


def test_corrupt_bucket_is_false_and_looks_right() -> None:
    false = Chaos("corrupt", 1.0).disturb(1, PIXELS, 0.1)

    assert false is not None
    assert false.shape == PIXELS.shape
    assert np.isfinite(false).all()
    assert np.count_nonzero(false != PIXELS) == 1
    assert falsify(np.zeros_like(PIXELS)).any()
