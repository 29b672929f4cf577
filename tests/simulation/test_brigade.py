"""The cores together, through random and through systematic trouble."""

from __future__ import annotations

import random
from dataclasses import replace

import msgspec
import pytest

from network import instructions as do
from network.client_job import ClientJob
from network.messages import JobStatus

from .runs import Plan, check_end, run_plan, run_seed
from .world import World, make_job

#: Beyond this nothing of these tests should take long: retries, hangs, reopened scenes.
LATEST_S = 300.0
#: Seeds that failed in long runs; the commits that mended them say why.
MENDED = (
    26465, 29786, 30233, 33330, 35657, 36459, 38628, 38836, 54309, 57704, 61090, 108966,
    119943, 139256, 172084, 178894, 190904, 200298, 200884, 202757, 204712, 206163, 212386, 214781,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 300, 50))
def test_brigade_completes_the_frame_whatever_fails(first: int) -> None:
    for seed in range(first, first + 50):
        try:
            run_seed(seed)
        except AssertionError as error:
            raise AssertionError(
                f"replay: python -m tests.simulation --first {seed} --seeds 1: {error}"
            ) from error


@pytest.mark.parametrize("seed", MENDED)
def test_brigade_completes_the_frame_with_seeds_that_failed_once(seed: int) -> None:
    run_plan(Plan(seed, extras=False))  # as they were found


def test_brigade_does_the_same_again_for_the_same_seed() -> None:
    assert [run_seed(seed) for seed in range(5)] == [run_seed(seed) for seed in range(5)]


def _small_world(uids: str = "ab", units: int = 8) -> World:
    world = World(1, units=units)
    for uid in uids:
        world.add_node(uid)
    world.time.at(0.5, world.start)
    return world


class _Stopper:
    """Does something to the world at one of the client's events."""

    def __init__(self, world: World, at_event: int, action) -> None:
        self.events = 0
        tell = world.tell

        def counted(event) -> None:
            self.events += 1
            if self.events == at_event:
                action()
            tell(event)

        world.tell = counted


def _count_events() -> int:
    world = _small_world()
    stopper = _Stopper(world, -1, lambda: None)
    world.run(LATEST_S)
    return stopper.events


@pytest.mark.slow
def test_brigade_completes_the_frame_when_a_server_vanishes_at_any_event() -> None:
    events = _count_events()

    for index in range(1, events + 1):
        world = _small_world()
        _Stopper(world, index, lambda world=world: world.kill("b"))
        world.run(LATEST_S)
        check_end(world)
        assert world.done == do.JobDone(True, ()), index


@pytest.mark.slow
def test_brigade_completes_the_frame_when_a_worker_crashes_at_any_event() -> None:
    events = _count_events()

    for index in range(1, events + 1, 2):
        world = _small_world()
        _Stopper(world, index, lambda world=world: world.nodes["b"].worker.crash())
        world.run(LATEST_S)
        assert world.done == do.JobDone(True, ()), index


@pytest.mark.slow
def test_brigade_renders_the_next_job_when_one_is_stopped_at_any_event() -> None:
    events = _count_events()

    for index in range(20, events + 1, 2):
        world = _small_world()
        _Stopper(world, index, lambda world=world: world.time.after(0.0, world.replace_job))
        world.run(0.75)  # an early end of the first job must not end the run
        world.done = None
        world.run(LATEST_S)
        check_end(world)


def test_brigade_sets_a_bucket_apart_that_kills_every_worker() -> None:
    world = _small_world("abc")
    for node in world.nodes.values():
        node.poison = frozenset({3})

    world.run(LATEST_S)

    assert world.done == do.JobDone(False, (3,))
    film = world.films[world.job.job]
    assert [unit.index for unit in world.job.units if not film.has_all_of(unit)] == [3]
    assert not [x for x in world.client.servers() if x.phase is do.Phase.FAILED]


def test_brigade_sets_a_bucket_apart_when_there_is_one_server() -> None:
    world = _small_world("a")
    world.nodes["a"].poison = frozenset({0, 5})

    world.run(LATEST_S)

    assert world.done == do.JobDone(False, (0, 5))


def test_brigade_ends_the_job_when_no_server_can_open_the_scene() -> None:
    world = _small_world("abcd")
    for node in world.nodes.values():
        node.open_error = "scene.gltf: accessor 3 is broken"

    world.run(LATEST_S)

    assert world.done == do.JobDone(False, ())
    assert "accessor 3 is broken" in world.incidents[-1].what


def test_brigade_waits_when_every_server_is_gone_and_goes_on_when_one_returns() -> None:
    world = _small_world()
    world.time.at(1.4, lambda: world.kill("a"))
    world.time.at(1.4, lambda: world.kill("b"))

    world.run(2000.0)
    assert world.done is None
    assert "waiting for a server" in world.incidents[-1].outcome
    world.nodes["b"].start()
    world.run(2200.0)

    assert world.done == do.JobDone(True, ())


def test_brigade_blames_nobody_when_the_client_sleeps() -> None:
    world = _small_world(units=30)
    world.time.at(2.0, lambda: world.pause_client(3600.0))

    world.run(4000.0)

    assert world.done == do.JobDone(True, ())
    assert world.incidents == []


def test_server_kills_a_worker_that_hangs_and_renders_on() -> None:
    world = _small_world("a")
    world.time.at(1.4, lambda: setattr(world.nodes["a"].worker, "hangs", True))

    world.run(LATEST_S)

    assert world.done == do.JobDone(True, ())
    assert any("no progress for 30 s" in incident.what for incident in world.incidents)


def test_second_client_waits_until_the_first_is_done() -> None:
    world = _small_world("a")
    node = world.nodes["a"]
    said: list[str] = []
    sent = node.sent

    def spy(client: int, message, payload: bytes) -> None:
        if client == 99 and isinstance(message, JobStatus):
            said.append(message.state)
        sent(client, message, payload)

    node.sent = spy
    rival = World(2)
    offer = ClientJob(rival.job, lambda unit, payload: None, 1).offer("a")
    world.time.at(
        1.0, lambda: node.happen(lambda core, now_s: core.client_joined(99, "rival", now_s))
    )
    world.time.at(
        1.1,
        lambda: node.happen(lambda c, now_s: c.message(99, offer.message, offer.payload, now_s)),
    )

    world.run(LATEST_S)
    while world.time.now_s < 60.0:
        world.time.step()

    assert world.done == do.JobDone(True, ())
    assert said[:2] == ["queued", "syncing"]


def _makespan_s(speeds: list[float], units: int = 200) -> tuple[float, float]:
    """Return (seconds of the frame, fluid bound) for servers of these speeds."""
    world = World(3, units=units)
    for number, speed in enumerate(speeds):
        world.add_node(f"s{number}").speed = speed
    world.time.at(0.9, world.start)
    world.run(LATEST_S)
    work = sum(unit.pixel_samples for unit in world.job.units)
    return world.time.now_s - 0.9, work / sum(speeds)


def test_slow_server_hardly_delays_the_frame() -> None:
    took_s, bound_s = _makespan_s([10_000.0] * 7 + [1_000.0])

    assert took_s < 1.1 * bound_s + 1.0  # opening the scene takes a second


def test_servers_of_different_speed_end_together() -> None:
    took_s, bound_s = _makespan_s([2_000.0, 4_000.0, 8_000.0, 16_000.0])

    assert took_s < 1.1 * bound_s + 1.0


def _audited_world(uids: str, audit: float, units: int = 60) -> World:
    job = make_job(units, random.Random(1))
    # All begin together.
    small = tuple(msgspec.structs.replace(asset, size=1000) for asset in job.assets)
    world = World(1, job=replace(job, audit=audit, assets=small))
    for uid in uids:
        world.add_node(uid)
    world.time.at(0.5, world.start)
    return world


def test_liar_is_found_and_its_buckets_are_rendered_again() -> None:
    world = _audited_world("abcd", audit=1.0)
    world.nodes["d"].lies = 4

    world.run(LATEST_S)

    check_end(world)
    assert world.done == do.JobDone(True, ())
    assert [x.uid for x in world.client.servers() if "differ" in x.detail] == ["d"]


@pytest.mark.slow
def test_liar_is_almost_always_found_by_looking_at_few_buckets() -> None:
    """5 % false buckets, 1.5 % compared, 4,000 buckets: 3 of its false ones are looked at."""
    found = 0
    for seed in range(4):
        world = _audited_world("abcd", audit=0.1, units=600)
        world.job = replace(world.job, job=f"{seed:032x}")
        world.nodes["d"].lies = 10
        world.run(LATEST_S)
        found += any("differ" in x.detail for x in world.client.servers())
    assert found == 4


def test_audit_asks_nobody_twice_and_ends_with_too_few_servers() -> None:
    for uids in ("a", "ab"):
        world = _audited_world(uids, audit=1.0)
        if uids == "ab":
            world.nodes["b"].lies = 5  # one word against the other: nobody is out

        world.run(LATEST_S)

        assert world.done == do.JobDone(True, ())
        assert not any("differ" in x.detail for x in world.client.servers())


def test_servers_of_another_kind_are_not_compared() -> None:
    world = _audited_world("abc", audit=1.0)
    world.nodes["c"].engine_class = "other"
    world.nodes["c"].lies = 1

    world.run(LATEST_S)

    assert world.done == do.JobDone(True, ())
    assert not any("differ" in x.detail for x in world.client.servers())
