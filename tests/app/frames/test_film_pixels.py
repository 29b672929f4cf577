import numpy as np

from app.frames.film_pixels import add_own_channels, count_samples, make_film
from network.work import Unit
from renderer.settings import RenderSettings

UNIT = Unit(0, 0, 0, 4, 2, 0, 16)


def test_film_has_room_for_every_channel_of_the_frame():
    assert make_film(RenderSettings(width=4, height=2)).pixels.shape == (2, 4, 4)
    rich = RenderSettings(width=4, height=2, channels=("server", "depth"))
    assert make_film(rich).pixels.shape == (2, 4, 6)


def test_result_is_completed_with_the_server_that_delivered_it():
    settings = RenderSettings(channels=("server", "depth"))
    pixels = np.arange(2 * 4 * 5, dtype=np.float32).reshape(2, 4, 5)

    complete = add_own_channels(pixels, settings, server=3)

    np.testing.assert_array_equal(complete[:, :, :5], pixels)
    assert (complete[:, :, 5] == 3.0).all()


def test_result_stays_as_it_is_when_nobody_asks_for_the_server():
    pixels = np.zeros((2, 4, 4), np.float32)

    assert add_own_channels(pixels, RenderSettings(), server=1) is pixels


def test_samples_are_counted_when_a_threshold_ends_pixels_early():
    pixels = np.zeros((2, 4, 5), np.float32)
    pixels[:, :, 4] = [[16, 2, 2, 2], [16, 16, 3, 4]]
    early = RenderSettings(samples=16, noise_threshold=0.1, channels=("samples",))

    assert count_samples(pixels, UNIT, early) == 61
    assert count_samples(pixels, UNIT, RenderSettings(samples=16)) == 4 * 2 * 16
