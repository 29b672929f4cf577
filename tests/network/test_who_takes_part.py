"""Corners of who takes part in a job: rows that change, words that cross, classes that fail."""

from dataclasses import replace

import pytest
from client_bench import BAD, Bench, of, result, sent
from job_builder import JOB, OTHER_JOB, PICTURE, WELCOME, make_client_core, make_job

from network import instructions as do
from network.client_party import MAX_STRIKES
from network.focus import Rectangle
from network.instructions import Phase
from network.messages import (
    Assign,
    Availability,
    Canary,
    EndJob,
    Job,
    JobStatus,
    Result,
    WorkRequest,
)
from network.work import MAX_ASSETS, MAX_UNITS, Unit, cut_pixels

MORE = WorkRequest(JOB, 1)


def test_server_that_has_nothing_in_hand_goes_at_once_when_it_is_to_go() -> None:
    bench = Bench("ab")
    bench.start()
    bench.ready("a", units=1)

    assert of(bench.core.drain_server("b", 0.0), do.Drained) == [do.Drained("b")]
    assert of(bench.core.drain_server("a", 0.0), do.Drained) == []
    assert of(bench.core.stop(0.0), do.Drained) == [do.Drained("a")]


def test_server_that_arrives_twice_is_one_server() -> None:
    core = make_client_core()
    core.server_arrived("g", "guest", WELCOME, 0.0)

    assert of(core.server_arrived("g", "guest", WELCOME, 1.0), do.ServerChanged) == []
    assert [x.uid for x in core.servers()] == ["g"]


def test_focus_changes_what_is_handed_out_next_and_needs_a_job() -> None:
    bench = Bench("a")
    assert bench.core.focus(Rectangle(24, 0, 1, 1), 0.0) == []
    bench.start(make_job(4))

    bench.core.focus(Rectangle(24, 0, 1, 1), 0.0)

    assert [x.unit for x in bench.ready("a", units=1)] == [3]


def test_words_of_a_server_that_does_not_take_part_any_more_change_nothing() -> None:
    bench = Bench("ab")
    bench.start()
    (assign,) = bench.ready("a", units=1)
    bench.say("a", JobStatus(JOB, "failed", 0.0, "no memory"))

    assert bench.say("a", WorkRequest(JOB, 5)) == []
    assert bench.say("a", result(assign), BAD) == []
    assert bench.phases()[0] is Phase.FAILED


def test_offences_without_a_job_end_the_link_and_are_no_failure_of_a_frame() -> None:
    bench = Bench("a")
    for _ in range(MAX_STRIKES):
        out = bench.say("a", Result(OTHER_JOB, 0, 0, 0.1), b"")

    assert of(out, do.Disconnect) == [
        do.Disconnect("a", "protocol", "sent Result for an unknown job")
    ]
    assert of(out, do.Happened) == []
    assert sent(out, EndJob) == []


def test_queued_server_is_left_when_as_many_as_may_are_busy() -> None:
    bench = Bench("abc", max_servers=1)
    bench.start()
    out = bench.say("a", JobStatus(JOB, "queued", 0.0, "somebody"))

    assert [x.server for x in sent(out, Job)] == ["b"]
    assert [x.server for x in sent(out, EndJob)] == ["a"]


def test_queued_server_keeps_its_place_when_nobody_else_is_there() -> None:
    bench = Bench("a", max_servers=1)
    bench.start()

    assert sent(bench.say("a", JobStatus(JOB, "queued", 0.0, "somebody")), EndJob) == []


# -- the list's order ---------------------------------------------------------------------------


def offered(bench: Bench) -> str:
    return "".join(x.uid for x in bench.core.servers() if x.offered)


def test_first_of_the_list_take_part_when_not_all_may() -> None:
    bench = Bench("abc", max_servers=2)
    bench.core.set_order(["c", "a", "b"], 0.0)

    assert [x.server for x in sent(bench.start(), Job)] == ["c", "a"]


def test_server_that_is_dragged_up_takes_over_and_nothing_is_lost() -> None:
    bench = Bench("abc", max_servers=1)
    bench.start()
    assigns = bench.ready("a", units=2)

    out = bench.core.set_order(["b", "a", "c"], 0.0)

    assert offered(bench) == "b"
    assert do.Send("a", EndJob(JOB)) in out
    assert [x.unit.index for x in of(out, do.Released)] == [x.unit for x in assigns]
    assert bench.ready("b", units=2) != []
    assert of(out, do.Happened) == []  # nobody failed


def test_order_of_those_that_work_takes_nothing_from_them() -> None:
    bench = Bench("abc", max_servers=2)
    bench.start()

    assert sent(bench.core.set_order(["b", "a", "c"], 0.0), EndJob) == []
    assert bench.core.set_order(["b", "a", "c"], 0.0) == []
    assert offered(bench) == "ba"


def test_last_ones_stop_when_fewer_may_work() -> None:
    bench = Bench("abc")
    bench.start()

    out = bench.core.set_max_servers(1, 0.0)

    assert [x.server for x in sent(out, EndJob)] == ["b", "c"]
    assert bench.core.set_max_servers(1, 0.0) == []


def test_later_server_steps_in_while_an_earlier_one_cannot() -> None:
    bench = Bench("abc", max_servers=1)
    bench.say("a", Availability(True, 4, "somebody works there"))
    bench.start()
    bench.core.set_order(["c", "a", "b"], 0.0)
    assert offered(bench) == "c"

    bench.core.link_down("c", "lost", "", 0.0)
    assert offered(bench) == "b"
    bench.link_up("c")
    assert offered(bench) == "b"  # whoever came back waits: two scenes sent for nothing cost more


def test_server_that_finishes_what_it_has_is_let_alone_by_a_new_order() -> None:
    bench = Bench("abc", max_servers=1)
    bench.start()
    bench.ready("a", units=1)
    bench.core.drain_server("a", 0.0)

    out = bench.core.set_order(["c", "b", "a"], 0.0)

    assert sent(out, EndJob) == []
    assert offered(bench) == "a"


def test_server_that_comes_later_has_its_place_after_the_list() -> None:
    bench = Bench("ab")
    bench.core.set_order(["b", "a", "nobody"], 0.0)
    bench.core.add_server("c", "node-c", 0.0)
    assert [x.uid for x in bench.core.servers()] == ["b", "a", "c"]

    bench.core.set_order(["c", "b"], 0.0)

    assert [x.uid for x in bench.core.servers()] == ["c", "b", "a"]
    assert [x.place for x in bench.core.servers()] == [0, 1, 2]


def test_first_of_the_list_are_told_first_when_all_may_work() -> None:
    bench = Bench("abc")
    bench.core.set_order(["c", "b", "a"], 0.0)

    assert [x.server for x in sent(bench.start(), Job)] == ["c", "b", "a"]


# -- engine classes -----------------------------------------------------------------------------


def join(bench: Bench, server: str, kind: str, *, local: bool = False) -> list:
    out = bench.core.add_server(server, f"node-{server}", 0.0, local=local)
    out += bench.core.link_up(server, replace_class(kind), 0.0)
    return out + bench.say(server, Canary(kind), PICTURE)


def replace_class(kind: str):
    return type(WELCOME)("node", "1.0", kind, 4, "instance")


def test_other_class_renders_the_frame_when_all_of_the_first_fail() -> None:
    bench = Bench("")
    join(bench, "a", "A")
    join(bench, "b", "A")
    join(bench, "c", "B")
    bench.start()
    assert bench.phases()[2] is Phase.DIFFERENT
    assigns = bench.ready("a", units=1)
    bench.say("a", result(assigns[0]), bytes(512))

    out = bench.say("a", JobStatus(JOB, "failed", 0.0, "no memory"))
    out += bench.say("b", JobStatus(JOB, "failed", 0.0, "no memory"))

    assert [x.server for x in sent(out, Job)] == ["c"]
    assert [x.server for x in of(out, do.Revoked)] == ["a"]
    assert bench.core.engine_class == "B"
    assert of(out, do.JobDone) == []


def test_resumed_frame_ends_when_nobody_has_its_class() -> None:
    bench = Bench("")
    join(bench, "a", "A")
    join(bench, "c", "B")
    bench.start(replace(make_job(), engine_class="A"))

    out = bench.say("a", JobStatus(JOB, "failed", 0.0, "no memory"))

    assert of(out, do.JobDone) == [do.JobDone(False, ())]


def test_server_that_was_left_out_is_idle_again_when_its_class_is_chosen() -> None:
    bench = Bench("")
    join(bench, "a", "A")
    join(bench, "b", "B")
    bench.start()
    assert bench.phases() == [Phase.SYNCING, Phase.DIFFERENT]

    join(bench, "own", "B", local=True)

    assert bench.phases() == [Phase.DIFFERENT, Phase.SYNCING, Phase.SYNCING]


# -- servers that are lent ----------------------------------------------------------------------


@pytest.mark.parametrize("how", ["failed", "different"])
def test_pause_of_a_server_that_is_out_anyway_says_nothing_new(how: str) -> None:
    bench = Bench("ab")
    if how == "different":
        bench.say("a", Canary("engine-a"), b"black")
    bench.start()
    if how == "failed":
        bench.say("a", JobStatus(JOB, "failed", 0.0, "no memory"))
    before = bench.phases()

    bench.say("a", Availability(True, 4, "busy"))
    assert bench.phases() == before
    out = bench.say("a", Availability(False, 4, ""))

    assert bench.phases() == before
    assert sent(out, Job) == []


def test_server_that_only_changes_its_threads_goes_on() -> None:
    bench = Bench("a")
    bench.start()

    assert sent(bench.say("a", Availability(False, 2, "")), Job) == []
    assert next(iter(bench.core.servers())).threads == 2


# -- jobs ---------------------------------------------------------------------------------------


def test_scene_with_too_many_files_is_refused_with_the_number() -> None:
    job = make_job()

    with pytest.raises(ValueError, match=str(MAX_ASSETS)):
        replace(job, assets=job.assets * (MAX_ASSETS + 1))
    with pytest.raises(ValueError, match=str(MAX_UNITS)):
        replace(job, units=())


def test_part_is_cut_out_of_the_rows_of_its_unit() -> None:
    whole = Unit(0, 8, 4, 4, 3, 0, 1)
    payload = bytes(range(4 * 3))

    assert cut_pixels(payload, whole, Unit(1, 9, 5, 2, 2, 0, 1), 1) == bytes([5, 6, 9, 10])
    assert cut_pixels(payload, whole, whole, 1) == payload


def test_parts_of_a_bucket_are_put_into_the_film_from_the_result_of_the_whole() -> None:
    bench = Bench("ab")
    bench.start(replace(make_job(2), grain_px=4))
    (first,) = bench.ready("a", units=1)
    bench.pass_time(0.5)
    bench.say("a", result(first), bytes(512))
    ((_, whole),) = ((x.server, x.message) for x in sent(bench.say("a", MORE), Assign))
    assert [x.width for x in bench.ready("b", units=1)] == [4]

    out = bench.say("a", result(whole), bytes(range(256)) * 2)

    commits = of(out, do.Commit)
    assert [(x.unit.x, x.unit.width) for x in commits] == [(8, 4), (12, 4)]
    assert commits[1].payload[:32] == bytes(range(32, 64))
    assert of(out, do.JobDone) == [do.JobDone(True, ())]


def test_word_that_means_nothing_to_a_client_changes_nothing() -> None:
    bench = Bench("a")
    bench.start()

    assert bench.say("a", EndJob(JOB)) == []
