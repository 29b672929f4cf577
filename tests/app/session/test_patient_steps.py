"""Long work in steps: short work at once, long work a little each turn, nothing twice."""

import pytest

from app.session.patient_steps import AT_ONCE, BUDGET_S, PatientSteps


class Rig:
    def __init__(self):
        self.now_s = 0.0
        self.done = []
        self.steps = PatientSteps(clock=lambda: self.now_s)

    def work(self, name, count, takes_s=0.0):
        for number in range(count):
            self.now_s += takes_s
            self.done.append((name, number))
            yield


@pytest.fixture
def rig(qapp):
    made = Rig()
    yield made
    made.steps.drop()


def test_short_work_is_done_at_once_however_long_it_takes(rig):
    rig.steps.begin(rig.work("a", AT_ONCE - 1, takes_s=10.0))

    assert len(rig.done) == AT_ONCE - 1
    assert not rig.steps.busy


def test_long_work_is_done_a_little_each_turn(rig, qtbot):
    began_s = rig.now_s
    rig.steps.begin(rig.work("a", 3 * AT_ONCE, takes_s=BUDGET_S / 2))

    assert len(rig.done) == AT_ONCE
    rig.steps._go_on()
    assert len(rig.done) == AT_ONCE + 2
    assert rig.now_s == pytest.approx(began_s + (AT_ONCE + 2) * BUDGET_S / 2)
    qtbot.waitUntil(lambda: not rig.steps.busy)
    assert rig.done == [("a", number) for number in range(3 * AT_ONCE)]


def test_what_is_left_is_given_up_when_something_else_begins(rig, qtbot):
    rig.steps.begin(rig.work("a", 1000))
    rig.steps.begin(rig.work("b", 100))

    qtbot.waitUntil(lambda: not rig.steps.busy)
    assert [name for name, _ in rig.done].count("a") == AT_ONCE
    assert [name for name, _ in rig.done].count("b") == 100


def test_all_is_done_when_finish_returns(rig):
    rig.steps.begin(rig.work("a", 1000))
    rig.steps.finish()

    assert len(rig.done) == 1000
    assert not rig.steps.busy


def test_a_step_may_begin_something_else(rig):
    def restless():
        rig.steps.begin(rig.work("b", 3))
        yield

    rig.steps.begin(restless())

    assert rig.done == [("b", 0), ("b", 1), ("b", 2)]
    assert not rig.steps.busy
