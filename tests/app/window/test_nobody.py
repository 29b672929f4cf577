"""What happens when no server is left during a render."""

import pytest
from PySide6.QtCore import Qt

from app.servers.reach_rules import Reach
from app.servers.server_list import LOCAL_UID
from app.values.session_types import ServerState
from app.window.render_controller import RenderState

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize(
    ("states", "alone"),
    [
        ([ServerState.RENDERING], False),
        ([ServerState.LOST], True),
        ([ServerState.LOST, ServerState.CONNECTING], True),
        ([ServerState.LOST, ServerState.CONNECTING, ServerState.IDLE], False),
        ([ServerState.CONNECTING], False),
        ([ServerState.STARTING], False),
        ([ServerState.PAUSED], True),
        ([ServerState.QUEUED], False),
        ([ServerState.FAILED], True),
    ],
)
def test_server_that_is_tried_again_is_as_far_away_as_before(states, alone):
    reach = Reach()
    for state in states:
        reach.note("a", state)

    assert reach.is_nobody_left({"a"}) is alone


def test_one_server_in_reach_is_enough():
    reach = Reach()
    reach.note("a", ServerState.LOST)
    reach.note("b", ServerState.IDLE)

    assert not reach.is_nobody_left({"a", "b"})
    assert reach.is_nobody_left({"a"})
    assert reach.is_nobody_left(set())


def test_only_coming_and_going_is_news():
    reach = Reach()
    states = [ServerState.RENDERING, ServerState.LOST, ServerState.CONNECTING, ServerState.LOST]

    news = [reach.note("a", state) for state in [*states, ServerState.IDLE, ServerState.RENDERING]]

    assert news == [False, True, False, False, True, False]


@pytest.fixture
def alone(qtbot, window, session):
    """A render on one remote server, which is lost; this computer is not ticked."""
    dialog = window.servers.open_add(window)
    dialog.address.setText("studio-1")
    dialog.accept()
    uid = window.servers.model.entries[-1].uid
    window.servers.set_enabled([LOCAL_UID], False)
    qtbot.mouseClick(window.empty_view.render_button, Qt.MouseButton.LeftButton)
    session.begin()
    session.set_state(uid, ServerState.RENDERING)
    session.set_state(uid, ServerState.LOST)
    window.nobody.ask()  # the timer is not waited for
    return window, uid


def test_window_asks_once_when_nobody_is_left(alone, session):
    window, uid = alone
    assert window.nobody.dialog.isVisible()
    assert not window.nobody.dialog.isModal()

    window.nobody.dialog.wait_button.click()
    session.set_state(uid, ServerState.CONNECTING)
    session.set_state(uid, ServerState.TIMED_OUT)

    assert not window.nobody.dialog.isVisible()
    assert session.stops == 0


def test_question_goes_when_a_server_is_back(alone, session):
    window, uid = alone

    session.set_state(uid, ServerState.IDLE)

    assert not window.nobody.dialog.isVisible()


def test_this_computer_renders_the_rest_when_asked_to(alone, session):
    window, _uid = alone

    window.nobody.dialog.here_button.click()

    assert [e.enabled for e in session.entries if e.local] == [True]
    assert not window.nobody.dialog.isVisible()


def test_frame_is_stopped_when_asked_to(alone, session):
    window, _uid = alone

    window.nobody.dialog.stop_button.click()

    assert session.stops == 1


def test_nobody_is_asked_between_renders(alone, session):
    window, _uid = alone
    window.nobody.dialog.stop_button.click()
    session.finish(complete=False)
    window.nobody.ask()

    assert window.render_control.state is RenderState.IDLE
    assert not window.nobody.dialog.isVisible()
