import numpy as np
import pytest

from app.picture.view_lens import BURNT_INK, Lens, is_burnt
from renderer.display import Look, to_display

SRGB = Look("srgb")


@pytest.fixture
def pixels():
    picture = np.zeros((1, 3, 4), dtype=np.float32)
    picture[0, 0] = (0.9, 0.1, 0.0, 1.0)
    picture[0, 1] = (0.2, 1.5, 0.3, 0.5)
    picture[0, 2] = (1.0, 1.0, 1.0, 0.0)
    return picture


def test_empty_lens_changes_nothing():
    assert Lens().put_before(to_display) is to_display


@pytest.mark.parametrize("solo", [0, 1, 2])
def test_one_colour_is_seen_as_grey_in_the_view(pixels, solo):
    shown = Lens(solo=solo).put_before(to_display)(pixels, SRGB)
    whole = to_display(pixels, SRGB)

    assert (shown == whole[:, :, solo : solo + 1]).all()


def test_alpha_is_seen_as_coverage_whatever_the_view_and_exposure(pixels):
    for look in (SRGB, Look("agx", exposure_ev=3.0)):
        shown = Lens(solo=3).put_before(to_display)(pixels, look)
        assert shown[0, :, 0].tolist() == [255, 128, 0]
        assert (shown == shown[:, :, :1]).all()


def test_picture_without_alpha_is_opaque(pixels):
    shown = Lens(solo=3).put_before(to_display)(pixels[:, :, :3], SRGB)
    assert (shown == 255).all()


def test_what_is_brighter_than_white_is_marked_at_this_exposure(pixels):
    shown = Lens(burnt=True).put_before(to_display)(pixels, SRGB)
    assert tuple(shown[0, 1]) == BURNT_INK
    assert tuple(shown[0, 2]) == (255, 255, 255)

    assert is_burnt(pixels, Look("srgb", exposure_ev=1.0))[0].tolist() == [True, True, True]
    assert is_burnt(pixels, Look("srgb", exposure_ev=-1.0))[0].tolist() == [False, False, False]


def test_white_balance_decides_what_is_burnt_too(pixels):
    pixels[0, 2] = 0.95
    warm = Look("srgb", temperature_k=3000.0)
    assert is_burnt(pixels, SRGB)[0, 2] != is_burnt(pixels, warm)[0, 2]


def test_offset_is_added_to_the_exposed_light_of_all_colours(pixels):
    bright = Look("linear", exposure_ev=1.0)
    shown = Lens(offset=0.25).put_before(to_display)(pixels, bright)
    lifted = pixels.copy()
    lifted[:, :, :3] += 0.125

    assert (shown == to_display(lifted, bright)).all()
    assert pixels[0, 0, 1] == np.float32(0.1), "the film stays"


def test_offset_leaves_the_coverage_alone(pixels):
    assert (
        Lens(solo=3, offset=0.5).put_before(to_display)(pixels, SRGB)
        == Lens(solo=3).put_before(to_display)(pixels, SRGB)
    ).all()
