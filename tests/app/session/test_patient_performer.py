import pytest

from app.session.patient_performer import BUDGET_S, PatientPerformer


class Step:
    """An instruction that takes so long, and perhaps does something."""

    def __init__(self, name, takes_s=0.0, then=None):
        self.name, self.takes_s, self.then = name, takes_s, then


class Rig:
    def __init__(self):
        self.done = []
        self.now_s = 0.0
        self.perform = PatientPerformer({Step: self.take}, clock=lambda: self.now_s)

    def take(self, step):
        self.done.append(step.name)
        self.now_s += step.takes_s
        if step.then is not None:
            step.then()


@pytest.fixture
def rig(qapp):
    return Rig()


def test_few_instructions_are_performed_at_once_and_in_order(rig):
    rig.perform([Step("a"), Step("b")])
    rig.perform([Step("c")])

    assert rig.done == ["a", "b", "c"]


def test_what_takes_long_waits_for_the_next_turn(rig, qtbot):
    steps = [Step(number, 0.6 * BUDGET_S) for number in range(6)]

    rig.perform(steps)
    assert rig.done == [0, 1]
    rig.perform([Step("later")])
    assert rig.done == [0, 1]  # nothing overtakes
    qtbot.waitUntil(lambda: len(rig.done) == 7)
    assert rig.done == [0, 1, 2, 3, 4, 5, "later"]


def test_many_small_calls_share_the_budget_of_a_turn(rig, qtbot):
    for number in range(10):
        rig.perform([Step(number, 0.4 * BUDGET_S)])

    assert rig.done == [0, 1, 2]
    qtbot.waitUntil(lambda: len(rig.done) == 10)


def test_flush_performs_all_that_waits(rig):
    rig.perform([Step(number, BUDGET_S) for number in range(4)])
    assert rig.done == [0]

    rig.perform.flush()
    assert rig.done == [0, 1, 2, 3]


def test_what_follows_comes_after_what_was_there(rig):
    def follow():
        rig.perform([Step("follows")])
        rig.perform.flush()

    rig.perform([Step("first", then=follow), Step("second")])

    assert rig.done == ["first", "second", "follows"]


def test_dropped_instructions_are_never_performed(rig, qtbot):
    rig.perform([Step(number, BUDGET_S) for number in range(4)])
    rig.perform.drop()

    qtbot.wait(20)
    assert rig.done == [0]


def test_instruction_that_raises_does_not_hold_up_the_others(rig):
    def fail():
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        rig.perform([Step("bad", then=fail), Step("good")])
    rig.perform([])

    assert rig.done == ["bad", "good"]
