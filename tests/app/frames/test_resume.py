"""Frames that are stopped or die, and go on: over a session whose servers behave as told."""

import json

import numpy as np
import pytest

from app.frames.frame_journal import JournalWish
from app.frames.journal_file import open_journal
from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.values.session_types import DistributedSettings, RenderRequest, ServerEntry
from network import instructions as do
from renderer.bucket_size import BucketSize, square
from renderer.settings import RenderSettings
from tests.app.fake_links import ENGINE, FakeLinks, make_result

BUCKET = square(16)
A = ServerEntry("a", "studio-1", name="studio-1")
B = ServerEntry("b", "studio-2", name="studio-2")


class Client:
    """One run of a program: a session, its servers, and what it told."""

    def __init__(self, folder, qtbot) -> None:
        self.links = FakeLinks()
        self.qtbot = qtbot
        self.session = RenderSession(keyring=Keyring(folder), client_name="test", links=self.links)
        self.reports, self.failures, self.notes, self.leased = [], [], [], []
        self.session.job_finished.connect(self.reports.append)
        self.session.job_failed.connect(self.failures.append)
        self.session.journal_noted.connect(self.notes.append)
        self.session.bucket_leased.connect(self.leased.append)
        self.scene = folder / "scene.gltf"
        if not self.scene.exists():
            self.scene.write_text(json.dumps({"asset": {"version": "2.0"}}))
        self.path = folder / "frame.exr.journal"

    def request(self, bucket_size=BUCKET, **more) -> RenderRequest:
        values = {"width": 64, "height": 32, "samples": 2, **more}
        return RenderRequest(self.scene, RenderSettings(**values), bucket_size=bucket_size)

    def start(self, *, resume=False, **more) -> None:
        self.session.start(self.request(**more), JournalWish(self.path, resume))

    def use(self, *entries) -> None:
        self.session.set_servers(entries, DistributedSettings())

    def render_some(self, count: int, **more) -> None:
        """Begin a frame of which a server delivers so many buckets, and no more."""
        self.links.behaviours["a"] = {"answers": False, "credit": 8}
        self.use(A)
        self.start(**more)
        self.qtbot.waitUntil(lambda: len(self.leased) >= count)
        for assign in self.links.servers["a"].leases[:count]:
            self.links.received.emit("a", *make_result(assign))
        self.session._perform.flush()  # a busy machine puts some of it off

    def die(self) -> None:
        """As `kill -9` would: the journal is what the system has of it."""
        journal = self.session._desk.frame.journal
        self.qtbot.waitUntil(lambda: not journal._writer._waiting)
        self.session._desk.frame = None
        self.session._orders.end()
        journal.end(remove=False)  # the lock is the process's, which lives on here
        journal.join()
        self.session.shutdown()

    def finish(self):
        self.qtbot.waitUntil(lambda: bool(self.reports) or bool(self.failures))
        assert not self.failures
        return self.reports[-1]


@pytest.fixture
def start_client(tmp_path, qtbot):
    clients = []

    def start() -> Client:
        clients.append(Client(tmp_path, qtbot))
        return clients[-1]

    yield start
    for client in clients:
        client.session.shutdown()


def test_frame_of_a_dead_client_is_finished_by_the_next(start_client):
    first = start_client()
    first.render_some(3)
    pixels = first.session.film.pixels.copy()
    done = first.session.film.done.copy()
    first.die()

    second = start_client()
    second.use(B)
    second.start(resume=True)
    report = second.finish()

    assert report.complete
    assert len(second.leased) == 5
    np.testing.assert_array_equal(second.session.film.pixels[done], pixels[done])
    assert (report.buckets, report.buckets_done) == (8, 8)
    assert report.restored_pixels == 3 * 16 * 16
    assert [(s.name, s.buckets, s.restored) for s in report.servers] == [
        ("studio-1", 3, 768),
        ("studio-2", 5, 0),
    ]


@pytest.mark.parametrize(
    ("size", "buckets"),
    [(square(24), 6), (BucketSize(40, 8), 8), (BucketSize(13, 32), 5)],
    ids=str,
)
def test_resumed_frame_may_be_cut_into_other_buckets(start_client, size, buckets):
    first = start_client()
    first.render_some(3)
    done = first.session.film.done.copy()
    first.die()

    second = start_client()
    second.use(B)
    second.start(resume=True, bucket_size=size)
    report = second.finish()

    assert report.complete
    assert (report.buckets, report.buckets_done) == (buckets, buckets)
    assert not any(done[b.region.y, b.region.x] for b in second.leased)


def test_server_keeps_its_number_when_the_frame_is_resumed(start_client):
    first = start_client()
    first.links.behaviours["b"] = {"answers": False, "credit": 2}
    first.use(B)
    first.start(channels=("server",))
    first.qtbot.waitUntil(lambda: len(first.leased) >= 2)
    first.links.received.emit("b", *make_result(first.links.servers["b"].leases[0]))
    first.die()

    second = start_client()
    second.use(A, B)
    second.start(resume=True, channels=("server",))
    report = second.finish()

    assert [server.name for server in report.servers] == ["studio-2", "studio-1"]
    numbers = second.session.film.pixels[:, :, 4]
    assert np.count_nonzero(numbers == 1) == report.servers[0].pixels
    assert np.count_nonzero(numbers == 2) == report.servers[1].pixels


def test_stopped_frame_goes_on_without_rendering_again_what_is_there(start_client):
    client = start_client()
    client.render_some(3)
    client.session.stop()
    client.qtbot.waitUntil(lambda: bool(client.reports))
    film = client.session.film
    assert client.session.can_resume
    client.links.servers["a"].answers = True

    client.session.resume()
    client.qtbot.waitUntil(lambda: len(client.reports) == 2)

    assert client.session.film is film
    assert film.complete
    assert client.reports[1].complete
    assert client.reports[1].restored_pixels == 768
    assert not client.session.can_resume


def test_stopped_frame_whose_scene_has_changed_does_not_go_on(start_client):
    client = start_client()
    client.render_some(3)
    client.session.stop()
    client.qtbot.waitUntil(lambda: bool(client.reports))
    client.scene.write_text(json.dumps({"asset": {"version": "2.0", "generator": "other"}}))

    client.session.resume()
    client.qtbot.waitUntil(lambda: bool(client.failures))

    assert "scene.gltf has changed" in client.failures[0]
    assert client.session.film.pixels_done == 768


def test_journal_of_other_settings_is_refused_by_name_and_kept(start_client):
    first = start_client()
    first.render_some(3)
    first.die()
    kept = first.path.read_bytes()

    second = start_client()
    second.use(B)
    second.start(resume=True, seed=5)
    second.qtbot.waitUntil(lambda: bool(second.failures))

    assert "seed was 0 then and is 5 now" in second.failures[0]
    assert "frame.exr.journal.old" in second.failures[0]
    assert first.path.read_bytes() == kept


def test_journal_that_held_everything_is_a_finished_frame(start_client):
    first = start_client()
    first.use(A)
    first.start()
    report = first.finish()
    first.die()

    second = start_client()
    second.start(resume=True)

    again = second.finish()
    assert again.complete
    assert again.frame_sha256 == report.frame_sha256


def test_frame_begins_afresh_when_there_is_no_journal_or_no_header_in_it(start_client):
    first = start_client()
    first.use(A)
    first.start(resume=True)
    assert first.finish().complete
    assert "there is no journal" in first.notes[0]
    first.session.discard_journal()
    first.session.shutdown()
    first.path.write_bytes(b"\xb5BKJ")

    second = start_client()
    second.use(A)
    second.start(resume=True)

    assert second.finish().complete
    assert "begins afresh" in second.notes[0]


def test_journal_goes_when_the_frame_is_saved_and_stays_when_it_is_stopped(start_client):
    client = start_client()
    client.use(A)
    client.start()
    client.finish()
    client.session.discard_journal()
    client.session.shutdown()
    assert not client.path.exists()

    other = start_client()
    other.render_some(2)
    other.session.shutdown()

    journal = open_journal(other.path)
    assert len(journal.replay().pieces) == 2
    journal.close()


def test_new_frame_removes_the_journal_of_the_one_that_it_replaces(start_client, tmp_path):
    client = start_client()
    client.render_some(2)
    client.session.start(client.request(seed=1), JournalWish(tmp_path / "other.journal"))
    client.qtbot.waitUntil(lambda: len(client.leased) >= 10)

    client.session.shutdown()

    assert not client.path.exists()
    assert (tmp_path / "other.journal").exists()


def test_only_servers_of_the_journals_engine_class_go_on(start_client, monkeypatch):
    first = start_client()
    first.render_some(3)
    first.die()

    second = start_client()
    second.use(B)
    second.start(resume=True)
    second.finish()

    assert second.session._desk.frame.job.spec.engine_class == ENGINE


def test_pixels_of_a_server_that_turns_out_false_are_rendered_again_after_a_resume(start_client):
    """The server had delivered them before the client died."""
    first = start_client()
    first.render_some(3)
    first.die()
    second = start_client()
    second.links.behaviours["a"] = {"answers": False}
    second.use(A, B)
    second.start(resume=True)
    second.qtbot.waitUntil(lambda: bool(second.leased))
    frame = second.session._desk.frame
    spec = frame.job.spec
    assert spec.done_by == ("a", "a", "a")

    for unit in spec.units[-3:]:
        second.session._perform([do.Revoked("a", unit)])
    second.session._perform.flush()  # on a busy machine some of it waits for the next turn

    assert frame.film.pixels_done <= 5 * 16 * 16
    assert not any(piece.server == 1 for piece in frame.journal.pieces.values())
    for unit in spec.units[-3:]:
        pixels = np.ones((unit.height, unit.width, 4), "<f4")
        second.session._perform([do.Commit("b", unit, pixels.tobytes(), 0.1)])
    report = second.finish()
    assert report.complete
    assert {server.name: server.buckets for server in report.servers}["studio-1"] == 0
