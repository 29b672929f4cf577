"""Each view against its formula and published values; odd values; speed."""

import time

import numpy as np
import pytest

from renderer.display import DEFAULT_VIEW, VIEWS, Look, parse_view, to_display, to_display_16
from renderer.display_curves import AGX_CONTRAST
from renderer.false_colour import MIDDLE_GREY, ZONES

CURVED = [view for view in VIEWS if view != "false-colour"]


def grey(value: float) -> np.ndarray:
    return np.full((1, 1, 3), value, dtype=np.float32)


def shown(value: float, view: str, exposure_ev: float = 0.0) -> int:
    return int(to_display(grey(value), Look(parse_view(view), exposure_ev))[0, 0, 0])


@pytest.mark.parametrize(
    ("light", "code"), [(0.0, 0), (0.0031308, 10), (0.18, 118), (0.5, 188), (1.0, 255), (9.0, 255)]
)
def test_srgb_view_gives_the_standards_codes(light, code):
    assert shown(light, "srgb") == code


def test_srgb_view_is_within_one_code_of_the_formula_over_the_whole_range():
    light = np.linspace(0, 1, 30_000, dtype=np.float32)
    exact = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255

    codes = to_display(np.repeat(light[None, :, None], 3, axis=2), Look("srgb"))[0, :, 0]

    assert np.abs(codes - exact).max() < 0.6


@pytest.mark.parametrize(
    ("view", "light", "code"),
    [
        ("linear", 0.5, 128),
        ("reinhard", 1.0, 188),  # 1 / (1 + 1) = 0.5
        ("aces", 0.18, 141),  # 0.2669 by Narkowicz' formula
        ("aces", 1e30, 255),
        ("agx", 0.18, 118),  # middle grey as sRGB shows it
        ("agx", 0.18 * 2**6.5, 255),
        ("agx", 0.18 * 2**-10, 0),
    ],
)
def test_views_give_the_codes_of_their_formulas(view, light, code):
    assert abs(shown(light, view) - code) <= 1


def test_agx_follows_the_published_polynomial_for_greys():
    # Benjamin Wrensch's fit of the same curve, over the same log range.
    x = np.linspace(0.05, 0.95, 50)
    base = 15.5 * x**6 - 40.14 * x**5 + 31.96 * x**4 - 6.868 * x**3 + 0.4298 * x**2 + 0.1191 * x
    light = (0.18 * 2 ** (x * 16.5 - 10)).astype(np.float32)

    codes = to_display(np.repeat(light[None, :, None], 3, axis=2), Look("agx"))[0, :, 0]

    fit = np.maximum(base - 0.00232, 0) ** AGX_CONTRAST  # our look upon the base look
    assert np.abs(codes / 255 - fit).max() < 0.012


def test_agx_takes_bright_saturated_light_towards_white():
    dim = to_display(np.array([[[0.0, 0.0, 0.3]]], dtype=np.float32), Look("agx"))[0, 0]
    bright = to_display(np.array([[[0.0, 0.0, 60.0]]], dtype=np.float32), Look("agx"))[0, 0]

    assert dim[2] > 3 * max(int(dim[0]), 1)
    assert bright[0] > 150


@pytest.mark.parametrize("view", CURVED)
def test_more_light_is_never_darker(view):
    light = np.geomspace(1e-6, 1e6, 4000, dtype=np.float32)

    codes = to_display(np.repeat(light[None, :, None], 3, axis=2), Look(view))[0, :, 1]

    assert (np.diff(codes.astype(int)) >= 0).all()
    assert codes[0] == 0
    assert codes[-1] == 255


@pytest.mark.parametrize("view", VIEWS)
def test_odd_values_do_no_harm(view):
    odd = np.array([[[-1.0, -0.0, np.nan], [np.inf, 3.4e38, -np.inf]]], dtype=np.float32)
    kept = odd.copy()

    codes = to_display(odd, Look(view))

    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(odd, kept)
    assert codes[0, 0].tolist() == [0, 0, 0]
    assert codes[0, 1, :2].tolist() == [255, 255]


@pytest.mark.parametrize("view", VIEWS)
def test_exposure_doubles_the_light_per_stop(view):
    assert shown(0.1, view, exposure_ev=2.0) == shown(0.4, view)


def test_alpha_and_further_components_are_ignored():
    pixels = np.random.default_rng(1).random((5, 6, 7), dtype=np.float32)

    codes = to_display(pixels)

    assert codes.shape == (5, 6, 3)
    np.testing.assert_array_equal(codes, to_display(pixels[:, :, :3]))


def test_rows_in_chunks_give_what_single_rows_give():
    pixels = np.random.default_rng(2).random((100, 400, 3), dtype=np.float32)

    rows = np.concatenate([to_display(pixels[i : i + 1]) for i in range(100)])

    np.testing.assert_array_equal(to_display(pixels), rows)


def test_unknown_view_is_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match="choose one of: agx, aces, reinhard, srgb, linear, false-colour"
    ):
        parse_view("filmic")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("components", [3, 4, 9])
def test_threads_give_what_one_gives(view, components):
    pixels = np.random.default_rng(4).random((130, 300, components), dtype=np.float32)
    look = Look(view, 0.5, 4200.0, 10.0, 1.2)

    np.testing.assert_array_equal(to_display(pixels, look, 3), to_display(pixels, look))
    np.testing.assert_array_equal(to_display_16(pixels, look, 3), to_display_16(pixels, look))


@pytest.mark.parametrize("view", VIEWS)
def test_sixteen_bits_agree_with_eight(view):
    pixels = np.random.default_rng(5).random((50, 60, 3), dtype=np.float32) * 2
    look = Look(view, gamma=1.3)

    fine = to_display_16(pixels, look) / 257.0

    assert np.abs(fine - to_display(pixels, look)).max() < 0.75


def test_sixteen_bits_are_the_formulas_to_one_code():
    light = np.geomspace(1e-5, 1, 40_000, dtype=np.float32)
    exact = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)

    codes = to_display_16(np.repeat(light[None, :, None], 3, axis=2), Look("srgb"))[0, :, 0]

    assert np.abs(codes - exact.astype(np.float64) * 65535).max() <= 1.0


def test_sixteen_bits_tell_neighbours_apart_that_eight_bits_do_not():
    light = np.linspace(0.18, 0.1805, 20, dtype=np.float32)
    pixels = np.repeat(light[None, :, None], 3, axis=2)

    assert len(np.unique(to_display(pixels))) <= 2
    assert len(np.unique(to_display_16(pixels)[..., 1])) == 20


@pytest.mark.parametrize("view", CURVED)
def test_gamma_brightens_the_middle_and_keeps_black_and_white(view):
    pixels = np.array([[[0.0] * 3, [0.1] * 3, [1e9] * 3]], dtype=np.float32)

    black, middle, white = to_display(pixels, Look(view, gamma=2.0))[0, :, 0].astype(int)

    plain = int(to_display(pixels, Look(view))[0, 1, 0])
    assert (black, white) == (0, 255)
    assert abs(middle - 255 * (plain / 255) ** 0.5) <= 2


@pytest.mark.parametrize("zone", ZONES[1:], ids=lambda zone: f"{zone.from_ev:+g}")
def test_false_colour_shows_each_zone_from_its_stop_on(zone):
    index = ZONES.index(zone)
    edge = MIDDLE_GREY * 2.0**zone.from_ev

    above = to_display(grey(edge * 1.002), Look("false-colour"))[0, 0]
    below = to_display(grey(edge * 0.998), Look("false-colour"))[0, 0]

    assert tuple(above) == zone.rgb
    assert tuple(below) == ZONES[index - 1].rgb


def test_false_colour_judges_the_light_after_exposure():
    shown_grey = to_display(grey(0.18 / 8), Look("false-colour", exposure_ev=3.0, gamma=2.0))

    assert tuple(shown_grey[0, 0]) == next(z.rgb for z in ZONES if "18 %" in z.meaning)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature_k", 1000.0),
        ("temperature_k", float("nan")),
        ("tint", 200.0),
        ("gamma", 0.0),
        ("exposure_ev", float("nan")),
        ("view", "filmic"),
    ],
)
def test_look_refuses_values_that_no_picture_survives(field, value):
    with pytest.raises(ValueError, match=r"must be between|choose one of"):
        Look(**{field: value})


@pytest.mark.slow
@pytest.mark.parametrize("view", [DEFAULT_VIEW, "srgb"])
def test_a_tile_is_shown_in_a_millisecond(view):
    tile = np.random.default_rng(3).random((64, 64, 4), dtype=np.float32)
    to_display(tile, Look(view))

    times = []
    for _ in range(30):
        start = time.perf_counter()
        to_display(tile, Look(view))
        times.append(time.perf_counter() - start)

    assert min(times) < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_a_full_hd_frame_takes_a_tenth_of_a_second_of_one_core(view):
    # 16 times as much is 8K: docs/images.md states its price, which leaves room for slow machines.
    frame = np.random.default_rng(6).random((1080, 1920, 4), dtype=np.float32)
    to_display(frame[:64], Look(view))

    times = []
    for _ in range(3):
        start = time.process_time()
        to_display(frame, Look(view))
        times.append(time.process_time() - start)

    assert min(times) < 0.1
