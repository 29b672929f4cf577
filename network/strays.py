"""What a client sends that nobody asked for: counted, and too much of it ends its link.

A server drops what belongs to a job that is over: it was on its way. But a peer that is logged in
could push without end what is dropped, and each byte of it costs the others processor time. Honest
clients answer each request for a piece of a file at most once, whatever crosses on the way;
so more answers than requests are an offence at once. The rest is limited by rate.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from network.gate import TokenBucket
from network.instructions import SendTo, ServerInstruction
from network.messages import AssetChunk, AssetMissing, AssetRequest, Message
from network.work import ClientId

#: All buckets that a client may assign at once (`server_desk.MAX_WANTED`), cancelled again, twice.
STRAYS_AT_ONCE = 4096
#: In the long run; an honest client sends some only when a job fails.
STRAYS_PER_S = 100.0


class Strays:
    """Accounts of all clients of a server."""

    def __init__(self) -> None:
        self._owed: dict[ClientId, int] = {}  # answers to requests for files
        self._dropped: dict[ClientId, TokenBucket] = {}
        self._last_jobs: dict[ClientId, str] = {}  # the last that each offered

    def offered(self, client: ClientId, job: str) -> bool:
        """The client offers a job; whether it did before: answers from then may still come."""
        again = self._last_jobs.get(client) == job
        self._last_jobs[client] = job
        return again

    def asked(self, orders: Iterable[ServerInstruction], clients: Container[ClientId]) -> None:
        """Note requests for files to these clients among what a server is about to do."""
        for order in orders:
            if not (isinstance(order, SendTo) and isinstance(order.message, AssetRequest)):
                continue
            if order.client in clients:  # else another server: `job_files` counts for itself
                self._owed[order.client] = self._owed.get(order.client, 0) + 1

    def answered(self, client: ClientId, message: Message) -> str:
        """Count an answer to such a request; what is wrong with it, "" for nothing."""
        if not isinstance(message, AssetChunk | AssetMissing):
            return ""
        owed = self._owed.get(client, 0)
        if owed <= 0:
            return "sent more pieces of files than it was asked for"
        self._owed[client] = owed - 1
        return ""

    def dropped(self, client: ClientId, now_s: float) -> str:
        """Count a message about no job of the client's; what is wrong with that, "" for nothing."""
        bucket = self._dropped.get(client)
        if bucket is None:
            bucket = self._dropped[client] = TokenBucket(STRAYS_PER_S, STRAYS_AT_ONCE, now_s)
        return "" if bucket.take(now_s) else "sent too much about jobs that are over"

    def left(self, client: ClientId) -> None:
        """The client's link has ended."""
        self._owed.pop(client, None)
        self._dropped.pop(client, None)
        self._last_jobs.pop(client, None)
