"""Servers of the simulation that feed each other: links between nodes, with their faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network import instructions as do
from network.messages import (
    AssetChunk,
    AssetMissing,
    AssetRequest,
    Message,
    PeerReady,
    PeerServe,
)

if TYPE_CHECKING:
    from .world import World

DIAL_S = 0.01
REFUSED_S = 5.0


class PeerLink:
    """One connection from a holder to a taker."""

    def __init__(self, holder: str, taker: str, order: do.ServePeer, number: int) -> None:
        self.holder = holder
        self.taker = taker
        self.order = order
        self.number = number  # the taker's name for it
        self.open = True


class PeerLinks:
    """All of them. Called by `World` where a real program would have sockets.

    Attributes:
        introduced: how many introductions there were, and how many links came about.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._expected: dict[tuple[str, str, int], None] = {}  # taker, job, ticket
        self._links: dict[int, PeerLink] = {}
        self.introduced = 0
        self.joined = 0

    def introduce(self, order: do.Introduce) -> None:
        """What the client's shell does."""
        self.introduced += 1
        serve = PeerServe(order.job, order.ticket, order.taker, 1, order.key)
        self._world.send_down(order.holder, serve)

    def perform(self, uid: str, order: object) -> None:
        """What a server's shell does."""
        if isinstance(order, do.ExpectPeer):
            self._expected[uid, order.job, order.ticket] = None
            ready = PeerReady(order.job, order.ticket, b"k" * 32)
            self._world.nodes[uid].sent(order.client, ready, b"")
        elif isinstance(order, do.ForgetPeer):
            self._expected.pop((uid, order.job, order.ticket), None)
        elif isinstance(order, do.ServePeer):
            self._world.time.after(DIAL_S, lambda: self._dial(uid, order))
        elif isinstance(order, do.StopServing):
            for link in list(self._links.values()):
                if link.holder == uid and link.order.job == order.job:
                    self._end(link, tell_holder=False)

    def sent(self, uid: str, client: int, message: Message) -> bool:
        """A taker says something to a holder; False if the link is a client's."""
        link = self._links.get(client)
        if link is None or link.taker != uid:
            return False
        assert isinstance(message, AssetRequest), f"{message} to a server that brings files"
        self._world.time.after(DIAL_S, lambda: self._answer(link, message))
        return True

    def closed(self, uid: str, client: int) -> bool:
        """A taker closes a link; False if it is a client's."""
        link = self._links.get(client)
        if link is None or link.taker != uid:
            return False
        self._end(link, tell_taker=False)
        return True

    def lost(self, uid: str) -> None:
        """A server died: its links end."""
        for link in list(self._links.values()):
            if uid in (link.holder, link.taker):
                self._end(link)

    def _dial(self, uid: str, order: do.ServePeer) -> None:
        taker = self._world.nodes[order.host]
        wanted = (order.host, order.job, order.ticket)
        if wanted not in self._expected or not taker.alive or taker.frozen:
            self._world.time.after(REFUSED_S, lambda: self._served(uid, order, "refused"))
            return
        del self._expected[wanted]
        self.joined += 1
        link = PeerLink(uid, order.host, order, self._world.next_link_number())
        self._links[link.number] = link
        taker.happen(
            lambda core, now_s: core.peer_joined(link.number, order.job, order.ticket, now_s)
        )

    def _answer(self, link: PeerLink, message: AssetRequest) -> None:
        holder, taker = self._world.nodes[link.holder], self._world.nodes[link.taker]
        if not link.open or not holder.alive or holder.frozen:
            return  # and so stalls
        data = b""
        reply: Message = AssetMissing(message.job, message.digest, "gone")
        if message.digest in link.order.digests and message.digest in holder.cache:
            reply = AssetChunk(message.job, message.digest, message.offset)
            data = (b"\1" if holder.spoils else b"\0") * message.length

        def arrive() -> None:
            if link.open:
                taker.happen(lambda core, now_s: core.message(link.number, reply, data, now_s))

        self._world.time.after(DIAL_S, arrive)

    def _end(self, link: PeerLink, *, tell_taker: bool = True, tell_holder: bool = True) -> None:
        link.open = False
        self._links.pop(link.number, None)
        if tell_taker:
            taker = self._world.nodes[link.taker]
            taker.happen(lambda core, now_s: core.client_left(link.number, now_s))
        if tell_holder:
            self._served(link.holder, link.order, "" if not tell_taker else "lost")

    def _served(self, uid: str, order: do.ServePeer, text: str) -> None:
        holder = self._world.nodes[uid]
        holder.happen(lambda core, now_s: core.peer_served(order.job, order.ticket, text, now_s))
