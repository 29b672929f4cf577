"""The client is killed at any moment and resumes; the picture is the same, and little is lost."""

from __future__ import annotations

import random

import pytest

from network import instructions as do

from .crashes import Journals
from .node import WRONG_CANARY
from .runs import check_end
from .world import World

LATEST_S = 300.0


def make_world(uids: str = "ab", units: int = 12) -> World:
    world = World(1, units=units)
    for uid in uids:
        world.add_node(uid)
    world.time.at(0.5, world.start)
    return world


class _AtCommit:
    """Does something when so many units are on the film."""

    def __init__(self, world: World, number: int, action) -> None:
        self._left, self._action = number, action
        world.watchers.append(self._see)

    def _see(self, order: object) -> None:
        if isinstance(order, do.Commit):
            self._left -= 1
            if self._left == 0:
                self._action()


def crash_at(number: int, *, power: bool, seed: int = 0) -> tuple[World, Journals]:
    """Render a frame whose client dies after so many commits."""
    world = make_world()
    journals = Journals(world, random.Random(f"{seed} {number}"))
    _AtCommit(
        world,
        number,
        lambda: world.time.after(0.0, lambda: journals.crash(power=power, away_s=0.5)),
    )
    world.run(LATEST_S)
    check_end(world)
    return world, journals


@pytest.mark.parametrize("power", [False, True])
def test_client_that_dies_after_any_commit_ends_the_frame(power: bool) -> None:
    restored = [crash_at(number, power=power)[1].restored for number in range(1, 13)]

    assert restored[0] <= 1
    if not power:  # nothing is lost but what the writer had not got to
        assert restored[8] >= 8


@pytest.mark.slow
def test_client_that_dies_in_the_middle_of_any_record_ends_the_frame() -> None:
    for seed in range(40):
        for power in (False, True):
            world, _ = crash_at(1 + seed % 12, power=power, seed=seed)
            assert world.done is not None
            assert world.done.complete


def test_client_with_a_whole_journal_asks_no_server() -> None:
    world = make_world()
    journals = Journals(world, random.Random(1))
    world.run(LATEST_S)
    until_s = world.time.now_s + 2.0
    while world.time.now_s < until_s and world.time.step():
        pass
    world.done = None
    world.crash_client(0.001)
    world.down = False

    journals.resume()

    assert world.done == do.JobDone(True)
    assert world.client.job is None
    check_end(world)


def test_pixels_of_a_server_that_lied_before_the_crash_are_rendered_again() -> None:
    world = make_world("ab", 20)
    node = world.nodes["b"]
    node.false = node.worker.false = True
    journals = Journals(world, random.Random(1))

    def die() -> None:
        journals.crash(power=False, away_s=0.5)
        node.canary = WRONG_CANARY  # its next worker shows what it is
        node.worker.crash()

    _AtCommit(world, 10, lambda: world.time.after(0.05, die))
    revoked: list[str] = []
    world.watchers.append(
        lambda order: revoked.append(order.server) if isinstance(order, do.Revoked) else None
    )
    world.run(LATEST_S)

    check_end(world)
    assert journals.restored >= 9
    assert set(revoked) == {"b"}
    assert "b" in world.exposed
