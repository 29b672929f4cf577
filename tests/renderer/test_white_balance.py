"""The matrix against published whites and against what an artist means by it."""

import numpy as np
import pytest

from renderer.display import Look, to_display_16
from renderer.white_balance import (
    _BRADFORD,
    _RGB_TO_XYZ,
    MAX_TEMPERATURE_K,
    MIN_TEMPERATURE_K,
    NEUTRAL_K,
    make_balance,
)

#: CIE chromaticities of standard illuminants, and their nominal temperature.
A, D50, D55, D75 = (
    (0.44757, 0.40745, 2856.0),
    (0.34567, 0.35850, 5003.0),
    (0.33242, 0.34743, 5503.0),
    (0.29902, 0.31485, 7504.0),
)


def light_of(x: float, y: float) -> np.ndarray:
    """Linear Rec. 709 of a white of luminance 1."""
    return np.linalg.inv(_RGB_TO_XYZ) @ np.array([x / y, 1.0, (1 - x - y) / y])


def test_neutral_light_changes_nothing():
    assert make_balance(NEUTRAL_K, 0.0) is None


@pytest.mark.parametrize("illuminant", [A, D50, D55, D75], ids=["A", "D50", "D55", "D75"])
def test_standard_illuminant_becomes_grey_of_its_luminance(illuminant):
    x, y, temperature_k = illuminant

    balanced = make_balance(temperature_k, 0.0) @ light_of(x, y)

    np.testing.assert_allclose(balanced, 1.0, atol=0.012)


def test_matrix_is_bradfords_between_the_whites():
    # Lindbloom's D50 to D65 matrix, on XYZ.
    published = np.array(
        [
            [0.9555766, -0.0230393, 0.0631636],
            [-0.0282895, 1.0099416, 0.0210077],
            [0.0122982, -0.0204830, 1.3299098],
        ]
    )

    ours = _RGB_TO_XYZ @ make_balance(5003.0, 0.0) @ np.linalg.inv(_RGB_TO_XYZ)

    np.testing.assert_allclose(ours, published, atol=0.003)
    assert np.linalg.det(_BRADFORD) > 0


def test_higher_temperature_warms_the_picture():
    greys = [
        to_display_16(np.full((1, 1, 3), 0.18, np.float32), Look("srgb", temperature_k=k))[0, 0]
        for k in np.linspace(2500, 15000, 40)
    ]

    red_over_blue = [grey[0] / max(grey[2], 1) for grey in greys]
    assert (np.diff(red_over_blue) > 0).all()


@pytest.mark.parametrize("temperature_k", [2500.0, 4500.0, 6500.0, 12000.0])
def test_tint_takes_green_out_of_the_picture_and_negative_tint_magenta(temperature_k):
    grey = np.ones(3, dtype=np.float32)
    plain = make_balance(temperature_k, 0.0)
    plain = grey if plain is None else plain @ grey

    def green(rgb):
        return rgb[1] / (rgb[0] + rgb[2])

    assert green(make_balance(temperature_k, 40.0) @ grey) < green(plain)
    assert green(make_balance(temperature_k, -40.0) @ grey) > green(plain)


def test_neighbouring_temperatures_look_alike_over_the_whole_range():
    steps = np.geomspace(MIN_TEMPERATURE_K * 1.001, MAX_TEMPERATURE_K * 0.999, 400)
    xyz = [_RGB_TO_XYZ @ make_balance(float(k), 0.0) @ np.ones(3) for k in steps]

    jumps = np.abs(np.diff(xyz, axis=0)) / np.array(xyz)[1:]
    assert jumps.max() < 0.05
