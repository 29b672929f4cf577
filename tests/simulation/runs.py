"""One seed, one run: a frame rendered through random trouble, checked all the way."""

from __future__ import annotations

from dataclasses import dataclass

from network.scheduler import POISON_FAILURES

from .faults import TROUBLE_S, plan_faults
from .world import World, render

#: The longest way back: a retry after 75 s, a hung worker found after 30 s, its scene opened.
RECOVERY_S = 240.0


@dataclass(frozen=True)
class Outcome:
    finished_s: float
    incidents: int
    trace: str


def run_seed(seed: int) -> Outcome:
    """Render a frame with the faults of this seed.

    Raises:
        AssertionError: an invariant broke, the frame never ended or is not what it should be.
    """
    world = World(seed)
    for number in range(world.rng.randrange(1, 5)):
        world.add_node(f"s{number}").speed = world.rng.uniform(2_000.0, 20_000.0)
    world.time.at(world.rng.uniform(0.0, 1.0), world.start)
    plan_faults(world, world.rng.randrange(0, 8))
    world.run(TROUBLE_S + RECOVERY_S)
    check_end(world)
    return Outcome(world.time.now_s, len(world.incidents), world.trace.hexdigest())


def check_end(world: World) -> None:
    """The frame is over, and every bucket that can be rendered is in it, right."""
    done = world.done
    assert done is not None, f"the frame did not end in {world.time.now_s:.0f} s"
    film = world.films[world.job.job]
    for unit, pixels in film.pixels.values():
        assert pixels == render(unit.x, unit.y, unit.width, unit.height), f"wrong: {unit}"
    lacking = {unit.bucket for unit in world.job.units if not film.has_all_of(unit)}
    if done.complete:
        assert not lacking
    elif done.failed_units:
        assert lacking == set(done.failed_units)
        for unit in done.failed_units:
            assert sum(node.blamed[unit] for node in world.nodes.values()) >= POISON_FAILURES
    else:  # nobody in reach could open the scene
        assert any("the disk is full" in incident.what for incident in world.incidents)
