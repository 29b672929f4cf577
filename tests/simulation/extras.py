"""Trouble beside the faults of the list: torn disks, guests, bad machines, logs, lists, crashes.

Each comes to a part of the seeds, from numbers of its own, so that the other seeds stay as they
were before it was invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from network.client_core import ClientCore
from network.instructions import ClientInstruction, Phase
from network.log_requests import LOG_EVERY_S
from network.messages import LogRequest, Welcome

from .crashes import Journals
from .link import Link
from .node import WRONG_CANARY, Node
from .world import World

#: A server that dials in tries again so long after its link has ended.
REDIAL_S = (0.5, 3.0)
#: How often a colleague asks for a server's log.
ASK_EVERY_S = 0.3


def plan_extras(world: World, seed: int, trouble_s: float) -> int:
    """Put this seed's extra trouble on the timeline. Returns how much there is."""
    count = 0
    for share, plan in EXTRAS:
        rng = random.Random(f"{seed} {plan.__name__}")
        if rng.random() < share:
            count += 1
            plan(world, rng, trouble_s)
    return count


def _tear_disks(world: World, rng: random.Random, trouble_s: float) -> None:
    """Computers lose their power while a file arrives: its last piece is torn, or all there."""

    def tear() -> None:
        for uid in sorted(world.nodes):
            node = world.nodes[uid]
            if node.alive and node.partial and rng.random() < 0.7:
                node.tear(torn=rng.random() < 0.7)
                world.kill(uid)
                world.time.after(
                    rng.uniform(0.0, 2.0), lambda node=node: node.alive or node.start()
                )

    for _ in range(rng.randrange(1, 4)):
        world.time.at(rng.uniform(0.0, trouble_s / 3.0), tear)


def _join_bad_machine(world: World, rng: random.Random, trouble_s: float) -> None:
    """A computer with bad memory comes; its test picture shows it from the beginning."""

    def join() -> None:
        node = world.add_node("s9", before=_spoil)
        node.speed = 20_000.0

    def _spoil(node: Node) -> None:
        node.canary = WRONG_CANARY
        node.false = node.worker.false = True

    world.time.at(rng.uniform(0.0, 2.0), join)


def _ask_for_logs(world: World, rng: random.Random, trouble_s: float) -> None:
    """A colleague connects to a server, asks for its log again and again, and leaves."""
    number = world.next_link_number()

    def come() -> None:
        uid = rng.choice(sorted(world.nodes) or [""])
        if not uid:
            return
        node = world.nodes[uid]
        sent_s: list[float] = []
        node.log_sent = lambda client: _note_log(world, number, client, sent_s)
        node.happen(lambda core, now_s: core.client_joined(number, "colleague", now_s))
        for turn in range(rng.randrange(1, 8)):
            world.time.after(ASK_EVERY_S * turn, lambda: _say(node))
        leaves_s = rng.uniform(0.1, 3.0)
        world.time.after(
            leaves_s, lambda: node.happen(lambda core, now_s: core.client_left(number, now_s))
        )

    def _say(node: Node) -> None:
        node.happen(lambda core, now_s: core.message(number, LogRequest(), b"", now_s))

    world.time.at(rng.uniform(0.0, trouble_s), come)


def _note_log(world: World, asker: int, client: int, sent_s: list[float]) -> None:
    assert client == asker, "a log went to somebody who did not ask"
    now_s = world.time.now_s
    assert not sent_s or now_s - sent_s[-1] >= LOG_EVERY_S - 1e-9, "a log was read too often"
    sent_s.append(now_s)


def _dial_in(world: World, rng: random.Random, trouble_s: float) -> None:
    """A server behind a firewall connects to the client by itself, again and again."""
    guest = Guest(world, rng)
    world.time.at(rng.uniform(0.0, 3.0), guest.come)


class Guest:
    """A server that dials in; while nothing fails, its link stands within `REDIAL_S`."""

    UID = "g0"

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world, self._rng = world, rng

    def come(self) -> None:
        """The computer is there; from now on it dials whenever it has no link."""
        self._world.add_node(self.UID, guest=True)
        self._dial()

    def _dial(self) -> None:
        world = self._world
        world.time.after(self._rng.uniform(*REDIAL_S), self._dial)
        node, link = world.nodes[self.UID], world.links.get(self.UID)
        if not node.alive or node.frozen or (link is not None and link.open):
            return
        link = Link(world.time, self._rng.uniform(*world.delays_s), world.next_link_number())

        def accepted() -> None:
            current = world.links.get(self.UID)
            linked = current is not None and current.open
            # A computer that sleeps takes no calls.
            if not node.alive or node.frozen or linked or world.down or world.sleeps:
                return
            world.links[self.UID] = link
            world.caps[self.UID] = 0
            welcome = Welcome(self.UID, "1.0", node.engine_class, 2, f"{link.client}")
            world.tell(lambda core, now_s: core.server_arrived(self.UID, "guest", welcome, now_s))
            node.happen(lambda core, now_s: core.client_joined(link.client, "client", now_s))

        link.carry("up", accepted)


def _order_the_list(world: World, rng: random.Random, trouble_s: float) -> None:
    """The artist drags rows, and changes how many servers may work at once."""

    def drag() -> None:
        rows, most = sorted(world.nodes), rng.randrange(1, 4)
        rng.shuffle(rows)
        world.tell(lambda core, now_s: order_list(core, rows, most, now_s))

    for _ in range(rng.randrange(2, 6)):
        world.time.at(rng.uniform(0.0, trouble_s), drag)
    world.time.at(trouble_s, lambda: world.tell(lambda core, now_s: core.set_max_servers(0, now_s)))


def order_list(
    core: ClientCore, rows: Sequence[str], most: int, now_s: float
) -> list[ClientInstruction]:
    """Order the list; right after it the first ones that can work do so, and no others."""
    before = core.servers()
    out = core.set_max_servers(most, now_s) + core.set_order(rows, now_s)
    if core.servers() == before or core.job is None:
        return out
    servers = [x for x in core.servers() if not x.draining]
    work = [x.place for x in servers if x.offered and x.phase is not Phase.QUEUED]
    idle = [x for x in servers if x.linked and x.phase is Phase.IDLE]
    able = [x.place for x in idle if x.failed != core.job.spec.job]
    assert len(work) <= most, "more servers work than may"
    if any(x.offered and x.draining for x in core.servers()):
        # It has a place until its buckets are done: one of the first may wait for that.
        able = [place for place in able if place not in sorted(work + able)[:most]]
    assert not (work and able) or max(work) < min(able), "one works before an idle one"
    return out


def _crash_client(world: World, rng: random.Random, trouble_s: float) -> None:
    """The client's program is killed, or its computer loses power; then it goes on."""
    journals = Journals(world, rng)

    def crash() -> None:
        journals.crash(power=rng.random() < 0.4, away_s=rng.uniform(0.05, 4.0))

    for _ in range(rng.randrange(1, 4)):
        world.time.at(rng.uniform(0.0, trouble_s), crash)


EXTRAS: list[tuple[float, Callable[[World, random.Random, float], None]]] = [
    (0.15, _tear_disks),
    (0.1, _join_bad_machine),
    (0.1, _ask_for_logs),
    (0.15, _dial_in),
    (0.15, _order_the_list),
    (0.15, _crash_client),
]
