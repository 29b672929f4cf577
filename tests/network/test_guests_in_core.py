"""Servers that came by themselves: the client core never connects to them."""

import pytest
from job_builder import make_client_core

from network import instructions as do
from network.instructions import Phase
from network.messages import Welcome

WELCOME = Welcome("node-7", "0.1.0", "tracer1", 4, "f00d", b"")


@pytest.fixture
def core():
    return make_client_core()


def kinds(out):
    return [type(order) for order in out]


def test_server_that_arrives_is_linked_at_once_and_never_connected(core):
    out = core.server_arrived("guest", "node-7", WELCOME, 0.0)

    assert do.Connect not in kinds(out)
    assert core.servers()[0].linked
    assert core.servers()[0].phase is Phase.IDLE


def test_lost_guest_is_waited_for_not_dialled(core):
    core.server_arrived("guest", "node-7", WELCOME, 0.0)
    out = core.link_down("guest", "lost", "gone", 1.0)
    out += core.tick(100.0)
    out += core.retry_now("guest", 101.0)

    assert do.Connect not in kinds(out)
    [record] = core.servers()
    assert record.phase is Phase.LOST
    assert "by itself" in record.detail


def test_guest_that_comes_again_is_the_same_server(core):
    core.server_arrived("guest", "node-7", WELCOME, 0.0)
    core.link_down("guest", "lost", "gone", 1.0)
    core.server_arrived("guest", "node-7", WELCOME, 2.0)

    [record] = core.servers()
    assert record.linked
    assert record.phase is Phase.IDLE


def test_row_that_reaches_a_server_of_another_row_is_tried_again_after_a_minute(core):
    core.add_server("row", "studio-2", 0.0)
    core.link_down("row", "same", "the same server as node-7", 1.0)

    [record] = core.servers()
    assert record.phase is Phase.SAME
    assert record.retry_at_s >= 61.0
