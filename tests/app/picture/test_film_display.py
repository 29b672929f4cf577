import numpy as np
import pytest

from app.picture.film_display import FilmDisplay, order_bands
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.theme import UNRENDERED
from renderer.buckets import Region
from renderer.display import Look
from renderer.film import Film
from renderer.grading import Grade
from renderer.lut import Lut


class ManualBackground:
    """Runs work when the test says so."""

    def __init__(self) -> None:
        self.waiting = []

    def run(self, work, on_result, on_error) -> None:
        self.waiting.append((work, on_result))

    def step(self, before_delivery=lambda: None) -> None:
        work, on_result = self.waiting.pop(0)
        value = work()
        before_delivery()
        on_result(value)

    def run_all(self) -> None:
        while self.waiting:
            self.step()


def show(pixels, look):
    """Light times 2^exposure, in tens."""
    return np.clip(pixels[..., :3] * 10 * 2**look.exposure_ev, 0, 255).astype(np.uint8)


@pytest.fixture
def background():
    return ManualBackground()


@pytest.fixture
def frame_buffer(qtbot):
    widget = FrameBuffer()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def display(frame_buffer, background):
    return FilmDisplay(frame_buffer, background, frame_buffer.visible_rows, show)


def put(display: FilmDisplay, film: Film, region: Region, value: float) -> None:
    pixels = np.full((region.height, region.width, 4), value, dtype=np.float32)
    film.put(region, pixels)
    display.put(region, pixels)


def red(frame_buffer: FrameBuffer, x: int, y: int) -> int:
    return frame_buffer.picture().pixelColor(x, y).red()


def test_bucket_is_shown_at_once_when_it_arrives(display, frame_buffer, background):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)

    put(display, film, Region(16, 8, 16, 8), 3.0)

    assert red(frame_buffer, 16, 8) == 30
    assert red(frame_buffer, 31, 15) == 30
    assert red(frame_buffer, 15, 8) == UNRENDERED
    assert not background.waiting


def test_whole_frame_is_shown_again_when_the_exposure_changes(display, frame_buffer, background):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)
    put(display, film, Region(0, 0, 16, 16), 3.0)

    display.set_look(Look("srgb", 1.0))
    background.run_all()

    assert red(frame_buffer, 0, 0) == 60
    assert red(frame_buffer, 40, 40) == UNRENDERED
    assert not display.busy


def test_bucket_is_not_lost_when_it_arrives_while_its_band_is_transformed(
    display, frame_buffer, background
):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)
    display.set_look(Look("srgb", 1.0))

    background.step(before_delivery=lambda: put(display, film, Region(8, 8, 8, 8), 2.0))

    assert red(frame_buffer, 8, 8) == 40


def test_last_exposure_wins_when_it_is_dragged(display, frame_buffer, background):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)
    put(display, film, Region(0, 0, 64, 48), 1.0)

    for exposure in (1.0, 2.0, 3.0):
        display.set_look(Look("srgb", exposure))
    assert len(background.waiting) == 1
    background.run_all()

    assert red(frame_buffer, 63, 47) == 80


def test_band_of_an_older_film_is_dropped_when_a_new_frame_begins(
    display, frame_buffer, background
):
    old, new = Film(64, 48), Film(64, 48)
    display.begin(old.pixels, old.done)
    put(display, old, Region(0, 0, 64, 48), 5.0)
    display.set_look(Look("srgb", 1.0))
    display.begin(new.pixels, new.done)

    background.run_all()

    assert red(frame_buffer, 10, 10) == UNRENDERED
    display.set_look(Look("srgb", 0.0))
    put(display, new, Region(0, 0, 8, 8), 7.0)
    background.run_all()
    assert red(frame_buffer, 4, 4) == 70


def test_another_picture_is_shown_in_the_films_place_and_the_film_again(
    display, frame_buffer, background
):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)
    put(display, film, Region(0, 0, 64, 48), 3.0)
    clean = np.full((48, 64, 4), 6.0, dtype=np.float32)

    display.set_source(clean)
    background.run_all()
    assert red(frame_buffer, 5, 5) == 60
    assert display.value(5, 5) == (6.0, 6.0, 6.0, 6.0)

    display.set_source(None)
    background.run_all()
    assert red(frame_buffer, 5, 5) == 30
    assert (film.pixels == 3.0).all()


def test_new_frame_shows_its_own_film_after_another_picture(display, frame_buffer, background):
    film = Film(64, 48)
    display.begin(film.pixels, film.done)
    display.set_source(np.full((48, 64, 4), 6.0, dtype=np.float32))
    new = Film(64, 48)

    display.begin(new.pixels, new.done)
    put(display, new, Region(0, 0, 8, 8), 2.0)
    background.run_all()

    assert red(frame_buffer, 4, 4) == 20
    assert red(frame_buffer, 40, 40) == UNRENDERED


def test_pixel_value_is_the_films_where_there_is_one(display):
    film = Film(8, 8)
    assert display.value(0, 0) is None
    display.begin(film.pixels, film.done)
    put(display, film, Region(0, 0, 4, 4), 0.5)

    assert display.value(3, 3) == (0.5, 0.5, 0.5, 0.5)
    assert display.shown_bytes(3, 3) == (5, 5, 5)
    assert display.value(4, 4) is None
    assert display.value(8, 0) is None
    assert display.value(-1, 0) is None


def test_bands_cover_the_frame_and_begin_with_what_is_seen():
    bands, seen = order_bands(4320, 7680, (2000, 2100))

    assert sorted(bands)[0][0] == 0
    assert sorted(bands)[-1][1] == 4320
    assert all(a[1] == b[0] for a, b in zip(sorted(bands), sorted(bands)[1:], strict=False))
    assert all(top < 2100 and bottom > 2000 for top, bottom in bands[:seen])
    assert seen == 4


def test_channel_is_shown_in_the_beautys_place_and_given_back(qtbot, display, frame_buffer):
    film = Film(8, 8, 5)
    display.begin(film.pixels, film.done)
    pixels = np.zeros((8, 8, 5), np.float32)
    pixels[:, :, 4] = 1.0

    display.set_channel(film.pixels[:, :, 4:5], lambda part, _look: to_grey(part))
    film.put(Region(0, 0, 8, 8), pixels)
    display.put(Region(0, 0, 8, 8), pixels)
    shown = display.shown_bytes(3, 3), display.value(3, 3)
    display.set_channel(None)

    assert shown == ((255, 255, 255), (1.0,))
    assert display.shown_bytes(3, 3) == (0, 0, 0)
    assert len(display.value(3, 3)) == 5


def to_grey(part):
    return np.repeat((part * 255).astype(np.uint8), 3, axis=2)


def test_bucket_that_is_taken_back_is_grey_again(display, frame_buffer):
    film = Film(16, 8)
    display.begin(film.pixels, film.done)
    region = Region(4, 2, 4, 4)
    put(display, film, region, 10.0)
    film.clear(region)
    display.take_back(region)

    assert red(frame_buffer, 5, 3) == UNRENDERED


def test_bucket_that_is_taken_back_stays_grey_when_a_band_of_it_is_on_its_way(
    display, frame_buffer, background
):
    film = Film(16, 8)
    display.begin(film.pixels, film.done)
    region = Region(4, 2, 4, 4)
    put(display, film, region, 10.0)
    display.set_look(Look(exposure_ev=1.0))

    def take_back() -> None:
        film.clear(region)
        display.take_back(region)

    background.step(take_back)
    background.run_all()

    assert red(frame_buffer, 5, 3) == UNRENDERED


# -- through a LUT ----------------------------------------------------------------------------

GRADED = Look("srgb", grade=Grade(Lut("any", curves=np.eye(3, dtype=np.float32))))
LARGE = Region(0, 0, 256, 200)


@pytest.fixture
def graded(display, background):
    """A large film that is seen through a LUT."""
    film = Film(300, 240)
    display.begin(film.pixels, film.done)
    display.set_look(GRADED)
    background.run_all()
    return film


def test_small_bucket_is_shown_at_once_through_a_lut(display, frame_buffer, background, graded):
    put(display, graded, Region(0, 0, 64, 64), 3.0)
    assert red(frame_buffer, 5, 5) == 30
    assert not background.waiting


def test_large_bucket_is_shown_by_a_thread_through_a_lut(display, frame_buffer, background, graded):
    put(display, graded, LARGE, 3.0)
    assert red(frame_buffer, 5, 5) == UNRENDERED

    background.run_all()

    assert red(frame_buffer, 5, 5) == 30
    assert red(frame_buffer, 280, 5) == UNRENDERED


def test_large_bucket_that_is_late_spoils_no_newer_look(display, frame_buffer, background, graded):
    put(display, graded, LARGE, 3.0)
    late = background.waiting.pop()
    display.set_look(Look("srgb", 1.0))
    background.run_all()

    background.waiting.append(late)
    background.run_all()

    assert red(frame_buffer, 5, 5) == 60


def test_large_bucket_that_is_late_spoils_no_other_picture(
    display, frame_buffer, background, graded
):
    put(display, graded, LARGE, 3.0)
    late = background.waiting.pop()
    display.set_picture(np.full((240, 300, 4), 7.0, dtype=np.float32))
    background.run_all()

    background.waiting.append(late)
    background.run_all()

    assert red(frame_buffer, 5, 5) == 70


def test_large_bucket_that_was_taken_back_meanwhile_is_missing(
    display, frame_buffer, background, graded
):
    put(display, graded, LARGE, 3.0)
    graded.clear(LARGE)
    display.take_back(LARGE)
    background.run_all()
    assert red(frame_buffer, 5, 5) == UNRENDERED
