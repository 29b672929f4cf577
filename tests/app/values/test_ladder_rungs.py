import pytest

from app.values.ladder import RUNGS, judge, login_steps, render_steps
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
