"""A farm that fetches one file, simulated: the client's own rules, links that share bandwidth.

Every machine sends and receives `LINK_BYTES_PER_S`, shared evenly by its transfers; pieces are
1 MiB with four on their way. What takes time besides: a round trip, a login, writing.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

from network.asset_sources import AssetSources
from network.instructions import Introduce, Send, SendAsset
from network.limits import ASSET_CHUNK_BYTES
from network.messages import AssetRequest, PeerExpect, PeerFailed, PeerReady, PeerServed

LINK_BYTES_PER_S = 118e6  # 1 Gbit/s less the heads of packets
ROUND_TRIP_S = 0.0005
LOGIN_S = 0.02
WINDOW = 4
TICK_S = 0.25
JOB = "1" * 32
DIGEST = "a" * 64


class Machine:
    """One end of transfers: a queue of pieces leaves it one after the other."""

    def __init__(self) -> None:
        self.free_s = 0.0  # when its outgoing link has sent what it has

    def send(self, now_s: float, length: int) -> float:
        """Return when the last byte of a piece has left."""
        self.free_s = max(self.free_s, now_s) + length / LINK_BYTES_PER_S
        return self.free_s


class Taker(Machine):
    """A server: what it has, and whom it asks."""

    def __init__(self, uid: str) -> None:
        super().__init__()
        self.uid = uid
        self.in_free_s = 0.0
        self.arrived = 0
        self.asked = 0
        self.epoch = 0  # of its source: pieces of an older one are dropped
        self.ticket = 0
        self.done_s: float | None = None


class Farm:
    """See the module.

    Args:
        servers: how many.
        size: bytes of the file.
        realm: "network": servers may be introduced; "": fed by the client alone.
        broken: share of introductions that fail after a second.
    """

    def __init__(self, servers: int, size: float, *, realm: str, broken: float = 0.0) -> None:
        self.size = int(size)
        self._realm = realm
        self._broken = broken
        self._rng = random.Random(1)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.now_s = 0.0
        self.client = Machine()
        self.client_bytes = 0
        self.sources = AssetSources(JOB, {DIGEST: self.size})
        self.takers = {f"s{i}": Taker(f"s{i}") for i in range(servers)}
        self._missing = servers
        self._holders: dict[int, str] = {}

    def run(self) -> str:
        """Let all fetch the file; returns what it took in words."""
        for uid in self.takers:
            self.sources.add(uid, self._realm)
        for taker in self.takers.values():
            self._ask_client(taker)
        self._at(TICK_S, self._tick)
        while self._missing and self._events:
            self.now_s, _, action = heapq.heappop(self._events)
            action()
        times = sorted(taker.done_s or 0.0 for taker in self.takers.values())
        how = "introductions" if self._realm else "client alone"
        if self._broken:
            how += f", {self._broken:.0%} of them broken"
        return (
            f"{len(times)} servers, {self.size / 1e6:.0f} MB, {how}: first {times[0]:.1f} s, "
            f"half {times[len(times) // 2]:.1f} s, all {times[-1]:.1f} s; client sent "
            f"{self.client_bytes / self.size:.2f} x the scene"
        )

    def _at(self, time_s: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (time_s, next(self._order), action))

    def _tick(self) -> None:
        self._perform(self.sources.tick(self.now_s))
        self._at(self.now_s + TICK_S, self._tick)

    def _perform(self, orders: list[object]) -> None:
        for order in orders:
            if isinstance(order, SendAsset):
                taker = self.takers[order.server]
                self.client_bytes += order.length
                self._carry(self.client, taker, order.offset, order.length, self._ask_client)
            elif isinstance(order, Introduce):
                self._introduce(order)
            elif isinstance(order, Send) and isinstance(order.message, PeerExpect):
                taker = self.takers[order.server]
                ready = PeerReady(JOB, order.message.ticket, bytes(32))
                if order.message.comes:
                    self._perform(self.sources.ready(order.server, ready))
                elif taker.ticket == order.message.ticket:
                    self._change_source(taker)
                    self._ask_client(taker)

    def _carry(
        self,
        sender: Machine,
        taker: Taker,
        offset: int,
        length: int,
        ask_on: Callable[[Taker], None],
    ) -> None:
        """Bring a piece from a machine to a server."""
        epoch = taker.epoch
        left_s = sender.send(self.now_s, length)

        def arrive() -> None:
            if taker.epoch != epoch or taker.done_s is not None:
                return
            taker.arrived = max(taker.arrived, offset + length)
            if taker.arrived >= self.size:
                self._finish(taker)
            else:
                ask_on(taker)

        taker.in_free_s = max(taker.in_free_s + length / LINK_BYTES_PER_S, left_s)
        self._at(taker.in_free_s + ROUND_TRIP_S / 2, arrive)

    def _finish(self, taker: Taker) -> None:
        taker.done_s = self.now_s
        self._missing -= 1
        ticket, taker.ticket = taker.ticket, 0
        self._perform(self.sources.has_all(taker.uid, self.now_s))
        if ticket:
            holder = self._holders.pop(ticket)
            served = PeerServed(JOB, ticket, "")
            self._perform(self.sources.served(holder, served, self.now_s))

    # -- asking ---------------------------------------------------------------------------------

    def _next_piece(self, taker: Taker) -> tuple[int, int] | None:
        open_pieces = (taker.asked - taker.arrived) / ASSET_CHUNK_BYTES
        if taker.asked >= self.size or open_pieces >= WINDOW:
            return None
        offset = taker.asked
        length = min(ASSET_CHUNK_BYTES, self.size - offset)
        taker.asked += length
        return offset, length

    def _ask_client(self, taker: Taker) -> None:
        epoch = taker.epoch
        while (piece := self._next_piece(taker)) is not None:
            request = AssetRequest(JOB, DIGEST, *piece)

            def ask(request: AssetRequest = request) -> None:
                if taker.epoch == epoch:
                    orders, complaint = self.sources.request(taker.uid, request, self.now_s)
                    assert not complaint
                    self._perform(orders)

            self._at(self.now_s + ROUND_TRIP_S / 2, ask)

    def _change_source(self, taker: Taker) -> None:
        taker.epoch += 1
        taker.asked = taker.arrived
        taker.ticket = 0

    def _introduce(self, order: Introduce) -> None:
        self._holders[order.ticket] = order.holder
        holder, taker = self.takers[order.holder], self.takers[order.taker]
        self._change_source(taker)
        taker.ticket = order.ticket
        if self._rng.random() < self._broken:
            self._at(self.now_s + 1.0, lambda: self._fail(order))
            return
        self._at(self.now_s + LOGIN_S, lambda: self._ask_holder(holder, taker))

    def _ask_holder(self, holder: Taker, taker: Taker) -> None:
        while (piece := self._next_piece(taker)) is not None:
            self._carry(holder, taker, *piece, lambda t: self._ask_holder(holder, t))

    def _fail(self, order: Introduce) -> None:
        taker = self.takers[order.taker]
        failed = PeerFailed(JOB, order.ticket, False, "broken")
        self._perform(self.sources.failed(order.taker, failed, self.now_s))
        served = PeerServed(JOB, order.ticket, "broken")
        self._perform(self.sources.served(order.holder, served, self.now_s))
        self._change_source(taker)
        self._ask_client(taker)
