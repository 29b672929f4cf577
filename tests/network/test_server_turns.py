"""Several clients of one server: turns, and who comes and goes."""

from job_builder import DIGEST, JOB, OTHER_JOB
from server_bench import Bench, assign, manifest, of, offer, states, told

from network import instructions as do
from network.messages import (
    Cancel,
    EndJob,
    GiveBack,
    JobStatus,
    Ping,
    Result,
    WorkerOpened,
    WorkRequest,
)
from network.server_clients import MAX_CLIENTS
from network.turn_time import TURN_S

# -- turns -----------------------------------------------------------------------------------------


def two_jobs() -> Bench:
    """The first client's job is open and renders one bucket, the second one's waits."""
    bench = Bench(threads=1)
    bench.core.client_joined(2, "second", 0.0)
    bench.open()
    bench.say(offer(OTHER_JOB), manifest(), client=2)
    bench.say(assign(1))
    bench.say(assign(2))
    assert states(bench.pass_time(TURN_S - 1.0)) == []
    bench.worker(Ping(1, 1))  # it does not hang
    return bench


def test_job_gives_way_to_another_client_after_its_turn() -> None:
    bench = two_jobs()

    out = bench.pass_time(1.25)
    assert told(out, GiveBack) == [GiveBack(JOB, [2])]
    out = bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")

    assert [
        (x.client, x.message.state) for x in of(out, do.SendTo) if isinstance(x.message, JobStatus)
    ] == [(1, "queued"), (2, "syncing")]
    assert told(out, WorkRequest) == []


def test_job_goes_on_when_its_turn_comes_again() -> None:
    bench = two_jobs()
    bench.pass_time(1.25)
    bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")
    bench.core.assets_found(OTHER_JOB, {DIGEST}, bench.now_s)
    bench.worker(WorkerOpened(OTHER_JOB, "", ""))

    out = bench.say(EndJob(OTHER_JOB), client=2)
    assert [x.job for x in of(out, do.OpenWorkerJob)] == [JOB]
    out = bench.worker(WorkerOpened(JOB, "", ""))

    assert states(out) == ["ready"]
    assert told(out, WorkRequest) != []


def finish_turn(bench: Bench, job: str, lease: int, client: int, seconds: float) -> list:
    """The job renders for so long and then delivers what it has in hand."""
    bench.worker(WorkerOpened(job, "", ""))
    bench.say(assign(lease, job), client=client)
    out = bench.pass_time(seconds)
    return out + bench.worker(Result(job, lease, lease, 0.5), b"pixels")


def test_turns_go_to_whose_job_had_the_server_least() -> None:
    bench = two_jobs()
    bench.pass_time(1.25)
    out = bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")
    bench.core.assets_found(OTHER_JOB, {DIGEST}, bench.now_s)

    out = finish_turn(bench, OTHER_JOB, 11, 2, TURN_S + 0.5)
    assert [x.job for x in of(out, do.OpenWorkerJob)] == [JOB]
    out = finish_turn(bench, JOB, 12, 1, TURN_S + 2.0)
    assert [x.job for x in of(out, do.OpenWorkerJob)] == [OTHER_JOB]


def test_turns_are_as_long_as_the_slowest_scene_needs_for_all() -> None:
    bench = two_jobs()
    bench.pass_time(1.25)
    bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")
    bench.core.assets_found(OTHER_JOB, {DIGEST}, bench.now_s)
    bench.pass_time(10.0)  # its scene takes so long to open
    finish_turn(bench, OTHER_JOB, 11, 2, 4 * 10.0 + 1.0)

    bench.worker(WorkerOpened(JOB, "", ""))
    bench.say(assign(12))
    for tiles in range(1, 4):
        assert "queued" not in states(bench.pass_time(9.0))
        bench.worker(Ping(tiles, tiles))


def test_bucket_that_arrives_in_a_pause_goes_back() -> None:
    bench = two_jobs()
    bench.pass_time(1.25)
    bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")

    assert told(bench.say(assign(3)), GiveBack) == [GiveBack(JOB, [3])]


def test_paused_job_ends_with_its_client() -> None:
    bench = two_jobs()
    bench.pass_time(1.25)
    bench.worker(Result(JOB, 1, 1, 0.5), b"pixels")

    out = bench.core.client_left(1, bench.now_s)

    assert of(out, do.ReleaseAssets) == [do.ReleaseAssets(JOB)]
    assert of(bench.say(EndJob(OTHER_JOB), client=2), do.FindAssets) == []


def test_job_keeps_the_server_while_nobody_waits() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))

    assert states(bench.pass_time(TURN_S - 1.0)) == []


# -- clients come and go ---------------------------------------------------------------------------


def test_job_of_a_client_that_leaves_is_dropped_within_the_event() -> None:
    bench = Bench()
    bench.open()
    bench.core.client_joined(2, "second", 0.0)
    bench.say(offer(OTHER_JOB), manifest(), client=2)

    out = bench.core.client_left(1, 0.0)

    assert do.ToWorker(EndJob(JOB)) in out
    assert do.ReleaseAssets(JOB) in out
    assert of(out, do.FindAssets) == [do.FindAssets(OTHER_JOB, (DIGEST,))]


def test_client_cannot_touch_the_job_of_another() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.core.client_joined(2, "second", 0.0)

    assert bench.say(Cancel(JOB, [1]), client=2) == []
    assert bench.say(EndJob(JOB), client=2) == []
    assert bench.say(assign(2), client=2) == []


def test_waiting_job_can_be_ended() -> None:
    bench = Bench()
    bench.open()
    bench.core.client_joined(2, "second", 0.0)
    bench.say(offer(OTHER_JOB), manifest(), client=2)
    bench.say(EndJob(OTHER_JOB), client=2)

    assert of(bench.say(EndJob(JOB)), do.FindAssets) == []


def test_new_job_of_a_client_replaces_its_old_one() -> None:
    bench = Bench()
    bench.open()

    out = bench.say(offer(OTHER_JOB), manifest())

    assert do.ToWorker(EndJob(JOB)) in out
    assert [x.job for x in of(out, do.FindAssets)] == [OTHER_JOB]


def test_seventeenth_client_is_sent_away() -> None:
    bench = Bench()
    for client in range(2, MAX_CLIENTS + 1):
        assert of(bench.core.client_joined(client, "", 0.0), do.CloseClient) == []

    out = bench.core.client_joined(99, "one too many", 0.0)

    assert [(x.client, x.code) for x in of(out, do.CloseClient)] == [(99, "busy")]


# -- a bug of our own ---------------------------------------------------------------------------


def test_every_job_fails_with_words_when_the_server_has_a_bug() -> None:
    bench = two_jobs()
    bench.core.client_joined(3, "third", bench.now_s)
    bench.core.client_joined(4, "without a job", bench.now_s)
    bench.say(offer("0" * 31 + "3"), manifest(), client=3)

    out = bench.core.broke("a bug: KeyError", bench.now_s)

    failed = [(x.client, x.message.job) for x in of(out, do.SendTo) if told([x], JobStatus)]
    assert failed == [(1, JOB), (2, OTHER_JOB), (3, "0" * 31 + "3")]
    assert {(x.state, x.text) for x in told(out, JobStatus)} == {("failed", "a bug: KeyError")}
    assert bench.core.is_idle
    assert of(bench.say(offer(), manifest()), do.FindAssets) != []


def test_jobs_that_had_a_turn_fail_too_when_the_server_has_a_bug() -> None:
    bench = two_jobs()
    bench.worker(Result(JOB, 1, 1, 0.1), b"x")
    bench.worker(Result(JOB, 2, 2, 0.1), b"x")
    bench.pass_time(2.0 * TURN_S)
    assert bench.core.job is not None
    assert bench.core.job.name == OTHER_JOB

    assert len(told(bench.core.broke("a bug", bench.now_s), JobStatus)) == 2
    assert bench.core.is_idle
