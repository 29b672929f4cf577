"""Thin films against Airy's formula, integrated over the spectrum in double precision."""

import numba
import numpy as np
import pytest

from renderer.kernels import film

pytestmark = pytest.mark.slow

WAVELENGTHS_NM = np.arange(380.0, 781.0)


@numba.njit
def _eval(f0, ior, thickness, cosines, out):
    for i in range(len(cosines)):
        out[i] = film.eval_film((f0[0], f0[1], f0[2]), ior, thickness, cosines[i])


def eval_film(f0, ior, thickness_nm, cosines):
    out = np.zeros((len(cosines), 3), np.float32)
    _eval(
        np.array(f0, np.float32),
        np.float32(ior),
        np.float32(thickness_nm),
        np.array(cosines, np.float32),
        out,
    )
    return out


def observer():
    """Linear Rec. 709 weights of the wavelengths, each channel adding up to one.

    CIE 1931 after Wyman, Sloan and Shirley 2013, Simple Analytic Approximations.
    """

    def bell(mean, below, above):
        width = np.where(mean > WAVELENGTHS_NM, below, above)
        return np.exp(-0.5 * ((WAVELENGTHS_NM - mean) / width) ** 2)

    x = 1.056 * bell(599.8, 37.9, 31.0) + 0.362 * bell(442.0, 16.0, 26.7)
    x -= 0.065 * bell(501.1, 20.4, 26.2)
    y = 0.821 * bell(568.8, 46.9, 40.5) + 0.286 * bell(530.9, 16.3, 31.1)
    z = 1.217 * bell(437.0, 11.8, 36.0) + 0.681 * bell(459.0, 26.0, 13.8)
    to_rgb = [
        [3.24045, -1.53714, -0.49853],
        [-0.96927, 1.87601, 0.04156],
        [0.05564, -0.2040, 1.05723],
    ]
    rgb = np.array(to_rgb) @ np.stack([x, y, z])
    return rgb / rgb.sum(axis=1, keepdims=True)


def integrate_film(f0, ior, thickness_nm, cosine):
    """Airy's sum of all bounces per wavelength; the lower boundary by Schlick, as glTF does."""
    inside = np.sqrt(1.0 - (1.0 - cosine**2) / ior**2)
    base = (1.0 + np.sqrt(f0)) / (1.0 - np.sqrt(f0))
    r_bottom = (ior - base) / (ior + base)
    crossed = (cosine - ior * inside) / (cosine + ior * inside)
    parallel = (ior * cosine - inside) / (ior * cosine + inside)
    top = 0.5 * (crossed**2 + parallel**2)
    bottom = r_bottom**2 + (1.0 - r_bottom**2) * (1.0 - inside) ** 5
    cross = np.sign(-r_bottom) * np.sqrt(top * bottom)
    phase = 4.0 * np.pi * ior * thickness_nm * inside / WAVELENGTHS_NM
    wave = 2.0 * cross * np.cos(phase)
    reflected = (top + bottom + wave) / (1.0 + top * bottom + wave)
    return observer() @ reflected


@pytest.mark.parametrize("thickness_nm", [120.0, 300.0, 550.0, 1200.0])
@pytest.mark.parametrize("ior", [1.3, 1.9])
@pytest.mark.parametrize("f0", [0.04, 0.3, 0.95])
def test_film_agrees_with_the_integrated_spectrum(f0, ior, thickness_nm):
    cosines = [1.0, 0.8, 0.5, 0.2]

    values = eval_film((f0, f0, f0), ior, thickness_nm, cosines)

    # Beyond the fit's error: orders beyond the second, and clamping of colours out of gamut.
    expected = [np.clip(integrate_film(f0, ior, thickness_nm, c), 0.0, 1.0) for c in cosines]
    np.testing.assert_allclose(values, expected, atol=0.025)


def test_vanishing_film_leaves_the_base_as_it_was():
    f0 = (0.04, 0.5, 0.9)

    values = eval_film(f0, 1.8, 0.0, [1.0, 0.6])

    expected = [[a + (1.0 - a) * (1.0 - c) ** 5 for a in f0] for c in (1.0, 0.6)]
    np.testing.assert_allclose(values, expected, atol=2e-4)


def test_film_on_a_dark_base_is_coloured():
    values = np.array([eval_film((0.04,) * 3, 1.8, d, [1.0])[0] for d in range(200, 600, 20)])

    assert np.ptp(values, axis=1).max() > 0.1


def test_film_reflects_all_at_grazing_angles():
    np.testing.assert_allclose(eval_film((0.04,) * 3, 1.3, 300.0, [0.0]), 1.0, atol=1e-5)
