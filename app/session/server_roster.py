"""Which servers a session has: rows of the list and guests, as the client core is told of them.

No rules: the core decides what a server does, `ServerLinks` has the connections, the session the
frame. What comes and goes here is what the list, the network and the artist say.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.frames.frame_tally import FrameTally
from app.keys.keyring import Keyring
from app.session.core_values import cache_options, is_wanted
from app.session.guests import Guests
from app.session.patient_performer import PatientPerformer
from app.session.patient_steps import PatientSteps
from app.session.server_links import ServerLinks
from app.values.session_types import DistributedSettings, ServerEntry, ServerState
from network import instructions as do
from network.client_core import ClientCore
from network.messages import Availability, Canary, LogRequest, LogText, Message, Welcome

#: Rows that stay as they are cost little; so many are a step.
SAME_ROWS = 256


class ServerRoster(QObject):
    """See the module.

    Args:
        core: the rules.
        links: to all servers.
        keyring: of the servers.
        client_name: what the servers' logs call us.
        perform: carries out what the core decides.
        tally: counts the frame in hand; returns None between frames.
        parent: as always in Qt.

    Signals:
        removed(uid), appeared(ServerEntry), drained(uid), accepting(text), accept_failed(text),
        log_received(uid, text): see
            `RenderSession`.
    """

    removed = Signal(str)
    appeared = Signal(object)
    drained = Signal(str)
    accepting = Signal(str)
    accept_failed = Signal(str)
    log_received = Signal(str, str)

    def __init__(
        self, core: ClientCore, links: ServerLinks, keyring: Keyring, client_name: str,
        perform: PatientPerformer, tally: Callable[[], FrameTally | None],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._core = core
        self._logs_asked: Counter[str] = Counter()  # of links that stand
        self._links = links
        self._keyring = keyring
        self._perform = perform
        self._tally = tally
        self._rows = PatientSteps(self)
        links.up.connect(self._on_up)
        links.down.connect(self._on_down)
        links.received.connect(self._on_received)
        links.freed.connect(self.retry)
        self._guests = Guests(links, keyring, client_name, self)
        self._guests.arrived.connect(self._on_guest)
        self._guests.left.connect(self._on_guest_left)
        self._guests.listening.connect(self.accepting)
        self._guests.failed.connect(self.accept_failed)

    def set(self, entries: Sequence[ServerEntry], settings: DistributedSettings) -> None:
        """Connect to these servers and to no others; of thousands, some at a time."""
        self._keyring.farm_key_file = Path(settings.key_file) if settings.key_file else None
        self._perform(self._core.set_max_servers(settings.max_servers, time.monotonic()))
        self._core.set_restart_servers(settings.restart_servers)
        self._guests.set_wanted(settings, [e for e in entries if is_wanted(e, settings)])
        self._links.set_local_cache(*cache_options(settings))
        self._rows.begin(self._follow(tuple(entries), settings))

    def finish(self) -> None:
        """Know all rows of the list when this returns."""
        self._rows.finish()

    @Slot(str)
    def retry(self, uid: str) -> None:
        """Try a lost or refused server now instead of after its back-off."""
        if self._links.is_enabled(uid):
            self._perform(self._core.retry_now(uid, time.monotonic()))

    def drain(self, uid: str) -> None:
        """Let a server finish what it has in hand, and then disable it."""
        if self._links.is_enabled(uid):
            self._perform(self._core.drain_server(uid, time.monotonic()))

    def close(self) -> None:
        """Let nobody in any more, and close every connection."""
        self._rows.drop()
        self._guests.close()
        self._links.close()

    def admit(self, uid: str) -> None:
        """A guest that was let go may come again; only it can connect."""
        if uid in self._guests.uids and not self._links.is_enabled(uid):
            self._guests.admit(uid)
            text = "it is let in as soon as it comes by itself"
            self._links.set_status(uid, state=ServerState.CONNECTING, detail=text)

    def dismiss(self, uid: str) -> None:
        """Forget the row of a guest that was let go; it is not let in again."""
        if not self._links.is_enabled(uid):
            self._guests.dismiss(uid)

    def ask_log(self, uid: str) -> bool:
        """Ask a server for its log over the link that there is; False if there is none."""
        if not self._links.peer_address(uid):
            return False
        self._logs_asked[uid] += 1
        self._links.send(uid, LogRequest())
        return True

    def end_drain(self, order: do.Drained) -> None:
        """A server has delivered what it had in hand: its row stays, disabled; a guest goes."""
        self._links.disable(order.server)
        self._guests.bar(order.server)
        self.drained.emit(order.server)

    def _follow(
        self, entries: Sequence[ServerEntry], settings: DistributedSettings
    ) -> Iterator[None]:
        """Become what the list says, row by row: first those go that it lacks, then others come."""
        wanted = {entry.uid for entry in entries} | self._guests.uids
        for uid in self._links.uids:
            if uid not in wanted and self._links.knows(uid):
                self._remove(uid)
                self.removed.emit(uid)
                yield
        for number, entry in enumerate(entries):
            if self._set(entry, is_wanted(entry, settings)) or number % SAME_ROWS == SAME_ROWS - 1:
                yield
        order = [entry.uid for entry in entries]
        self._perform(self._core.set_order(order, time.monotonic()))

    def _set(self, entry: ServerEntry, enabled: bool) -> bool:
        """Have a row as it is in the list; False if it was so, but for its shown name."""
        if self._links.is_same(entry, enabled):
            self._links.rename(entry)
            return False
        if self._links.knows(entry.uid):
            self._remove(entry.uid)
        self._links.add(entry, enabled)
        self._count(entry.uid)
        if enabled:
            name = self._links.name(entry.uid)
            now_s = time.monotonic()
            self._perform(self._core.add_server(entry.uid, name, now_s, local=entry.local))
        return True

    def _remove(self, uid: str) -> None:
        if self._links.is_enabled(uid):
            self._perform(self._core.remove_server(uid, time.monotonic()))
        self._perform.flush()  # nothing that waits may find the row gone, or another one
        tally = self._tally()
        if tally is not None:
            tally.count_bytes(uid, self._links)
        self._links.remove(uid)

    def _count(self, uid: str) -> None:
        """Have the frame in hand count for a new row."""
        tally = self._tally()
        if tally is not None:
            tally.add_server(uid, self._links)

    # -- guests -------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_guest(self, entry: ServerEntry, welcome: Welcome) -> None:
        self._count(entry.uid)
        self.appeared.emit(entry)
        now_s = time.monotonic()
        realm = self._links.realm(entry.uid) if entry.port else ""  # nobody can dial who dialled in
        self._perform(self._core.server_arrived(entry.uid, entry.label, welcome, now_s, realm))

    @Slot(str)
    def _on_guest_left(self, uid: str) -> None:
        if self._links.knows(uid):
            self._remove(uid)
            self.removed.emit(uid)

    # -- links --------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_up(self, uid: str, welcome: Welcome) -> None:
        realm = self._links.realm(uid)
        self._perform(self._core.link_up(uid, welcome, time.monotonic(), realm))

    @Slot(str, str, str)
    def _on_down(self, uid: str, code: str, text: str) -> None:
        self._logs_asked.pop(uid, None)
        self._perform(self._core.link_down(uid, code, text, time.monotonic()))
        if uid in self._guests.uids:
            self._perform.flush()  # one that has come again already takes the row over
            self._guests.note_down(uid)

    @Slot(str, object, object)
    def _on_received(self, uid: str, message: Message, payload: bytes) -> None:
        if isinstance(message, LogText) and self._logs_asked[uid] > 0:
            self._logs_asked[uid] -= 1
            self.log_received.emit(uid, payload.decode("utf-8", "replace"))
            return
        if isinstance(message, Canary):  # Welcome may have gone out before the worker was up
            self._links.set_engine_class(uid, message.engine_class)
        elif isinstance(message, Availability):
            self._links.set_status(uid, threads=message.threads)
        self._perform(self._core.message(uid, message, payload, time.monotonic()))
