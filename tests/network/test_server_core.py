"""Units on a server, and its end."""

import pytest
from job_builder import JOB, OTHER_JOB
from server_bench import Bench, assign, manifest, of, offer, told

from network import instructions as do
from network.messages import (
    Cancel,
    EndJob,
    GiveBack,
    LogRequest,
    Ping,
    Result,
    UnitFailed,
    WorkRequest,
)
from network.server_core import DRAIN_S, ServerCore

# -- units -----------------------------------------------------------------------------------------


def test_units_go_to_the_worker_and_results_to_the_client() -> None:
    bench = Bench()
    bench.open()

    out = bench.say(assign(5))
    assert of(out, do.ToWorker) == [do.ToWorker(assign(5))]
    done = Result(JOB, 5, 5, 0.1)
    out = bench.worker(done, b"pixels")

    assert of(out, do.SendTo) == [
        do.SendTo(1, done, b"pixels"),
        do.SendTo(1, WorkRequest(JOB, 1)),
    ]


def test_failed_unit_is_told_and_another_one_asked_for() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(5))
    failed = UnitFailed(JOB, 5, 5, False, "no memory")

    out = bench.worker(failed)

    assert [x.message for x in of(out, do.SendTo)] == [failed, WorkRequest(JOB, 1)]


def test_cancelled_unit_is_dropped_and_another_one_asked_for() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(5))

    out = bench.say(Cancel(JOB, [5, 6]))
    assert of(out, do.ToWorker) == [do.ToWorker(Cancel(JOB, [5]))]
    assert told(out, WorkRequest) == [WorkRequest(JOB, 1)]

    assert of(bench.worker(Result(JOB, 5, 5, 0.1), b"late"), do.SendTo) == []


def test_more_units_than_asked_for_end_the_link() -> None:
    bench = Bench()
    bench.open()
    for lease in range(3):
        assert of(bench.say(assign(lease)), do.CloseClient) == []

    out = bench.say(assign(3))

    assert [x.code for x in of(out, do.CloseClient)] == ["limit"]
    assert do.ToWorker(EndJob(JOB)) in out


@pytest.mark.parametrize(
    "changes", [{"x": 600}, {"y": 450}, {"width": 128}, {"x": 2**31 - 1}, {"width": 16384}]
)
def test_bucket_outside_the_frame_ends_the_link(changes: dict[str, int]) -> None:
    bench = Bench()
    bench.open()

    assert len(of(bench.say(assign(1, **changes)), do.CloseClient)) == 1


def test_message_about_another_job_is_dropped() -> None:
    bench = Bench()
    bench.open()

    assert bench.say(assign(1, job=OTHER_JOB)) == []
    assert bench.say(EndJob(OTHER_JOB)) == []
    assert bench.say(Ping(1, 0)) == []


# -- shutting down ---------------------------------------------------------------------------------


def test_drain_finishes_what_is_in_hand_and_gives_the_rest_back() -> None:
    bench = Bench()
    bench.open()
    bench.core.client_joined(2, "idle", 0.0)
    for lease in (1, 2):
        bench.say(assign(lease))

    out = bench.core.drain(0.0)
    assert told(out, GiveBack) == [GiveBack(JOB, [2])]
    assert of(out, do.ToWorker) == [do.ToWorker(Cancel(JOB, [2]))]
    assert [x.client for x in of(out, do.CloseClient)] == [2]
    assert told(bench.say(assign(3)), GiveBack) == [GiveBack(JOB, [3])]
    out = bench.worker(Result(JOB, 1, 1, 0.1), b"pixels")

    assert len(told(out, Result)) == 1
    assert [x.code for x in of(out, do.CloseClient)] == ["shutdown"]
    assert out[-1] == do.Quit()


def test_drain_ends_after_ten_seconds_whatever_is_in_hand() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.core.drain(0.0)

    assert of(bench.pass_time(DRAIN_S - 0.25), do.Quit) == []
    out = bench.pass_time(0.25)

    assert told(out, GiveBack) == [GiveBack(JOB, [1])]
    assert of(out, do.Quit) == [do.Quit()]


def test_second_drain_quits_at_once() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.core.drain(0.0)

    assert of(bench.core.drain(0.0), do.Quit) == [do.Quit()]
    assert of(bench.core.client_joined(3, "late", 0.0), do.CloseClient)[0].code == "shutdown"


def test_new_job_during_a_drain_ends_the_link() -> None:
    bench = Bench()
    bench.open()
    bench.say(assign(1))
    bench.core.drain(0.0)

    out = bench.say(offer(OTHER_JOB), manifest())

    assert [x.code for x in of(out, do.CloseClient)] == ["shutdown"]
    assert out[-1] == do.Quit()


def test_drain_of_an_idle_server_quits_at_once() -> None:
    assert Bench().core.drain(0.0)[-1] == do.Quit()


def test_log_is_sent_to_a_client_that_asks_but_not_twice_a_second():
    core = ServerCore(threads=1, cache_limit_bytes=1)
    core.client_joined(1, "artist", 0.0)

    first = core.message(1, LogRequest(), b"", 0.5)
    again = core.message(1, LogRequest(), b"", 0.6)
    later = core.message(1, LogRequest(), b"", 1.6)

    assert [do.SendLog(1) in out for out in (first, again, later)] == [True, False, True]
