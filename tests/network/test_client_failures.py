"""What the client's core does with servers that fail."""

import pytest
from client_bench import BAD, GOOD, Bench, of, result, sent
from job_builder import (
    JOB,
    OTHER_JOB,
    WELCOME,
    make_job,
)

from network import instructions as do
from network.client_party import MAX_STRIKES
from network.instructions import Phase
from network.messages import (
    Assign,
    Cancel,
    GiveBack,
    JobStatus,
    Result,
    UnitFailed,
    WorkRequest,
)


def test_buckets_of_a_lost_server_go_to_the_others_at_once() -> None:
    bench = Bench()
    bench.start()
    lost = bench.ready("a", 2)
    bench.ready("b", 2)
    bench.say("b", WorkRequest(JOB, 4))

    out = bench.core.link_down("a", "lost", "process ended", 0.0)

    assert [x.unit.index for x in of(out, do.Released)] == [x.unit for x in lost]
    assert {x.message.unit for x in sent(out, Assign)} >= {x.unit for x in lost}
    (incident,) = of(out, do.Happened)
    assert incident.what == "connection lost (process ended)"
    assert incident.buckets_given_back == 2
    assert incident.outcome == "2 buckets went back to the queue; node-b goes on"


def test_client_waits_when_its_only_server_is_lost() -> None:
    bench = Bench("a")
    bench.start()
    bench.ready("a", 1)

    (incident,) = of(bench.core.link_down("a", "silent", "", 0.0), do.Happened)

    assert incident.what == "no sign of life for 5 s"
    assert incident.outcome == "1 bucket went back to the queue; waiting for a server"
    assert bench.core.job is not None


def test_client_reports_no_incident_when_an_idle_server_is_lost() -> None:
    bench = Bench("a")

    assert of(bench.core.link_down("a", "lost", "", 0.0), do.Happened) == []


def test_result_after_the_server_came_back_is_used_and_the_other_lease_cancelled() -> None:
    bench = Bench()
    bench.start(make_job(units=1))
    (assign,) = bench.ready("a", 1)
    bench.core.link_down("a", "lost", "", 0.0)
    (again,) = bench.ready("b", 1)
    bench.pass_time(2.0)
    bench.core.link_up("a", WELCOME, bench.now_s)

    out = bench.say("a", result(assign), GOOD)

    assert len(of(out, do.Commit)) == 1
    assert do.Send("b", Cancel(JOB, [again.lease])) in out
    assert of(out, do.JobDone) == [do.JobDone(True, ())]


def test_second_result_of_a_bucket_is_dropped() -> None:
    bench = Bench("a")
    bench.start()
    (assign,) = bench.ready("a", 1)
    bench.say("a", result(assign), GOOD)

    for _ in range(MAX_STRIKES + 1):
        assert of(bench.say("a", result(assign), GOOD), do.Commit) == []
    assert bench.phases() == [Phase.RENDERING]


@pytest.mark.parametrize("payload", [BAD, GOOD[:-4], GOOD + b"1234", b""])
def test_bad_result_goes_back_to_the_queue(payload: bytes) -> None:
    bench = Bench()
    bench.start()
    (assign,) = bench.ready("a", 1)

    out = bench.say("a", result(assign), payload)

    assert of(out, do.Commit) == []
    assert [x.unit.index for x in of(out, do.Released)] == [assign.unit]
    assert assign.unit in [x.unit for x in bench.ready("b", 1)]


def test_server_is_out_after_three_offences() -> None:
    bench = Bench()
    bench.start()
    bench.ready("b", 1)
    kept = bench.ready("a", 1)
    for lease in (700, 701):
        bench.say("a", Result(JOB, 0, lease, 0.1), GOOD)

    out = bench.say("a", Result(OTHER_JOB, 0, 3, 0.1), GOOD)

    assert [x.server for x in of(out, do.Disconnect)] == ["a"]
    assert [x.unit.index for x in of(out, do.Released)] == [x.unit for x in kept]
    assert bench.phases() == [Phase.FAILED, Phase.RENDERING]
    assert bench.core.link_down("a", "protocol", "", 0.0) == []
    assert of(bench.pass_time(100.0), do.Connect) == []
    assert of(bench.start(make_job(job=OTHER_JOB)), do.Connect) == [do.Connect("a")]


def test_unknown_status_is_an_offence() -> None:
    bench = Bench("a")
    bench.start()

    out = bench.say("a", JobStatus(JOB, "dancing", 0.0, ""))

    assert "dancing" in of(out, do.Log)[0].text


def test_crashed_bucket_goes_to_another_server_and_is_reported() -> None:
    bench = Bench()
    bench.start()
    (assign,) = bench.ready("a", 1)
    bench.ready("b")

    out = bench.say("a", UnitFailed(JOB, assign.unit, assign.lease, True, "signal 11"))

    assert [x.unit for x in bench.ready("b", 1)] == [assign.unit]
    assert assign.unit not in [x.unit for x in bench.ready("a", 1)]
    (incident,) = of(out, do.Happened)
    assert incident.what == "its render process crashed: signal 11"


def test_failure_of_a_cancelled_bucket_is_no_incident() -> None:
    bench = Bench()
    bench.start()

    assert bench.say("a", UnitFailed(JOB, 0, 77, True, "signal 11")) == []


def test_server_is_not_blamed_for_buckets_that_fail_everywhere() -> None:
    bench = Bench("a")
    bench.start(make_job(units=9))
    failed: set[int] = set()
    while len(failed) < 7:  # more than would put the server out
        (assign,) = bench.ready("a", 1)
        failed.add(assign.unit)
        bench.say("a", UnitFailed(JOB, assign.unit, assign.lease, True, "signal 11"))

    assert bench.phases() == [Phase.RENDERING]


def test_given_back_buckets_are_no_incident() -> None:
    bench = Bench()
    bench.start()
    given = bench.ready("a", 2)
    bench.ready("b")

    out = bench.say("a", GiveBack(JOB, [x.lease for x in given]))

    assert of(out, do.Happened) == []
    assert len(of(out, do.Released)) == 2


def test_buckets_whose_results_were_lost_are_free_again_when_the_scene_is_opened_anew() -> None:
    bench = Bench()
    bench.start()
    given = bench.ready("a", 2)
    bench.pass_time(6.0)
    bench.say("a", JobStatus(JOB, "opening", 0.0, "restarting the render process"))

    out = bench.say("a", JobStatus(JOB, "ready", 1.0, "engine-a"))

    assert [x.unit.index for x in of(out, do.Released)] == [x.unit for x in given]
    assert of(out, do.Happened) == []


def test_server_on_which_bucket_after_bucket_fails_is_out() -> None:
    bench = Bench()
    bench.start(make_job(units=20))
    bench.ready("b", 1)
    for _ in range(5):
        (assign,) = bench.ready("a", 1)
        bench.say("a", UnitFailed(JOB, assign.unit, assign.lease, False, "no memory"))

    assert bench.phases() == [Phase.FAILED, Phase.RENDERING]


def test_job_ends_when_the_only_server_cannot_open_the_scene() -> None:
    bench = Bench("a")
    bench.start()

    out = bench.say("a", JobStatus(JOB, "failed", 0.0, "'wood.png' is missing"))

    assert of(out, do.Happened)[0].what == "'wood.png' is missing"
    assert of(out, do.JobDone) == [do.JobDone(False, ())]
    assert bench.phases() == [Phase.FAILED]


def test_job_goes_on_when_one_of_two_servers_cannot_open_the_scene() -> None:
    bench = Bench()
    bench.start()

    out = bench.say("a", JobStatus(JOB, "failed", 0.0, "the disk is full"))

    assert of(out, do.JobDone) == []
    assert bench.phases() == [Phase.FAILED, Phase.SYNCING]


def test_job_waits_for_a_server_that_is_still_connecting() -> None:
    bench = Bench("a")
    bench.core.add_server("b", "node-b", 0.0)
    bench.start()
    bench.say("a", JobStatus(JOB, "failed", 0.0, "broken"))
    assert bench.core.job is not None

    out = bench.core.link_down("b", "timeout", "", 0.0)

    assert of(out, do.JobDone) == [do.JobDone(False, ())]


def test_job_waits_when_a_server_that_was_opening_it_is_edited() -> None:
    """Found by the simulation (seed 30233): for the core an edited row goes and comes back."""
    bench = Bench()
    bench.start()
    bench.say("a", JobStatus(JOB, "failed", 0.0, "the disk is full"))

    out = bench.core.remove_server("b", 0.0)

    assert of(out, do.JobDone) == []


def test_three_servers_that_cannot_open_the_scene_end_the_job() -> None:
    bench = Bench("abcd")
    bench.start()
    for server in "ab":
        bench.say(server, JobStatus(JOB, "failed", 0.0, "broken"))

    out = bench.say("c", JobStatus(JOB, "failed", 0.0, "broken"))

    assert of(out, do.JobDone) == [do.JobDone(False, ())]
