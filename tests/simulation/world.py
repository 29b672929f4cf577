"""The brigade in a box: one real `ClientCore`, real `ServerCore`s, everything else made up.

All randomness comes from one seed, all time from one heap: a seed gives the same run always.
"""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Callable, Sequence

from network import instructions as do
from network.client_core import ClientCore, JobSpec
from network.messages import (
    AssetChunk,
    AssetMissing,
    Assign,
    Canary,
    Message,
    Result,
    Welcome,
)

from .frames import check_result, make_job, render
from .invariants import Film, check_servers
from .link import Link
from .node import ODD_CANARY, WRONG_CANARY, Node
from .peers import PeerLinks
from .timeline import Timeline

TICK_S = 0.25
SILENCE_S = 5.0


def make_client(max_servers: int) -> ClientCore:
    """Return the core of a client that has just been started."""
    return ClientCore(
        check_result=check_result,
        check_canary=lambda picture: None if picture.startswith(b"right") else "it is wrong",
        compare_canaries=lambda one, other: None,
        max_servers=max_servers,
    )


class World:
    """See the module. `trace` is a hash over everything that the client was told to do.

    Attributes:
        duplicates: how many of the next results arrive twice.
        delays_s: shortest and longest way of a link, one direction.
        checked: invariants are checked after every event.
        enabled_at_start: servers of the list when the frame began.
        exposed: servers whose false test pictures have reached the client.
        there_at_end: servers of the list when the frame ended: why odd, which job failed there.
        slowest: speed of the slowest server that there was.
        down: the client's process is not there (`crashes`).
        missed_s: by then all servers know that the client has died.
        watchers: are told what the client is told to do, after it was done.
        thief: the server that also sends the next result, whoever rendered it.
    """

    def __init__(
        self, seed: int, *, units: int = 30, max_servers: int = 0, job: JobSpec | None = None
    ) -> None:
        self.rng = random.Random(seed)
        self.time = Timeline()
        self.job = job or make_job(units, self.rng)
        self.delays_s = (0.0005, 0.03)
        self.checked = True
        self.films: dict[str, Film] = {}
        self.nodes: dict[str, Node] = {}
        self.links: dict[str, Link] = {}
        self.incidents: list[do.Happened] = []
        self.done: do.JobDone | None = None
        self.caps: dict[str, int] = {}  # largest result that each link accepts
        self.duplicates = 0
        self.exposed: set[str] = set()
        self.thief = ""
        self.slowest = 2_000.0
        self.trace = hashlib.sha256()
        self.client = make_client(max_servers)
        self.down = False
        self.missed_s = 0.0
        self.watchers: list[Callable[[object], None]] = []
        self.enabled_at_start: frozenset[str] = frozenset()
        self.there_at_end: dict[str, tuple[str, str]] = {}
        self._paused_until_s = 0.0
        self._waiting: deque[Callable[[ClientCore, float], Sequence[object]]] = deque()
        self._next_link = 1
        self._jobs = 1
        self.peers = PeerLinks(self)
        self._contents = {b.digest: bytes(b.size) for b in self.job.assets}
        self.time.after(0.0, self._tick)

    # -- what happens ---------------------------------------------------------------------------

    def add_node(
        self,
        uid: str,
        *,
        local: bool = False,
        guest: bool = False,
        before: Callable[[Node], None] = lambda node: None,
    ) -> Node:
        """Add a server; `guest`: it dials in by itself; `before`: what is wrong with it."""
        node = Node(uid, self.time, self._pixels_of)
        before(node)
        node.sent = lambda client, message, payload: self._sent_up(uid, client, message, payload)
        node.closed = lambda client, code, text: self._server_closes(uid, client, code, text)
        node.peer_order = lambda order: self.peers.perform(uid, order)
        self.nodes[uid] = node
        node.local, node.guest = local, guest
        if guest:
            return node
        self.tell(lambda core, now_s: core.add_server(uid, uid, now_s, local=local))
        return node

    def start(self, job: JobSpec | None = None) -> None:
        if self.time.now_s < self._paused_until_s:  # nobody clicks on a sleeping computer
            self.time.at(self._paused_until_s, lambda: self.start(job))
            return
        if self.down:
            self.time.after(1.0, lambda: self.start(job))
            return
        if self.client.job is not None:
            self.tell(lambda core, now_s: core.stop(now_s))
        self.begin(job or self.job)

    def begin(self, job: JobSpec, film: Film | None = None) -> None:
        """Give the client a job; `film` has what is there of it already."""
        self.job = job
        self.done = None
        self.films[self.job.job] = film or Film(self.job)
        self.enabled_at_start = frozenset(x.uid for x in self.client.servers())
        self.tell(lambda core, now_s: core.start(self.job, now_s))

    def kill(self, uid: str) -> None:
        """SIGKILL: the socket shows it at once."""
        node = self.nodes[uid]
        if node.alive:
            node.stop()
            self.peers.lost(uid)
            self._break(uid, "lost", "process ended", 0.001)

    def freeze(self, uid: str, seconds: float) -> None:
        """SIGSTOP for a while: nothing shows but silence."""
        node = self.nodes[uid]
        if not node.alive or node.frozen:
            return
        node.freeze()
        link = self.links.get(uid)

        def silent() -> None:
            if node.frozen and link is not None and self.links.get(uid) is link:
                self._break(uid, "silent", "", 0.0)

        self.time.after(SILENCE_S, silent)
        self.time.after(seconds, node.thaw)

    def cut(self, uid: str) -> None:
        """The connection breaks; both ends live."""
        self._break(uid, "lost", "reset by peer", 0.002)

    def clog(self, uid: str, seconds: float) -> None:
        """The connection stands and carries nothing for a while; too long, and both give it up."""
        link = self.links.get(uid)
        if link is None or not link.open:
            return
        link.clog()
        if seconds > SILENCE_S:
            self.time.after(
                SILENCE_S,
                lambda: link is self.links.get(uid) and self._break(uid, "silent", "", 0.0),
            )
        self.time.after(seconds, link.free)

    def pause_client(self, seconds: float) -> None:
        """The client's computer sleeps; what arrives meanwhile waits."""
        self._paused_until_s = max(self._paused_until_s, self.time.now_s + seconds)
        self.time.at(self._paused_until_s, self._wake)

    def _wake(self) -> None:
        """Let the client see what waited, in the order of its arrival."""
        while self._waiting and self.time.now_s >= self._paused_until_s:
            self._tell_now(self._waiting.popleft())

    def crash_client(self, links_end_s: float) -> None:
        """The client's process dies; another one is there at once and does nothing (`down`).

        Args:
            links_end_s: after so many seconds the servers learn of it.
        """
        self.down = True
        self.missed_s = max(self.missed_s, self.time.now_s + links_end_s)
        self.client = make_client(0)
        if self.job.job in self.films:
            self.films[self.job.job].in_flight.clear()  # it was the dead one's view
        self._waiting.clear()
        self._paused_until_s = 0.0
        links, self.links = self.links, {}
        for uid, link in links.items():
            if link.open:
                link.open = False
                node, number = self.nodes[uid], link.client
                node.happen_after(links_end_s, lambda core, n, c=number: core.client_left(c, n))

    def run(self, until_s: float) -> None:
        """Go on until the job is over or it is that late."""
        while self.done is None and self.time.now_s < until_s and self.time.step():
            pass

    def replace_job(self) -> None:
        """The artist stops the render and starts another."""
        following = make_job(12, self.rng, name=self.next_job_number())
        self._contents.update({x.digest: bytes(x.size) for x in following.assets})
        self.start(following)

    def next_job_number(self) -> int:
        """A number that no job has had; not by the films: a sleeping client is told of several."""
        self._jobs += 1
        return self._jobs

    # -- the client's shell ---------------------------------------------------------------------

    @property
    def sleeps(self) -> bool:
        """The client's computer sleeps, or has not yet heard what came meanwhile."""
        return bool(self._waiting) or self.time.now_s < self._paused_until_s

    def tell(self, event: Callable[[ClientCore, float], Sequence[object]]) -> None:
        if self.down:
            return
        if self.sleeps:
            self._waiting.append(event)
        else:
            self._tell_now(event)

    def _tell_now(self, event: Callable[[ClientCore, float], Sequence[object]]) -> None:
        orders = event(self.client, self.time.now_s)
        for order in orders:
            if self.checked:
                self.trace.update(repr(order).encode())
            self._perform(order)
            for watch in self.watchers:
                watch(order)
        if not self.checked:
            return
        film = self.films.get(self.job.job)
        if film is not None:
            check_servers(self)
            linked = [uid for uid, link in self.links.items() if link.open]
            film.check(self.client, linked)

    def _tick(self) -> None:
        if self.time.now_s >= self._paused_until_s:
            self.tell(lambda core, now_s: core.tick(now_s))
        self.time.after(TICK_S, self._tick)

    def _perform(self, order: object) -> None:
        if isinstance(order, do.Connect):
            self._connect(order.server)
        elif isinstance(order, do.Disconnect):
            self._client_closes(order.server)
        elif isinstance(order, do.Send):
            self.send_down(order.server, order.message, order.payload)
        elif isinstance(order, do.SendAsset):
            self._send_asset(order)
        elif isinstance(order, do.Introduce):
            self.peers.introduce(order)
        elif isinstance(order, do.SetResultCap):
            self.caps[order.server] = order.payload_bytes
        elif isinstance(order, do.Happened):
            self.incidents.append(order)
        elif isinstance(order, do.JobDone):
            self.done = order
            mine = self.job.engine_class  # of a frame that is resumed
            self.there_at_end = {
                x.uid: (x.odd or ("class" if mine and x.engine_class != mine else ""), x.failed)
                for x in self.client.servers()
            }
        elif self.checked and isinstance(order, (do.Commit, do.Leased, do.Released, do.Revoked)):
            self.films[self.job.job].perform(order)

    def _send_asset(self, order: do.SendAsset) -> None:
        content = self._contents.get(order.digest)
        reply: Message = AssetMissing(order.job, order.digest, "deleted")
        data = b""
        if content is not None:
            reply = AssetChunk(order.job, order.digest, order.offset)
            data = content[order.offset : order.offset + order.length]
        self.send_down(order.server, reply, data)

    # -- links ----------------------------------------------------------------------------------

    def _connect(self, uid: str) -> None:
        node = self.nodes[uid]
        link = Link(self.time, self.rng.uniform(*self.delays_s), self.next_link_number())
        self.links[uid] = link
        self.caps[uid] = 0

        def arrive() -> None:
            if not link.open:
                return
            if not node.alive or node.frozen:
                code = "timeout" if node.alive else "refused"
                self._end(uid, link, code, "", 0.001 if code == "refused" else SILENCE_S)
                return
            welcome = Welcome(uid, "1.0", "sim", 2, f"{link.client}")
            link.carry("up", lambda: self._if_open(link, self._link_up(uid, welcome)))
            node.happen(lambda core, now_s: core.client_joined(link.client, "client", now_s))

        link.carry("down", arrive)

    def next_link_number(self) -> int:
        """A number that no link of a server has had yet."""
        self._next_link += 1
        return self._next_link - 1

    def _link_up(self, uid: str, welcome: Welcome) -> Callable[[], None]:
        return lambda: self.tell(lambda core, now_s: core.link_up(uid, welcome, now_s, "network"))

    def send_down(self, uid: str, message: Message, payload: bytes = b"") -> None:
        link = self.links.get(uid)
        if link is None:
            return
        node = self.nodes[uid]

        def arrive() -> None:
            node.happen(lambda core, now_s: core.message(link.client, message, payload, now_s))

        link.carry("down", lambda: self._if_open(link, arrive))

    def _sent_up(self, uid: str, client: int, message: Message, payload: bytes) -> None:
        if self.peers.sent(uid, client, message):
            return
        link = self.links.get(uid)
        if link is None or link.client != client:
            return

        def arrive() -> None:
            if isinstance(message, Canary) and payload in (ODD_CANARY, WRONG_CANARY):
                self.exposed.add(uid)
            self.tell(lambda core, now_s: core.message(uid, message, payload, now_s))

        link.carry("up", lambda: self._if_open(link, arrive))
        if isinstance(message, Result):
            assert len(payload) <= self.caps[uid], f"{uid} was not told to accept such results"
            self._maybe_stolen(message, payload)
        if isinstance(message, Result) and self.duplicates > 0:
            self.duplicates -= 1
            link.carry("up", lambda: self._if_open(link, arrive))

    def _maybe_stolen(self, message: Result, payload: bytes) -> None:
        """Let a thief send another server's result as its own."""
        thief, self.thief = self.thief, ""
        link = self.links.get(thief)
        if link is not None and link.open:
            self.tell(lambda core, now_s: core.message(thief, message, payload, now_s))

    def _if_open(self, link: Link, action: Callable[[], None]) -> None:
        if link.open:
            action()

    def _break(self, uid: str, code: str, text: str, delay_s: float) -> None:
        link = self.links.get(uid)
        if link is not None and link.open:
            self._end(uid, link, code, text, delay_s)

    def _end(self, uid: str, link: Link, code: str, text: str, delay_s: float) -> None:
        """Both ends learn of it; nothing on the way arrives any more."""
        link.open = False
        node = self.nodes[uid]

        def client_sees() -> None:
            if self.links.get(uid) is link:
                self.tell(lambda core, now_s: core.link_down(uid, code, text, now_s))

        self.time.after(delay_s, client_sees)
        node.happen(lambda core, now_s: core.client_left(link.client, now_s))

    def _client_closes(self, uid: str) -> None:
        link = self.links.pop(uid, None)
        if link is not None and link.open:
            link.open = False
            node = self.nodes[uid]
            node.happen(lambda core, now_s: core.client_left(link.client, now_s))

    def _server_closes(self, uid: str, client: int, code: str, text: str) -> None:
        if self.peers.closed(uid, client):
            return
        assert code not in ("protocol", "limit"), f"{uid} accuses the client: {text}"
        link = self.links.get(uid)
        if link is not None and link.client == client and link.open:
            self._end(uid, link, code, text, 0.001)

    def _pixels_of(self, unit: Assign) -> bytes:
        if not self.checked:
            return bytes(4 * unit.width * unit.height)
        return render(unit.x, unit.y, unit.width, unit.height)
