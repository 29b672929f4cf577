"""What is worth a toast, and when."""

import pytest

from app.window.toasts import FAILURES_EVERY_S, Toasts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Desk:
    def __init__(self):
        self.shown = []
        self.in_front = False
        self.now_s = 100.0
        self.toasts = Toasts(
            lambda title, text: self.shown.append((title, text)),
            lambda: self.in_front,
            lambda: self.now_s,
        )


@pytest.fixture
def desk(qapp):
    return Desk()


def test_failures_make_one_toast_a_minute(desk):
    desk.toasts.tell_failures("studio-1: connection lost")
    desk.now_s += FAILURES_EVERY_S - 1
    desk.toasts.tell_failures("studio-1 and studio-2 failed")
    desk.toasts.tell_failures("")
    assert desk.shown == [("Render servers", "studio-1: connection lost")]

    desk.now_s += 2
    desk.toasts.tell_failures("studio-3: connection lost")
    assert len(desk.shown) == 2


def test_nothing_is_shown_while_the_window_is_in_front_or_silence_is_wanted(desk):
    desk.in_front = True
    desk.toasts.tell_failures("studio-1: connection lost")
    desk.toasts.tell_problem("disk full")
    desk.in_front = False
    desk.toasts.set_wanted(False)
    desk.toasts.tell_problem("disk full")
    assert desk.shown == []

    desk.toasts.set_wanted(True)
    desk.toasts.tell_failures("studio-1: connection lost")  # what was not shown costs no minute
    assert len(desk.shown) == 1


def test_end_of_a_frame_is_told_when_the_window_is_behind(window, session):
    shown = []
    window.toasts._show = lambda title, text: shown.append((title, text))
    window.toasts._in_front = lambda: False
    window.start_render()
    session.begin()
    session.lose("local", "This computer")
    session.finish()

    assert shown[-1] == ("Render finished", "135 of 135 buckets in 12 s")


def test_silence_is_chosen_in_the_menu_and_remembered(window):
    action = window.actions_by_key["toasts"]
    assert action.isChecked()
    assert window.toasts.wanted

    action.trigger()

    assert not window.toasts.wanted
    assert not window.store.preferences.toasts
