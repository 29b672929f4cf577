import threading

import pytest

from app.system.background import Background


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


def test_results_come_back_on_the_thread_of_the_object(background, qtbot):
    seen = []

    background.run(
        threading.get_ident, lambda value: seen.append((value, threading.get_ident())), pytest.fail
    )

    qtbot.waitUntil(lambda: bool(seen))
    worked_in, delivered_in = seen[0]
    assert delivered_in == threading.get_ident()
    assert worked_in != delivered_in


def test_an_error_comes_back_as_itself(background, qtbot):
    errors = []

    background.run(lambda: 1 / 0, pytest.fail, errors.append)

    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_a_receiver_that_fails_is_told_as_a_bug_and_the_next_is_served(background, qtbot):
    served = []

    with qtbot.captureExceptions() as bugs:
        background.run(lambda: 0, lambda value: 1 / value, pytest.fail)
        background.run(lambda: 2, served.append, pytest.fail)
        qtbot.waitUntil(lambda: served == [2])

    assert [kind for kind, _error, _trace in bugs] == [ZeroDivisionError]


def test_nothing_is_delivered_after_close(qtbot):
    background = Background(threads=1)
    begun, go_on = threading.Event(), threading.Event()
    seen = []

    def work():
        begun.set()
        go_on.wait(10)

    background.run(work, seen.append, seen.append)
    assert begun.wait(10)
    background.close()
    go_on.set()
    background.run(lambda: 1, seen.append, seen.append)
    qtbot.wait(50)

    assert seen == []


def test_close_with_finish_does_what_waits_first(qtbot):
    background = Background(threads=1)
    done = []
    for number in range(5):
        background.run(lambda number=number: done.append(number), lambda _: None, pytest.fail)

    background.close(finish=True)

    assert done == [0, 1, 2, 3, 4]
