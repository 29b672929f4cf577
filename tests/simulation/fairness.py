"""How a farm is shared by two clients: `python -m tests.simulation.fairness`.

Both have more work than the farm can do in the time; each should get half of it.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace

from network import instructions as do
from network.client_core import ClientCore, JobSpec, Unit
from network.messages import Message, Welcome

from .node import SIDE_PX, Node
from .world import TICK_S, World, make_job

DELAY_S = 0.005


class PlainClient:
    """A client whose links never fail; it counts the work that comes back."""

    def __init__(self, world: World, job: JobSpec) -> None:
        self._world = world
        self.work = 0
        self.core = ClientCore(
            check_result=lambda unit, payload: None,
            check_canary=lambda picture: None,
            compare_canaries=lambda one, other: None,
        )
        self._links: dict[str, int] = {}
        for uid in sorted(world.nodes):
            world.nodes[uid].cache.update(asset.digest for asset in job.assets)
            self._attach(world.nodes[uid])
            self._tell(lambda now_s, uid=uid: self.core.add_server(uid, uid, now_s))
        self._tell(lambda now_s: self.core.start(job, now_s))
        self._tick()

    def _attach(self, node: Node) -> None:
        """Take what the node sends over our link; leave the rest to whoever had it before."""
        number = self._links[node.uid] = self._world.next_link_number()
        before = node.sent

        def sent(client: int, message: Message, payload: bytes) -> None:
            if client == number:
                self._after(lambda now_s: self.core.message(node.uid, message, payload, now_s))
            else:
                before(client, message, payload)

        node.sent = sent

    def _tick(self) -> None:
        self._tell(self.core.tick)
        self._world.time.after(TICK_S, self._tick)

    def _after(self, event) -> None:
        self._world.time.after(DELAY_S, lambda: self._tell(event))

    def _tell(self, event) -> None:
        for order in event(self._world.time.now_s):
            self._perform(order)

    def _perform(self, order: object) -> None:
        if isinstance(order, do.Connect):
            node, number = self._world.nodes[order.server], self._links[order.server]
            welcome = Welcome(order.server, "1.0", "sim", 2, "x", b"")
            self._after(lambda now_s: self.core.link_up(order.server, welcome, now_s))
            self._world.time.after(
                2 * DELAY_S,
                lambda: node.happen(lambda core, now_s: core.client_joined(number, "c", now_s)),
            )
        elif isinstance(order, do.Send):
            node, number = self._world.nodes[order.server], self._links[order.server]
            self._world.time.after(
                DELAY_S,
                lambda: node.happen(
                    lambda core, now_s: core.message(number, order.message, order.payload, now_s)
                ),
            )
        elif isinstance(order, do.Commit):
            self.work += order.unit.pixel_samples


def measure(seed: int, *, seconds: float = 300.0, open_s: tuple[float, ...] = (0.3,)) -> float:
    """Return the first client's share of the work of four uneven servers in so many seconds.

    Args:
        seed: of the world.
        seconds: from the moment in which both have asked.
        open_s: how long scenes take to open, on one server after the other.
    """
    rng = random.Random(seed)
    world = World(seed)
    world.checked = False
    for number in range(4):
        node = world.add_node(f"s{number}")
        node.speed = rng.uniform(5_000.0, 40_000.0)
        node.open_s = open_s[number % len(open_s)]
    first, second = (PlainClient(world, _make_endless_job(rng, name)) for name in (1, 2))
    while world.time.now_s < seconds and world.time.step():
        pass
    return first.work / (first.work + second.work)


def _make_endless_job(rng: random.Random, name: int) -> JobSpec:
    units = tuple(
        Unit(i, SIDE_PX * (i % 500), SIDE_PX * (i // 500), SIDE_PX, SIDE_PX, 0, 300)
        for i in range(4000)
    )
    return replace(make_job(1, rng, name), units=units, audit=0.0, width=4096, height=4096)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.fairness")
    parser.add_argument("--seeds", type=int, default=20, metavar="N")
    arguments = parser.parse_args()
    missed = 0
    for name, open_s in (("quick scenes", (0.3,)), ("one server opens slowly", (0.3, 0.3, 4.0))):
        shares = sorted(measure(seed, open_s=open_s) for seed in range(arguments.seeds))
        print(f"{name:25} first client's share: {shares[0]:.3f} to {shares[-1]:.3f}  bar 0.45-0.55")
        missed += not 0.45 <= shares[0] <= shares[-1] <= 0.55
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
