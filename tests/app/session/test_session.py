"""The render session over servers that behave as told: film, report, and what views hear."""

import json
from pathlib import Path

import numpy as np
import pytest

import app.frames.frame
from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.values.session_types import (
    DistributedSettings,
    RenderRequest,
    ServerEntry,
    ServerState,
)
from network.messages import AssetChunk, AssetMissing, LogText
from renderer.bucket_size import square
from renderer.settings import RenderSettings
from tests.app.fake_links import ENGINE, VALUE_OF_UNIT, FakeLinks, make_result

A = ServerEntry("a", "studio-1", name="studio-1")
B = ServerEntry("b", "studio-2", name="studio-2")


class World:
    """A session, its links, and everything it told."""

    def __init__(self, folder: Path) -> None:
        self.links = FakeLinks()
        self.session = RenderSession(keyring=Keyring(folder), client_name="test", links=self.links)
        self.heard: list[tuple[str, object]] = []
        for name in ("job_started", "job_finished", "job_failed", "happened", "progressed"):
            signal = getattr(self.session, name)
            signal.connect(lambda value, name=name: self.heard.append((name, value)))
        self.session.bucket_finished.connect(
            lambda bucket, _pixels: self.heard.append(("bucket", bucket))
        )
        self.session.bucket_leased.connect(lambda b: self.heard.append(("leased", b)))
        self.session.bucket_released.connect(lambda u: self.heard.append(("released", u)))
        self.scene = folder / "scene.gltf"
        self.scene.write_text(json.dumps({"asset": {"version": "2.0"}}))

    def told(self, name: str) -> list:
        return [value for kind, value in self.heard if kind == name]

    def request(self, **more) -> RenderRequest:
        values = {"width": 64, "height": 32, "samples": 2, **more}
        return RenderRequest(self.scene, RenderSettings(**values), bucket_size=square(16))


@pytest.fixture
def world(qtbot, tmp_path):
    made = World(tmp_path)
    yield made
    made.session.shutdown()


def use(world: World, *entries: ServerEntry, **settings) -> None:
    world.session.set_servers(entries, DistributedSettings(**settings))


def test_frame_arrives_whole_and_is_reported(world, qtbot):
    use(world, A, B)

    world.session.start(world.request())
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    report = world.told("job_finished")[0]
    assert report.complete
    assert (report.buckets_done, report.buckets, report.engine) == (8, 8, ENGINE)
    assert sum(server.buckets for server in report.servers) == 8
    assert report.frame_sha256 == world.session.film.sha256()
    for bucket in world.told("bucket"):
        there = world.session.film.pixels[bucket.region.y, bucket.region.x]
        assert there == pytest.approx(VALUE_OF_UNIT * (bucket.unit + 1))
    assert not world.session.rendering


def test_buckets_of_a_lost_server_are_released_and_rendered_by_the_other(world, qtbot):
    world.links.behaviours["a"] = {"answers": False}
    use(world, A)
    world.session.start(world.request())
    qtbot.waitUntil(lambda: len(world.told("leased")) == 4)

    world.links.lose("a")
    qtbot.waitUntil(lambda: bool(world.told("happened")))
    use(world, A, B)
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    report, incident = world.told("job_finished")[0], world.told("happened")[0]
    assert sorted(world.told("released")) == [0, 1, 2, 3]
    assert (incident.uid, incident.server, incident.buckets_given_back) == ("a", "studio-1", 4)
    assert report.complete
    assert {server.name: (server.buckets, server.lost) for server in report.servers} == {
        "studio-1": (0, 1),
        "studio-2": (8, 0),
    }


def test_stopped_frame_is_reported_incomplete_and_keeps_its_pixels(world, qtbot):
    world.links.behaviours["a"] = {"answers": False}
    use(world, A)
    world.session.start(world.request())
    qtbot.waitUntil(lambda: len(world.told("leased")) == 4)
    lease = world.links.servers["a"].leases[0]
    world.links.received.emit("a", *make_result(lease))

    world.session.stop()
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    report = world.told("job_finished")[0]
    assert (report.complete, report.buckets_done) == (False, 1)
    assert world.session.film.pixels_done == 16 * 16


def test_late_result_of_a_stopped_frame_changes_nothing_in_the_next(world, qtbot):
    world.links.behaviours["a"] = {"answers": False}
    use(world, A)
    world.session.start(world.request())
    qtbot.waitUntil(lambda: len(world.told("leased")) == 4)
    late = make_result(world.links.servers["a"].leases[0])

    world.session.start(world.request(seed=1))
    qtbot.waitUntil(lambda: len(world.told("leased")) == 8)
    world.links.received.emit("a", *late)

    assert world.session.film.pixels_done == 0
    assert world.told("bucket") == []


def test_report_of_a_replaced_frame_comes_before_the_next_frame_begins(world, qtbot):
    world.links.behaviours["a"] = {"answers": False}
    use(world, A)
    world.session.start(world.request())
    qtbot.waitUntil(lambda: len(world.told("leased")) == 4)

    world.session.start(world.request(seed=1))
    qtbot.waitUntil(lambda: len(world.told("job_started")) == 2)

    order = [kind for kind, _ in world.heard if kind.startswith("job_")]
    assert order == ["job_started", "job_finished", "job_started"]


def test_frame_that_is_stopped_while_it_is_prepared_never_begins(world, qtbot):
    use(world, A)

    world.session.start(world.request())
    world.session.stop()
    world.session.start(world.request(width=32))
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    assert [job.width for job in world.told("job_started")] == [32]
    assert world.told("job_failed") == []


def test_missing_scene_is_told_by_name(world, qtbot):
    world.scene.unlink()

    world.session.start(world.request())
    qtbot.waitUntil(lambda: bool(world.told("job_failed")))

    assert "scene.gltf" in world.told("job_failed")[0]


def test_frame_too_large_for_the_memory_is_told(world, qtbot, monkeypatch):
    def no_film(*_):
        raise MemoryError

    monkeypatch.setattr(app.frames.frame, "make_film", no_film)

    world.session.start(world.request())
    qtbot.waitUntil(lambda: bool(world.told("job_failed")))

    assert "too little memory for 64 × 32 pixels" in world.told("job_failed")[0]
    assert not world.session.rendering


def test_scene_file_is_sent_as_asked(world, qtbot):
    world.links.behaviours["a"] = {"wants_assets": True}
    use(world, A)

    world.session.start(world.request())
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    chunks = [data for m, data in world.links.servers["a"].got if isinstance(m, AssetChunk)]
    assert b"".join(chunks) == world.scene.read_bytes()


def test_scene_file_that_vanished_meanwhile_is_told_to_the_server(world, qtbot, monkeypatch):
    world.links.behaviours["a"] = {"wants_assets": True}
    use(world, A)
    world.session.job_started.connect(lambda _: world.scene.unlink())

    world.session.start(world.request())
    got = world.links.servers["a"].got
    qtbot.waitUntil(lambda: any(isinstance(m, AssetMissing) for m, _ in got))

    missing = next(m for m, _ in got if isinstance(m, AssetMissing))
    assert "scene.gltf" in missing.text


def test_servers_are_as_wanted_by_list_and_settings(world):
    local = ServerEntry("local", "", local=True)

    use(world, A, local, use_local=False)
    assert not world.links.is_enabled("local")
    use(world, A, local, enabled=False)
    assert [world.links.is_enabled(uid) for uid in ("a", "local")] == [False, True]
    use(world, local)
    assert world.links.uids == ["local"]


def test_log_that_comes_late_is_no_offence_when_it_was_asked_for_twice(world, qtbot):
    use(world, A)
    qtbot.waitUntil(lambda: world.links.status("a").state is ServerState.IDLE)
    texts = []
    world.session.log_received.connect(lambda _uid, text: texts.append(text))
    world.links.peer_address = lambda _uid: "10.0.0.1"

    assert world.session.ask_log("a")
    assert world.session.ask_log("a")
    world.links.received.emit("a", LogText(), b"first")
    world.links.received.emit("a", LogText(), b"second")

    (record,) = world.session._core.servers()
    assert (texts, record.strikes) == (["first", "second"], 0)
    world.links.received.emit("a", LogText(), b"third")  # which nobody asked for
    assert (texts, record.strikes) == (["first", "second"], 1)


def test_log_that_was_asked_for_over_a_link_that_is_lost_is_not_expected_over_the_next(
    world, qtbot
):
    use(world, A)
    qtbot.waitUntil(lambda: world.links.status("a").state is ServerState.IDLE)
    world.links.peer_address = lambda _uid: "10.0.0.1"
    world.session.ask_log("a")
    world.links.lose("a")
    qtbot.waitUntil(lambda: world.links.status("a").state is ServerState.LOST)
    world.links.servers["a"].reachable = True
    world.session.retry("a")
    qtbot.waitUntil(lambda: world.links.status("a").state is ServerState.IDLE)

    world.links.received.emit("a", LogText(), b"unasked")

    (record,) = world.session._core.servers()
    assert record.strikes == 1


def test_server_that_refuses_the_job_is_failed_with_its_words(world, qtbot):
    world.links.behaviours["a"] = {"fails": "scene.gltf: has no camera 'x'"}
    use(world, A)

    world.session.start(world.request())
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    status = world.links.status("a")
    assert status.state is ServerState.FAILED
    assert "no camera" in status.error
    assert not world.told("job_finished")[0].complete


def test_leases_and_buckets_of_a_row_are_counted(world, qtbot):
    world.links.behaviours["a"] = {"answers": False}
    use(world, A)
    world.session.start(world.request())
    qtbot.waitUntil(lambda: world.links.status("a").leases == 4)

    world.links.received.emit("a", *make_result(world.links.servers["a"].leases[0]))

    status = world.links.status("a")
    assert (status.buckets_done, status.samples_done) == (1, 16 * 16 * 2)


def test_shutdown_closes_the_links_and_hears_nothing_more(world, qtbot):
    use(world, A)
    world.session.start(world.request())

    world.session.shutdown()
    qtbot.wait(50)

    assert world.links.closed
    assert world.told("job_started") == []


def test_pixels_reach_views_as_they_are_on_the_film(world, qtbot):
    use(world, A)
    seen = []
    world.session.bucket_finished.connect(lambda bucket, pixels: seen.append((bucket, pixels)))

    world.session.start(world.request(width=16, height=16))
    qtbot.waitUntil(lambda: bool(world.told("job_finished")))

    np.testing.assert_array_equal(seen[0][1], world.session.film.pixels)


def test_thousands_of_rows_are_followed_some_at_a_time_and_in_order(world, qtbot):
    rows = [ServerEntry(f"u{n}", f"10.0.0.{n}", enabled=False) for n in range(300)]

    use(world, *rows)
    assert 0 < len(world.links.uids) < len(rows)
    qtbot.waitUntil(lambda: len(world.links.uids) == len(rows))
    assert world.links.uids == [entry.uid for entry in rows]

    use(world, *rows[:10])
    assert len(world.links.uids) > 10
    qtbot.waitUntil(lambda: world.links.uids == [entry.uid for entry in rows[:10]])


def test_newest_list_counts_when_another_is_being_followed(world, qtbot):
    use(world, *(ServerEntry(f"u{n}", f"10.0.0.{n}", enabled=False) for n in range(300)))
    use(world, A)

    qtbot.waitUntil(lambda: world.links.uids == ["a"])


def test_frame_begins_with_all_rows_however_many_they_are(world):
    use(world, *(ServerEntry(f"u{n}", f"10.0.0.{n}", enabled=False) for n in range(300)))

    world.session.start(world.request())

    assert len(world.links.uids) == 300
