from __future__ import annotations

import pytest

from app.serving.performer import Performer


def test_performer_lets_what_follows_wait_for_its_turn() -> None:
    done: list[object] = []

    def say(order: str) -> None:
        done.append(order)
        if order == "first":
            perform(["follows"])
            done.append("end of first")

    perform = Performer({str: say, int: done.append})

    perform(["first", 2])

    assert done == ["first", "end of first", 2, "follows"]


def test_performer_goes_on_after_an_error() -> None:
    done: list[object] = []

    def fail(order: str) -> None:
        raise ValueError(order)

    perform = Performer({str: fail, int: done.append})
    with pytest.raises(ValueError, match="broken"):
        perform(["broken", 1])

    perform([2])

    assert done == [1, 2]
