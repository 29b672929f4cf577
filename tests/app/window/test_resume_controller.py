"""The window after Stop, and after a crash."""

import time

import msgspec
import pytest
from fake_session import FakeSession, FakeWorld
from journal_world import SERVER
from PySide6.QtWidgets import QFileDialog

from app.frames.film_pixels import make_film
from app.frames.frame_journal import JournalWish, make_pins
from app.frames.jobs import DigestCache, prepare_job
from app.frames.journal_file import create_journal, new_journal_id, open_journal
from app.frames.journal_format import Encoder, Piece
from app.frames.unfinished import find_unfinished, new_journal_path, remove_journal
from app.values.session_types import RenderRequest
from app.window.render_controller import RenderState
from app.window.window import MainWindow
from renderer.bucket_size import square
from renderer.buckets import Region
from renderer.settings import RenderSettings

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def world(tmp_path):
    made = FakeWorld(tmp_path)
    made.demo.write_text('{"asset": {"version": "2.0"}}')
    made.paths.unfinished.mkdir()
    return made


@pytest.fixture
def session(qtbot):
    return FakeSession()


@pytest.fixture
def open_window(qtbot, session, world):
    def make() -> MainWindow:
        window = MainWindow(session, world.services(), world.paths)
        qtbot.addWidget(window, before_close_func=lambda w: w.close_now())
        window.show()
        window.start()
        qtbot.waitUntil(lambda: not window.opener.busy)
        return window

    return make


def leave_journal(world, scene=None, started_s=None, pixels=32 * 16):
    """What a window that was killed leaves of a frame of 64 x 32 pixels."""
    scene = scene or world.demo.with_suffix(".gltf")
    scene.write_text('{"asset": {"version": "2.0"}}')
    request = RenderRequest(scene, RenderSettings(width=64, height=32, samples=2), square(16))
    job = prepare_job(request, DigestCache())
    pins = make_pins(job)
    if started_s is not None:
        pins = msgspec.structs.replace(pins, started_s=started_s)
    path = new_journal_path(world.paths.unfinished, scene)
    journal = create_journal(path)
    encoder = Encoder(new_journal_id())
    journal.append(encoder.header(pins))
    journal.append(encoder.server(SERVER))
    film = make_film(request.settings)
    region = Region(0, 0, 32, pixels // 32)
    journal.append(encoder.pixels(Piece(region, 1, 4, 0.0, 0.0), film.read(region).tobytes()))
    journal.close()
    return path


def test_resume_is_offered_for_a_stopped_frame_only(qtbot, open_window, session):
    window = open_window()
    resume = window.actions_by_key["resume"]
    assert not resume.isEnabled()
    window.start_render()
    session.begin()
    assert not resume.isEnabled()

    session.can_resume = True
    session.finish(complete=False)
    assert resume.isEnabled()
    resume.trigger()

    assert session.resumes == 1
    assert window.render_control.state is RenderState.PREPARING
    assert not resume.isEnabled()


def test_every_frame_of_the_window_has_a_journal_of_its_own(qtbot, open_window, session, world):
    window = open_window()
    window.start_render()
    session.begin()
    session.finish()
    window.start_render()

    paths = [wish.path for wish in session.journals]
    assert len(set(paths)) == 2
    assert all(path.parent == world.paths.unfinished for path in paths)


def test_frame_of_a_crashed_window_is_offered_and_resumed(qtbot, open_window, session, world):
    path = leave_journal(world)
    window = open_window()
    strip = window.resumer.strip
    qtbot.waitUntil(strip.isVisible)
    now = time.strftime("%H:%M")
    assert "unfinished render of demo.gltf" in strip.text.text()
    assert now[:2] in strip.text.text()
    assert "25%" in strip.text.text()

    strip.action_requested.emit("resume")
    qtbot.waitUntil(lambda: bool(session.requests))

    assert session.journals == [JournalWish(path, resume=True)]
    assert session.requests[0].settings.width == 64
    assert session.requests[0].scene.name == "demo.gltf"
    assert window.settings_panel.options.size_px[0] == 64, "the panel shows what is rendered"
    assert not strip.isVisible()


def test_discarded_frame_is_gone_and_the_next_one_is_offered(qtbot, open_window, world):
    older = leave_journal(world, world.demo.with_name("old.gltf"), started_s=1e9)
    newer = leave_journal(world)
    window = open_window()
    strip = window.resumer.strip
    qtbot.waitUntil(strip.isVisible)
    assert "demo.gltf" in strip.text.text()

    strip.action_requested.emit("discard")
    qtbot.waitUntil(lambda: "old.gltf" in strip.text.text() and strip.isVisible())

    assert not newer.exists()
    assert older.exists()
    assert "2001-09-" in strip.text.text()


def test_offer_steps_back_while_something_is_rendered(qtbot, open_window, session, world):
    leave_journal(world)
    window = open_window()
    qtbot.waitUntil(window.resumer.strip.isVisible)

    window.start_render()
    assert not window.resumer.strip.isVisible()
    session.begin()
    session.finish()

    assert window.resumer.strip.isVisible()


def test_frame_that_another_window_renders_is_not_offered(world):
    path = leave_journal(world)
    journal = open_journal(path)

    assert find_unfinished(world.paths.unfinished, time.time()) == []
    remove_journal(path)
    assert path.exists()
    journal.close()


def test_journal_that_holds_nothing_goes_and_a_damaged_one_stays(world):
    empty = world.paths.unfinished / "a.journal"
    empty.write_bytes(b"\xb5BKJ")
    damaged = world.paths.unfinished / "b.journal"
    damaged.write_bytes(bytes(10_000))

    assert find_unfinished(world.paths.unfinished, time.time()) == []

    assert not empty.exists()
    assert damaged.exists()


def test_problem_of_the_journal_is_seen_and_hidden_when_it_is_over(qtbot, open_window, session):
    window = open_window()

    session.journal_failed.emit("x.journal cannot be written: No space left on device")
    assert window.resumer.strip.isVisible()
    assert "The render goes on, but x.journal" in window.resumer.strip.text.text()
    session.journal_failed.emit("")

    assert not window.resumer.strip.isVisible()


def test_journal_of_a_complete_frame_goes_when_it_is_saved_or_the_window_closes(
    qtbot, open_window, session, tmp_path
):
    window = open_window()
    window.start_render()
    session.begin()
    session.can_resume = True
    session.finish(complete=False)
    window.saver.saved.emit("a.png")
    assert session.journals_discarded == 0

    session.can_resume = False
    window.saver.saved.emit("a.png")
    assert session.journals_discarded == 1
    window.close()
    assert session.journals_discarded == 2


def test_picture_that_could_not_be_saved_may_go_elsewhere(qtbot, open_window, session):
    window = open_window()
    window.start_render()
    session.begin()
    session.finish()
    window.saver.failed.emit("cannot save a.png: the disk is full")
    strip = window.strips.messages
    assert "the disk is full" in strip.text.text()

    strip.action_requested.emit("save_as")

    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
    assert session.journals_discarded == 0
