"""Test pictures and engine classes: who may render a frame, and who is left out."""

from dataclasses import replace

import pytest
from job_builder import CANARY, JOB, PICTURE, WELCOME, make_client_core, make_job

from network import instructions as do
from network.instructions import Phase
from network.messages import Assign, Canary, EndJob, Job, JobStatus, Result, WorkRequest

PIXELS = bytes(8 * 8 * 2 * 4)


class Farm:
    """A client core and servers, each with its engine class and its test picture."""

    def __init__(self) -> None:
        self.core = make_client_core()

    def add(
        self, server: str, kind: str = "A", picture: bytes = PICTURE, *, local: bool = False
    ) -> list:
        self.core.add_server(server, f"node-{server}", 0.0, local=local)
        self.core.link_up(server, WELCOME, 0.0)
        return self.send_canary(server, kind, picture)

    def send_canary(self, server: str, kind: str = "A", picture: bytes = PICTURE) -> list:
        return self.core.message(server, Canary(kind), picture, 0.0)

    def start(self, units: int = 30, **changes: object) -> list:
        return self.core.start(replace(make_job(units), **changes), 0.0)

    def ready(self, server: str, units: int = 2) -> list[Assign]:
        out = self.core.message(server, JobStatus(JOB, "ready", 1.0, ""), b"", 0.0)
        out += self.core.message(server, WorkRequest(JOB, units), b"", 0.0)
        return [x.message for x in sent(out, Assign)]

    def deliver(self, server: str, assign: Assign) -> list:
        message = Result(JOB, assign.unit, assign.lease, 0.5)
        return self.core.message(server, message, PIXELS, 0.0)

    def offered(self) -> list[str]:
        return [x.uid for x in self.core.servers() if x.offered]

    def phase(self, server: str) -> Phase:
        return next(x.phase for x in self.core.servers() if x.uid == server)

    def detail(self, server: str) -> str:
        return next(x.detail for x in self.core.servers() if x.uid == server)


def sent(orders: list, kind: type) -> list[do.Send]:
    return [x for x in orders if isinstance(x, do.Send) and isinstance(x.message, kind)]


def revoked(orders: list) -> list[tuple[str, int]]:
    return [(x.server, x.unit.index) for x in orders if isinstance(x, do.Revoked)]


def incidents(orders: list) -> list[str]:
    return [x.what for x in orders if isinstance(x, do.Happened)]


# -- test pictures ------------------------------------------------------------------------------


def test_server_with_a_wrong_test_picture_is_not_used() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b", picture=b"black")

    farm.start()

    assert farm.offered() == ["a"]
    assert farm.phase("b") is Phase.DIFFERENT
    assert "it is black; install the same Bucket Brigade" in farm.detail("b")


def test_server_whose_picture_differs_from_most_of_its_class_is_not_used() -> None:
    farm = Farm()
    farm.add("a", picture=b"right, but another")
    assert farm.phase("a") is Phase.IDLE  # nobody to compare with
    farm.add("b")
    assert farm.phase("b") is Phase.DIFFERENT  # one against one: the first is believed
    assert "node-a" in farm.detail("b")

    farm.add("c")

    assert [farm.phase(x) for x in "abc"] == [Phase.DIFFERENT, Phase.IDLE, Phase.IDLE]


def test_own_server_is_believed_before_all_others() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b")

    farm.add("own", picture=b"right, but another", local=True)

    assert [x.uid for x in farm.core.servers() if x.phase is Phase.DIFFERENT] == ["a", "b"]


def test_own_server_is_believed_even_if_others_sent_the_same_before() -> None:
    """Found by the simulation (seed 54309): it is gone when another one turns wrong."""
    farm = Farm()
    farm.add("a")
    farm.add("own", local=True)
    farm.core.link_down("own", "lost", "", 0.0)

    farm.send_canary("a", picture=b"right, but another")

    assert farm.phase("a") is Phase.DIFFERENT


def test_pictures_of_different_classes_need_to_be_alike_only() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b")
    farm.add("c", "B", b"right by other bits")
    farm.add("d", "C", b"right but green")

    assert [farm.phase(x) for x in "abc"] == [Phase.IDLE] * 3
    assert farm.phase("d") is Phase.DIFFERENT
    assert "it is green" in farm.detail("d")


def test_server_that_sent_no_test_picture_gets_no_bucket() -> None:
    farm = Farm()
    farm.core.add_server("a", "node-a", 0.0)
    farm.core.link_up("a", WELCOME, 0.0)
    farm.start()

    out = farm.core.message("a", JobStatus(JOB, "ready", 1.0, "A"), b"", 0.0)

    assert farm.phase("a") is Phase.FAILED
    assert "no test picture" in incidents(out)[0]


def test_picture_of_an_earlier_link_does_not_count() -> None:
    farm = Farm()
    farm.add("a")
    farm.core.link_down("a", "lost", "", 0.0)
    farm.core.retry_now("a", 0.0)
    farm.core.link_up("a", WELCOME, 0.0)

    assert [x.canary for x in farm.core.servers()] == [b""]


def test_server_that_turns_wrong_during_the_frame_loses_all_that_it_did() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b")
    farm.start()
    first, second = farm.ready("b")
    farm.deliver("b", first)

    out = farm.send_canary("b", picture=b"black")  # its render process was restarted

    assert revoked(out) == [("b", first.unit)]
    assert [x.unit.index for x in out if isinstance(x, do.Released)] == [second.unit]
    assert [x.server for x in sent(out, EndJob)] == ["b"]
    assert "renders differently" in incidents(out)[0]
    assert [x.unit for x in farm.ready("a")] == [first.unit, second.unit]


def test_server_that_is_right_again_is_used_again() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b", picture=b"black")
    farm.start()

    out = farm.send_canary("b")

    assert [x.server for x in sent(out, Job)] == ["b"]


def test_job_ends_when_nobody_is_left_who_renders_right() -> None:
    farm = Farm()
    farm.add("a", picture=b"black")

    out = farm.start()

    assert [x for x in out if isinstance(x, do.JobDone)] == [do.JobDone(False, ())]


def test_job_waits_for_a_right_server_that_is_out_of_reach() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b", picture=b"black")
    farm.start()
    farm.ready("a")

    out = farm.core.link_down("a", "lost", "", 0.0)

    assert not [x for x in out if isinstance(x, do.JobDone)]


def test_job_waits_for_servers_out_of_reach_when_those_in_reach_are_odd() -> None:
    """Found by the simulation (seed 14953)."""
    farm = Farm()
    farm.core.add_server("a", "node-a", 0.0)
    farm.core.link_down("a", "refused", "", 0.0)
    farm.add("b", picture=b"black")

    out = farm.start()

    assert not [x for x in out if isinstance(x, do.JobDone)]


# -- engine classes -----------------------------------------------------------------------------


def test_frame_uses_the_class_of_most_servers() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.add("b", "B")
    farm.add("c", "B")

    out = farm.start()

    assert farm.offered() == ["b", "c"]
    assert farm.core.engine_class == "B"
    assert farm.phase("a") is Phase.DIFFERENT
    assert "--mix-engines" in farm.detail("a")
    assert incidents(out) == [f"renders differently: {farm.detail('a')}"]


def test_frame_uses_the_class_of_this_computer() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.add("b", "A")
    farm.add("own", "B", local=True)

    farm.start()

    assert farm.offered() == ["own"]


def test_frame_that_may_mix_engines_uses_all() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.add("b", "B")

    farm.start(mix_engines=True)

    assert farm.offered() == ["a", "b"]
    assert farm.core.engine_class == ""


def test_frame_that_is_resumed_uses_the_class_that_began_it() -> None:
    farm = Farm()
    farm.add("own", "B", local=True)
    farm.add("a", "A")

    farm.start(engine_class="A")

    assert farm.offered() == ["a"]
    assert farm.phase("own") is Phase.DIFFERENT


def test_server_of_another_class_leaves_a_resumed_frame_whose_own_is_not_back_yet() -> None:
    farm = Farm()
    farm.core.add_server("a", "node-a", 0.0)
    farm.core.add_server("b", "node-b", 0.0)
    farm.start(engine_class="A")
    farm.core.link_up("b", WELCOME, 0.0)
    assert farm.offered() == ["b"]  # its class is not known before its test picture

    farm.send_canary("b", "B")

    assert farm.phase("b") is Phase.DIFFERENT
    assert farm.offered() == []
    assert farm.ready("b") == []


def test_frame_that_is_resumed_renders_what_lacks() -> None:
    farm = Farm()
    farm.add("a", "A")

    farm.start(units=4, engine_class="A", done_by=("gone", "a", "gone"))

    assert [x.unit for x in farm.ready("a", 4)] == [0]


def test_frame_that_is_resumed_whole_is_complete_at_once() -> None:
    farm = Farm()

    out = farm.start(units=2, engine_class="A", done_by=("gone", "gone"))

    assert [x for x in out if isinstance(x, do.JobDone)] == [do.JobDone(True, ())]


def test_what_a_server_did_before_is_rendered_again_when_it_is_out() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.add("b", "A")
    farm.start(units=4, engine_class="A", done_by=("gone", "b", "b"))

    assert revoked(farm.send_canary("b", "A", b"black")) == [("b", 2), ("b", 3)]


def test_job_with_more_done_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="more units are done"):
        replace(make_job(2), done_by=("a", "b", "c"))


def test_frame_begins_again_when_a_better_class_turns_up_early() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.start(units=30)
    first, second = farm.ready("a")
    farm.deliver("a", first)

    out = farm.add("own", "B", local=True)

    assert revoked(out) == [("a", first.unit)]
    assert farm.offered() == ["own"]
    assert {x.unit for x in farm.ready("own")} == {first.unit, second.unit}


def test_frame_keeps_its_class_when_much_is_done() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.start(units=4)
    farm.deliver("a", farm.ready("a")[0])

    out = farm.add("own", "B", local=True)

    assert revoked(out) == []
    assert farm.offered() == ["a"]
    assert farm.phase("own") is Phase.DIFFERENT


def test_pixels_of_the_other_class_are_dropped_though_their_server_is_gone() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.start(units=30)
    lease = farm.ready("a")[0]
    farm.deliver("a", lease)
    farm.core.remove_server("a", 0.0)

    assert revoked(farm.add("b", "B")) == [("a", lease.unit)]


def test_one_class_more_does_not_change_a_tie() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.start()
    farm.add("b", "B")

    assert farm.offered() == ["a"]


def test_servers_that_were_left_out_are_idle_after_the_frame() -> None:
    farm = Farm()
    farm.add("a", "A")
    farm.add("b", "B")
    farm.start()

    farm.core.stop(0.0)

    assert [farm.phase(x) for x in "ab"] == [Phase.IDLE, Phase.IDLE]


def test_odd_servers_stay_odd_after_the_frame() -> None:
    farm = Farm()
    farm.add("a")
    farm.add("b", picture=b"black")
    farm.start()

    farm.core.stop(0.0)

    assert farm.phase("b") is Phase.DIFFERENT
    assert farm.core.message("b", CANARY, b"black", 1.0) is not None
