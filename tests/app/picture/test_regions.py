"""Rendering only a part of a frame: buckets, film, session and window."""

import json
from dataclasses import astuple, replace

import numpy as np
import pytest
from PySide6.QtCore import QRect

from app.frames.jobs import make_job_regions
from app.frames.leftover import BucketGrid
from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.values.session_types import DistributedSettings, RenderRequest, ServerEntry
from renderer.bucket_size import square
from renderer.buckets import BucketOrder, Region
from renderer.scene import SceneError
from renderer.settings import RenderSettings
from tests.app.fake_links import FakeLinks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CROSS = (Region(10, 20, 30, 8), Region(20, 4, 8, 40))


def make_request(tmp_path, *regions: Region, **more) -> RenderRequest:
    scene = tmp_path / "scene.gltf"
    scene.write_text(json.dumps({"asset": {"version": "2.0"}}))
    settings = RenderSettings(**{"width": 64, "height": 48, "samples": 2, **more})
    return RenderRequest(scene, settings, square(16), BucketOrder.SPIRAL, regions=regions)


def covered(parts, height: int = 48, width: int = 64) -> np.ndarray:
    times = np.zeros((height, width), int)
    for part in parts:
        times[part.y : part.y + part.height, part.x : part.x + part.width] += 1
    return times


def test_buckets_cover_exactly_the_regions_and_overlaps_once(tmp_path):
    parts = make_job_regions(make_request(tmp_path, *CROSS))

    assert (covered(parts) == (covered(CROSS) > 0)).all()


def test_frame_without_regions_is_whole(tmp_path):
    assert (covered(make_job_regions(make_request(tmp_path))) == 1).all()


@pytest.mark.parametrize("regions", [(), CROSS])
def test_last_bucket_comes_first_when_the_order_is_reversed(tmp_path, regions):
    request = make_request(tmp_path, *regions)

    forward, backward = make_job_regions(request), make_job_regions(replace(request, reverse=True))
    assert sorted(forward, key=astuple) == sorted(backward, key=astuple)
    assert forward[0] != backward[0]
    if not regions:
        assert backward == forward[::-1]


@pytest.mark.parametrize(
    "region", [Region(-1, 0, 4, 4), Region(0, 0, 0, 4), Region(60, 0, 5, 4), Region(0, 47, 1, 2)]
)
def test_region_outside_the_frame_is_refused_by_name(tmp_path, region):
    with pytest.raises(SceneError, match=f"{region.x},{region.y},.*64 × 48"):
        make_job_regions(make_request(tmp_path, region))


def test_pieces_are_found_in_buckets_that_regions_cut(tmp_path):
    parts = make_job_regions(make_request(tmp_path, *CROSS))
    grid = BucketGrid(parts, square(16))

    counted = dict.fromkeys(range(len(parts)), 0)
    for bucket, part in grid.cut(Region(0, 0, 64, 48)):
        counted[bucket] += part.pixels
    assert counted == {i: part.pixels for i, part in enumerate(parts)}
    assert list(grid.cut(Region(60, 40, 4, 8))) == []


class Client:
    def __init__(self, folder, qtbot) -> None:
        self.session = RenderSession(keyring=Keyring(folder), client_name="test", links=FakeLinks())
        self.reports: list = []
        self.session.job_finished.connect(self.reports.append)
        entry = ServerEntry("a", "studio-1", name="studio-1")
        self.session.set_servers([entry], DistributedSettings())
        self.qtbot = qtbot

    def render(self, request: RenderRequest):
        count = len(self.reports)
        self.session.start(request)
        self.qtbot.waitUntil(lambda: len(self.reports) > count)
        return self.session.film


@pytest.fixture
def client(tmp_path, qtbot):
    client = Client(tmp_path, qtbot)
    yield client
    client.session.shutdown()


def test_region_alone_is_rendered_and_the_frame_is_complete(client, tmp_path):
    film = client.render(make_request(tmp_path, *CROSS))

    assert client.reports[-1].complete
    assert (film.done == (covered(CROSS) > 0)).all()
    assert client.reports[-1].samples_taken == 2 * int(film.done.sum())


def test_rest_is_kept_from_the_frame_before(client, tmp_path):
    before = client.render(make_request(tmp_path)).pixels.copy()
    film = client.render(make_request(tmp_path, *CROSS, samples=8))

    inside = covered(CROSS) > 0
    assert film.complete
    assert (film.pixels[~inside] == before[~inside]).all()
    assert client.reports[-1].buckets_done == client.reports[-1].buckets


def test_rest_is_not_kept_from_a_frame_of_another_size(client, tmp_path):
    client.render(make_request(tmp_path, width=32))
    film = client.render(make_request(tmp_path, *CROSS))

    assert (film.done == (covered(CROSS) > 0)).all()


def test_window_renders_what_was_drawn_in_pixels_of_the_next_frame(qtbot, window, session):
    window.settings_panel.width_px.setValue(400)
    window.settings_panel.height_px.setValue(200)
    window.actions_by_key["region"].trigger()
    assert not window.actions_by_key["region"].isChecked()
    assert "Render once" in window.render_status.message.text()

    window.start_render()
    session.begin()
    session.finish()
    window.actions_by_key["region"].trigger()
    assert window.frame_buffer.region_tool.armed
    window.frame_buffer.region_tool.regions_changed.emit((QRect(100, 50, 200, 100),))
    assert "25 %" in window.render_status.message.text()
    window.settings_panel.width_px.setValue(200)
    window.settings_panel.height_px.setValue(100)
    window.start_render()

    assert session.requests[-1].regions == (Region(50, 25, 100, 50),)
    session.begin()
    assert window.frame_buffer.region_tool.regions == (QRect(50, 25, 100, 50),)
    session.finish()
    window.actions_by_key["clear_region"].trigger()
    window.start_render()
    assert session.requests[-1].regions == ()
    assert window.frame_buffer.region_tool.regions == ()


# -- follow mouse -----------------------------------------------------------------------------


def test_bucket_under_the_pointer_comes_first_while_the_mouse_is_followed(qtbot, window, session):
    window.start_render()
    session.begin()
    hovered = window.frame_buffer.gestures.pixel_hovered
    hovered.emit(9, 9)
    assert session.focused == []
    window.actions_by_key["follow"].trigger()
    assert session.focused == [Region(9, 9, 1, 1)]

    for x in range(100, 200):  # a hand that moves: the session hears of its end
        hovered.emit(x, 50)
    qtbot.waitUntil(lambda: len(session.focused) == 2)
    assert session.focused[-1] == Region(199, 50, 1, 1)
    hovered.emit(-1, -1)  # the pointer leaves the picture: the last place stays first
    window.actions_by_key["follow"].trigger()
    assert session.focused[2:] == [None]


def test_pinned_point_stays_first_until_it_is_clicked_again(qtbot, window, session):
    window.start_render()
    session.begin()
    pin = window.frame_buffer.gestures.pin_requested
    pin.emit(40, 30)
    window.frame_buffer.gestures.pixel_hovered.emit(200, 200)
    pin.emit(41, 30)

    assert session.focused == [Region(40, 30, 1, 1), None]


def test_next_frame_follows_the_mouse_too(qtbot, window, session):
    window.start_render()
    session.begin()
    window.frame_buffer.gestures.pin_requested.emit(40, 30)
    session.finish()
    window.start_render()
    session.begin()

    qtbot.waitUntil(lambda: session.focused == [Region(40, 30, 1, 1)] * 2)
