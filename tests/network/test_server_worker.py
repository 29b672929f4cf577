"""A server whose worker dies, hangs or is slow."""

from job_builder import DIGEST, JOB, OTHER_JOB
from server_bench import SCENE, Bench, assign, manifest, of, offer, states, told

from network import instructions as do
from network.messages import (
    AssetChunk,
    Canary,
    EndJob,
    GiveBack,
    Ping,
    Result,
    UnitFailed,
    WorkerOpened,
    WorkerProgress,
    WorkRequest,
)
from network.server_desk import HANG_S


def test_crash_blames_the_unit_in_hand_and_gives_the_others_back() -> None:
    bench = Bench()
    bench.open()
    for lease in (1, 2, 3):
        bench.say(assign(lease))

    out = bench.core.worker_exited("signal 11", 0.0)

    assert told(out, GiveBack) == [GiveBack(JOB, [2, 3])]
    assert told(out, UnitFailed) == [UnitFailed(JOB, 1, 1, True, "signal 11")]
    assert states(out) == ["opening"]
    assert len(of(out, do.RestartWorker)) == 1


def test_job_is_opened_again_after_a_crash_and_keeps_its_credit() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.core.worker_exited("signal 11", 0.0)
    assert of(bench.say(assign(2)), do.ToWorker) == []  # was on its way
    assert len(of(bench.core.worker_ready("engine-a", 0.0), do.OpenWorkerJob)) == 1

    out = bench.worker(WorkerOpened(JOB, "", ""))

    assert of(out, do.ToWorker) == [do.ToWorker(assign(2))]
    assert told(out, WorkRequest) == [WorkRequest(JOB, 1)]


def test_worker_that_keeps_dying_is_restarted_less_and_less_often() -> None:
    bench = Bench(worker=False)
    waits_s: list[float] = []
    for _ in range(8):
        out = bench.core.worker_exited("missing library", bench.now_s)
        begun_s = bench.now_s
        while not of(out, do.RestartWorker):
            out = bench.pass_time(0.25)
        waits_s.append(bench.now_s - begun_s)

    assert waits_s[0] == 0.0
    assert waits_s == sorted(waits_s)
    assert 30.0 <= waits_s[-1] <= 30.25


def test_server_sends_its_test_picture_to_every_client_that_is_there_or_comes() -> None:
    bench = Bench()

    out = bench.worker(Canary("engine-a"), b"pixels")
    assert of(out, do.SendTo) == [do.SendTo(1, Canary("engine-a"), b"pixels")]

    out = bench.core.client_joined(2, "another artist", 0.0)
    assert of(out, do.SendTo) == [do.SendTo(2, Canary("engine-a"), b"pixels")]


def test_server_sends_no_test_picture_of_a_worker_that_is_gone() -> None:
    bench = Bench()
    bench.worker(Canary("engine-a"), b"pixels")

    bench.core.worker_exited("signal 9", 0.0)

    assert told(bench.core.client_joined(2, "another artist", 0.0), Canary) == []


def test_pieces_for_a_job_that_is_offered_again_are_no_offence() -> None:
    """Found by the simulation (seed 20705): a server was left out and wanted back."""
    bench = Bench()
    bench.say(offer(), manifest(SCENE))
    bench.core.assets_found(JOB, (), 0.0)
    bench.say(EndJob(JOB))
    bench.say(offer(), manifest(SCENE))

    early = bench.say(AssetChunk(JOB, DIGEST, 100), bytes(50))
    bench.core.assets_found(JOB, (), 0.0)
    late = bench.say(AssetChunk(JOB, DIGEST, 100), bytes(50))

    assert of(early + late, do.CloseClient) == []


def test_bucket_for_a_job_that_is_offered_again_goes_back_if_nobody_asked() -> None:
    """Found by the simulation (seed 61090): the credit was asked for before, and still came."""
    bench = Bench()
    bench.open()
    bench.say(EndJob(JOB))
    bench.say(offer(), manifest(SCENE))

    out = bench.say(assign(1))

    assert [x.message for x in of(out, do.SendTo)] == [GiveBack(JOB, [1])]
    assert of(out, do.CloseClient) == []


def test_hung_worker_is_restarted() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))

    assert of(bench.pass_time(HANG_S), do.RestartWorker) == []
    out = bench.pass_time(0.25)

    assert len(of(out, do.RestartWorker)) == 1
    assert "no progress for 30 s" in told(out, UnitFailed)[0].text


def test_server_gives_a_slow_worker_twice_the_time_at_each_try() -> None:
    bench = Bench()
    bench.open()

    waited_s = []
    for lease in (1, 2, 3):
        bench.say(assign(lease))
        begun_s = bench.now_s
        while not told(bench.pass_time(0.25), UnitFailed):
            pass
        waited_s.append(round(bench.now_s - begun_s))
        bench.core.worker_ready("engine-a", bench.now_s)
        bench.worker(WorkerOpened(JOB, "", ""))

    assert waited_s == [HANG_S, 2 * HANG_S, 4 * HANG_S]


def test_server_is_impatient_again_when_the_worker_delivered() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.pass_time(HANG_S + 1.0)
    bench.core.worker_ready("engine-a", bench.now_s)
    bench.worker(WorkerOpened(JOB, "", ""))
    bench.say(assign(2))
    bench.worker(Result(JOB, 2, 2, 1.0), bytes(16))

    bench.say(assign(3))
    out = bench.pass_time(HANG_S + 1.0)

    assert len(told(out, UnitFailed)) == 1


def test_slow_worker_that_makes_progress_is_left_alone() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    for tiles in range(1, 10):
        assert of(bench.pass_time(20.0), do.RestartWorker) == []
        bench.worker(Ping(tiles, tiles))

    bench.pass_time(20.0)
    bench.worker(Ping(10, 9))  # alive, but not a tile more
    assert len(of(bench.pass_time(20.0), do.RestartWorker)) == 1


def test_nothing_is_declared_hung_after_the_server_slept() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.now_s += 3600.0

    assert of(bench.core.tick(bench.now_s), do.RestartWorker) == []


def test_what_the_worker_says_about_an_ended_job_is_dropped() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.say(offer(OTHER_JOB), manifest())

    assert bench.worker(Result(JOB, 1, 1, 0.1), b"pixels") == []
    assert bench.worker(WorkerOpened(JOB, "", "")) == []
    bench.say(EndJob(OTHER_JOB))
    assert bench.worker(WorkerProgress("busy", 0.5)) == []
