"""What becomes of a film before it is saved: guides found in it, the noisy beauty kept."""

import importlib.util

import numpy as np
import pytest

from app.saving.finishing import NOISY, ask_for_guides, denoise_film, finish
from renderer.channels import count_components, film_channels
from renderer.denoise import Guides, denoise
from renderer.settings import RenderSettings

needs_denoiser = pytest.mark.skipif(
    importlib.util.find_spec("mitsuba_oidn") is None, reason="Open Image Denoise is not installed"
)


def make_film(settings: RenderSettings) -> np.ndarray:
    components = count_components(film_channels(settings.channels))
    film = np.random.default_rng(3).random((48, 64, components), dtype=np.float32)
    film.flags.writeable = False  # nobody may touch it
    return film


def test_guides_are_asked_for_once_and_behind_what_was_chosen():
    asked = ask_for_guides(RenderSettings(channels=("normal", "depth")))

    assert asked.channels == ("normal", "depth", "albedo")
    assert ask_for_guides(asked) == asked


@needs_denoiser
def test_guides_are_found_wherever_they_lie_in_the_film():
    settings = RenderSettings(channels=("depth", "normal", "uv", "albedo"))
    film = make_film(settings)

    denoised = denoise_film(film, settings, threads=1)

    assert denoised.shape == (48, 64, 4)
    guides = Guides(albedo=film[..., 10:13], normal=film[..., 5:8])
    np.testing.assert_array_equal(denoised, denoise(film[..., :4], guides, threads=1))


@needs_denoiser
def test_film_without_guides_is_denoised_all_the_same():
    film = make_film(RenderSettings())

    denoised = denoise_film(film, RenderSettings(), threads=1)

    np.testing.assert_array_equal(denoised, denoise(film, threads=1))


@needs_denoiser
def test_file_of_a_denoised_picture_keeps_the_noisy_one():
    film = make_film(RenderSettings())

    finished = finish(film, denoise_film(film, RenderSettings(), threads=1), {})

    np.testing.assert_array_equal(finished.layers[NOISY].pixels, film[..., :3])
    assert finished.notes["denoiser"].startswith("Open Image Denoise")
    assert not np.array_equal(finished.pixels, film)


def test_film_that_is_not_denoised_is_saved_as_it_is():
    film = make_film(RenderSettings())

    finished = finish(film, None, {})

    assert finished.pixels is film
    assert not finished.layers
    assert not finished.notes
