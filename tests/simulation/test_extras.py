"""Torn disks, servers that dial in, bad machines, and who asks for logs, one at a time."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from network.messages import AssetEntry, LogRequest

from . import extras
from .extras import EXTRAS, Guest, plan_extras
from .runs import check_end
from .world import World, make_job

LATEST_S = 120.0


def make_world(uids: str = "ab") -> World:
    world = World(1, units=12)
    for uid in uids:
        world.add_node(uid)
    return world


def finish(world: World) -> None:
    world.start()
    world.run(LATEST_S)
    check_end(world)


@pytest.mark.parametrize("torn", [True, False])
def test_file_with_a_torn_piece_is_fetched_again_and_a_whole_one_goes_on(torn: bool) -> None:
    large = AssetEntry("file-0", f"{1:064x}", 2_500_000)
    world = World(1, job=replace(make_job(12, random.Random(1)), assets=(large,)))
    node = world.add_node("a")
    world.start()
    while not node.partial.get(large.digest) and world.time.step():
        pass
    had = node.partial[large.digest]
    node.tear(torn=torn)
    world.kill("a")
    world.time.after(1.0, node.start)
    asked: list[int] = []
    send_asset = world._send_asset

    def note(order):
        if order.digest == large.digest:
            asked.append(order.offset)
        send_asset(order)

    world._send_asset = note
    world.run(LATEST_S)

    check_end(world)
    assert asked[0] >= had
    assert (0 in asked) == torn


def test_server_that_dials_in_renders_and_comes_again_after_its_link_broke() -> None:
    world = World(1, units=30)
    guest = Guest(world, random.Random(1))
    guest.come()
    world.time.at(5.0, lambda: world.cut(guest.UID))
    world.start()
    world.run(4.9)
    first = world.links[guest.UID]

    world.run(LATEST_S)

    check_end(world)
    assert world.links[guest.UID] is not first


def test_bad_machine_is_found_out_before_it_renders_anything() -> None:
    world = make_world("a")
    extras._join_bad_machine(world, random.Random(1), 6.0)

    finish(world)

    assert "s9" in world.exposed


def test_log_goes_to_who_asks_and_once_a_second() -> None:
    world = make_world("a")
    node = world.nodes["a"]
    sent: list[int] = []
    node.log_sent = sent.append
    node.happen(lambda core, now_s: core.client_joined(77, "colleague", now_s))
    for _ in range(3):
        node.happen(lambda core, now_s: core.message(77, LogRequest(), b"", now_s))

    assert sent == [77]
    finish(world)


def test_frame_is_right_while_rows_are_dragged_and_few_may_work() -> None:
    world = make_world("abcd")
    extras._order_the_list(world, random.Random(1), 2.0)

    finish(world)

    assert [x.uid for x in world.client.servers()] != list("abcd")


def test_extra_trouble_comes_to_its_part_of_the_seeds() -> None:
    counts = [plan_extras(World(1), seed, 12.0) for seed in range(300)]

    expected = 300 * sum(share for share, _ in EXTRAS)
    assert 0.7 * expected < sum(counts) < 1.3 * expected
