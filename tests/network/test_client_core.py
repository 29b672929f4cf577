import struct
from collections.abc import Sequence
from typing import TypeVar

import pytest
from job_builder import (
    DIGEST,
    JOB,
    OTHER_DIGEST,
    OTHER_JOB,
    PICTURE,
    WELCOME,
    make_client_core,
    make_job,
)

from network import instructions as do
from network.client_core import JobSpec, Unit
from network.client_links import MAX_CONNECTING
from network.client_party import MAX_STRIKES
from network.instructions import Phase
from network.messages import (
    AssetMissing,
    AssetRequest,
    Assign,
    Canary,
    Cancel,
    EndJob,
    GiveBack,
    Job,
    JobStatus,
    Message,
    Result,
    UnitFailed,
    WorkRequest,
)

T = TypeVar("T")
GOOD = struct.pack("<128f", *[1.0] * 128)  # 8 x 8 pixels of 2 components
BAD = struct.pack("<128f", *[float("nan")] * 128)


def check(unit: Unit, payload: bytes) -> str | None:
    return "128 values are not finite" if payload == BAD else None


class Bench:
    """A client core, the list of all that it wanted, and a clock that stands still."""

    def __init__(self, servers: str = "ab", max_servers: int = 0) -> None:
        self.core = make_client_core(check_result=check, max_servers=max_servers)
        self.now_s = 0.0
        for server in servers:
            self.core.add_server(server, f"node-{server}", self.now_s)
            self.link_up(server)

    def link_up(
        self, server: str, engine_class: str = "engine-a", picture: bytes = PICTURE
    ) -> list:
        out = self.core.link_up(server, WELCOME, self.now_s)
        return out + self.say(server, Canary(engine_class), picture)

    def start(self, job: JobSpec | None = None) -> list[do.ClientInstruction]:
        return self.core.start(job or make_job(), self.now_s)

    def say(self, server: str, message: Message, payload: bytes = b"") -> list:
        return self.core.message(server, message, payload, self.now_s)

    def ready(self, server: str, units: int = 0) -> list[Assign]:
        """The server opened the scene and asks for units; returns what it gets."""
        out = self.say(server, JobStatus(JOB, "ready", 1.0, "engine-a"))
        if units:
            out += self.say(server, WorkRequest(JOB, units))
        return [order.message for order in sent(out, Assign)]

    def pass_time(self, seconds: float) -> list:
        """Tick as a shell does, for so long."""
        out: list[do.ClientInstruction] = []
        for _ in range(round(seconds / 0.25)):
            self.now_s += 0.25
            out += self.core.tick(self.now_s)
        return out

    def phases(self) -> list[Phase]:
        return [record.phase for record in self.core.servers()]


def of(orders: Sequence[object], kind: type[T]) -> list[T]:
    return [order for order in orders if isinstance(order, kind)]


def sent(orders: Sequence[object], kind: type[Message]) -> list[do.Send]:
    return [order for order in of(orders, do.Send) if isinstance(order.message, kind)]


def result(assign: Assign) -> Result:
    return Result(assign.job, assign.unit, assign.lease, 0.5)


# -- links --------------------------------------------------------------------------------------


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
    assert changed.detail.startswith("why; trying again in ")


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


# -- a job, as it should go ---------------------------------------------------------------------


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


# -- servers that fail --------------------------------------------------------------------------


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


# -- max servers, time --------------------------------------------------------------------------


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
