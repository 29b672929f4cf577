"""The client's core: links, a job as it should go, limits and time."""

import pytest
from client_bench import GOOD, Bench, check, of, result, sent
from job_builder import (
    DIGEST,
    JOB,
    OTHER_DIGEST,
    OTHER_JOB,
    WELCOME,
    make_client_core,
    make_job,
)

from network import instructions as do
from network.client_core import JobSpec
from network.client_links import MAX_CONNECTING
from network.client_party import MAX_STRIKES
from network.instructions import Phase
from network.messages import (
    AssetMissing,
    AssetRequest,
    Assign,
    Cancel,
    EndJob,
    Job,
    JobStatus,
    WorkRequest,
)

# -- links -----------------------------------------------------------------------------------------


def test_client_connects_at_once_to_a_new_server() -> None:
    core = make_client_core(check_result=check)

    out = core.add_server("a", "node-a", 0.0)

    assert of(out, do.Connect) == [do.Connect("a")]
    assert of(core.add_server("a", "node-a", 0.0), do.Connect) == []


def test_client_connects_to_few_servers_at_a_time() -> None:
    core = make_client_core(check_result=check)
    for number in range(MAX_CONNECTING + 3):
        core.add_server(f"s{number}", "", 0.0)
    assert sum(record.connecting for record in core.servers()) == MAX_CONNECTING

    core.link_up("s0", WELCOME, 0.1)

    assert of(core.tick(0.2), do.Connect) == [do.Connect(f"s{MAX_CONNECTING}")]


@pytest.mark.parametrize(
    ("code", "phase"),
    [
        ("refused", Phase.REFUSED),
        ("timeout", Phase.TIMED_OUT),
        ("name", Phase.NAME_NOT_FOUND),
        ("version", Phase.WRONG_VERSION),
        ("key", Phase.WRONG_KEY),
        ("network", Phase.LOST),
    ],
)
def test_client_says_why_a_server_cannot_be_reached(code: str, phase: Phase) -> None:
    core = make_client_core(check_result=check)
    core.add_server("a", "node-a", 0.0)

    (changed,) = of(core.link_down("a", code, "why", 0.0), do.ServerChanged)

    assert changed.phase is phase
    assert changed.detail == "why"
    assert changed.retry_s > 0.0
    assert changed.attempt == 1


def test_client_tries_again_later_and_later() -> None:
    bench = Bench("")
    bench.core.add_server("a", "node-a", 0.0)
    times_s: list[float] = []
    while len(times_s) < 8:
        bench.core.link_down("a", "refused", "", bench.now_s)
        begun_s = bench.now_s
        while not of(bench.pass_time(0.25), do.Connect):
            pass
        times_s.append(bench.now_s - begun_s)

    for delay_s, least_s in zip(times_s, (1, 2, 4, 8, 16, 32, 60, 60), strict=True):
        assert least_s <= delay_s <= 1.25 * least_s + 0.25


def test_client_counts_its_attempts_until_a_server_delivers() -> None:
    bench = Bench("a")
    downs = [bench.core.link_down("a", "network", "reset", 0.0)]
    bench.pass_time(1.5)
    downs.append(bench.core.link_down("a", "network", "reset", bench.now_s))

    told = [of(out, do.ServerChanged)[-1] for out in downs]
    assert [change.attempt for change in told] == [1, 2]
    assert 1.0 <= told[0].retry_s <= 1.25
    assert 2.0 <= told[1].retry_s <= 2.5
    assert told[1].detail == "reset"  # it was never up again
    assert "trying again in 2 s" in of(downs[0], do.Log)[-1].text


def test_client_tries_a_wrong_key_rarely() -> None:
    bench = Bench("")
    bench.core.add_server("a", "node-a", 0.0)
    bench.core.link_down("a", "key", "", 0.0)

    assert of(bench.pass_time(59.0), do.Connect) == []
    assert of(bench.core.retry_now("a", bench.now_s), do.Connect) == [do.Connect("a")]


def test_client_ignores_links_of_removed_servers() -> None:
    bench = Bench("a")
    out = bench.core.remove_server("a", 0.0)

    assert of(out, do.Disconnect) == [do.Disconnect("a", "done", "removed from the list")]
    assert bench.core.link_up("a", WELCOME, 0.0) == []
    assert bench.core.link_down("a", "lost", "", 0.0) == []
    assert bench.say("a", WorkRequest(JOB, 1)) == []
    assert bench.core.retry_now("a", 0.0) == []
    assert bench.core.remove_server("a", 0.0) == []


# -- a job, as it should go ------------------------------------------------------------------------


def test_client_offers_the_job_with_its_files_to_connected_servers() -> None:
    bench = Bench()

    out = bench.start()

    assert of(out, do.SetResultCap) == [do.SetResultCap("a", 512), do.SetResultCap("b", 512)]
    first, second = sent(out, Job)
    assert (first.server, second.server) == ("a", "b")
    assert DIGEST.encode() in first.payload
    assert isinstance(first.message, Job)
    assert first.message.bucket_pixels == 64


def test_client_offers_the_job_to_a_server_that_joins_late() -> None:
    bench = Bench("a")
    bench.start()
    bench.core.add_server("b", "node-b", 0.0)

    assert len(sent(bench.core.link_up("b", WELCOME, 0.0), Job)) == 1


def test_client_renders_a_frame() -> None:
    bench = Bench("a")
    bench.start(make_job(units=3))
    orders: list[object] = []
    assigned = bench.ready("a", 2)
    assert [x.unit for x in assigned] == [0, 1]
    for assign in assigned:
        orders += bench.say("a", result(assign), GOOD)
    (last,) = [x.message for x in sent(bench.say("a", WorkRequest(JOB, 1)), Assign)]
    orders += bench.say("a", result(last), GOOD)

    assert [x.unit.index for x in of(orders, do.Commit)] == [0, 1, 2]
    assert of(orders, do.JobDone) == [do.JobDone(True, ())]
    assert sent(orders, EndJob) == [do.Send("a", EndJob(JOB))]
    assert bench.phases() == [Phase.IDLE]
    assert bench.core.job is None


def test_client_hands_out_nothing_while_it_is_paused() -> None:
    bench = Bench("a")
    bench.start()
    (first,) = bench.ready("a", units=1)
    bench.core.pause(True, bench.now_s)

    assert sent(bench.say("a", WorkRequest(JOB, 1)), Assign) == []
    assert sent(bench.pass_time(5.0), Assign) == []
    out = bench.core.pause(False, bench.now_s)

    assert [order.message.unit for order in sent(out, Assign)] == [first.unit + 1]


def test_pause_of_no_job_does_nothing_and_the_next_job_is_not_paused() -> None:
    bench = Bench("a")
    assert bench.core.pause(True, bench.now_s) == []
    bench.start()

    assert len(bench.ready("a", units=1)) == 1


def test_client_sends_files_that_servers_ask_for() -> None:
    bench = Bench("a")
    bench.start()

    out = bench.say("a", AssetRequest(JOB, DIGEST, 900, 1000))

    assert of(out, do.SendAsset) == [do.SendAsset("a", JOB, DIGEST, 900, 100)]
    for digest, offset in ((OTHER_DIGEST, 0), (DIGEST, 1000)):
        out = bench.say("a", AssetRequest(JOB, digest, offset, 10))
        assert len(sent(out, AssetMissing)) == 1


def test_client_shows_how_far_a_server_is() -> None:
    bench = Bench("a")
    bench.start()

    out = bench.say("a", JobStatus(JOB, "syncing", 0.25, "half a file"))
    assert of(out, do.ServerChanged) == [do.ServerChanged("a", Phase.SYNCING, "half a file", 0.25)]
    assert bench.say("a", JobStatus(JOB, "syncing", 0.25, "half a file")) == []
    bench.ready("a")

    assert bench.core.servers()[0].detail == ""
    assert bench.phases() == [Phase.RENDERING]


def test_client_keeps_links_when_a_job_is_stopped() -> None:
    bench = Bench("a")
    bench.start()
    (assign,) = bench.ready("a", 1)

    out = bench.core.stop(0.0)

    assert [x.unit.index for x in of(out, do.Released)] == [assign.unit]
    assert sent(out, EndJob) == [do.Send("a", EndJob(JOB))]
    assert of(out, do.JobDone) == of(out, do.Disconnect) == []


def test_client_drops_what_belongs_to_an_ended_job() -> None:
    bench = Bench("a")
    bench.start()
    (assign,) = bench.ready("a", 1)
    bench.start(make_job(job=OTHER_JOB))

    for _ in range(MAX_STRIKES + 1):
        assert bench.say("a", result(assign), GOOD) == []


def test_client_never_lowers_the_result_cap_of_a_link() -> None:
    bench = Bench("a")
    bench.start()
    small = make_job(job=OTHER_JOB)
    small = JobSpec(**{**_fields(small), "components": 1})

    assert of(bench.start(small), do.SetResultCap) == []


def _fields(job: JobSpec) -> dict:
    return {name: getattr(job, name) for name in job.__dataclass_fields__}


# -- max servers, time -----------------------------------------------------------------------------


def test_only_so_many_servers_work_and_another_takes_over() -> None:
    bench = Bench("abc", max_servers=1)
    assert [x.server for x in sent(bench.start(), Job)] == ["a"]

    out = bench.core.link_down("a", "lost", "", 0.0)
    assert [x.server for x in sent(out, Job)] == ["b"]

    out = bench.core.set_max_servers(0, 0.0)
    assert [x.server for x in sent(out, Job)] == ["c"]


def test_queued_server_does_not_use_up_the_limit() -> None:
    bench = Bench("ab", max_servers=1)
    bench.start()

    out = bench.say("a", JobStatus(JOB, "queued", 0.0, ""))
    assert [x.server for x in sent(out, Job)] == ["b"]
    assert do.Send("a", EndJob(JOB)) in out


def test_client_declares_nothing_after_its_own_pause() -> None:
    bench = Bench("a")
    bench.start()
    bench.ready("a", 2)
    bench.now_s += 3600.0

    out = bench.core.tick(bench.now_s)

    assert of(out, do.Released) == of(out, do.Happened) == []
    assert "paused for 3600.0 s" in of(out, do.Log)[0].text


def test_bucket_that_never_comes_goes_to_another_server() -> None:
    bench = Bench()
    bench.start(make_job(units=1))
    (assign,) = bench.ready("a", 1)
    bench.ready("b", 1)

    out = bench.pass_time(31.0)

    assert [x.unit.index for x in of(out, do.Released)] == [assign.unit]
    assert [(x.server, x.message.unit) for x in sent(out, Assign)] == [("b", assign.unit)]
    assert of(out, do.Happened)[0].what.startswith("no result of a bucket for 30 s")


def test_server_that_swallows_buckets_is_out() -> None:
    bench = Bench("ab")
    bench.start(make_job(units=2))
    bench.ready("a", 2)
    bench.say("a", WorkRequest(JOB, 5))

    out = bench.pass_time(1000.0)

    assert sum("delivers none" in x.what for x in of(out, do.Happened)) == 1


def test_job_must_be_sound() -> None:
    with pytest.raises(ValueError, match="another bucket size"):
        make_job(units=0)
    units = make_job().units
    with pytest.raises(ValueError, match="numbered"):
        JobSpec(**{**_fields(make_job()), "units": units[::-1]})


def test_drained_server_delivers_what_it_has_and_goes() -> None:
    bench = Bench("ab")
    bench.start(make_job(units=30))
    leases = bench.ready("a", 8)

    out = bench.core.drain_server("a", bench.now_s)
    (cancel,) = [order.message for order in sent(out, Cancel)]
    in_hand = [assign for assign in leases if assign.lease not in cancel.leases]
    assert len(in_hand) == WELCOME.threads  # a bucket is one tile here
    assert of(out, do.Drained) == []
    for assign in in_hand:
        out = bench.say("a", result(assign), bytes(8 * 8 * 2 * 4))

    assert of(out, do.Drained) == [do.Drained("a")]
    assert of(out, do.Disconnect) == [do.Disconnect("a", "done", "removed from the list")]


def test_what_a_drained_server_has_not_begun_goes_to_others_at_once() -> None:
    bench = Bench("ab")
    bench.start(make_job(units=8))
    bench.ready("a", 8)
    assert bench.ready("b", 8) == []

    out = bench.core.drain_server("a", bench.now_s)

    (cancel,) = [order.message for order in sent(out, Cancel)]
    given = sent(out, Assign)
    assert {order.server for order in given} == {"b"}
    assert len(given) == len(cancel.leases)


def test_idle_server_is_drained_at_once() -> None:
    bench = Bench("ab")

    assert of(bench.core.drain_server("a", bench.now_s), do.Drained) == [do.Drained("a")]
    assert bench.core.drain_server("a", bench.now_s) == []


def test_server_that_was_to_go_stays_when_it_is_enabled_again() -> None:
    bench = Bench("ab")
    bench.start(make_job(units=30))
    (assign,) = bench.ready("a", 1)
    bench.core.drain_server("a", bench.now_s)
    bench.core.add_server("a", "node-a", bench.now_s)

    out = bench.say("a", result(assign), bytes(8 * 8 * 2 * 4))

    assert of(out, do.Drained) == []
    assert bench.ready("a", 1) != []
