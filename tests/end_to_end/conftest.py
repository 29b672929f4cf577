"""What several end-to-end tests begin with."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.end_to_end.screen import Screen


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    """What is started in a test ends with it."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def screen(stack: contextlib.ExitStack) -> Screen:
    """An X server of the test's own."""
    screen = Screen()
    stack.callback(screen.stop)
    return screen


@pytest.fixture
def farm(stack: contextlib.ExitStack) -> Callable[..., Any]:
    """Start servers and clients: `farm(Server, "name")`."""

    def start(kind: Callable[..., Any], *arguments: Any) -> Any:
        program = kind(*arguments)
        stack.callback(program.stop)
        return program

    return start
