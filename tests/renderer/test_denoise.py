"""The denoiser on pictures whose truth is known; what is told when it is not installed."""

import builtins
import importlib.util
import sys

import numpy as np
import pytest

from renderer.denoise import (
    INSTALL,
    DenoiseCancelledError,
    DenoiseError,
    Guides,
    denoise,
    describe_denoiser,
    find_problem,
)

needs_denoiser = pytest.mark.skipif(
    importlib.util.find_spec("mitsuba_oidn") is None, reason="Open Image Denoise is not installed"
)


def make_truth(size: int = 128) -> tuple[np.ndarray, Guides]:
    """Light that changes slowly on a chequered wall with a ball before it; HDR."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    squares = ((x * 8).astype(int) + (y * 8).astype(int)) % 2
    albedo = np.where(squares[..., None] == 0, [0.8, 0.7, 0.6], [0.1, 0.2, 0.4])
    ball = (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.06
    albedo = np.where(ball[..., None], [0.9, 0.1, 0.1], albedo).astype(np.float32)
    normal = np.zeros((size, size, 3), np.float32)
    normal[..., 2] = 1.0
    height = np.sqrt(np.maximum(0.06 - (x - 0.5) ** 2 - (y - 0.5) ** 2, 0.0))
    across = np.stack([x - 0.5, 0.5 - y, height], axis=2) / np.sqrt(0.06)
    normal = np.where(ball[..., None], across, normal).astype(np.float32)
    light = (0.2 + 3.0 * np.exp(-6 * ((x - 0.3) ** 2 + (y - 0.2) ** 2)))[..., None]
    return (albedo * light * (0.4 + 0.6 * normal[..., 2:])).astype(np.float32), Guides(
        albedo, normal
    )


def add_noise(truth: np.ndarray, samples: int) -> np.ndarray:
    """Samples that are rare and bright, as a path tracer's are; their mean is the truth."""
    rng = np.random.default_rng(11)
    hits = rng.binomial(samples, 0.25, truth.shape[:2])[..., None]
    return (truth * hits / (0.25 * samples)).astype(np.float32)


def relative_error(picture: np.ndarray, truth: np.ndarray) -> float:
    return float(np.mean((picture[..., :3] - truth) ** 2 / (truth**2 + 0.01)))


@needs_denoiser
def test_error_falls_to_a_seventh_and_with_guides_to_a_fortieth():
    truth, guides = make_truth()
    noisy = add_noise(truth, 8)

    plain = relative_error(denoise(noisy, threads=1), truth)
    guided = relative_error(denoise(noisy, guides, threads=1), truth)

    before = relative_error(noisy, truth)
    assert plain < before / 7
    assert guided < before / 40
    assert guided < plain


@needs_denoiser
def test_brightness_is_kept_whatever_the_range():
    truth, _ = make_truth()

    for scale in (1e-3, 1.0, 1e3):
        noisy = add_noise(truth, 16) * np.float32(scale)
        assert denoise(noisy, threads=1).mean() == pytest.approx(noisy.mean(), rel=0.03)


@needs_denoiser
def test_alpha_and_the_noisy_picture_stay_as_they_are():
    truth, _ = make_truth(64)
    noisy = np.concatenate([add_noise(truth, 4), np.full((64, 64, 1), 0.25, np.float32)], axis=2)
    kept = noisy.copy()

    clean = denoise(noisy, threads=1)

    np.testing.assert_array_equal(noisy, kept)
    np.testing.assert_array_equal(clean[..., 3], kept[..., 3])
    assert clean.dtype == np.float32


@needs_denoiser
def test_channels_of_a_film_are_taken_where_they_lie():
    truth, guides = make_truth(64)
    noisy = add_noise(truth, 8)
    film = np.concatenate([noisy, noisy[..., :1], guides.albedo, guides.normal], axis=2)

    clean = denoise(film[..., :4], Guides(film[..., 4:7], film[..., 7:10]), threads=1)

    np.testing.assert_array_equal(clean[..., :3], denoise(noisy, guides, threads=1))


@needs_denoiser
def test_progress_rises_from_0_to_1_over_all_passes():
    truth, guides = make_truth(64)
    told = []

    denoise(truth, guides, threads=1, on_progress=lambda share: not told.append(share))

    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == pytest.approx(1.0)


@needs_denoiser
@pytest.mark.parametrize("until", [0.0, 0.4, 0.7])
def test_denoising_ends_when_its_progress_is_refused(until):
    truth, guides = make_truth(64)

    with pytest.raises(DenoiseCancelledError):
        denoise(truth, guides, threads=1, on_progress=lambda share: share < until)


@needs_denoiser
def test_error_of_whom_the_progress_is_told_comes_through():
    def fail(_share: float) -> bool:
        raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError, match="the window is gone"):
        denoise(make_truth(64)[0], threads=1, on_progress=fail)


@needs_denoiser
def test_denoiser_names_itself():
    assert describe_denoiser().startswith("Open Image Denoise 2.")
    assert find_problem() == ""


def test_missing_denoiser_is_told_with_the_command_that_installs_it(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name == "mitsuba_oidn":
            raise ModuleNotFoundError("No module named 'mitsuba_oidn'", name="mitsuba_oidn")
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "mitsuba_oidn", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(DenoiseError, match="is not installed; pip install"):
        denoise(np.zeros((4, 4, 3), np.float32))
    assert INSTALL in find_problem()
