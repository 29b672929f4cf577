"""The strip at the bottom: where it is, that it can be read, that nothing else changes."""

import numpy as np
import pytest

from renderer.stamp import burn_stamp


def grey(height: int, width: int, components: int = 3, dtype=np.uint8) -> np.ndarray:
    value = np.iinfo(dtype).max // 2
    return np.full((height, width, components), value, dtype=dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_text_is_white_on_a_darkened_strip_at_the_bottom(dtype):
    codes = grey(200, 300, dtype=dtype)

    stamped = burn_stamp(codes, "Ünïcode 123")

    white = np.iinfo(dtype).max
    assert stamped.dtype == dtype
    assert (stamped[:180] == codes[:180]).all()
    strip = stamped[185:]
    assert strip.max() == white
    assert strip[:, -5:].max() < 0.4 * codes[0, 0, 0]
    assert 0.01 < (strip[..., 0] > white // 2).mean() < 0.5
    assert (codes == white // 2).all()


def test_transparent_picture_is_solid_under_the_text():
    codes = grey(100, 200, 4)
    codes[..., 3] = 0

    stamped = burn_stamp(codes, "text")

    assert (stamped[-10:, :, 3] == 255).all()
    assert (stamped[:50, :, 3] == 0).all()


def test_text_grows_with_the_picture():
    def letters_px(height: int) -> int:
        stamped = burn_stamp(grey(height, 4 * height), "H")
        return int((stamped[..., 0].max(axis=1) > 200).sum())

    assert letters_px(2160) > 3 * letters_px(540)
    assert letters_px(100) >= 7


def test_long_text_is_cut_and_stays_inside_the_picture():
    short, long = (burn_stamp(grey(80, 160), "m" * count) for count in (5, 5000))

    assert (long[-8:, -5:] == long[-1, -1]).all()
    assert not np.array_equal(short, long)


@pytest.mark.parametrize("shape", [(1, 1), (5, 400), (300, 3)])
def test_tiny_pictures_survive(shape):
    assert burn_stamp(grey(*shape), "text").shape == (*shape, 3)


def test_letters_are_shown_plain_where_no_font_has_them(monkeypatch):
    monkeypatch.setattr("renderer.stamp.SYSTEM_FONTS", ())

    shown = burn_stamp(grey(50, 300), "Küche, 4 × Žluťák 中")

    np.testing.assert_array_equal(shown, burn_stamp(grey(50, 300), "Kuche, 4 x Zlutak ?"))


def test_control_characters_leave_gaps_only():
    np.testing.assert_array_equal(
        burn_stamp(grey(50, 200), "a\nb"), burn_stamp(grey(50, 200), "a b")
    )
