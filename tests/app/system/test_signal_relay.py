"""A signal may come at any moment; what it asks for is done by the event loop only."""

import signal
from collections.abc import Iterator

import pytest

from app.system.signal_relay import SignalRelay


@pytest.fixture
def relay(qtbot) -> Iterator[SignalRelay]:
    before = signal.getsignal(signal.SIGINT)
    made = SignalRelay([signal.SIGINT])
    yield made
    signal.signal(signal.SIGINT, before)


def test_signal_in_the_middle_of_something_waits_until_that_is_over(relay, qtbot) -> None:
    told: list[int] = []
    relay.caught.connect(told.append)

    signal.raise_signal(signal.SIGINT)
    assert told == []

    qtbot.waitUntil(lambda: told == [signal.SIGINT])


def test_second_signal_is_told_too(relay, qtbot) -> None:
    told: list[int] = []
    relay.caught.connect(told.append)

    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)

    qtbot.waitUntil(lambda: told == [signal.SIGINT, signal.SIGINT])
