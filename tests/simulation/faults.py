"""Random trouble, all from the world's seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence

from network.focus import Rectangle
from network.messages import Availability
from network.server_core import ServerCore
from network.server_job import Stage

from .node import ODD_CANARY, OTHER_CANARY, OTHER_ENGINE, SIDE_PX, WRONG_CANARY, Node
from .world import World

#: After this time nothing fails any more and everybody is back.
TROUBLE_S = 12.0


def plan_faults(world: World, seed: int, without: Collection[int] = ()) -> int:
    """Put this seed's faults on the timeline; the first server stays honest and able.

    Every fault draws from its own numbers, so that the others stay the same when one is left
    out (`without`, by place): that is how a failure is reduced. Returns how many there are.
    """
    count = random.Random(f"{seed} faults").randrange(0, 8)
    for place in range(count):
        if place not in without:
            rng = random.Random(f"{seed} fault {place}")
            time_s = rng.uniform(0.0, TROUBLE_S)
            world.time.at(time_s, lambda rng=rng: _happen(world, rng))
    world.time.at(TROUBLE_S + 0.001, lambda: heal(world))
    world.time.at(TROUBLE_S + 21.0, lambda: heal(world))  # who was stopped and then drained
    return count


def _happen(world: World, rng: random.Random) -> None:
    if not world.nodes:
        return  # the only server is late
    uid = rng.choice(sorted(world.nodes))
    fault = rng.choice(FAULTS if uid != "s0" else HONEST_FAULTS)
    fault(world, world.nodes[uid], rng)


def heal(world: World) -> None:
    for uid in sorted(world.nodes):
        node = world.nodes[uid]
        node.disk_full, node.speed = False, 10_000.0
        node.spoils = False
        node.bad_results = node.fails_units = node.swallows = 0
        if not node.alive:
            node.start()
        _enable(world, node)


def _kill(world: World, node: Node, rng: random.Random) -> None:
    world.kill(node.uid)


def _kill_and_restart(world: World, node: Node, rng: random.Random) -> None:
    world.kill(node.uid)
    world.time.after(rng.uniform(0.0, 3.0), lambda: node.alive or node.start())


def _freeze(world: World, node: Node, rng: random.Random) -> None:
    world.freeze(node.uid, rng.choice((0.5, 4.0, 8.0, 20.0)))


def _cut(world: World, node: Node, rng: random.Random) -> None:
    world.cut(node.uid)


def _pause_client(world: World, node: Node, rng: random.Random) -> None:
    world.pause_client(rng.choice((0.5, 2.0, 40.0)))


def _crash_worker(world: World, node: Node, rng: random.Random) -> None:
    node.worker.crash()


def _hang_worker(world: World, node: Node, rng: random.Random) -> None:
    job = node.core.job
    # A scene may take ten minutes to open; the frames of the simulation end before that.
    if node.uid != "s0" or (job is not None and job.stage is Stage.READY):
        node.worker.hangs = True


def _slow(world: World, node: Node, rng: random.Random) -> None:
    node.speed /= 20.0
    world.slowest = min(world.slowest, node.speed)


def _lie(world: World, node: Node, rng: random.Random) -> None:
    node.bad_results = rng.randrange(1, 4)
    node.honest = False


def _fail_units(world: World, node: Node, rng: random.Random) -> None:
    node.fails_units = rng.randrange(1, 3)


def _swallow(world: World, node: Node, rng: random.Random) -> None:
    # Three in a row without any other are a reason to do without that server.
    node.swallows = 0 if node.has_swallowed else rng.randrange(1, 3)
    node.has_swallowed = True


def _steal(world: World, node: Node, rng: random.Random) -> None:
    world.thief = node.uid
    node.honest = False


def _replace_job(world: World, node: Node, rng: random.Random) -> None:
    if world.client.job is not None:
        world.replace_job()


def _poison(world: World, node: Node, rng: random.Random) -> None:
    """A bucket that kills every worker, wherever it is rendered."""
    bucket = rng.randrange(len(world.job.units))
    for each in world.nodes.values():
        each.poison |= {bucket}


def _lose_file(world: World, node: Node, rng: random.Random) -> None:
    """A file goes from the cache while no job uses it."""
    if node.cache and node.core.job is None:
        node.cache.discard(rng.choice(sorted(node.cache)))


def _fill_disk(world: World, node: Node, rng: random.Random) -> None:
    node.disk_full = True


def _spoil(world: World, node: Node, rng: random.Random) -> None:
    """Its disk or its memory is bad: other servers get wrong files from it."""
    node.spoils = True


def _drain(world: World, node: Node, rng: random.Random) -> None:
    node.happen(lambda core, now_s: core.drain(now_s))


def _duplicate(world: World, node: Node, rng: random.Random) -> None:
    world.duplicates += rng.randrange(1, 6)


def _disable(world: World, node: Node, rng: random.Random) -> None:
    world.tell(lambda core, now_s: core.remove_server(node.uid, now_s))
    world.time.after(rng.uniform(0.1, 3.0), lambda: _enable(world, node))


def _let_go(world: World, node: Node, rng: random.Random) -> None:
    """The artist wants a server to end after its bucket, and later wants it back."""
    world.tell(lambda core, now_s: core.drain_server(node.uid, now_s))
    world.time.after(rng.uniform(0.5, 6.0), lambda: _enable(world, node))


def _enable(world: World, node: Node) -> None:
    if node.guest:
        return  # it comes by itself
    world.tell(lambda core, now_s: core.add_server(node.uid, node.uid, now_s, local=node.local))


def _join(world: World, node: Node, rng: random.Random) -> None:
    if len(world.nodes) < 8:
        highest = max((int(uid[1:]) for uid in world.nodes), default=0)  # s0 may still be to come
        world.add_node(f"s{highest + 1}")


def _limit(world: World, node: Node, rng: random.Random) -> None:
    most = rng.randrange(0, 3)
    world.tell(lambda core, now_s: core.set_max_servers(most, now_s))
    world.time.at(TROUBLE_S, lambda: world.tell(lambda core, n: core.set_max_servers(0, n)))


def _edit(world: World, node: Node, rng: random.Random) -> None:
    """The artist changes a row: for the core it goes and comes at once."""
    world.tell(lambda core, now_s: core.remove_server(node.uid, now_s))
    _enable(world, node)


def _focus(world: World, node: Node, rng: random.Random) -> None:
    """The mouse moves over the picture, or a region is marked, or neither any more."""
    x, side = rng.randrange(0, 30 * SIDE_PX), rng.choice((1, 1, 3 * SIDE_PX))
    around = rng.choice((Rectangle(x, 0, side, side), Rectangle(x, 3, side, 1), None))
    world.tell(lambda core, now_s: core.focus(around, now_s))


def _swizzle_clog(world: World, node: Node, rng: random.Random) -> None:
    """Connections of some servers stop one by one, and go on in another order."""
    for uid in sorted(world.nodes):
        if rng.random() < 0.6:
            delay_s, seconds = rng.uniform(0.0, 1.0), rng.choice((0.2, 1.0, 3.0, 8.0))
            world.time.after(delay_s, lambda uid=uid, seconds=seconds: world.clog(uid, seconds))


def _turn_odd(world: World, node: Node, rng: random.Random) -> None:
    """All its pixels are false, and the test picture of its next worker shows it."""
    own = next(iter(world.client.servers()), None)
    trusted = own is not None and own.local
    node.canary = ODD_CANARY if trusted and rng.random() < 0.5 else WRONG_CANARY
    node.false = node.worker.false = True
    worker = node.worker
    world.time.after(0.5, worker.crash)


def _change_engine(world: World, node: Node, rng: random.Random) -> None:
    """Somebody installs another version there."""
    if node.false:
        return
    node.engine_class, node.canary = OTHER_ENGINE, OTHER_CANARY
    node.stop()
    world.cut(node.uid)
    world.time.after(rng.uniform(0.1, 2.0), lambda: node.alive or node.start())


def _lend(world: World, node: Node, rng: random.Random) -> None:
    """Somebody comes to that computer, leaves it again, and may lend another number of threads."""
    for delay_s in (0.0, rng.uniform(0.05, 6.0)):
        wanted = Availability(delay_s == 0.0, rng.randrange(1, 5), "somebody works there")
        node.happen_after(delay_s, lambda core, now_s, wanted=wanted: _set(core, now_s, wanted))


def _set(core: ServerCore, now_s: float, wanted: Availability) -> Sequence[object]:
    return core.set_availability(wanted, now_s)


def _restart_servers(world: World, node: Node, rng: random.Random) -> None:
    world.client.set_restart_servers(rng.random() < 0.7)


HONEST_FAULTS: list[Callable[[World, Node, random.Random], None]] = [
    _kill,
    _kill_and_restart,
    _freeze,
    _cut,
    _pause_client,
    _slow,
    _duplicate,
    _disable,
    _let_go,
    _join,
    _limit,
    _drain,
    _swallow,
    _replace_job,
    _poison,
    _lose_file,
    _crash_worker,
    _hang_worker,
    _edit,
    _focus,
    _swizzle_clog,
    _lend,
    _restart_servers,
]
FAULTS = [*HONEST_FAULTS, _turn_odd, _change_engine, _lie, _fail_units, _fill_disk, _steal, _spoil]
