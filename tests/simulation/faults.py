"""Random trouble, all from the world's seed."""

from __future__ import annotations

from collections.abc import Callable

from .node import Node
from .world import World

#: After this time nothing fails any more and everybody is back.
TROUBLE_S = 12.0


def plan_faults(world: World, count: int) -> None:
    """Put `count` faults on the timeline; the first server stays honest and able."""
    for _ in range(count):
        time_s = world.rng.uniform(0.0, TROUBLE_S)
        uid = world.rng.choice(sorted(world.nodes))
        fault = world.rng.choice(FAULTS if uid != "s0" else HONEST_FAULTS)
        world.time.at(time_s, lambda fault=fault, uid=uid: fault(world, world.nodes[uid]))
    world.time.at(TROUBLE_S + 0.001, lambda: heal(world))
    world.time.at(TROUBLE_S + 21.0, lambda: heal(world))  # who was stopped and then drained


def heal(world: World) -> None:
    for uid in sorted(world.nodes):
        node = world.nodes[uid]
        node.disk_full, node.speed = False, 10_000.0
        node.bad_results = node.fails_units = node.swallows = 0
        if not node.alive:
            node.start()
        _enable(world, node)


def _kill(world: World, node: Node) -> None:
    world.kill(node.uid)


def _kill_and_restart(world: World, node: Node) -> None:
    world.kill(node.uid)
    world.time.after(world.rng.uniform(0.0, 3.0), lambda: node.alive or node.start())


def _freeze(world: World, node: Node) -> None:
    world.freeze(node.uid, world.rng.choice((0.5, 4.0, 8.0, 20.0)))


def _cut(world: World, node: Node) -> None:
    world.cut(node.uid)


def _pause_client(world: World, node: Node) -> None:
    world.pause_client(world.rng.choice((0.5, 2.0, 40.0)))


def _crash_worker(world: World, node: Node) -> None:
    node.worker.crash()


def _hang_worker(world: World, node: Node) -> None:
    node.worker.hangs = True


def _slow(world: World, node: Node) -> None:
    node.speed /= 20.0


def _lie(world: World, node: Node) -> None:
    node.bad_results = world.rng.randrange(1, 4)


def _fail_units(world: World, node: Node) -> None:
    node.fails_units = world.rng.randrange(1, 3)


def _swallow(world: World, node: Node) -> None:
    node.swallows = world.rng.randrange(1, 3)


def _steal(world: World, node: Node) -> None:
    world.thief = node.uid


def _replace_job(world: World, node: Node) -> None:
    if world.client.job is not None:
        world.replace_job()


def _fill_disk(world: World, node: Node) -> None:
    node.disk_full = True


def _drain(world: World, node: Node) -> None:
    node.happen(lambda core, now_s: core.drain(now_s))


def _duplicate(world: World, node: Node) -> None:
    world.duplicates += world.rng.randrange(1, 6)


def _disable(world: World, node: Node) -> None:
    world.tell(lambda core, now_s: core.remove_server(node.uid, now_s))
    world.time.after(world.rng.uniform(0.1, 3.0), lambda: _enable(world, node))


def _enable(world: World, node: Node) -> None:
    world.tell(lambda core, now_s: core.add_server(node.uid, node.uid, now_s))


def _join(world: World, node: Node) -> None:
    if len(world.nodes) < 8:
        world.add_node(f"s{len(world.nodes)}")


def _limit(world: World, node: Node) -> None:
    most = world.rng.randrange(0, 3)
    world.tell(lambda core, now_s: core.set_max_servers(most, now_s))
    world.time.at(TROUBLE_S, lambda: world.tell(lambda core, n: core.set_max_servers(0, n)))


HONEST_FAULTS: list[Callable[[World, Node], None]] = [
    _kill,
    _kill_and_restart,
    _freeze,
    _cut,
    _pause_client,
    _slow,
    _duplicate,
    _disable,
    _join,
    _limit,
    _drain,
    _swallow,
    _replace_job,
]
FAULTS = [*HONEST_FAULTS, _crash_worker, _hang_worker, _lie, _fail_units, _fill_disk, _steal]
