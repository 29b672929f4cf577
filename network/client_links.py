"""The client's servers and their links: who is connected, who is tried again when, who is what.

Knows nothing of jobs beyond the names that `ServerRecord` notes down for `client_core`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from network.backoff import LONGEST_S, retry_delay_s
from network.client_words import PHASE_OF_CODE, describe_loss, describe_retry
from network.gate import TokenBucket
from network.instructions import (
    ClientInstruction,
    Connect,
    Disconnect,
    Level,
    Log,
    Phase,
    ServerChanged,
)
from network.messages import Welcome
from network.work import ServerId

#: Links that are being made at once; a thousand handshakes at a time would starve the renders.
MAX_CONNECTING = 64
#: Only a person can help these, and servers shut out who fails to log in too often.
_SLOW_RETRY = (
    Phase.WRONG_KEY,
    Phase.NOT_PAIRED,
    Phase.OTHER_IDENTITY,
    Phase.WRONG_VERSION,
    Phase.SAME,
)


@dataclass(slots=True)
class ServerRecord:
    """What the client knows about one enabled server.

    Attributes:
        attempts: links that ended or failed since it last delivered a bucket.
        retry_at_s: awake time of the next attempt; None while linked, connecting or cut off.
        result_cap: largest result that its link was told to accept.
        offered: the job that it was told of, "" for none.
        opened: the last job that it was ready to render.
        failed: the last job that it failed; it gets no more of that one.
        strikes: offences against the protocol during this job.
        stalls: leases in a row that it never delivered.
        failed_units: units that failed there since it last delivered one.
        draining: it goes when it has delivered what it has in hand.
        guest: it came by itself (it dialled in, say): nobody can connect to it, it comes again.
        realm: servers of one realm can dial each other; "" for one that nobody can dial.
        local: it is this computer's own.
        canary: its test picture; empty until it came over this link.
        heard_s: awake time of its last word about the job, or of the offer.
        odd: why its pixels cannot be used; empty if they can.
        paused: somebody at that computer lends nothing of it now; `lending` limits how often
            that changes.
        place: in the list's order; smaller ones come first.
    """

    uid: ServerId
    name: str
    phase: Phase = Phase.CONNECTING
    detail: str = ""
    fraction: float = 0.0
    linked: bool = False
    connecting: bool = False
    attempts: int = 0
    retry_at_s: float | None = None
    engine_class: str = ""
    threads: int = 1
    result_cap: int = 0
    offered: str = ""
    opened: str = ""
    failed: str = ""
    strikes: int = 0
    stalls: int = 0
    failed_units: set[int] = field(default_factory=set)
    draining: bool = False
    guest: bool = False
    realm: str = ""
    local: bool = False
    canary: bytes = b""
    odd: str = ""
    heard_s: float = 0.0
    paused: bool = False
    lending: TokenBucket | None = None
    place: int = 0


class Links:
    """All servers, in the order of the list. Instructions go to the list given."""

    def __init__(self, out: list[ClientInstruction]) -> None:
        self._out = out
        self._records: dict[ServerId, ServerRecord] = {}
        self._connecting = 0
        self._next_place = 0
        self.free: dict[ServerId, ServerRecord] = {}  # linked, and not told of a job

    def __iter__(self) -> Iterator[ServerRecord]:
        return iter(self._records.values())

    def __getitem__(self, server: ServerId) -> ServerRecord:
        """Return the record of a server that is enabled: one that has leases is."""
        return self._records[server]

    def get(self, server: ServerId) -> ServerRecord | None:
        """Return the server's record, if it is enabled."""
        return self._records.get(server)

    def add(self, server: ServerId, name: str, now_s: float, *, local: bool = False) -> None:
        """Note a new server and connect to it."""
        record = self._note(ServerRecord(server, name, local=local))
        self._out.append(Log(Level.INFO, f"{name} was added"))
        self.connect(record, now_s)

    def add_guest(self, server: ServerId, name: str) -> ServerRecord:
        """Note a server that came by itself; its link stands already."""
        record = self._note(ServerRecord(server, name, guest=True))
        self._out.append(Log(Level.INFO, f"{name} came by itself"))
        return record

    def set_order(self, servers: Sequence[ServerId]) -> bool:
        """Put servers into the list's order, others behind them; returns whether it was another."""
        order = [server for server in servers if server in self._records]
        named = set(order)
        order += [server for server in self._records if server not in named]
        if order == list(self._records):
            return False
        self._records = {server: self._records[server] for server in order}
        for place, record in enumerate(self):
            record.place = place
        self._next_place = len(order)
        return True

    def remove(self, record: ServerRecord) -> None:
        """Forget a server and close its link."""
        self.cut(record, "done", "removed from the list")
        del self._records[record.uid]
        self._out.append(Log(Level.INFO, f"{record.name} was removed"))

    def connect(self, record: ServerRecord, now_s: float) -> None:
        """Connect, or at the next tick if too many are connecting already."""
        if record.guest:
            return
        record.retry_at_s = None
        self.change(record, Phase.CONNECTING)
        if self._connecting >= MAX_CONNECTING:
            record.retry_at_s = now_s
            return
        self._connecting += 1
        record.connecting = True
        self._out.append(Connect(record.uid))

    def connect_due(self, now_s: float) -> None:
        """Connect to the servers whose time has come."""
        for record in self:
            if record.retry_at_s is not None and now_s >= record.retry_at_s:
                self.connect(record, now_s)

    def up(self, record: ServerRecord, welcome: Welcome) -> None:
        """The link stands and the server accepted us."""
        self._not_connecting(record)
        record.linked = True
        record.result_cap = 0
        record.canary, record.odd, record.paused = b"", "", False
        self.set_offered(record, "")
        record.engine_class = welcome.engine_class
        record.threads = welcome.threads
        self.change(record, Phase.IDLE)
        about = f"{welcome.server_name}, {welcome.software_version}, {welcome.threads} threads"
        self._out.append(Log(Level.INFO, f"{record.name} is connected ({about})"))

    def down(self, record: ServerRecord, code: str, text: str, now_s: float) -> str:
        """The link ended or was never made; plans the next attempt. Returns why, in words."""
        phase = Phase.LOST if record.linked else PHASE_OF_CODE.get(code, Phase.LOST)
        words = describe_loss(code, text) if record.linked else text
        self._not_connecting(record)
        record.linked = False
        self.free.pop(record.uid, None)
        if record.guest:
            record.attempts += 1
            self.change(record, Phase.LOST, f"{words}; it comes again by itself")
            return words
        delay_s = retry_delay_s(record.uid, record.attempts)
        if phase in _SLOW_RETRY:
            delay_s = max(delay_s, LONGEST_S)
        record.attempts += 1
        record.retry_at_s = now_s + delay_s
        self._log_phase(record, phase, describe_retry(words, delay_s))
        record.phase, record.detail, record.fraction = phase, words, 0.0
        self._out.append(ServerChanged(record.uid, phase, words, 0.0, delay_s, record.attempts))
        return words

    def cut(self, record: ServerRecord, code: str, text: str) -> None:
        """Close the link, whatever its state, and plan no other."""
        if record.linked or record.connecting:
            self._out.append(Disconnect(record.uid, code, text))
        self._not_connecting(record)
        record.linked = False
        self.free.pop(record.uid, None)
        record.retry_at_s = None

    def set_offered(self, record: ServerRecord, job: str) -> None:
        """The server was told of this job, or ("") has none any more."""
        record.offered = job
        if job or not record.linked:
            self.free.pop(record.uid, None)
        else:
            self.free[record.uid] = record

    def change(
        self, record: ServerRecord, phase: Phase, detail: str = "", fraction: float = 0.0
    ) -> None:
        """Set what the server's row says; tells only differences, logs new phases."""
        if (record.phase, record.detail, record.fraction) == (phase, detail, fraction):
            return
        self._log_phase(record, phase, detail)
        record.phase, record.detail, record.fraction = phase, detail, fraction
        self._out.append(ServerChanged(record.uid, phase, detail, fraction))

    def _log_phase(self, record: ServerRecord, phase: Phase, detail: str) -> None:
        if record.phase is not phase:
            more = f": {detail}" if detail else ""
            self._out.append(Log(Level.INFO, f"{record.name} is {phase.value}{more}"))

    def _note(self, record: ServerRecord) -> ServerRecord:
        record.place = self._next_place
        self._next_place += 1
        self._records[record.uid] = record
        return record

    def _not_connecting(self, record: ServerRecord) -> None:
        if record.connecting:
            record.connecting = False
            self._connecting -= 1
