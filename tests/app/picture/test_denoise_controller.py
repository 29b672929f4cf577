"""Denoise in the window's terms: on, off, a new frame, a failure; the work done by hand."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.picture.denoise_controller import DenoiseController
from app.values.session_types import FrameReport, JobInfo, RenderRequest
from renderer.buckets import Region
from renderer.denoise import DenoiseCancelledError, DenoiseError
from renderer.film import Film


class FakeFrame(QObject):
    """A render controller without a render."""

    began = Signal()
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.film = None
        self.job = None
        self.report = None

    def begin(self) -> None:
        self.film = Film(4, 2)
        self.film.put(Region(0, 0, 4, 2), np.ones((2, 4, 4), np.float32))
        self.job = JobInfo(4, 2, (), RenderRequest(Path("a.glb")))
        self.report = None
        self.began.emit()

    def finish(self, complete: bool = True) -> None:
        self.report = FrameReport(
            frame_sha256="", complete=complete, wall_s=1.0, first_bucket_s=0.1, samples_per_s=1.0,
            engine="", seed=0, width=4, height=2, samples=1, bucket_width=64,
            bucket_height=64, order="", buckets=1, buckets_done=1,
        )  # fmt: skip
        self.finished.emit(self.report)


class ManualBackground:
    """Does the work when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple] = []

    def run(self, *work) -> None:
        self.waiting.append(work)

    def step(self) -> None:
        work, on_result, on_error = self.waiting.pop(0)
        try:
            value = work()
        except Exception as error:
            on_error(error)
        else:
            on_result(value)


def halve(film, _settings, on_progress):
    if not on_progress(0.5):
        raise DenoiseCancelledError
    return film[..., :4] / 2


@pytest.fixture
def frame(qtbot):
    return FakeFrame()


@pytest.fixture
def background():
    return ManualBackground()


@pytest.fixture
def shown():
    """What was shown in the film's place, one after the other."""
    return []


@pytest.fixture
def make(frame, background, shown):
    def make_controller(denoise=halve) -> DenoiseController:
        controller = DenoiseController(frame, background, denoise)
        controller.picture_changed.connect(shown.append)
        return controller

    return make_controller


def test_complete_frame_is_denoised_when_it_is_wanted(frame, background, shown, make):
    controller = make()
    controller.set_wanted(True)
    frame.begin()
    assert not background.waiting

    frame.finish()
    background.step()

    assert (shown[-1] == 0.5).all()
    assert (frame.film.pixels == 1.0).all()
    assert controller.shown is shown[-1]


def test_switching_off_and_on_shows_film_and_result_without_more_work(
    frame, background, shown, make
):
    controller = make()
    frame.begin()
    frame.finish()
    controller.set_wanted(True)
    background.step()
    result = shown[-1]

    controller.set_wanted(False)
    assert shown[-1] is None
    assert controller.shown is None
    controller.set_wanted(True)

    assert shown[-1] is result
    assert not background.waiting


def test_stopped_frame_is_not_denoised(frame, background, make):
    make().set_wanted(True)
    frame.begin()
    frame.finish(complete=False)

    assert not background.waiting


@pytest.mark.parametrize("ending", ["off", "new frame", "closed"])
def test_work_is_cancelled_when_nobody_wants_it_any_more(frame, background, shown, make, ending):
    controller = make()
    controller.set_wanted(True)
    frame.begin()
    frame.finish()
    failures = []
    controller.failed.connect(failures.append)

    {
        "off": lambda: controller.set_wanted(False),
        "new frame": frame.begin,
        "closed": controller.stop,
    }[ending]()
    background.step()

    assert not any(picture is not None for picture in shown)
    assert not failures
    assert controller.result is None


def test_result_of_the_frame_before_is_dropped_when_it_comes_late(frame, background, shown, make):
    controller = make(lambda film, _settings, _go_on: film[..., :4] / 2)  # hears no cancel
    controller.set_wanted(True)
    frame.begin()
    frame.finish()
    frame.begin()

    background.step()

    assert controller.result is None
    assert not any(picture is not None for picture in shown)


def test_new_frame_is_denoised_after_one_that_was_cancelled(frame, background, make):
    controller = make()
    controller.set_wanted(True)
    frame.begin()
    frame.finish()
    frame.begin()
    frame.finish()
    assert len(background.waiting) == 2

    background.step()
    assert controller.result is None
    background.step()

    assert (controller.result == 0.5).all()


def test_failure_is_told_and_switches_denoising_off(frame, background, make):
    def fail(*_: object) -> None:
        raise DenoiseError("Open Image Denoise is not installed; pip install it")

    controller = make(fail)
    failures = []
    controller.failed.connect(failures.append)
    controller.set_wanted(True)
    frame.begin()
    frame.finish()

    background.step()

    assert failures == ["Open Image Denoise is not installed; pip install it"]
    assert not controller.wanted


def test_progress_is_said_in_percent(frame, background, make, qtbot):
    controller = make()
    said = []
    controller.said.connect(said.append)
    controller.set_wanted(True)
    frame.begin()
    frame.finish()
    keep_going = background.waiting.pop()

    keep_going[0]()
    qtbot.waitUntil(lambda: bool(said))

    assert said == ["Denoising… 50 %"]
