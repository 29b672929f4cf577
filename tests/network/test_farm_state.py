"""When a job is given up because nobody is left for it, and when it is worth waiting."""

from dataclasses import replace

import msgspec
import pytest
from job_builder import JOB, PICTURE, WELCOME, make_client_core, make_job

from network import instructions as do
from network.client_core import ClientCore
from network.messages import Canary, JobStatus


def add(core: ClientCore, server: str, picture: bytes = PICTURE) -> list:
    out = core.add_server(server, server, 0.0)
    out += core.link_up(server, WELCOME, 0.0)
    return out + core.message(server, Canary("A"), picture, 0.0)


def say(core: ClientCore, server: str, state: str) -> list:
    return core.message(server, JobStatus(JOB, state, 0.0, "no reason"), b"", 0.0)


def is_given_up(out: list) -> bool:
    return any(isinstance(x, do.JobDone) and not x.complete for x in out)


def make_core_with_one_odd_server() -> ClientCore:
    core = make_client_core()
    add(core, "able")
    add(core, "odd", b"black")
    core.start(make_job(4), 0.0)
    return core


def test_job_waits_when_the_row_of_its_only_able_server_is_edited() -> None:
    core = make_core_with_one_odd_server()
    say(core, "able", "opening")

    assert not is_given_up(core.remove_server("able", 0.0))
    assert not is_given_up(add(core, "able"))

    assert core.job is not None
    assert [x.uid for x in core.servers() if x.offered] == ["able"]


def test_job_waits_when_an_unreachable_server_is_taken_out_to_be_edited() -> None:
    core = make_core_with_one_odd_server()
    core.link_down("able", "lost", "", 0.0)

    assert not is_given_up(core.remove_server("able", 0.0))


def test_job_is_given_up_when_the_edited_server_fails_after_all() -> None:
    core = make_core_with_one_odd_server()
    core.remove_server("able", 0.0)
    add(core, "able")

    assert is_given_up(say(core, "able", "failed"))


def test_job_waits_for_lost_servers_when_one_that_had_it_open_was_taken_out() -> None:
    core = make_client_core()
    for server in ("opened", "failing", "lost"):
        add(core, server)
    core.start(make_job(4), 0.0)
    say(core, "opened", "ready")
    core.remove_server("opened", 0.0)
    add(core, "opened")
    core.link_down("lost", "lost", "", 0.0)
    core.link_down("opened", "lost", "", 0.0)

    assert not is_given_up(say(core, "failing", "failed"))


def test_job_is_given_up_when_a_server_that_came_by_itself_leaves_the_rest_failed() -> None:
    core = make_client_core()
    core.server_arrived("guest", "guest", WELCOME, 0.0)
    core.message("guest", Canary("A"), PICTURE, 0.0)
    add(core, "odd", b"black")
    core.start(make_job(4), 0.0)

    assert is_given_up(core.remove_server("guest", 0.0))


@pytest.mark.parametrize("guests", [False, True])
def test_resumed_job_waits_for_its_engine_class_only_when_servers_may_dial_in(guests: bool) -> None:
    core = make_client_core()
    core.start(replace(make_job(4), engine_class="B", guests=guests), 0.0)

    assert is_given_up(add(core, "other")) != guests
    if guests:
        welcome = msgspec.structs.replace(WELCOME, engine_class="B")
        core.server_arrived("guest", "guest", welcome, 0.0)
        assert [x.uid for x in core.servers() if x.offered] == ["guest"]


@pytest.mark.parametrize("guests", [False, True])
def test_job_that_no_server_can_open_is_given_up_whoever_may_dial_in(guests: bool) -> None:
    core = make_client_core()
    add(core, "able")
    core.start(replace(make_job(4), guests=guests), 0.0)

    assert is_given_up(say(core, "able", "failed"))
