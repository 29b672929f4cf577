"""The wishes of the person at a server's computer, on their way to its front."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.serving.lending import Lending
from app.serving.lending_file import load_wish
from app.serving.server_tray import why_no_window
from app.system.idle_time import NoIdleClockError
from app.values.lending_rules import AWAY_S, LendingWish
from app.widgets.lending_window import LendingWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class FakeFront:
    def __init__(self) -> None:
        self.serving = ""
        self.lent: list[tuple[bool, str]] = []
        self.workers: list[tuple[int, str]] = []

    def lend(self, *, paused: bool, why: str) -> None:
        self.lent.append((paused, why))

    def set_worker(self, *, threads: int, priority: str) -> None:
        self.workers.append((threads, priority))


class Rig:
    def __init__(self, folder) -> None:
        self.front = FakeFront()
        self.idle_s = 0.0
        self.path = folder / "server.toml"
        wish = LendingWish(threads=4)
        self.lending = Lending(self.front, wish, self.path, lambda: lambda: self.idle_s)
        self.states: list[tuple] = []
        self.problems: list[str] = []
        self.lending.changed.connect(lambda *state: self.states.append(state))
        self.lending.problem.connect(self.problems.append)
        self.lending.start()

    def wish(self, **changes) -> None:
        self.lending.set_wish(replace(self.lending.wish, **changes))


@pytest.fixture
def rig(tmp_path, qapp):
    return Rig(tmp_path)


def test_everything_is_lent_at_the_start(rig):
    assert rig.front.lent == [(False, "")]
    assert rig.front.workers == [(4, "low")]
    assert rig.states == [(LendingWish(threads=4), "", "")]


def test_pause_counts_at_once_and_is_told_once(rig):
    rig.lending.set_paused(True)
    rig.lending.look()

    assert rig.front.lent[1:] == [(True, "paused by its user")]
    assert rig.states[-1][1] == "paused by its user"

    rig.lending.set_paused(False)
    assert rig.front.lent[2:] == [(False, "")]


def test_somebody_who_comes_back_has_the_computer(rig):
    rig.idle_s = AWAY_S + 1.0
    rig.wish(pause_while_used=True)
    assert rig.front.lent[-1] == (False, "")

    rig.idle_s = 0.1
    rig.lending.look()
    assert rig.front.lent[-1] == (True, "somebody works there")
    rig.idle_s = AWAY_S
    rig.lending.look()

    assert rig.front.lent[-1] == (False, "")


def test_system_that_cannot_tell_says_so_and_goes_on(tmp_path, qapp):
    def refuse():
        raise NoIdleClockError("Wayland does not tell")

    front, problems = FakeFront(), []
    lending = Lending(front, LendingWish(threads=2), tmp_path / "server.toml", refuse)
    lending.problem.connect(problems.append)

    lending.set_wish(LendingWish(threads=2, pause_while_used=True))

    assert problems == ["Wayland does not tell"]
    assert not lending.wish.pause_while_used
    assert front.lent[-1] == (False, "")


def test_threads_are_changed_when_the_field_rests(rig, qtbot):
    for threads in (3, 2, 1):
        rig.wish(threads=threads)
    assert rig.front.workers == [(4, "low")]

    qtbot.waitUntil(lambda: len(rig.front.workers) == 2)

    assert rig.front.workers[1] == (1, "low")
    assert load_wish(rig.path, 4).threads == 1


def test_window_says_for_whom_it_renders(rig, qtbot):
    said = []
    rig.lending.serving_changed.connect(said.append)
    rig.front.serving = "mira"
    rig.lending.look()
    rig.lending.look()

    assert said == ["mira"]


# -- the window -----------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot):
    window = LendingWindow("studio-2", "0.0.0.0, port 20727", 8, in_tray=True)
    qtbot.addWidget(window)
    window.show()
    return window


def test_window_names_the_state_in_words(window):
    wish = LendingWish(threads=8)
    window.show_state(wish, "", "")
    assert window.summary == "Ready to render"
    window.show_serving("mira")
    assert window.summary == "Renders for mira"
    window.show_state(wish, "somebody works there", "goes on 5 min after the last key")
    assert window.summary == "Paused while someone works here"
    assert window.detail.text() == "Goes on 5 min after the last key"
    window.show_state(replace(wish, paused=True), "paused by its user", "")
    assert window.summary == "Paused"
    assert window.pause_button.text() == "Go on"


def test_fields_of_the_window_are_wishes(window, qtbot):
    window.show_state(LendingWish(threads=8), "", "")
    with qtbot.waitSignal(window.wish_requested) as wish:
        window.pause_button.click()
    assert wish.args[0].paused
    with qtbot.waitSignal(window.wish_requested) as wish:
        window.threads.setValue(3)
    assert wish.args[0].threads == 3
    with qtbot.waitSignal(window.wish_requested) as wish:
        window.priority.setCurrentIndex(2)
    assert wish.args[0].priority == "lowest"
    with qtbot.waitSignal(window.wish_requested) as wish:
        window.while_used.click()
    assert wish.args[0].pause_while_used


def test_pause_key_works_after_every_new_text_of_its_button(window, qtbot):
    wish = LendingWish(threads=8)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for paused in (True, False, True):
        with qtbot.waitSignal(window.wish_requested) as asked:
            qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        assert asked.args[0].paused is paused
        window.show_state(replace(wish, paused=paused), "", "")


def test_showing_a_state_asks_for_nothing(window, qtbot):
    with qtbot.assertNotEmitted(window.wish_requested):
        window.show_state(LendingWish(True, 2, "lowest", True), "paused by its user", "")


def test_closing_hides_into_the_tray_and_ends_without_one(window, qtbot):
    with qtbot.assertNotEmitted(window.stop_requested):
        window.close()
    assert not window.isVisible()

    alone = LendingWindow("studio-2", "", 8, in_tray=False)
    qtbot.addWidget(alone)
    with qtbot.waitSignal(alone.stop_requested):
        alone.close()


def test_log_of_the_window_has_an_end(window):
    for number in range(600):
        window.add_log(f"line {number}")

    assert window.log.blockCount() == 500
    assert window.log.toPlainText().endswith("line 599")


@pytest.mark.parametrize(
    ("system", "environment", "is_fine"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_tray_is_refused_where_there_is_no_screen(system, environment, is_fine):
    assert (why_no_window(system, environment) == "") is is_fine
