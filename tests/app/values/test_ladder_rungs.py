import errno

import pytest

from app.values.ladder import RUNGS, judge, judge_tcp, login_steps, render_steps, steps_below
from app.values.session_types import ServerState, ServerStatus

WORKING = {
    ServerState.NOT_TESTED, ServerState.RESOLVING, ServerState.STARTING, ServerState.CONNECTING,
    ServerState.IDLE, ServerState.QUEUED, ServerState.SYNCING, ServerState.OPENING,
    ServerState.RENDERING, ServerState.SAME, ServerState.DISABLED,
}  # fmt: skip


@pytest.mark.parametrize("state", list(ServerState))
def test_every_state_is_a_failed_rung_with_a_way_out_or_none(state):
    step = judge(ServerStatus("a", state, detail="because"), 20727)

    if state in WORKING:
        assert step is None
    else:
        assert step.name in RUNGS
        assert not step.ok
        assert step.detail == "because"
        assert step.fix
        assert "{" not in step.fix


def test_peer_that_speaks_no_tls_fails_at_that_rung():
    status = ServerStatus("a", ServerState.LOST, detail="the TLS handshake failed (wrong version)")

    assert judge(status, 8080).name == "TLS"
    assert "8080" in judge(status, 8080).fix


def test_rungs_that_passed_come_in_their_order():
    steps = (*login_steps(ServerStatus("a", version="1"), "1"), *render_steps("t", 2_000_000, 1.0))
    places = [RUNGS.index(step.name) for step in steps]

    assert all(step.ok and not step.fix for step in steps)
    assert places == sorted(places)
    assert "2.00 Msamples/s" in steps[-1].detail


@pytest.mark.parametrize(
    ("number", "way_out"),
    [
        (errno.ECONNREFUSED, "brigade server --lan"),
        (None, "firewall must let TCP port 4711 in"),
        (errno.EHOSTUNREACH, "switch that computer on"),
        (errno.ENETUNREACH, "same network"),
    ],
)
def test_connection_that_fails_has_the_way_out_of_its_reason(number, way_out):
    error = OSError(number, "why") if number else TimeoutError()
    step = judge_tcp(error, 4711)

    assert (step.name, step.ok) == ("TCP", False)
    assert step.detail == f"port 4711: {'why' if number else 'no answer'}"
    assert way_out in step.fix


def test_who_fails_at_the_login_has_climbed_tls():
    below = {
        state: [step.name for step in steps_below(judge(ServerStatus("a", state), 20727))]
        for state in (ServerState.WRONG_KEY, ServerState.WRONG_VERSION, ServerState.REFUSED)
    }

    assert below == {
        ServerState.WRONG_KEY: ["TLS"],
        ServerState.WRONG_VERSION: ["TLS"],
        ServerState.REFUSED: [],
    }
