"""One seed, one run: a frame rendered through random trouble, checked all the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from network import asset_sources, upload_slots
from network.scene_opening import OPEN_SILENCE_S
from network.server_desk import HANG_FACTOR
from network.suspects import POISON_FAILURES

from .extras import plan_extras
from .faults import TROUBLE_S, plan_faults
from .node import ENGINE, IN_HAND, OTHER_CANARY, OTHER_ENGINE, Node, bucket_of, other_bits
from .world import World, render

#: The longest way back: a retry after 75 s, a hung worker found after 30 s, its scene opened.
RECOVERY_S = 240.0
#: Links take milliseconds; a client that sleeps tells its servers when it wakes.
PEACE_S = 1.0


@dataclass(frozen=True)
class Plan:
    """What a run consists of; less than the seed would bring when a failure was reduced.

    Attributes:
        without: faults that are left out, by place.
        servers: at the beginning; None for as many as the seed says.
        extras: with the trouble of `extras`.
    """

    seed: int
    without: frozenset[int] = frozenset()
    servers: int | None = None
    units: int = 30
    extras: bool = True

    @property
    def command(self) -> str:
        """What replays it."""
        text = f"python -m tests.simulation --first {self.seed} --seeds 1"
        if self.without:
            text += f" --without {','.join(map(str, sorted(self.without)))}"
        if self.servers is not None:
            text += f" --servers {self.servers}"
        if not self.extras:
            text += " --plain"
        return text if self.units == 30 else f"{text} --units {self.units}"


@dataclass(frozen=True)
class Outcome:
    finished_s: float
    incidents: int
    trace: str
    faults: int


def run_plan(plan: Plan) -> Outcome:
    """Render a frame with the faults of the plan.

    Raises:
        AssertionError: an invariant broke, the frame never ended or is not what it should be.
    """
    with _few_bytes_by_the_client():
        return _run(plan)


@contextmanager
def _few_bytes_by_the_client() -> Iterator[None]:
    """Let servers feed each other although these farms and files are small."""
    with patch.object(asset_sources, "FREE_BYTES", 1000), patch.object(upload_slots, "FEWEST", 1):
        yield


def _run(plan: Plan) -> Outcome:
    world = World(plan.seed, units=plan.units)
    rng = random.Random(f"{plan.seed} servers")
    trusted = random.Random(f"{plan.seed} own").random() < 0.5  # the first is this computer's own
    servers = rng.randrange(1, 5)
    farm = random.Random(f"{plan.seed} farm")
    mixed, late = farm.random() < 0.3, trusted and farm.random() < 0.3
    for number in range(servers if plan.servers is None else plan.servers):
        speed = rng.uniform(2_000.0, 20_000.0)
        if number == 0 and late:
            joins_s = farm.uniform(1.0, 3.0)
            world.time.at(joins_s, lambda speed=speed: _add(world, 0, speed, trusted=True))
            continue
        node = _add(world, number, speed, trusted=number == 0 and trusted)
        node.spoils = number > 0 and random.Random(f"{plan.seed} spoils {number}").random() < 0.1
        if number and mixed and farm.random() < 0.5:
            node.engine_class, node.canary = OTHER_ENGINE, OTHER_CANARY
    world.time.at(rng.uniform(0.0, 1.0), world.start)
    faults = plan_faults(world, plan.seed, plan.without)
    faults += plan_extras(world, plan.seed, TROUBLE_S) if plan.extras else 0
    world.run(TROUBLE_S + RECOVERY_S)
    if world.done is None:  # of a slow server only a long silence means a hang
        world.run(TROUBLE_S + RECOVERY_S + longest_patience_s(world))
    check_end(world)
    check_peace(world)
    incidents = len(world.incidents)
    return Outcome(world.time.now_s, incidents, world.trace.hexdigest(), faults)


def _add(world: World, number: int, speed: float, *, trusted: bool) -> Node:
    node = world.add_node(f"s{number}", local=trusted)
    node.speed = speed
    return node


def run_seed(seed: int) -> Outcome:
    """Run everything that a seed stands for."""
    return run_plan(Plan(seed))


def fails(plan: Plan) -> bool:
    """Whether something goes wrong with this plan, whatever it is."""
    try:
        run_plan(plan)
    except Exception:
        return True
    return False


def shrink(plan: Plan) -> Plan:
    """Return a plan that still fails with as few faults, servers and units as can be."""
    most = 8
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(plan, most):
            if fails(smaller):
                plan, changed = smaller, True
                break
    return plan


def _smaller(plan: Plan, most_faults: int) -> Iterator[Plan]:
    for place in sorted(set(range(most_faults)) - plan.without):
        yield replace(plan, without=plan.without | {place})
    if plan.extras:
        yield replace(plan, extras=False)
    for servers in range(1, 5 if plan.servers is None else plan.servers):
        yield replace(plan, servers=servers)
    for units in (1, 2, 4, 8, 15):
        if units < plan.units:
            yield replace(plan, units=units)


def check_peace(world: World) -> None:
    """Servers in reach are free soon after the frame: nothing is left of its job."""
    until_s = max(world.time.now_s, world.missed_s) + PEACE_S
    for link in world.links.values():
        link.free()
    while world.time.now_s < until_s and world.time.step():
        pass
    if world.client.job is not None:
        return  # a replacement that waited for the client to wake
    for uid, link in world.links.items():
        node = world.nodes[uid]
        if link.open and not link.is_clogged and node.alive and not node.frozen:
            assert node.core.job is None, f"{uid} keeps a job that is over"


def check_end(world: World) -> None:
    """The frame is over, and every bucket that can be rendered is in it, right."""
    done = world.done
    assert done is not None, f"the frame did not end in {world.time.now_s:.0f} s"
    film = world.films[world.job.job]
    # The frame may be done before the next test picture of a machine whose memory went bad.
    blind = any(node.false and node.uid not in world.exposed for node in world.nodes.values())
    engines: set[str] = set()
    for unit, pixels in film.pixels.values():
        right = render(unit.x, unit.y, unit.width, unit.height)
        if blind and not any(pixels):
            continue
        assert pixels in (right, other_bits(right)), f"wrong: {unit}"
        engines.add(ENGINE if pixels == right else OTHER_ENGINE)
    assert len(engines) <= 1, "two engines rendered one frame"
    lacking = {unit.bucket for unit in world.job.units if not film.has_all_of(unit)}
    if done.complete:
        assert not lacking
    elif done.failed_units:
        assert lacking == set(done.failed_units)
        for unit in done.failed_units:
            cell = bucket_of(world.job.units[unit])
            assert sum(node.blamed[cell] for node in world.nodes.values()) >= POISON_FAILURES
    else:  # nobody in reach could open the scene, or all that are enabled render differently
        full = any("the disk is full" in incident.what for incident in world.incidents)
        job = world.job.job
        there = world.there_at_end
        unusable = all(odd or failed == job for odd, failed in there.values())
        # The honest one was still to come, or taken out before the frame began.
        absent = "s0" not in there.keys() | world.enabled_at_start
        assert full or all(odd for odd, _ in there.values()) or (absent and unusable), (
            "given up without need"
        )


def longest_patience_s(world: World) -> float:
    """How long a server may be silent before it counts as hung, by the slowest there was.

    Over a bucket, or over opening the scene.
    """
    largest = max(unit.pixels * unit.samples for unit in world.job.units)
    return max(HANG_FACTOR * IN_HAND * largest / world.slowest, OPEN_SILENCE_S)
