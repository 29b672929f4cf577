import pytest

from network.deadlines import Deadlines, Wait


def ticks(deadlines: Deadlines, start_s: float, end_s: float) -> float | None:
    """Tick four times a second; return when something was overdue."""
    for i in range(int((end_s - start_s) * 4) + 1):
        now_s = start_s + i / 4
        if deadlines.tick(now_s)[0]:
            return now_s
    return None


def test_wait_is_overdue_at_its_time():
    deadlines = Deadlines(0.0)
    deadlines.set(Wait.SILENCE, 5.0, 0.0)

    assert ticks(deadlines, 0.0, 10.0) == 5.0


def test_cleared_wait_is_never_overdue():
    deadlines = Deadlines(0.0)
    deadlines.set(Wait.TLS, 2.0, 0.0)
    assert Wait.TLS in deadlines

    deadlines.clear(Wait.TLS)
    deadlines.clear(Wait.LOGIN)

    assert Wait.TLS not in deadlines
    assert ticks(deadlines, 0.0, 10.0) is None


def test_own_pause_moves_every_deadline():
    deadlines = Deadlines(0.0)
    deadlines.set(Wait.SILENCE, 5.0, 0.0)
    assert ticks(deadlines, 0.0, 3.0) is None

    assert deadlines.tick(63.0) == ([], True)
    assert ticks(deadlines, 63.25, 80.0) == 65.0


def test_pause_never_gives_more_than_the_full_time():
    deadlines = Deadlines(0.0)
    deadlines.set(Wait.SILENCE, 5.0, 59.9)  # heard just before the late tick

    assert deadlines.tick(60.0) == ([], True)
    assert ticks(deadlines, 60.25, 80.0) == 65.0


@pytest.mark.parametrize(("gap_s", "late"), [(0.25, False), (1.0, False), (1.01, True)])
def test_tick_is_late_after_more_than_a_second(gap_s, late):
    assert Deadlines(0.0).tick(gap_s) == ([], late)


def test_overdue_waits_come_in_a_fixed_order():
    deadlines = Deadlines(0.0)
    deadlines.set(Wait.SEND, 0.5, 0.0)
    deadlines.set(Wait.SILENCE, 0.5, 0.0)

    assert deadlines.tick(0.75)[0] == [Wait.SILENCE, Wait.SEND]
