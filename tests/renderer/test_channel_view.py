"""Channels as people see them."""

import numpy as np
import pytest

from renderer.channel_view import Limits, find_limits, make_transform
from renderer.channels import BEAUTY, CHANNEL_NAMES, FAR_M, find_channel
from renderer.cryptomatte import make_ids
from renderer.display import NEUTRAL, to_display


def show(name: str, *values, limits: Limits | None = None) -> list[int]:
    channel = find_channel(name)
    pixels = np.array(values, np.float32).reshape(1, 1, -1)
    return make_transform(channel, limits or Limits())(pixels, NEUTRAL)[0, 0].tolist()


@pytest.mark.parametrize("name", ["beauty", "alpha", *CHANNEL_NAMES])
def test_every_channel_becomes_a_picture(name):
    channel = find_channel(name)
    pixels = np.random.default_rng(1).random((4, 6, len(channel.components)), np.float32) * 2.0

    shown = make_transform(channel, Limits())(pixels, NEUTRAL)

    assert shown.shape == (4, 6, 3)
    assert shown.dtype == np.uint8
    assert len(np.unique(shown)) > 1


def test_light_is_shown_as_the_look_says():
    pixels = np.full((1, 1, 3), 0.2, np.float32)

    assert make_transform(BEAUTY, Limits()) is to_display
    shown = make_transform(find_channel("direct"), Limits())(pixels, NEUTRAL)
    assert shown.tolist() == to_display(pixels, NEUTRAL).tolist()


def test_directions_become_the_usual_colours():
    assert show("normal", 0.0, 0.0, 1.0) == [128, 128, 255]
    assert show("normal", -1.0, 1.0, 0.0) == [0, 255, 128]


def test_near_is_white_and_far_is_black():
    limits = Limits(2.0, 4.0)

    assert show("depth", 2.0, limits=limits) == [255, 255, 255]
    assert show("depth", 3.0, limits=limits) == [128, 128, 128]
    assert show("depth", FAR_M, limits=limits) == [0, 0, 0]


def test_limits_are_of_what_has_arrived_and_leave_the_distance_out():
    pixels = np.array([[[1.0], [3.0], [FAR_M], [0.0]]], np.float32)
    done = np.array([[True, True, True, False]])

    assert find_limits(find_channel("depth"), pixels, done) == Limits(1.0, 3.0)
    assert find_limits(find_channel("depth"), pixels, np.zeros((1, 4), bool)) == Limits()
    assert find_limits(find_channel("normal"), pixels, done) == Limits()


def test_equal_values_everywhere_are_shown_without_dividing_by_zero():
    assert show("samples", 64.0, limits=Limits(64.0, 64.0)) == [30, 40, 120]


def test_ids_have_colours_that_mix_by_coverage():
    a, b = make_ids(["a", "b"])
    only_a = np.array(show("object_id", a, 1.0, *[0.0] * 10), float)
    only_b = np.array(show("object_id", b, 1.0, *[0.0] * 10), float)

    mixed = show("object_id", a, 0.75, b, 0.25, *[0.0] * 8)

    assert np.abs(only_a - only_b).max() > 20
    np.testing.assert_allclose(mixed, 0.75 * only_a + 0.25 * only_b, atol=1.0)
    assert show("object_id", *[0.0] * 12) == [0, 0, 0]


def test_servers_have_colours_of_their_own():
    colors = {tuple(show("server", float(number))) for number in range(20)}

    assert len(colors) == 20
    assert show("server", 0.0) == [0, 0, 0]
