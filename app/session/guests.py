"""Servers that are in nobody's list: they dialled in, or stand behind one more address of a name.

Each gets a row of its own while it is there, and for a while after. Who a server is, its
certificate and the number of its process say, so that each is counted once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.keys.keyring import Keyring
from app.session.accept_door import AcceptDoor
from app.session.name_watch import LookUp, NameWatch, look_up
from app.session.server_links import ServerLinks
from app.values.session_types import DistributedSettings, ServerEntry
from network.connection import LoggedIn
from network.live_sessions import process_id
from network.messages import Welcome
from network.qt_link import QtLink

log = logging.getLogger("brigade.client")

#: The row of a guest that is gone stays so long: its incident was told by that name.
KEEP_MS = 60_000
#: As many as the list holds.
MAX_GUESTS = 4096


class Guests(QObject):
    """The guests of a session; `ServerLinks` has their links.

    Signals:
        arrived(ServerEntry, Welcome): it is linked (again).
        left(str): uid; forget its row.
        listening(str): where servers can dial in, in words.
        failed(str): they cannot, and the way out.
    """

    arrived = Signal(object, object)
    left = Signal(str)
    listening = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        links: ServerLinks,
        keyring: Keyring,
        client_name: str,
        parent: QObject | None = None,
        find: LookUp = look_up,
    ) -> None:
        super().__init__(parent)
        self._links = links
        self._entries: dict[str, ServerEntry] = {}
        self._downs: dict[str, int] = {}  # how often a guest that is known has lost its link
        self._rows: dict[str, ServerEntry] = {}  # whose other addresses may become guests
        self._barred: set[str] = set()  # uids that the artist has let go
        self._places: dict[str, tuple[str, str]] = {}  # row and address of those behind a name
        self._names = NameWatch(links, keyring, client_name, find, self)
        self._names.arrived.connect(self._on_other_address)
        self._door = AcceptDoor(keyring, client_name, self)
        self._door.arrived.connect(self._on_dialled_in)
        self._door.listening.connect(self.listening)
        self._door.failed.connect(self.failed)

    @property
    def uids(self) -> frozenset[str]:
        """Rows that belong to guests."""
        return frozenset(self._entries)

    @property
    def port(self) -> int:
        """Where servers dial in, 0 for nowhere."""
        return self._door.port

    def set_wanted(
        self, settings: DistributedSettings, entries: Sequence[ServerEntry] = ()
    ) -> None:
        """Take options and enabled rows; guests that are not wanted any more leave."""
        accept = settings.accept if settings.enabled else ""
        self._door.set_wanted(accept)
        before, self._rows = self._rows, {e.uid: e for e in entries if e.all_addresses}
        same = {uid for uid, e in self._rows.items() if uid in before and e.is_at(before[uid])}
        for uid in list(self._entries):
            place = self._places.get(uid)
            if place[0] not in same if place is not None else not accept:
                self._leave(uid)
        self._names.set_rows(entries)

    def note_down(self, uid: str) -> None:
        """A row has lost its link; a guest that stays away is forgotten."""
        if uid in self._entries:
            self._downs[uid] = self._downs.get(uid, 0) + 1
            QTimer.singleShot(KEEP_MS, self, partial(self._forget_absent, uid, self._downs[uid]))
            if uid in self._places:
                self._names.released(*self._places[uid], rest=False)

    def bar(self, uid: str) -> None:
        """Let this one in no more: the artist has sent it away."""
        if uid in self._entries:
            self._barred.add(uid)

    def dismiss(self, uid: str) -> None:
        """Let this one in no more, and forget its row."""
        if uid in self._entries:
            self._barred.add(uid)
            self._leave(uid)

    def admit(self, uid: str) -> None:
        """Let it in again when it comes."""
        self._barred.discard(uid)

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()
        self._names.close()

    @Slot(object, object)
    def _on_dialled_in(self, link: QtLink, event: LoggedIn) -> None:
        self.receive(link, event, ServerEntry("", link.peer_address, port=0, guest=True))

    @Slot(object, object, object)
    def _on_other_address(self, link: QtLink, event: LoggedIn, entry: ServerEntry) -> None:
        row = entry.uid.partition("/")[0]
        uid = self.receive(link, event, entry)
        if uid:
            self._places[uid] = (row, entry.address)
        else:
            self._names.released(row, entry.address, rest=True)

    def receive(self, link: QtLink, event: LoggedIn, entry: ServerEntry) -> str:
        """Give a server that is logged in its row, or send it away with the reason.

        Returns:
            The row's uid, "" if it was sent away.
        """
        welcome = event.welcome
        assert isinstance(welcome, Welcome)
        process = process_id(event.fingerprint, welcome.instance)
        uid = f"guest-{process}"
        entry = replace(entry, uid=uid, name=welcome.server_name)
        refusal = ""
        if uid in self._barred:
            refusal = "the artist has let this server go"
        elif uid not in self._entries and len(self._entries) >= MAX_GUESTS:
            refusal = f"this client has {MAX_GUESTS} servers already"
        else:
            holder = self._links.adopt(entry, link, event)
            refusal = f"this client is connected to it already, as {holder}" if holder else ""
        if refusal:
            log.info("server %s at %s: %s", welcome.server_name, entry.address, refusal)
            link.close("done", refusal)
            link.deleteLater()
            return ""
        self._entries[uid] = entry
        self.arrived.emit(entry, welcome)
        return uid

    def _forget_absent(self, uid: str, down: int) -> None:
        """It is forgotten if it has not come since; if it has, and is gone again, later."""
        if self._downs.get(uid) == down and not self._links.is_linked(uid):
            self._leave(uid)

    def _leave(self, uid: str) -> None:
        del self._entries[uid]
        self._downs.pop(uid, None)
        place = self._places.pop(uid, None)
        if place is not None:
            self._names.released(*place, rest=False)
        self.left.emit(uid)
