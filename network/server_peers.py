"""A server's dealings with other servers: those that feed it, and those that it feeds.

Both are arranged by a client that the two have in common. A server that feeds us is a link that
may send nothing but bytes that we ask for; see `job_files`. A server that we feed gets nothing
but files of the one job, while that job lasts.
"""

from __future__ import annotations

from network.instructions import (
    CloseClient,
    Level,
    Log,
    SendTo,
    ServePeer,
    ServerInstruction,
    StopServing,
)
from network.limits import TEXT_CHARS
from network.messages import Message, PeerServe, PeerServed
from network.server_job import ServerJob
from network.work import ClientId

#: Servers fed at once; honest clients ask for two (`asset_sources.FED_BY_HOLDER`) per job.
MAX_SERVED = 8


class ServerPeers:
    """See the module. Instructions go to the list given."""

    def __init__(self, out: list[ServerInstruction]) -> None:
        self._out = out
        self._feeding_us: dict[ClientId, ServerJob] = {}
        self._served: dict[tuple[str, int], ClientId] = {}  # job and ticket: whose client asked

    # -- who feeds us ---------------------------------------------------------------------------

    def joined(self, link: ClientId, job: ServerJob | None, ticket: int, now_s: float) -> None:
        """A server has logged in with a ticket's key; `job` is the one it is for, if any."""
        files = job.files if job is not None else None
        if job is not None and files is not None and files.peer_joined(link, ticket, now_s):
            self._feeding_us[link] = job
            self._out.append(Log(Level.INFO, f"job {job.name[:8]}: another server sends its files"))
        else:
            self._out.append(CloseClient(link, "done", "not needed any more"))

    def message(self, link: ClientId, message: Message, payload: bytes, now_s: float) -> bool:
        """Take what such a server says; False if the link is none."""
        job = self._feeding_us.get(link)
        if job is None:
            return False
        if job.files is not None and job.files.peer == link:
            job.files.peer_message(message, payload, now_s)
            job.files_moved(now_s)
        return True

    def left(self, link: ClientId, now_s: float) -> bool:
        """The link ended; False if it is none of another server."""
        job = self._feeding_us.pop(link, None)
        if job is None:
            return False
        if job.files is not None and job.files.peer == link:
            job.files.peer_left(now_s)
        return True

    # -- whom we feed ---------------------------------------------------------------------------

    def serve(self, client: ClientId, job: ServerJob | None, message: PeerServe) -> None:
        """A client asks us to feed another server."""
        refusal = ""
        if job is None or job.name != message.job or not job.has_files:
            refusal = "it has not the files of this job"
        elif len(self._served) >= MAX_SERVED:
            refusal = f"it feeds {MAX_SERVED} servers already"
        elif (message.job, message.ticket) in self._served:
            refusal = "this introduction is under way"
        if refusal or job is None:
            self._out.append(SendTo(client, PeerServed(message.job, message.ticket, refusal)))
            return
        self._served[message.job, message.ticket] = client
        digests = frozenset(asset.digest for asset in job.offer.assets)
        where = (message.host, message.port)
        self._out.append(ServePeer(message.job, message.ticket, *where, digests, message.key))
        text = f"job {job.name[:8]}: sends its files to another server"
        self._out.append(Log(Level.INFO, text))

    def served(self, job: str, ticket: int, text: str) -> None:
        """We are done with it, well (no text) or not."""
        client = self._served.pop((job, ticket), None)
        if client is not None:
            self._out.append(SendTo(client, PeerServed(job, ticket, text[:TEXT_CHARS])))

    def end(self, job: ServerJob) -> None:
        """A job is over here."""
        for link in [link for link, fed in self._feeding_us.items() if fed is job]:
            del self._feeding_us[link]
        tickets = [key for key in self._served if key[0] == job.name]
        for key in tickets:
            del self._served[key]
        if tickets:
            self._out.append(StopServing(job.name))
