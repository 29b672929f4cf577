"""What a server does when all files are there: the scene opened, and the first units."""

import pytest
from job_builder import DIGEST, JOB, OTHER_JOB
from server_bench import Bench, manifest, of, offer, states, told

from network import instructions as do
from network.messages import (
    Assign,
    JobStatus,
    Pong,
    WorkerOpened,
    WorkerProgress,
    WorkRequest,
)
from network.scene_opening import FIRST_WORD_S, MAX_OPEN_DEATHS, OPEN_SILENCE_S
from network.server_desk import Desk


def test_server_opens_the_scene_when_its_worker_is_ready_later() -> None:
    bench = Bench(worker=False)
    bench.say(offer(), manifest())
    assert of(bench.core.assets_found(JOB, {DIGEST}, 0.0), do.OpenWorkerJob) == []
    out = bench.worker(WorkerProgress("compiling kernels", 0.5))
    assert (told(out, JobStatus)[0].text, states(out)) == ("compiling kernels", ["opening"])

    assert len(of(bench.core.worker_ready("engine-a", 0.0), do.OpenWorkerJob)) == 1


def test_server_asks_for_units_when_the_scene_is_open() -> None:
    bench = Bench()

    out = bench.open()

    assert told(out, JobStatus)[0] == JobStatus(JOB, "ready", 1.0, "engine-a")
    assert told(out, WorkRequest) == [WorkRequest(JOB, 3)]


def make_assign(lease: int, side: int) -> Assign:
    return Assign(JOB, lease, lease, 0, 0, side, side, 0, 10)


@pytest.mark.parametrize(
    ("threads", "bucket_pixels", "wanted"),
    [(2, 4096, 3), (64, 4096, 6), (2, 64, 4), (1, 262144, 3), (4096, 64, 1024)],
)
def test_server_wants_enough_units_for_its_threads(
    threads: int, bucket_pixels: int, wanted: int
) -> None:
    assert Desk(threads, bucket_pixels, 0.0).ask(0.0) == wanted


def test_server_has_as_many_units_in_hand_as_its_threads_render() -> None:
    desk = Desk(8, 4096, 0.0)
    desk.ask(0.0)
    for lease, side in enumerate((32, 32, 32)):
        desk.take(make_assign(lease, side), 0.0)

    assert [x.lease for x in desk.in_hand()] == [0, 1]


def test_server_asks_for_more_units_when_they_become_small() -> None:
    desk = Desk(8, 4096, 0.0)
    assert desk.ask(0.0) == 3
    desk.take(make_assign(1, 16), 0.0)

    assert desk.ask(0.0) == 7  # one tile each: 7 for the threads, 2 ahead, 2 are asked for


def test_server_asks_further_ahead_when_answers_travel_long() -> None:
    desk = Desk(1, 256, 0.0)
    now_s = 0.0
    for lease in range(20):
        desk.ask(now_s)
        now_s += 0.2
        desk.take(make_assign(2 * lease, 16), now_s)
        desk.take(make_assign(2 * lease + 1, 16), now_s)
        desk.done(2 * lease, now_s + 0.05)
        if lease < 19:
            desk.done(2 * lease + 1, now_s + 0.1)
            now_s += 0.1

    waiting = len(desk.all()) - len(desk.in_hand())
    assert waiting + desk.ask(now_s + 1.0) > 3


def test_scene_that_cannot_be_opened_fails_the_job_and_the_next_begins() -> None:
    bench = Bench()
    bench.core.client_joined(2, "second", 0.0)
    bench.say(offer(), manifest())
    assert states(bench.say(offer(OTHER_JOB), manifest(), client=2)) == ["queued"]
    bench.core.assets_found(JOB, {DIGEST}, 0.0)

    out = bench.worker(WorkerOpened(JOB, "accessor 3 is broken", ""))

    assert told(out, JobStatus)[0].text == "accessor 3 is broken"
    assert of(out, do.FindAssets) == [do.FindAssets(OTHER_JOB, (DIGEST,))]


def test_scene_that_kills_the_worker_fails_the_job() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)
    out: list[object] = []
    for _ in range(MAX_OPEN_DEATHS):
        out = bench.core.worker_exited("out of memory", bench.now_s)
        bench.pass_time(5.0)
        bench.core.worker_ready("engine-a", bench.now_s)

    assert states(out) == ["failed"]
    assert "out of memory" in told(out, JobStatus)[0].text


def test_worker_that_opens_without_a_word_for_ten_minutes_is_restarted() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)
    bench.worker(WorkerProgress("building the tree", 0.5))

    assert of(bench.pass_time(OPEN_SILENCE_S), do.RestartWorker) == []
    assert len(of(bench.pass_time(1.0), do.RestartWorker)) == 1


def test_worker_that_does_not_even_begin_to_open_is_restarted_sooner() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)

    assert of(bench.pass_time(FIRST_WORD_S), do.RestartWorker) == []
    assert len(of(bench.pass_time(1.0), do.RestartWorker)) == 1


def test_word_of_the_worker_that_means_nothing_to_a_job_is_dropped() -> None:
    bench = Bench()
    bench.open()

    assert bench.worker(Pong(1)) == []


def test_progress_of_a_worker_whose_scene_is_open_is_not_told() -> None:
    bench = Bench()
    bench.open()

    assert bench.worker(WorkerProgress("late", 0.5)) == []


def test_worker_that_dies_while_files_come_fails_nothing() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    out = bench.core.worker_exited("signal 9", 0.0)

    assert states(out) == []
    assert bench.core.job is not None


def test_server_takes_a_lease_once() -> None:
    desk = Desk(8, 4096, 0.0)
    desk.ask(0.0)

    assert desk.take(make_assign(1, 16), 0.0)
    assert not desk.take(make_assign(1, 16), 0.0)
    assert len(desk) == 1
