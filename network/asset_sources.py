"""Who feeds whom: which server gets a job's files from the client, and which from another server.

One client cannot send a gigabyte to a thousand servers. So it feeds a few at a time; the others
wait, and as soon as one has the whole scene it feeds others (an *introduction*): those that have
it double with every round, and the client sends the scene a few times only. A server that cannot
be fed so (another network, a liar, a broken link) gets its files from the client after all.

    WAITING ──slot free──► FED ──┐
       │ ▲                       ├──has the files──► HOLDER ──introductions──► feeds others
       │ └──failed── TAKING ◄─┐──┘
       └────────holder free───┘

Files are known by their hash and checked by who receives them, so a holder need not be trusted.
Pure decisions: requests and news in, instructions out. See docs/protocol.md, "Assets".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from network.instructions import ClientInstruction, Introduce, Level, Log, Send, SendAsset
from network.messages import (
    AssetMissing,
    AssetRequest,
    PeerExpect,
    PeerFailed,
    PeerReady,
    PeerServed,
)
from network.upload_slots import UploadSlots
from network.work import ServerId

#: The first bytes of each server go out at once: a small scene or change need not queue.
FREE_BYTES = 256 << 10
#: Requests that a server may have open; twice `assets.WINDOW`, since a new window may cross the
#: word that the old one is void.
MAX_OPEN_REQUESTS = 8
#: Servers that a holder feeds at once: one alone would leave its link idle when that one is slow.
FED_BY_HOLDER = 2
#: Introductions that may fail before a server gets its files from the client alone, ...
MAX_TAKER_FAILURES = 2
#: ... or in a row before a holder is not asked any more.
MAX_HOLDER_FAILURES = 3
#: A server that asked for nothing in this time does not use its slot: it writes or hashes.
IDLE_S = 2.0


_TOO_MANY = "asks for more of the scene's files than it may at once"


class _Stage(Enum):
    WAITING = "waiting"
    FED = "fed"
    TAKING = "taking"
    HOLDER = "holder"


@dataclass(slots=True)
class _Server:
    """A server of the job, as far as files go."""

    realm: str
    stage: _Stage = _Stage.WAITING
    open: deque[AssetRequest] = field(default_factory=deque)
    place: int = 0  # in the queue of those that wait
    given_bytes: int = 0
    active_s: float = 0.0  # when it last asked for anything or got its slot
    ticket: int = 0  # of its introduction while TAKING
    crossed: int = 0  # requests that came since then
    failures: int = 0
    feeds: set[int] = field(default_factory=set)  # tickets
    failed_in_row: int = 0

    @property
    def realm_as_taker(self) -> str:
        return self.realm if self.failures < MAX_TAKER_FAILURES else ""


class AssetSources:
    """See the module. Made for one job; no event costs more than the servers that it concerns.

    Args:
        job: its name.
        sizes: bytes of each digest of the job.
    """

    def __init__(self, job: str, sizes: Mapping[str, int]) -> None:
        self._job = job
        self._sizes = sizes
        self._servers: dict[ServerId, _Server] = {}
        self._waiting: dict[str, dict[ServerId, None]] = {}  # by realm, first come first
        self._fed: dict[ServerId, None] = {}
        self._free: dict[str, dict[ServerId, None]] = {}  # holders that can feed one more
        # Ticket: holder, taker. One whose holder leaves ends with it.
        self._introduced: dict[int, tuple[ServerId, ServerId]] = {}
        self._next_ticket = 1
        self._next_place = 1
        self._slots = UploadSlots()
        self._out: list[ClientInstruction] = []

    # -- servers --------------------------------------------------------------------------------

    def add(self, server: ServerId, realm: str) -> None:
        """The job was offered to a server.

        Args:
            server: who.
            realm: servers of one realm reach each other; empty for one that nobody can dial.
        """
        self._servers.setdefault(server, _Server(realm))

    def remove(self, server: ServerId, now_s: float) -> list[ClientInstruction]:
        """A server is out of the job; those that it was to feed are told to ask the client."""
        gone = self._servers.get(server)
        if gone is not None:
            self._leave(server, gone)
            del self._servers[server]
            for ticket in sorted(gone.feeds):
                self._end_ticket(ticket)
            if gone.ticket:
                self._end_ticket(gone.ticket)
        return self._settle(now_s)

    def has_all(self, server: ServerId, now_s: float) -> list[ClientInstruction]:
        """A server has all files: it can feed others."""
        known = self._servers.get(server)
        if known is None or known.stage is _Stage.HOLDER:
            return []
        if known.ticket:
            self._servers[self._introduced[known.ticket][0]].failed_in_row = 0
            known.ticket = 0  # the holder's own word ends the introduction
        self._leave(server, known)
        known.open.clear()
        known.stage = _Stage.HOLDER
        self._note_free(server, known)
        return self._settle(now_s)

    # -- requests -------------------------------------------------------------------------------

    def request(
        self, server: ServerId, request: AssetRequest, now_s: float
    ) -> tuple[list[ClientInstruction], str]:
        """Answer a request for bytes, or let it wait.

        Returns:
            What to do, and why the request is an offence, or "".
        """
        known = self._servers.get(server)
        if known is None:
            return [], ""
        size = self._sizes.get(request.digest)
        if size is None or request.offset >= size:
            text = "no such file in this job" if size is None else "beyond the end of the file"
            missing = AssetMissing(request.job, request.digest, text)
            return [Send(server, missing)], "asks for a file that the job has not"
        if known.stage is _Stage.TAKING:
            known.crossed += 1  # asked before it heard that another server feeds it
            return [], _TOO_MANY if known.crossed > MAX_OPEN_REQUESTS else ""
        if len(known.open) >= MAX_OPEN_REQUESTS:
            return [], _TOO_MANY
        known.active_s = now_s
        known.open.append(request)
        if known.stage is _Stage.HOLDER:  # its cache lost a file
            self._leave(server, known)
            known.stage = _Stage.WAITING
        if known.stage is _Stage.FED or known.given_bytes + request.length <= FREE_BYTES:
            self._answer(server, known)
        else:
            self._wait(server, known)
        return self._settle(now_s), ""

    def tick(self, now_s: float) -> list[ClientInstruction]:
        """Call it now and then: slots of servers that went quiet are used by others."""
        self._slots.tick(now_s, any(self._waiting.values()))
        return self._settle(now_s)

    def keeps_waiting(self, server: ServerId) -> bool:
        """Whether the server has asked for something and waits for its turn to be fed."""
        known = self._servers.get(server)
        return known is not None and bool(known.open)

    # -- introductions --------------------------------------------------------------------------

    def ready(self, taker: ServerId, message: PeerReady) -> list[ClientInstruction]:
        """A server is ready for the one that is to feed it: that one may dial."""
        known = self._servers.get(taker)
        if known is None or not known.ticket or known.ticket != message.ticket:
            return []
        holder = self._introduced[message.ticket][0]
        return [Introduce(self._job, message.ticket, holder, taker, message.key)]

    def served(
        self, holder: ServerId, message: PeerServed, now_s: float
    ) -> list[ClientInstruction]:
        """A holder is done with an introduction, well (no text) or not."""
        if self._introduced.get(message.ticket, ("", ""))[0] == holder:
            if message.text:
                self._count_failure(message.ticket, message.text)
            self._end_ticket(message.ticket)
        return self._settle(now_s)

    def failed(self, taker: ServerId, message: PeerFailed, now_s: float) -> list[ClientInstruction]:
        """A server could not get the files from the holder that it was introduced to."""
        known = self._servers.get(taker)
        if known is not None and known.ticket and known.ticket == message.ticket:
            self._count_failure(message.ticket, message.text, lied=message.lied)
            known.ticket = 0
            known.stage = _Stage.WAITING
        return self._settle(now_s)

    def _count_failure(self, ticket: int, text: str, *, lied: bool = False) -> None:
        holder, taker = self._introduced[ticket]
        giver, receiver = self._servers[holder], self._servers.get(taker)
        if receiver is None or receiver.ticket != ticket:
            return  # it has its files, or has complained itself
        receiver.failures += 1
        giver.failed_in_row += MAX_HOLDER_FAILURES if lied else 1
        self._note_free(holder, giver)
        level = Level.WARNING if lied else Level.INFO
        self._out.append(Log(level, f"{taker} got no files from {holder}: {text}"))

    def _end_ticket(self, ticket: int) -> None:
        """An introduction is over; a taker that still counts on it is told."""
        pair = self._introduced.pop(ticket)
        holder, taker = self._servers.get(pair[0]), self._servers.get(pair[1])
        if holder is not None:
            holder.feeds.discard(ticket)
            self._note_free(pair[0], holder)
        if taker is not None and taker.ticket == ticket:
            taker.ticket = 0
            taker.stage = _Stage.WAITING
            self._out.append(Send(pair[1], PeerExpect(self._job, ticket, comes=False)))

    # -- decisions ------------------------------------------------------------------------------

    def _settle(self, now_s: float) -> list[ClientInstruction]:
        """Use holders and slots that are free."""
        for realm, holders in self._free.items():
            queue = self._waiting.get(realm, {})
            while realm and holders and queue:
                self._introduce(next(iter(holders)), next(iter(queue)))
        while any(self._waiting.values()) and self._count_fed(now_s) < self._slots.limit:
            heads = [next(iter(queue)) for queue in self._waiting.values() if queue]
            server = min(heads, key=lambda head: self._servers[head].place)
            known = self._servers[server]
            self._leave(server, known)
            known.stage = _Stage.FED
            known.active_s = now_s
            self._fed[server] = None
            self._answer(server, known)
        out, self._out = self._out, []
        return out

    def _count_fed(self, now_s: float) -> int:
        return sum(now_s - self._servers[server].active_s < IDLE_S for server in self._fed)

    def _wait(self, server: ServerId, known: _Server) -> None:
        queue = self._waiting.setdefault(known.realm_as_taker, {})
        if server not in queue:
            queue[server] = None
            known.place, self._next_place = self._next_place, self._next_place + 1

    def _leave(self, server: ServerId, known: _Server) -> None:
        """Take a server out of every set that it may be in."""
        self._fed.pop(server, None)
        self._free.get(known.realm, {}).pop(server, None)
        for queue in self._waiting.values():
            queue.pop(server, None)

    def _note_free(self, server: ServerId, known: _Server) -> None:
        """Note whether a holder can feed one more; the last noted is the last to be asked."""
        free = self._free.setdefault(known.realm, {})
        free.pop(server, None)
        able = known.stage is _Stage.HOLDER and known.failed_in_row < MAX_HOLDER_FAILURES
        if able and len(known.feeds) < FED_BY_HOLDER:
            free[server] = None

    def _answer(self, server: ServerId, known: _Server) -> None:
        while known.open:
            request = known.open.popleft()
            length = min(request.length, self._sizes[request.digest] - request.offset)
            known.given_bytes += length
            self._slots.count(length)
            self._out.append(SendAsset(server, request.job, request.digest, request.offset, length))

    def _introduce(self, holder: ServerId, server: ServerId) -> None:
        """Let a holder feed a server."""
        ticket, self._next_ticket = self._next_ticket, self._next_ticket + 1
        giver, taker = self._servers[holder], self._servers[server]
        self._leave(server, taker)
        self._introduced[ticket] = (holder, server)
        giver.feeds.add(ticket)
        self._note_free(holder, giver)
        taker.stage, taker.ticket, taker.crossed = _Stage.TAKING, ticket, 0
        taker.open.clear()  # it will ask the holder, and for nothing that it has already
        self._out.append(Send(server, PeerExpect(self._job, ticket, comes=True)))
