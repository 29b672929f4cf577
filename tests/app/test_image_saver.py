import threading

import numpy as np
import pytest

from app.background import Background
from app.image_saver import ImageSaver
from renderer.buckets import Region
from renderer.display import NEUTRAL
from renderer.film import Film
from renderer.output_options import OutputOptions
from tests.app.fake_session import FakeWorld


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

    saver.save(tmp_path / "a.png", film, NEUTRAL, OutputOptions(), {})
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
        saver.save(tmp_path / "a.png", Film(2, 2), NEUTRAL, OutputOptions(), {})

    assert failed.args == ["no space left on the device"]
