"""The channel box shows what the frame has."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox

from app.frames.film_pixels import make_film
from app.values.session_types import RenderRequest
from app.window.channel_controls import ChannelControls
from renderer.buckets import Region
from renderer.display import NEUTRAL
from renderer.settings import RenderSettings


class FakeRender(QObject):
    began = Signal()
    bucket_shown = Signal()
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.job = None
        self.film = None

    def begin(self, *channels: str) -> None:
        settings = RenderSettings(width=8, height=4, channels=channels)
        self.job = SimpleNamespace(request=RenderRequest(Path("a.glb"), settings))
        self.film = make_film(settings)
        self.began.emit()

    def deliver(self, x: int, value: float) -> None:
        pixels = np.full((4, 4, self.film.components), value, np.float32)
        self.film.put(Region(x, 0, 4, 4), pixels)
        self.bucket_shown.emit()


class FakeDisplay:
    def __init__(self) -> None:
        self.shown = []

    def set_channel(self, pixels, transform=None) -> None:
        self.shown.append(None if pixels is None else (pixels, transform))


@pytest.fixture
def world(qtbot):
    box = QComboBox()
    qtbot.addWidget(box)
    render, display = FakeRender(), FakeDisplay()
    controls = ChannelControls(box, display, render)
    return SimpleNamespace(box=box, render=render, display=display, controls=controls)


def names(box: QComboBox) -> list[str]:
    return [box.itemData(index) for index in range(box.count())]


def test_box_offers_the_channels_of_the_frame(world):
    assert names(world.box) == ["beauty"]
    assert not world.box.isEnabled()

    world.render.begin("depth", "object_id")

    assert names(world.box) == ["beauty", "alpha", "depth", "object_id"]
    assert world.box.itemText(3) == "Object id"


def test_chosen_channel_is_a_part_of_the_film(world):
    world.render.begin("normal", "depth")

    world.controls.choose("depth")
    world.render.deliver(0, 3.0)

    pixels, _ = world.display.shown[-1]
    assert np.shares_memory(pixels, world.render.film.pixels)
    assert (pixels[:, :4, 0] == 3.0).all()


def test_choice_is_kept_for_frames_that_have_the_channel(world):
    world.render.begin("depth")
    world.controls.choose("depth")

    world.render.begin()
    assert world.display.shown[-1] is None
    world.render.begin("uv", "depth")

    assert world.box.currentData() == "depth"
    assert world.display.shown[-1] is not None


def test_limits_grow_with_the_frame(world):
    world.render.begin("depth")
    world.controls.choose("depth")
    world.render.deliver(0, 2.0)
    world.render.deliver(4, 6.0)

    world.render.finished.emit(None)

    pixels, transform = world.display.shown[-1]
    shown = transform(pixels, NEUTRAL)
    assert shown[0, 0].tolist() == [255, 255, 255]
    assert shown[0, 7].tolist() == [0, 0, 0]


def test_steps_go_round_all_channels_of_the_frame(world):
    world.render.begin("normal", "depth")
    offered = names(world.box)
    seen = []
    for _ in offered:
        seen.append(world.box.currentData())
        world.controls.step(1)
    assert seen == offered
    assert world.box.currentData() == offered[0]

    world.controls.step(-1)
    assert world.box.currentData() == offered[-1]
