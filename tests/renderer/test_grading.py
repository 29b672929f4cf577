"""A LUT in the look: where it stands, how strong it is, and that 8 bits and 16 agree."""

import numpy as np
import pytest

from renderer.display import VIEWS, Look, to_display, to_display_16
from renderer.display_curves import TABLE_SIZE, make_entries
from renderer.grading import (
    FILE_INPUTS,
    STOPS_TOP,
    Grade,
    decode_stops,
    encode_cineon,
    encode_stops,
)
from renderer.lut import Domain, Lut, make_cube

CURVED = [view for view in VIEWS if view != "false-colour"]
AXIS = np.linspace(0, 1, 17)
IDENTITY = Lut(
    "identity", cube=make_cube(np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij")[::-1], -1))
)
INVERSE = Lut("inverse", curves=np.array([[1] * 3, [0] * 3], np.float32))


@pytest.fixture
def pixels():
    return (np.random.default_rng(1).random((60, 70, 4), dtype=np.float32) * 2) ** 3


@pytest.mark.parametrize("view", CURVED)
def test_identity_gives_the_codes_of_the_picture_without_it_for_every_light(view):
    light = make_entries(middle=True).astype(np.float32).reshape(512, TABLE_SIZE // 512, 1)
    greys = np.repeat(light, 3, axis=2)

    with_it = to_display(greys, Look(view, grade=Grade(IDENTITY)))

    np.testing.assert_array_equal(with_it, to_display(greys, Look(view)))


@pytest.mark.parametrize("view", CURVED)
def test_identity_gives_the_codes_of_the_picture_without_it_for_colours(view, pixels):
    look = Look(view, 0.7, 4200.0, 10.0)
    graded = Look(view, 0.7, 4200.0, 10.0, grade=Grade(IDENTITY))

    np.testing.assert_array_equal(to_display(pixels, graded), to_display(pixels, look))
    fine = to_display_16(pixels, graded).astype(int)
    assert np.abs(fine - to_display_16(pixels, look)).max() <= 1


@pytest.mark.parametrize("view", CURVED)
def test_lut_gets_the_codes_of_the_view(view, pixels):
    shown = to_display(pixels, Look(view, grade=Grade(INVERSE))).astype(int)
    assert np.abs(shown + to_display(pixels, Look(view)) - 255).max() <= 1


@pytest.mark.parametrize("strength", [0.0, 0.25, 1.0])
def test_strength_mixes_codes_with_and_without(strength, pixels):
    plain = to_display_16(pixels, Look("srgb")).astype(float)

    shown = to_display_16(pixels, Look("srgb", grade=Grade(INVERSE, strength=strength)))

    wanted = plain + strength * (65535 - plain - plain)
    assert np.abs(shown - wanted).max() <= 2


def test_gamma_comes_after_the_lut():
    half = Lut("half", curves=np.full((2, 3), 0.25, np.float32))
    shown = to_display(np.ones((1, 1, 3), np.float32), Look("srgb", gamma=2.0, grade=Grade(half)))
    assert shown[0, 0].tolist() == [128, 128, 128]


def test_linear_input_takes_the_light_in_the_views_place():
    stretch = Lut(
        "stretch",
        curves=np.array([[0] * 3, [1] * 3], np.float32),
        curves_domain=Domain(high=(4.0,) * 3),
    )
    pixels = np.array([[[1.0, 2.0, 9.0]]], np.float32)

    for view in CURVED:
        look = Look(view, exposure_ev=1.0, grade=Grade(stretch, "linear"))
        assert to_display(pixels, look)[0, 0].tolist() == [128, 255, 255]


def test_log_input_is_cineons_code():
    # Black is 95 of 1023 and white 685; that of 18 % grey is colour-science's.
    codes = encode_cineon(np.array([0.0, 0.18, 1.0]))
    np.testing.assert_allclose(codes, [95 / 1023, 0.457319613085418, 685 / 1023], rtol=1e-12)

    straight = Lut("straight", curves=np.array([[0] * 3, [1] * 3], np.float32))
    pixels = np.array([[[0.0, 1.0, 1e9]]], np.float32)
    shown = to_display(pixels, Look(grade=Grade(straight, "log")))[0, 0]
    assert shown.tolist() == [round(95 / 1023 * 255), round(685 / 1023 * 255), 255]


def test_stops_go_from_black_to_their_top_and_back():
    light = np.array([0.0, 1e-4, 0.18, 1.0, 100.0, STOPS_TOP])
    np.testing.assert_allclose(decode_stops(encode_stops(light)), light, atol=1e-12, rtol=1e-9)
    assert encode_stops(light)[[0, -1]].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("wanted", FILE_INPUTS)
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_odd_light_does_no_harm(wanted, strength):
    odd = np.array([[[-1.0, -0.0, np.nan], [np.inf, 3.4e38, -np.inf]]], dtype=np.float32)
    shown = to_display(odd, Look(grade=Grade(IDENTITY, wanted, strength)))
    assert shown[0, 0, 1] <= shown[0, 1, 1]
    assert shown[0, 1, 1] == 255


def test_false_colour_goes_without(pixels):
    graded = Look("false-colour", grade=Grade(INVERSE))
    np.testing.assert_array_equal(
        to_display(pixels, graded), to_display(pixels, Look("false-colour"))
    )
    np.testing.assert_array_equal(
        to_display_16(pixels, graded), to_display_16(pixels, Look("false-colour"))
    )


@pytest.mark.parametrize("wanted", FILE_INPUTS)
def test_threads_and_rows_give_what_one_gives(wanted, pixels):
    look = Look("agx", grade=Grade(IDENTITY, wanted, 0.7))
    tall = np.tile(pixels, (8, 4, 1))

    whole = to_display(tall, look)

    np.testing.assert_array_equal(to_display(tall, look, 3), whole)
    np.testing.assert_array_equal(to_display(tall[5:6], look), whole[5:6])


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_out_of_range_is_refused(strength):
    with pytest.raises(ValueError, match="LUT strength must be between 0 and 1"):
        Grade(INVERSE, strength=strength)


def test_unknown_input_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="choose one of: display, log, linear"):
        Grade(INVERSE, "video")
