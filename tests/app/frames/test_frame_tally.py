from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.frames.frame_tally import FrameTally
from app.frames.jobs import PreparedJob
from app.values.session_types import Incident, RenderRequest
from network.client_core import JobSpec, Unit
from network.work import cut_unit
from renderer.bucket_size import square
from renderer.buckets import BucketOrder, make_buckets
from renderer.film import Film
from renderer.settings import RenderSettings


class Facts:
    def __init__(self):
        self.bytes = {"a": (100, 1000), "b": (0, 0)}

    def name(self, uid):
        return f"server {uid}"

    def address(self, uid):
        return f"10.0.0.{uid}:20727"

    def engine_class(self, uid):
        return "tracer 1"

    def bytes_of(self, uid):
        return self.bytes[uid]


@pytest.fixture
def job():
    settings = RenderSettings(width=64, height=32, samples=10, seed=3)
    regions = make_buckets(64, 32, square(32), BucketOrder.TOP_BOTTOM)
    units = tuple(Unit(i, r.x, r.y, r.width, r.height, 0, 10) for i, r in enumerate(regions))
    spec = JobSpec("0" * 32, "tracer", "a.glb", b"", 64, 32, 4, (), units)
    request = RenderRequest(Path("a.glb"), settings, square(32), BucketOrder.TOP_BOTTOM)
    return PreparedJob(spec, {}, regions, request)


def test_tally_reports_what_each_server_did(job):
    facts, tally = Facts(), FrameTally(100.0)
    tally.begin(job)
    tally.add_server("a", facts)
    tally.add_server("b", facts)

    tally.commit("a", job.spec.units[0], 0.5, 101.0)
    tally.commit("a", job.spec.units[1], 0.25, 102.0)
    facts.bytes["a"] = (150, 3000)
    tally.count_bytes("a", facts)
    tally.end(104.0, complete=True)
    report = tally.report(Film(64, 32))

    a, b = report.servers
    assert (a.name, a.buckets, a.samples, a.render_s) == ("server a", 2, 2 * 32 * 32 * 10, 0.75)
    assert (a.bytes_sent, a.bytes_received) == (50, 2000)
    assert (b.buckets, b.bytes_sent) == (0, 0)
    assert (report.wall_s, report.first_bucket_s) == (4.0, 1.0)
    assert report.samples_per_s == 2 * 32 * 32 * 10 / 4.0
    assert (report.buckets, report.buckets_done, report.complete) == (2, 2, True)
    assert (report.engine, report.seed, report.order) == ("tracer 1", 3, "top-bottom")


def test_tally_hashes_the_film_that_it_is_given(job):
    tally = FrameTally(0.0)
    tally.begin(job)
    tally.end(1.0, complete=True)
    film = Film(64, 32)
    other = Film(64, 32)
    other.put(job.regions[0], np.ones((32, 32, 4), np.float32))

    assert tally.report(film).frame_sha256 == film.sha256()
    assert tally.report(other).frame_sha256 != film.sha256()


def test_tally_counts_bytes_of_a_server_that_left_and_came_back(job):
    facts, tally = Facts(), FrameTally(0.0)
    tally.begin(job)
    tally.add_server("a", facts)
    facts.bytes["a"] = (110, 1000)
    tally.count_bytes("a", facts)
    facts.bytes["a"] = (0, 0)  # a new row: counted from zero
    tally.add_server("a", facts)
    facts.bytes["a"] = (7, 0)
    tally.count_bytes("a", facts)
    tally.end(1.0, complete=False)

    assert tally.report(Film(64, 32)).servers[0].bytes_sent == 17


def test_progress_estimates_the_time_left_from_the_recent_rate(job):
    tally = FrameTally(0.0)
    tally.begin(job)

    before = tally.progress(1.0, 0)
    tally.commit("a", job.spec.units[0], 1.0, 2.0)
    half = tally.progress(2.0, 1)

    assert before.eta_s is None
    assert half.samples_done * 2 == half.samples_total
    assert half.eta_s == pytest.approx(2.0)
    assert half.servers_working == 1


def test_rate_forgets_what_is_long_past(job):
    tally = FrameTally(0.0)
    tally.begin(job)
    tally.commit("a", job.spec.units[0], 1.0, 1.0)

    assert tally.rate_of("a", 2.0) > 0
    assert tally.rate_of("b", 2.0) == 0
    assert tally.rate_of("a", 60.0) == 0


def test_incident_is_reported_and_counted_as_a_loss(job):
    tally = FrameTally(0.0)
    tally.begin(job)
    tally.add_server("a", Facts())
    incident = Incident(1.0, "12:00:00", "a", "server a", "connection lost", 2, "others go on")

    tally.add_incident(incident)
    tally.end(2.0, complete=True)
    report = tally.report(Film(64, 32))

    assert report.incidents == (incident,)
    assert report.servers[0].lost == 1


def test_tally_counts_samples_that_were_taken_and_work_that_was_asked_for(job):
    facts, tally = Facts(), FrameTally(0.0)
    tally.begin(job)
    tally.add_server("a", facts)

    tally.commit("a", job.spec.units[0], 1.0, 2.0, samples=32 * 32 * 4)
    progress = tally.progress(2.0, 1)
    tally.end(2.0, complete=False)
    report = tally.report(Film(64, 32))

    assert progress.samples_done == 32 * 32 * 10
    assert progress.eta_s == 2.0  # the other half of the frame is expected to take as long
    assert (report.samples_taken, report.servers[0].samples) == (4096, 4096)
    assert report.samples_per_s == 2048.0


def test_tally_numbers_servers_as_the_report_lists_them(job):
    facts, tally = Facts(), FrameTally(0.0)
    tally.begin(job)
    tally.add_server("b", facts)
    tally.add_server("a", facts)

    assert (tally.number_of("a"), tally.number_of("b"), tally.number_of("c")) == (2, 1, 3)


def test_report_hashes_every_channel_but_the_measured_ones(job):
    settings = replace(job.request.settings, channels=("depth", "time", "server"))
    tally = FrameTally(0.0)
    tally.begin(replace(job, request=replace(job.request, settings=settings)))
    tally.end(1.0, complete=True)
    film = Film(64, 32, 7)
    film.put(job.regions[0], np.ones((32, 32, 7), np.float32))

    channels = tally.report(film).channels

    assert channels == {"depth": film.sha256(4, 1), "time": "", "server": ""}
    assert film.sha256(4, 1) != Film(64, 32, 7).sha256(4, 1)


def test_tally_counts_a_bucket_when_its_last_part_is_there(job):
    tally = FrameTally(0.0)
    tally.begin(job)
    first, second = cut_unit(job.spec.units[0], 2, 8)

    tally.commit("a", second, 0.5, 1.0)
    assert tally.progress(1.0, 1).buckets_done == 0
    tally.commit("b", first, 0.5, 1.0)

    progress = tally.progress(1.0, 1)
    assert (progress.buckets_done, progress.samples_done) == (1, 32 * 32 * 10)


@pytest.mark.parametrize("in_parts", [False, True])
def test_tally_forgets_a_bucket_that_was_false(job, in_parts):
    tally = FrameTally(0.0)
    tally.begin(job)
    whole = job.spec.units[0]
    units = cut_unit(whole, 2, 8) if in_parts else (whole,)
    for unit in units:
        tally.commit("liar", unit, 0.5, 1.0)

    for unit in units:
        tally.revoke("liar", unit, 0.5, unit.pixel_samples)
    assert tally.progress(1.0, 1).buckets_done == 0
    assert tally.progress(1.0, 1).samples_done == 0
    for unit in units:
        tally.commit("b", unit, 0.5, 2.0)

    assert tally.progress(2.0, 1).buckets_done == 1
