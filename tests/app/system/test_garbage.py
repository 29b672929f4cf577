import gc
import threading

import pytest
from PySide6.QtCore import QObject

from app.system.garbage import collect_due, collect_here


@pytest.fixture
def collector():
    """Leave the collector as it was found."""
    was_on = gc.isenabled()
    yield
    gc.unfreeze()
    if was_on:
        gc.enable()


class Cycle:
    """Notes the thread that it dies in."""

    def __init__(self, died_in: list) -> None:
        self.itself = self
        self._died_in = died_in

    def __del__(self) -> None:
        self._died_in.append(threading.current_thread())


def make_garbage(died_in: list) -> None:
    Cycle(died_in)
    for _ in range(3 * gc.get_threshold()[0]):
        cycle: list = []
        cycle.append(cycle)


def test_garbage_of_a_background_thread_dies_in_the_thread_of_the_loop(qtbot, collector):
    gc.enable()
    owner, died_in = QObject(), []
    collect_here(owner)
    thread = threading.Thread(target=make_garbage, args=(died_in,))

    thread.start()
    thread.join()
    assert died_in == []
    qtbot.waitUntil(lambda: bool(died_in))

    assert died_in == [threading.main_thread()]


def test_nothing_is_collected_before_it_is_due(collector):
    gc.collect()
    died_in: list = []
    Cycle(died_in)

    collect_due()
    assert died_in == []
    make_garbage([])
    collect_due()

    assert died_in
