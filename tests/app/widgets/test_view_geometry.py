import pytest

from app.widgets.view_geometry import KEEP_VISIBLE_PX, MAX_SCALE, MIN_SCALE, ViewGeometry


def make(view=(800, 600), image=(1600, 800)) -> ViewGeometry:
    return ViewGeometry().resize_view(*view).resize_image(*image)


def test_large_picture_is_shrunk_into_the_middle_when_it_is_fitted():
    geometry = make()

    assert geometry.scale == pytest.approx(776 / 1600)
    assert geometry.x == pytest.approx(12)
    assert geometry.y == pytest.approx((600 - 800 * geometry.scale) / 2)


def test_small_picture_is_not_enlarged_when_it_is_fitted():
    geometry = make(image=(64, 32))

    assert geometry.scale == 1.0
    assert (geometry.x, geometry.y) == (368, 284)


def test_small_picture_is_as_large_as_on_an_ordinary_screen_when_the_screen_is_fine():
    fine = ViewGeometry().resize_view(1600, 1200, 2.0)

    assert fine.resize_image(64, 32).scale == 2.0
    assert fine.resize_image(960, 540).scale == pytest.approx(1576 / 960)
    assert fine.resize_image(1560, 900).scale == 1.0  # 101 % would only blur the pixels' grid
    assert ViewGeometry().resize_view(1600, 1200, 0.5).resize_image(64, 32).scale == 1.0


def test_small_picture_fills_the_view_by_equal_squares_when_that_is_asked_for():
    small = make(image=(300, 100))
    assert small.scale == 1.0
    assert small.fill().scale == 2.0
    assert small.fill().resize_view(400, 300).scale == 1.0
    assert small.fill().resize_image(100, 50).scale == 7.0
    assert small.fill().actual_size().resize_image(100, 50).scale == 1.0
    assert make(image=(4, 4)).fill().scale == MAX_SCALE


@pytest.mark.parametrize("factor", [0.5, 1.19, 3.0, 40.0])
def test_point_under_the_pointer_stays_there_when_it_is_zoomed(factor):
    before = make().zoom(4.0, 400, 300)
    pixel = before.image_point(420.5, 310.5)

    after = before.zoom(factor, 420.5, 310.5)

    assert pixel is not None
    now = after.image_point(420.5, 310.5)
    assert now is not None
    assert abs(now[0] - pixel[0]) <= 1
    assert abs(now[1] - pixel[1]) <= 1


def test_zoom_stays_within_its_limits_and_snaps_to_full_size():
    assert make().zoom(1e9, 0, 0).scale == MAX_SCALE
    assert make().zoom(1e-9, 0, 0).scale == MIN_SCALE
    assert make().zoom(1.02 * 1600 / 776, 0, 0).scale == 1.0
    assert make().actual_size().scale == 1.0


def test_picture_cannot_be_lost_when_it_is_panned():
    geometry = make().pan(1e6, -1e6)

    assert geometry.x == 800 - KEEP_VISIBLE_PX
    assert geometry.y == pytest.approx(KEEP_VISIBLE_PX - 800 * geometry.scale)


def test_fitted_picture_follows_the_view_and_a_panned_one_keeps_its_middle():
    fitted = make().resize_view(400, 300)
    assert fitted.scale == pytest.approx(376 / 1600)

    panned = make().zoom(4, 400, 300)
    resized = panned.resize_view(1000, 700)
    assert resized.scale == panned.scale
    assert (resized.x, resized.y) == (panned.x + 100, panned.y + 50)


def test_zoom_is_kept_when_another_frame_of_the_same_size_begins():
    zoomed = make().zoom(4, 100, 100)

    assert zoomed.resize_image(1600, 800) is zoomed
    assert zoomed.resize_image(800, 800).fitted


def test_visible_pixels_are_those_that_the_view_shows():
    geometry = make().actual_size()
    x, y, width, height = geometry.visible_pixels(0, 0, 800, 600)
    assert (width, height) == (800, 600)
    assert geometry.image_point(0, 0) == (x, y)
    assert make().visible_pixels(0, 0, 5, 5) is None
    assert ViewGeometry().visible_pixels(0, 0, 100, 100) is None


def test_no_pixel_is_outside_the_picture():
    geometry = make(image=(64, 32))

    assert geometry.image_point(367, 284) is None
    assert geometry.image_point(368, 284) == (0, 0)
    assert geometry.image_point(431.9, 315.9) == (63, 31)
    assert geometry.image_point(432, 315) is None
