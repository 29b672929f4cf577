"""The connections of a session: one row, one link and one status for each server.

No rules: it opens and closes what the session says, starts the local server's process when its
row is connected, and reports. Bytes are counted over all connections of a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.keys.keyring import Keyring, MissingKeyError
from app.session.local_server import LocalServer
from app.session.peer_row import LOOPBACK, PeerRow
from app.session.ping_watch import PingWatch
from app.session.status_board import StatusBoard
from app.values.session_types import ServerEntry, ServerState, ServerStatus
from network.connection import Closed, LoggedIn
from network.credentials import ClientKeys
from network.instructions import Introduce
from network.live_sessions import LiveSessions, process_id
from network.messages import Message, PeerServe, Welcome
from network.qt_link import QtLink


class ServerLinks(QObject):
    """All servers of the list, connected or not.

    Signals:
        up(uid, Welcome): logged in, both sides know each other's key.
        down(uid, code, text): the link ended or never came up; not after `disconnect_server`.
        received(uid, message, payload).
        freed(uid): the server that this row has found under another one may be its own now.
        drained(uid): the server has read most of what was sent; it is `writable` again.
        status_changed(ServerStatus).
    """

    up = Signal(str, object)
    down = Signal(str, str, str)
    received = Signal(str, object, object)
    freed = Signal(str)
    drained = Signal(str)
    status_changed = Signal(object)

    def __init__(
        self,
        keyring: Keyring,
        client_name: str,
        threads: int,
        parent: QObject | None = None,
        local: LocalServer | None = None,
    ) -> None:
        """Make links to nobody yet; `local` may have been started already."""
        super().__init__(parent)
        self._keyring = keyring
        self._client_name = client_name
        self._peers: dict[str, PeerRow] = {}
        self._links_made = 0
        self._live = LiveSessions()
        self._board = StatusBoard(self)
        self._board.changed.connect(self.status_changed)
        self._pings = PingWatch(
            self._round_trips, lambda uid, rtt_s: self.set_status(uid, ping_s=rtt_s), self
        )
        self._local = local or LocalServer(threads, self)
        self._local.listening.connect(self._on_local_listening)
        self._local.exited.connect(self._on_local_exited)

    # -- the list -----------------------------------------------------------------------------

    @property
    def uids(self) -> list[str]:
        """All rows, in the order in which they were added."""
        return list(self._peers)

    def add(self, entry: ServerEntry, enabled: bool) -> None:
        """Add a row; the session connects it if it is enabled."""
        state = ServerState.CONNECTING if enabled else ServerState.DISABLED
        self._peers[entry.uid] = PeerRow(entry, enabled)
        self._board.add(ServerStatus(entry.uid, state))

    def remove(self, uid: str) -> None:
        """Forget a row and close its link; the local server's process ends with its row."""
        peer = self._peers.pop(uid)
        self._board.remove(uid)
        self._drop_link(peer, "done", "the client no longer uses this server")
        if peer.entry.local:
            self._local.stop()

    def disable(self, uid: str) -> None:
        """A server is let go; its row stays."""
        self._peers[uid].enabled = False
        self.set_status(uid, state=ServerState.DISABLED, detail="")

    def is_same(self, entry: ServerEntry, enabled: bool) -> bool:
        """Whether a row is there already, at the same place and as enabled as before."""
        peer = self._peers.get(entry.uid)
        return peer is not None and peer.enabled == enabled and peer.is_at(entry)

    def rename(self, entry: ServerEntry) -> None:
        """Take over the shown name of a row."""
        self._peers[entry.uid].entry = entry

    def knows(self, uid: str) -> bool:
        """Whether the row exists."""
        return uid in self._peers

    def is_enabled(self, uid: str) -> bool:
        """Whether the row exists and is to be used."""
        return uid in self._peers and self._peers[uid].enabled

    def name(self, uid: str) -> str:
        """Return the shown name of a row."""
        peer = self._peers.get(uid)
        return peer.entry.label if peer is not None else uid

    def address(self, uid: str) -> str:
        """Return `host:port` of a row, for reports."""
        return self._peers[uid].address

    def engine_class(self, uid: str) -> str:
        """Return the engine class that the server announced, "" before it did."""
        return self._peers[uid].engine_class

    def set_engine_class(self, uid: str, engine_class: str) -> None:
        """Note the engine class that renders this job."""
        if engine_class and uid in self._peers:
            self._peers[uid].engine_class = engine_class

    def bytes_of(self, uid: str) -> tuple[int, int]:
        """Return bytes sent to and received from a server since its row exists."""
        return self._peers[uid].bytes_moved

    @property
    def local_pid(self) -> int:
        """Process id of the local server, 0 when it does not run."""
        return self._local.pid

    def set_local_cache(self, size: str, age: str) -> None:
        """Limit what the local server keeps from now on, as its options say it."""
        self._local.limit_cache(size, age)

    def is_local(self, uid: str) -> bool:
        """Whether a row stands for this computer's own server."""
        return uid in self._peers and self._peers[uid].entry.local

    # -- links --------------------------------------------------------------------------------

    def connect_server(self, uid: str) -> None:
        """Open the row's link; `up` or `down` follows (at once when there is no key)."""
        peer = self._peers[uid]
        self._drop_link(peer, "done", "reconnecting")
        if not peer.entry.local:
            try:
                keys = self._keyring.client_keys(peer.entry.address, peer.entry.port)
            except MissingKeyError as error:
                self.down.emit(uid, "unpaired", str(error))
                return
            self._open(peer, peer.entry.address, peer.entry.port, keys)
        elif self._local.port:
            self._open(peer, LOOPBACK, self._local.port, self._local.key)
        else:
            peer.waits_for_local = True
            self.set_status(uid, state=ServerState.STARTING)
            if not self._local.running:
                self._local.start()

    def adopt(self, entry: ServerEntry, link: QtLink, event: LoggedIn) -> str:
        """Take the link of a server that came by itself, as a row of its own.

        One that comes again before its old link is found dead takes its row over.

        Returns:
            "", or the name of the row that has this server already; the link is not taken then.
        """
        welcome = event.welcome
        assert isinstance(welcome, Welcome)
        uid = entry.uid
        holder = self._live.claim(uid, process_id(event.fingerprint, welcome.instance))
        if holder:
            self._live.release(uid)
            return self.name(holder)
        peer = self._peers.get(uid)
        if peer is None:
            self.add(entry, enabled=True)
            peer = self._peers[uid]
        elif peer.link is not None:
            self._drop_link(peer, "done", "it has come again")
            self._live.claim(uid, process_id(event.fingerprint, welcome.instance))
            self.down.emit(uid, "lost", "it has come again")
        peer.entry, peer.enabled = entry, True
        link.setParent(self)
        self._take(peer, link)
        self._note_welcome(peer, link, welcome)
        return ""

    def peer_address(self, uid: str) -> str:
        """Return the numeric address that a row is logged in at, "" for none."""
        peer = self._peers.get(uid)
        return peer.ready_address if peer is not None else ""

    def is_linked(self, uid: str) -> bool:
        """Whether the row exists and has a link."""
        return uid in self._peers and self._peers[uid].link is not None

    def disconnect_server(self, uid: str, code: str, text: str) -> None:
        """Close the row's link; nothing is reported."""
        if uid in self._peers:
            self._drop_link(self._peers[uid], code, text)

    def send(self, uid: str, message: Message, payload: bytes = b"") -> None:
        """Send over the row's link; dropped when it is gone (its end was reported)."""
        peer = self._peers.get(uid)
        if peer is not None and peer.link is not None:
            peer.link.send(message, payload)

    def writable(self, uid: str) -> bool:
        """Whether the row's server has read most of what was sent; else wait for `drained`."""
        peer = self._peers.get(uid)
        return peer is not None and peer.writable

    def link_number(self, uid: str) -> int:
        """Return a number of the row's present link, another one after each reconnect."""
        peer = self._peers.get(uid)
        return peer.link_number if peer is not None and peer.link is not None else 0

    def cut(self, uid: str, code: str, text: str) -> None:
        """Close the row's link for what its server did; `down` follows."""
        if uid in self._peers:
            self._drop_link(self._peers[uid], code, text)
            self.down.emit(uid, code, text)

    def realm(self, uid: str) -> str:
        """Return which servers this one can be dialled by: those of the same realm, "" for none."""
        return self._peers[uid].realm

    def introduce(self, order: Introduce) -> None:
        """Let one server dial another, with a key that the other one made."""
        taker = self._peers.get(order.taker)
        if taker is not None and taker.link is not None:  # else its end was reported
            where = (taker.link.peer_address, taker.link.peer_port)
            self.send(order.holder, PeerServe(order.job, order.ticket, *where, order.key))

    def set_result_cap(self, uid: str, payload_bytes: int) -> None:
        """Accept results of at most this many bytes from the server."""
        peer = self._peers.get(uid)
        if peer is not None and peer.link is not None:
            peer.link.set_result_cap(payload_bytes)

    def set_status(self, uid: str, **changes: object) -> None:
        """Change fields of a row's status; see `StatusBoard` for when views are told."""
        self._board.change(uid, changes)

    def status(self, uid: str) -> ServerStatus:
        """Return the row's status."""
        return self._board.status(uid)

    def waits_for_local(self, uid: str) -> bool:
        """Whether the row waits for the local server's process to listen."""
        return uid in self._peers and self._peers[uid].waits_for_local

    def close(self) -> None:
        """Close every link and end the local server; waits until its process is gone."""
        self._pings.stop()
        for uid in self.uids:
            self.remove(uid)
        self._local.close()

    # -- inside -------------------------------------------------------------------------------

    def _round_trips(self) -> Iterator[tuple[str, float | None, float | None]]:
        for uid, peer in self._peers.items():
            link = peer.link
            yield uid, self.status(uid).ping_s, link.rtt_s if link is not None else None

    def _open(self, peer: PeerRow, host: str, port: int, key: bytes | ClientKeys) -> None:
        link = QtLink.client(key=key, client_name=self._client_name, parent=self)
        self._take(peer, link)
        link.connect_to(host, port)

    def _take(self, peer: PeerRow, link: QtLink) -> None:
        uid = peer.entry.uid
        link.logged_in.connect(partial(self._on_logged_in, uid, link))
        link.received.connect(partial(self._on_received, uid, link))
        link.closed.connect(partial(self._on_closed, uid, link))
        link.drained.connect(partial(self._on_drained, uid, link))
        peer.link = link
        self._links_made += 1
        peer.link_number = self._links_made

    def _on_drained(self, uid: str, link: QtLink) -> None:
        if self._current(uid, link) is not None:
            self.drained.emit(uid)

    def _drop_link(self, peer: PeerRow, code: str, text: str) -> None:
        if not peer.close_link(code, text):
            return
        for uid in self._live.release(peer.entry.uid):
            self.freed.emit(uid)

    def _current(self, uid: str, link: QtLink) -> PeerRow | None:
        peer = self._peers.get(uid)
        return peer if peer is not None and peer.link is link else None

    def _on_logged_in(self, uid: str, link: QtLink, event: LoggedIn) -> None:
        peer = self._current(uid, link)
        welcome = event.welcome
        if peer is None or not isinstance(welcome, Welcome):
            return
        holder = self._live.claim(uid, process_id(event.fingerprint, welcome.instance))
        if holder:
            name = self.name(holder)
            # Not `_drop_link`: the row waits for that server.
            peer.close_link("done", f"this client is connected to it already, as {name}")
            self.down.emit(uid, "same", f"the same server as {name}, which counts")
            return
        if not peer.entry.local:
            self._keyring.note_met(peer.entry.address, peer.entry.port, event.fingerprint)
        self._note_welcome(peer, link, welcome)
        self.up.emit(uid, welcome)

    def _note_welcome(self, peer: PeerRow, link: QtLink, welcome: Welcome) -> None:
        peer.engine_class = welcome.engine_class
        self.set_status(
            peer.entry.uid,
            version=welcome.software_version,
            threads=welcome.threads,
            resolved=(link.peer_address,),
            error="",
        )

    def _on_received(self, uid: str, link: QtLink, message: Message, payload: bytes) -> None:
        if self._current(uid, link) is not None:
            self.received.emit(uid, message, payload)

    def _on_closed(self, uid: str, link: QtLink, event: Closed) -> None:
        peer = self._current(uid, link)
        if peer is None:
            return
        self._drop_link(peer, event.code, event.text)
        self.down.emit(uid, event.code, event.text)

    @Slot(int)
    def _on_local_listening(self, port: int) -> None:
        for peer in self._peers.values():
            if peer.waits_for_local:
                peer.waits_for_local = False
                self._open(peer, LOOPBACK, port, self._local.key)

    @Slot(str)
    def _on_local_exited(self, text: str) -> None:
        for uid, peer in list(self._peers.items()):
            if peer.entry.local and (peer.link is not None or peer.waits_for_local):
                self._drop_link(peer, "network", text)
                self.down.emit(uid, "network", text)
