import pytest

from app.headless.reachability import UNREACHABLE_LIMIT_S, Reachability
from app.values.session_types import ServerState, ServerStatus

NAMES = {"a": "studio-1", "b": "studio-2"}


def make(*states: ServerState) -> Reachability:
    """Servers a, b, … that told these states, watched since second 100."""
    uids = "ab"[: len(states)]
    reachability = Reachability(uids, 100.0)
    for uid, state in zip(uids, states, strict=True):
        reachability.note(ServerStatus(uid, state))
    return reachability


def test_client_gives_up_after_the_limit_when_nobody_was_reached():
    reachability = make(ServerState.REFUSED, ServerState.TIMED_OUT)

    assert not reachability.is_hopeless(100.0 + UNREACHABLE_LIMIT_S - 0.1)
    assert reachability.is_hopeless(100.0 + UNREACHABLE_LIMIT_S)


def test_client_gives_up_at_once_when_waiting_cannot_help():
    assert make(ServerState.WRONG_KEY, ServerState.WRONG_VERSION).is_hopeless(100.1)
    assert not make(ServerState.WRONG_KEY, ServerState.REFUSED).is_hopeless(100.1)


@pytest.mark.parametrize("state", [ServerState.IDLE, ServerState.QUEUED, ServerState.FAILED])
def test_client_waits_for_ever_once_a_server_was_reached(state):
    reachability = make(ServerState.WRONG_KEY, state)

    reachability.note(ServerStatus("b", ServerState.LOST))

    assert not reachability.is_hopeless(10_000.0)


def test_client_waits_while_a_first_attempt_is_under_way():
    assert not make(ServerState.REFUSED, ServerState.CONNECTING).is_hopeless(10_000.0)


def test_a_new_attempt_does_not_hide_that_the_last_one_failed():
    reachability = make(ServerState.REFUSED)

    reachability.note(ServerStatus("a", ServerState.CONNECTING))

    assert reachability.is_hopeless(100.0 + UNREACHABLE_LIMIT_S)


def test_explanation_names_each_server_and_the_way_out():
    text = make(ServerState.REFUSED, ServerState.WRONG_KEY).explain(NAMES, 130.0)

    for words in ("within 30 s", "studio-1: refused", "studio-2: wrong key", "brigade test"):
        assert words in text
    assert "within" not in make(ServerState.WRONG_KEY).explain(NAMES, 100.2)
