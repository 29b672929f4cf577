import numpy as np

from app.serving.chaos import falsify
from app.session.canary_check import check_canary, compare_canaries
from renderer.canary import COMPONENTS, MEAN, SIDE_PX


def make_picture(mean: float = MEAN) -> np.ndarray:
    ramp = np.linspace(0.0, 2.0 * mean, SIDE_PX * SIDE_PX * COMPONENTS, dtype=np.float32)
    return ramp.reshape(SIDE_PX, SIDE_PX, COMPONENTS)


def test_picture_of_the_right_size_and_brightness_passes() -> None:
    assert check_canary(make_picture().tobytes()) is None


def test_picture_of_another_size_is_wrong() -> None:
    assert check_canary(bytes(7)) == "it has 7 bytes, not 4096"


def test_picture_with_values_that_are_no_numbers_is_wrong() -> None:
    picture = make_picture()
    picture[3, 4, 1] = np.nan

    assert "not finite" in (check_canary(picture.tobytes()) or "")


def test_dark_picture_is_wrong() -> None:
    assert "mean brightness is 0.200, not 0.400" in (
        check_canary(make_picture(0.2).tobytes()) or ""
    )


def test_classes_may_differ_in_the_last_bits() -> None:
    picture = make_picture()

    assert compare_canaries(picture.tobytes(), falsify(picture).tobytes()) is None
    assert (
        compare_canaries(picture.tobytes(), np.nextafter(picture, np.float32(9)).tobytes()) is None
    )


def test_classes_may_not_differ_in_what_they_show() -> None:
    one, other = make_picture(), make_picture()[::-1]

    assert "on average" in (compare_canaries(one.tobytes(), other.tobytes()) or "")
