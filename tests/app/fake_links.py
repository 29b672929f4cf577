"""Server links without sockets: each server behaves as its script says, at once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.values.session_types import ServerEntry, ServerState, ServerStatus
from network.messages import (
    AssetChunk,
    AssetMissing,
    AssetRequest,
    Assign,
    Canary,
    EndJob,
    Job,
    JobStatus,
    Message,
    Result,
    Welcome,
    WorkRequest,
)
from renderer.canary import COMPONENTS, MEAN, SIDE_PX

ENGINE = "tracer1 fake"
#: A test picture that is as bright as it should be.
PICTURE = np.full((SIDE_PX, SIDE_PX, COMPONENTS), MEAN, "<f4").tobytes()
#: Free of NaN, different for each unit, so that a unit in the wrong place is seen.
VALUE_OF_UNIT = 0.25


@dataclass
class FakeServer:
    """One server and how it behaves.

    Attributes:
        credit: units it asks for at a time.
        reachable: False: refused.
        answers: False: takes buckets and delivers none.
        wants: asset digests to ask for before it is ready.
        fails: words with which it refuses the job.
    """

    entry: ServerEntry
    enabled: bool
    status: ServerStatus
    credit: int = 4
    reachable: bool = True
    answers: bool = True
    fails: str = ""
    wants_assets: bool = False
    job: str = ""
    leases: list[Assign] = field(default_factory=list)
    got: list[tuple[Message, bytes]] = field(default_factory=list)


class FakeLinks(QObject):
    """Same surface as `app.session.server_links.ServerLinks`."""

    up = Signal(str, object)
    down = Signal(str, str, str)
    received = Signal(str, object, object)
    status_changed = Signal(object)
    freed = Signal(str)
    drained = Signal(str)
    local_pid = 0

    def __init__(self) -> None:
        super().__init__()
        self.servers: dict[str, FakeServer] = {}
        self.behaviours: dict[str, dict] = {}  # of servers that will be added, by uid
        self.closed = False
        self._events: deque[tuple] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._deliver)

    # -- the surface -------------------------------------------------------------------------

    @property
    def uids(self):
        return list(self.servers)

    def add(self, entry, enabled):
        state = ServerState.CONNECTING if enabled else ServerState.DISABLED
        more = self.behaviours.get(entry.uid, {})
        self.servers[entry.uid] = FakeServer(entry, enabled, ServerStatus(entry.uid, state), **more)

    def set_local_cache(self, size, age):
        self.local_cache = (size, age)

    def is_local(self, uid):
        return self.servers[uid].entry.local

    def remove(self, uid):
        del self.servers[uid]

    def is_same(self, entry, enabled):
        known = self.servers.get(entry.uid)
        return known is not None and (known.entry, known.enabled) == (entry, enabled)

    def rename(self, entry):
        self.servers[entry.uid].entry = entry

    def knows(self, uid):
        return uid in self.servers

    def is_enabled(self, uid):
        return uid in self.servers and self.servers[uid].enabled

    def name(self, uid):
        return self.servers[uid].entry.name if uid in self.servers else uid

    def address(self, uid):
        return self.servers[uid].entry.address

    def engine_class(self, uid):
        return ENGINE

    def set_engine_class(self, uid, engine_class):
        assert engine_class == ENGINE

    def realm(self, uid):
        return ""

    def introduce(self, order):
        raise AssertionError("servers without a realm are not introduced")

    def bytes_of(self, uid):
        return 10, 20

    def status(self, uid):
        return self.servers[uid].status

    def set_status(self, uid, **changes):
        if uid in self.servers:
            server = self.servers[uid]
            server.status = replace(server.status, **changes)
            self.status_changed.emit(server.status)

    def set_result_cap(self, uid, payload_bytes):
        assert payload_bytes > 0

    def peer_address(self, uid):
        return ""

    def waits_for_local(self, uid):
        return False

    def connect_server(self, uid):
        server = self.servers[uid]
        if server.reachable:
            self._soon(self.up, uid, make_welcome(server.entry.name))
            self._soon(self.received, uid, Canary(ENGINE), PICTURE)
        else:
            self._soon(self.down, uid, "refused", "nothing listens there")

    def disconnect_server(self, uid, code, text):
        self.servers[uid].job = ""

    def close(self):
        self.closed = True
        self._timer.stop()

    def writable(self, uid):
        return True

    def link_number(self, uid):
        return 1

    def send(self, uid, message, payload=b""):
        server = self.servers[uid]
        server.got.append((message, payload))
        if isinstance(message, Job):
            self._offered(uid, server, message, payload)
        elif isinstance(message, Assign):
            server.leases.append(message)
            if server.answers:
                self._soon(self.received, uid, *make_result(message))
                self._soon(self.received, uid, WorkRequest(message.job, 1), b"")
        elif isinstance(message, AssetChunk | AssetMissing):
            self._ready(uid, server)
        elif isinstance(message, EndJob):
            server.job = ""
            server.leases.clear()

    # -- what the test makes happen ----------------------------------------------------------

    def lose(self, uid: str) -> None:
        """The server's process dies."""
        server = self.servers[uid]
        server.reachable = False
        server.job = ""
        self._events = deque(event for event in self._events if event[1] != uid)
        self._soon(self.down, uid, "lost", "the peer closed the connection")

    def _offered(self, uid, server, message, payload):
        server.job = message.job
        if server.fails:
            self._say(uid, JobStatus(message.job, "failed", 0.0, server.fails))
        elif server.wants_assets:
            digest = manifest_digests(payload)[0]
            self._say(uid, AssetRequest(message.job, digest, 0, 1 << 20))
        else:
            self._ready(uid, server)

    def _ready(self, uid, server):
        self._say(uid, JobStatus(server.job, "ready", 1.0, ENGINE))
        self._say(uid, WorkRequest(server.job, server.credit))

    def _say(self, uid, message):
        self._soon(self.received, uid, message, b"")

    def _soon(self, signal, *values):
        self._events.append((signal, *values))
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self):
        for _ in range(len(self._events)):
            signal, *values = self._events.popleft()
            signal.emit(*values)
        if not self._events:
            self._timer.stop()


def make_welcome(name: str) -> Welcome:
    return Welcome(
        server_name=name, software_version="1", engine_class=ENGINE, threads=2, instance="ab"
    )


def make_result(assign: Assign) -> tuple[Result, bytes]:
    """The right answer: every component of a unit has the unit's own value."""
    value = VALUE_OF_UNIT * (assign.unit + 1)
    pixels = np.full((assign.height, assign.width, 4), value, dtype="<f4")
    return Result(assign.job, assign.unit, assign.lease, 0.01), pixels.tobytes()


def manifest_digests(payload: bytes) -> list[str]:
    import msgspec

    from network.messages import AssetEntry

    return [entry.digest for entry in msgspec.msgpack.decode(payload, type=list[AssetEntry])]
