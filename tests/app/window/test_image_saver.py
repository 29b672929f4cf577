import importlib.util
import threading
from pathlib import Path

import numpy as np
import pytest

from app.system.background import Background
from app.values.session_types import RenderRequest
from app.window.image_saver import ImageSaver, Picture
from renderer.buckets import Region
from renderer.display import NEUTRAL
from renderer.film import Film
from renderer.output_options import OutputOptions
from tests.app.fake_session import FakeWorld


def make_picture(film: Film, **more) -> Picture:
    return Picture(film, RenderRequest(Path("a.glb")), None, NEUTRAL, OutputOptions(), **more)


@pytest.fixture
def background(qtbot):
    made = Background(threads=1)
    yield made
    made.close()


def test_picture_saved_in_mid_render_is_that_of_the_click(background, qtbot, tmp_path):
    world = FakeWorld(tmp_path)
    saver = ImageSaver(world.services(), background)
    film = Film(4, 2)
    film.put(Region(0, 0, 2, 2), np.ones((2, 2, 4), dtype=np.float32))
    go_on = threading.Event()
    background.run(go_on.wait, lambda _: None, pytest.fail)

    saver.save(tmp_path / "a.png", make_picture(film))
    film.put(Region(2, 0, 2, 2), np.ones((2, 2, 4), dtype=np.float32))
    with qtbot.waitSignal(saver.saved):
        go_on.set()

    saved = world.saved[0][1]
    assert (saved[:, :2] == 1.0).all()
    assert (saved[:, 2:] == 0.0).all()
    assert saved.dtype == np.float32


def test_picture_that_cannot_be_written_is_told(background, qtbot, tmp_path):
    world = FakeWorld(tmp_path)
    world.save_error = "no space left on the device"
    saver = ImageSaver(world.services(), background)

    with qtbot.waitSignal(saver.failed) as failed:
        saver.save(tmp_path / "a.png", make_picture(Film(2, 2)))

    assert failed.args == ["no space left on the device"]


@pytest.mark.skipif(
    importlib.util.find_spec("mitsuba_oidn") is None, reason="Open Image Denoise is not installed"
)
def test_denoised_picture_is_saved_with_the_noisy_one_beside_it(background, qtbot, tmp_path):
    world = FakeWorld(tmp_path)
    saver = ImageSaver(world.services(), background)
    film = Film(4, 2)
    film.put(Region(0, 0, 4, 2), np.ones((2, 4, 4), dtype=np.float32))
    denoised = np.full((2, 4, 4), 0.5, dtype=np.float32)

    with qtbot.waitSignal(saver.saved):
        saver.save(tmp_path / "a.exr", make_picture(film, denoised=denoised))

    assert (world.saved[0][1] == 0.5).all()
    assert (world.saved_layers[0]["noisy"].pixels == 1.0).all()
    assert world.saved[0][4]["denoiser"].startswith("Open Image Denoise")
