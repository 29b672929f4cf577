"""Frames whose buckets are rendered again elsewhere and compared: the books and the job."""

import struct
from dataclasses import replace

from client_bench import Bench, of, sent
from job_builder import JOB, make_job, make_units

from network import instructions as do
from network.client_job import ClientJob
from network.instructions import Level, Phase
from network.leases import Lease, UnitState
from network.messages import Assign, Result, WorkRequest
from network.scheduler import Scheduler

TRUE = struct.pack("<128f", *[1.0] * 128)
FALSE = struct.pack("<128f", *[2.0] * 128)


def make_books(servers: str = "abc", units: int = 1) -> Scheduler:
    books = Scheduler(make_units(units))
    for server in servers:
        books.add_server(server)
        books.set_ready(server, True, "engine-a")
    return books


def render(books: Scheduler, server: str) -> Lease:
    (lease,) = books.request(server, 1, 0.0)
    books.commit(server, lease.number, 1.0)
    return lease


def start(servers: str = "abc", units: int = 1) -> Bench:
    bench = Bench(servers)
    bench.start(replace(make_job(units), audit=1.0))
    for server in servers:
        bench.ready(server)
    return bench


def ask(bench: Bench, server: str, units: int = 1) -> list[Assign]:
    return [x.message for x in sent(bench.say(server, WorkRequest(JOB, units)), Assign)]


def deliver(bench: Bench, server: str, assign: Assign, pixels: bytes = TRUE) -> list:
    """Deliver a result, and give the server nothing more."""
    return bench.say(server, Result(JOB, assign.unit, assign.lease, 0.5), pixels)


def warnings(out: list) -> list[str]:
    return [x.text for x in of(out, do.Log) if x.level is Level.WARNING]


# -- the books ----------------------------------------------------------------------------------


def test_copy_of_a_unit_goes_to_somebody_who_did_not_render_it() -> None:
    books = make_books()
    render(books, "a")

    books.audit(0, ["a"])

    assert not books.is_finished
    assert books.request("a", 1, 1.0) == []
    (lease,) = books.request("b", 1, 1.0)
    assert books.original(lease.unit) == 0
    assert books.original(0) is None
    assert books.units[lease.unit].index == lease.unit
    assert (books.units[lease.unit].x, books.units[lease.unit].bucket) == (0, 0)


def test_copy_does_not_go_to_another_engine_class() -> None:
    books = make_books("abc")
    books.set_ready("b", True, "engine-b")
    render(books, "a")
    books.audit(0, ["a"])

    assert books.request("b", 1, 1.0) == []
    assert len(books.request("c", 1, 1.0)) == 1


def test_copy_is_given_up_when_nobody_is_left_to_render_it() -> None:
    books = make_books("a")
    render(books, "a")
    books.audit(0, ["a"])

    assert books.drop_hopeless_audits() == [0]

    assert books.is_finished
    assert books.poisoned() == ()


def test_copy_waits_while_anything_is_rendered_or_to_be_rendered() -> None:
    books = make_books("a", units=2)
    render(books, "a")
    books.audit(0, ["a"])

    assert books.drop_hopeless_audits() == []  # another unit waits
    books.request("a", 1, 1.0)
    assert books.drop_hopeless_audits() == []  # it is rendered


def test_copy_waits_for_a_server_that_may_render_it() -> None:
    books = make_books("ab")
    render(books, "a")
    books.audit(0, ["a"])

    assert books.drop_hopeless_audits() == []


def test_only_done_units_are_rendered_again() -> None:
    books = make_books("a")
    books.reopen(0)
    assert books.count(UnitState.TODO) == 1
    render(books, "a")

    books.reopen(0)

    assert books.state(0) is UnitState.TODO
    assert [x.unit for x in books.request("a", 1, 2.0)] == [0]


def test_copy_goes_to_a_third_server_when_the_second_fails_at_it() -> None:
    books = make_books("abc", units=2)
    (first,) = books.request("a", 1, 0.0)
    books.commit("a", first.number, 1.0)
    books.audit(0, ["a"])
    (copy,) = (x for x in books.request("b", 2, 1.0) if books.original(x.unit) == 0)

    books.fail("b", copy.number)

    assert copy.unit in [x.unit for x in books.request("c", 2, 1.0)]


# -- the job ------------------------------------------------------------------------------------


def test_two_that_agree_confirm_the_bucket() -> None:
    bench = start("ab")
    (first,) = ask(bench, "a")
    deliver(bench, "a", first)
    (copy,) = ask(bench, "b")

    out = deliver(bench, "b", copy)

    assert [(x.server, x.unit.index) for x in of(out, do.Confirmed)] == [("b", 0)]
    assert of(out, do.JobDone) == [do.JobDone(True, ())]
    assert of(out, do.Commit) == []


def test_liar_is_out_and_its_buckets_are_rendered_again_when_two_agree_against_it() -> None:
    bench = start()
    (first,) = ask(bench, "a")
    deliver(bench, "a", first, FALSE)
    (second,) = ask(bench, "b")
    out = deliver(bench, "b", second)
    assert warnings(out) == ["bucket 0 differs between a and b: asking another"]
    (third,) = ask(bench, "c")

    out = deliver(bench, "c", third)

    assert [(x.server, x.unit.index) for x in of(out, do.Revoked)] == [("a", 0)]
    assert bench.phases() == [Phase.FAILED, Phase.RENDERING, Phase.RENDERING]
    assert [x.what for x in of(out, do.Happened)] == [
        "its pixels differ from those of two other servers"
    ]


def test_liar_that_was_taken_out_meanwhile_loses_its_buckets_all_the_same() -> None:
    bench = start()
    (first,) = ask(bench, "a")
    deliver(bench, "a", first, FALSE)
    (second,) = ask(bench, "b")
    deliver(bench, "b", second)
    (third,) = ask(bench, "c")
    bench.core.remove_server("a", 0.0)

    out = deliver(bench, "c", third)

    assert [x.server for x in of(out, do.Revoked)] == ["a"]
    assert of(out, do.Happened) == []


def test_doubt_that_nobody_can_settle_is_told_and_the_frame_ends() -> None:
    bench = start("ab")
    (first,) = ask(bench, "a")
    deliver(bench, "a", first, FALSE)
    (second,) = ask(bench, "b")

    out = deliver(bench, "b", second)

    assert warnings(out) == [
        "bucket 0 differs between a and b: asking another",
        "bucket 0 differs between a and b, and no other server is left to tell who errs",
    ]
    assert of(out, do.JobDone) == [do.JobDone(True, ())]


def test_frame_with_one_server_ends_though_nothing_could_be_compared() -> None:
    bench = start("a")
    (first,) = ask(bench, "a")

    out = deliver(bench, "a", first)

    assert warnings(out) == []
    assert of(out, do.JobDone) == [do.JobDone(True, ())]


def test_copy_of_a_bucket_that_was_revoked_meanwhile_proves_nothing() -> None:
    def make_result(unit: int, lease: Lease) -> Result:
        return Result(JOB, unit, lease.number, 0.1)

    job = ClientJob(replace(make_job(1), audit=1.0), lambda unit, payload: None, 1)
    for server in "ab":
        job.books.add_server(server)
        job.books.set_ready(server, True, "engine-a")
    (first,) = job.books.request("a", 1, 0.0)
    job.result(("a", "engine-a"), make_result(0, first), TRUE, 1.0)
    (copy,) = job.books.request("b", 1, 1.0)
    job.revoke("a")

    judgement = job.result(("b", "engine-a"), make_result(copy.unit, copy), TRUE, 2.0)

    assert judgement.committed
    assert of(judgement.instructions, do.Confirmed) == []
    assert judgement.liars == ()
