"""A job's files on a server: fetched from the client, or from another server that it introduces.

    ASKING the client ──PeerExpect──► EXPECTING ──its link──► TAKING from the other server
        ▲                                 │                       │
        └── nobody came, it lied, it is slow, it ended ───────────┘   (PeerFailed)

A file is what its hash says, whoever sent it, so nothing about the other server is taken on trust.
What arrived stays when the source changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from network.assets import AssetTransfer, TransferError
from network.instructions import (
    CloseClient,
    ExpectPeer,
    ForgetPeer,
    SendTo,
    ServerInstruction,
    StoreChunk,
)
from network.limits import CONNECT_S, LOGIN_S, TEXT_CHARS, TLS_S
from network.messages import (
    AssetChunk,
    AssetEntry,
    AssetMissing,
    Message,
    PeerExpect,
    PeerFailed,
)
from network.work import ClientId

#: The other server needs so long at most to reach us.
EXPECT_S = CONNECT_S + TLS_S + LOGIN_S
#: One that sends nothing for so long, though it was asked, is left.
STALL_S = 10.0


class JobFiles:
    """See the module.

    Args:
        job: its name.
        client: the client's link.
        entries: the job's assets.
        present: digests that the cache has.
        partial: bytes that the cache has of others.
        out: where instructions go.
    """

    def __init__(
        self,
        job: str,
        client: ClientId,
        entries: Collection[AssetEntry],
        present: Collection[str],
        partial: Mapping[str, int],
        out: list[ServerInstruction],
    ) -> None:
        self._job = job
        self._client = client
        self._out = out
        self._transfer = AssetTransfer(job, entries, present, partial)
        self._ticket: int | None = None  # of the introduction that is on
        self._peer: ClientId | None = None  # the other server's link, once it is there
        self._deadline_s = 0.0
        self._from_peer: dict[str, int] = {}  # ticket of the last server that sent of a file
        self.forgives = False  # pieces that were asked for in other circumstances

    @property
    def is_complete(self) -> bool:
        """Whether every file is in the cache, its hash checked."""
        return self._transfer.is_complete

    @property
    def missing_files(self) -> int:
        """Number of files still to come."""
        return self._transfer.missing_files

    @property
    def fraction(self) -> float:
        """Part of the missing bytes that has arrived, 0 to 1."""
        return self._transfer.fraction

    @property
    def peer(self) -> ClientId | None:
        """The link of the server that sends the files now."""
        return self._peer

    def label(self, digest: str) -> str:
        """The name of a file that is still missing."""
        return self._transfer.label(digest)

    def advance(self, now_s: float) -> None:
        """Ask for more, unless the other server is still on its way."""
        source = self._client if self._ticket is None else self._peer
        if source is None:
            return
        for step in self._transfer.advance(now_s):
            if isinstance(step, StoreChunk):
                self._out.append(step)
            else:
                self._out.append(SendTo(source, step))

    # -- the client -----------------------------------------------------------------------------

    def chunk(self, message: AssetChunk, payload: bytes, now_s: float) -> None:
        """The client sent a piece.

        Raises:
            TransferError: nobody asked for it.
        """
        try:
            if self._ticket is not None:
                return  # it was on its way when another server was named
            self._out.append(self._transfer.chunk(message, payload, now_s))
        except TransferError:
            # It may answer what was asked before an introduction, or before the job was taken
            # away from us and offered again.
            stale = self._transfer.has(message.digest, message.offset + len(payload))
            if not (stale or self.forgives):
                raise
        self.advance(now_s)

    def expect(self, message: PeerExpect, now_s: float) -> None:
        """The client names another server as the source, or takes that back."""
        if not message.comes:
            if self._ticket == message.ticket:
                self._leave_peer(now_s)
            return
        if self._ticket is not None:
            self._leave_peer(now_s)
        if self.is_complete:
            return
        self.forgives = True
        self._ticket = message.ticket
        self._deadline_s = now_s + EXPECT_S
        self._transfer.restart_window()
        self._out.append(ExpectPeer(self._client, self._job, message.ticket))

    # -- the other server -----------------------------------------------------------------------

    def peer_joined(self, peer: ClientId, ticket: int, now_s: float) -> bool:
        """Another server logged in with the key of a ticket; False if it is not wanted (now)."""
        if ticket != self._ticket or self._peer is not None:
            return False
        self._peer = peer
        self._deadline_s = now_s + STALL_S
        self.advance(now_s)
        return True

    def peer_message(self, message: Message, payload: bytes, now_s: float) -> None:
        """The other server said something; anything but the bytes asked for ends it."""
        if isinstance(message, AssetMissing):
            self._peer_failed(f"it lacks {self.label(message.digest)!r}", now_s)
            return
        try:
            if not isinstance(message, AssetChunk):
                raise TransferError(f"sent {type(message).__name__}")
            step = self._transfer.chunk(message, payload, now_s, doubtful=True)
        except TransferError as error:
            self._peer_failed(f"it {error}", now_s)
            return
        assert self._ticket is not None
        self._from_peer[step.digest] = self._ticket
        self._deadline_s = now_s + STALL_S
        self._out.append(step)
        self.advance(now_s)

    def peer_left(self, now_s: float) -> None:
        """Its link ended."""
        self._peer = None
        self._peer_failed("its connection ended", now_s)

    def tick(self, now_s: float) -> None:
        """Leave another server that does not come, or sends nothing."""
        if self._ticket is None or now_s < self._deadline_s:
            return
        words = "it did not come" if self._peer is None else f"it sent nothing for {STALL_S:.0f} s"
        self._peer_failed(words, now_s)

    def end(self) -> None:
        """The job is over, or all files are here: nobody need come or stay."""
        if self._ticket is not None:
            self._close_peer()

    def _peer_failed(self, text: str, now_s: float, *, lied: bool = False) -> None:
        assert self._ticket is not None
        failed = PeerFailed(self._job, self._ticket, lied, text[:TEXT_CHARS])
        self._out.append(SendTo(self._client, failed))
        self._leave_peer(now_s)

    def _leave_peer(self, now_s: float) -> None:
        """Ask the client again for what has not come."""
        self._close_peer()
        self._transfer.restart_window()
        self.advance(now_s)

    def _close_peer(self) -> None:
        assert self._ticket is not None
        if self._peer is None:
            self._out.append(ForgetPeer(self._job, self._ticket))
        else:
            self._out.append(CloseClient(self._peer, "done", "thank you"))
        self._ticket = self._peer = None

    # -- the cache ------------------------------------------------------------------------------

    def written(self, now_s: float) -> None:
        """The cache has written a piece."""
        self._transfer.written()
        self.advance(now_s)

    def stored(self, digest: str, error: str, now_s: float) -> str:
        """The cache took (error "") or refused a file. Returns why the job fails, or ""."""
        ticket = self._from_peer.pop(digest, None)
        label = self.label(digest)
        problem = self._transfer.stored(digest, error)
        if error and not problem and ticket is not None and ticket == self._ticket:
            self._peer_failed(f"{label!r} from there was wrong: {error}", now_s, lied=True)
        if self.is_complete:
            self.end()
        else:
            self.advance(now_s)
        return problem
