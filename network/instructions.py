"""What the cores tell their shells to do: events go in, a list of these comes out.

The shell performs them in order and decides nothing. The upper half is for the client's shell
(`ClientCore`), the lower half for the server's (`ServerCore`); `Log` is for both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from network.messages import AssetEntry, Message
from network.work import ClientId, ServerId, Unit


class Level(Enum):
    """How much a log line matters."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Log:
    """Write a line to the log."""

    level: Level
    text: str


class Phase(Enum):
    """What a server is doing, as the client core sees it."""

    CONNECTING = "connecting"
    REFUSED = "refused"  # nothing listens there
    TIMED_OUT = "timed out"
    NAME_NOT_FOUND = "name not found"
    WRONG_VERSION = "wrong version"
    WRONG_KEY = "wrong key"
    NOT_PAIRED = "not paired"
    OTHER_IDENTITY = "another server"  # than the one that was paired there
    IDLE = "idle"
    PAUSED = "paused"  # somebody wants that computer for himself
    QUEUED = "queued"  # another client's job runs there
    SYNCING = "syncing"  # assets on their way
    OPENING = "opening"
    RENDERING = "rendering"
    FAILED = "failed"  # for this job
    SAME = "the same server"  # as one that another row has reached
    DIFFERENT = "different"  # renders differently: not used
    LOST = "lost"


# -- for the client's shell ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a link to this server; answer with `link_up` or `link_down`."""

    server: ServerId


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Close the link, with a Bye of this code and text; no `link_down` is expected."""

    server: ServerId
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message over the server's link."""

    server: ServerId
    message: Message
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class SendAsset:
    """Read these bytes of the job's asset and send `AssetChunk`, or else `AssetMissing`.

    The chunks of one server go out in the order of these instructions.
    """

    server: ServerId
    job: str
    digest: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Introduce:
    """Let one server feed the job's files to another that is ready for it.

    Send `PeerServe` with the taker's address to the holder.
    """

    job: str
    ticket: int
    holder: ServerId
    taker: ServerId
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetResultCap:
    """Accept results of at most this many payload bytes from this server."""

    server: ServerId
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class Commit:
    """Put the checked pixels of this unit into the film; told once, unless they are revoked.

    Attributes:
        render_s: thread seconds, for this part of the server's result.
        attempt: so often was the unit, or what it is a part of, handed out until now.
    """

    server: ServerId
    unit: Unit
    payload: bytes
    render_s: float
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Leased:
    """The server got this unit."""

    server: ServerId
    unit: Unit


@dataclass(frozen=True, slots=True)
class Released:
    """The server's lease of this unit ended without a commit of its result."""

    server: ServerId
    unit: Unit


@dataclass(frozen=True, slots=True)
class ServerChanged:
    """The server's row reads differently now.

    Attributes:
        detail: one sentence, empty when the phase says it all.
        fraction: progress of SYNCING and OPENING, 0 to 1.
        retry_s: seconds until the client tries to reach it again, 0 if it does not.
        attempt: number of that attempt since the server last delivered a bucket, from 1.
    """

    server: ServerId
    phase: Phase
    detail: str = ""
    fraction: float = 0.0
    retry_s: float = 0.0
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """An incident: a server failed the running job.

    Attributes:
        what: in words: "connection lost", "no sign of life for 5 s".
        outcome: "2 buckets went back to the queue; studio-2 and This computer go on".
    """

    server: ServerId
    what: str
    buckets_given_back: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The pixels of this unit are false; another `Commit` will replace them."""

    server: ServerId
    unit: Unit


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An audit: another server rendered this unit too, and everybody agrees."""

    server: ServerId
    unit: Unit


@dataclass(frozen=True, slots=True)
class Drained:
    """A server that was to finish what it had in hand has done so; its link is closed."""

    server: ServerId


@dataclass(frozen=True, slots=True)
class JobDone:
    """The job is over: every unit is committed, or some cannot be rendered.

    Attributes:
        failed_units: units that crashed workers again and again.
    """

    complete: bool
    failed_units: tuple[int, ...] = ()


ClientInstruction = (
    Connect
    | Disconnect
    | Send
    | SendAsset
    | Introduce
    | SetResultCap
    | Commit
    | Leased
    | Released
    | ServerChanged
    | Happened
    | Confirmed
    | Drained
    | Revoked
    | JobDone
    | Log
)


# -- for the server's shell ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendTo:
    """Send a message to this client."""

    client: ClientId
    message: Message
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class SendLog:
    """Send the end of the server's log, without its secrets, to this client."""

    client: ClientId


@dataclass(frozen=True, slots=True)
class CloseClient:
    """Close this client's link with a Bye; no `client_left` is expected."""

    client: ClientId
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FindAssets:
    """Look these digests up in the cache and pin them; answer with `assets_found`.

    While that takes long, say with `assets_searched` how far it is; if the cache cannot be read,
    answer with `search_failed`. `fresh`: what earlier jobs left in the cache does not count, and
    is fetched anew.
    """

    job: str
    digests: tuple[str, ...]
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class StoreChunk:
    """Write these bytes of an asset into the cache; chunks of an asset come in order.

    After the last one (offset + len(data) == size) check the hash and answer with
    `asset_stored`; on an error (disk full) answer at once.
    """

    digest: str
    size: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ExpectPeer:
    """Make a fresh random key, let another server log in with it, once, and send `PeerReady`.

    `peer_joined` tells that it has come.
    """

    client: ClientId
    job: str
    ticket: int


@dataclass(frozen=True, slots=True)
class ForgetPeer:
    """The key of this ticket is good no more."""

    job: str
    ticket: int


@dataclass(frozen=True, slots=True)
class ServePeer:
    """Dial another server and answer its requests for these files of the job.

    `peer_served` tells the end. The address is what a client said: it gets nothing but a login.
    """

    job: str
    ticket: int
    host: str
    port: int
    digests: frozenset[str] = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StopServing:
    """End what `ServePeer` began; nothing is told about it any more."""

    job: str


@dataclass(frozen=True, slots=True)
class ReleaseAssets:
    """The job is over: its files in the cache are no longer pinned."""

    job: str


@dataclass(frozen=True, slots=True)
class ToWorker:
    """Send a message to the worker process."""

    message: Message
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenWorkerJob:
    """Turn digests into paths of the cache and send `WorkerOpen` to the worker."""

    job: str
    scene: str
    settings: bytes
    assets: tuple[AssetEntry, ...]


@dataclass(frozen=True, slots=True)
class RestartWorker:
    """Kill the worker if it still runs and start another; no `worker_exited` for the old one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quit:
    """The drain is over: end the server program."""


ServerInstruction = (
    SendTo
    | SendLog
    | CloseClient
    | FindAssets
    | StoreChunk
    | ExpectPeer
    | ForgetPeer
    | ServePeer
    | StopServing
    | ReleaseAssets
    | ToWorker
    | OpenWorkerJob
    | RestartWorker
    | Quit
    | Log
)
