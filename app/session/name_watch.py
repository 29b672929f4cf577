"""Looks names up again while they are in use, and dials the servers behind all their addresses."""

from __future__ import annotations

import ipaddress
import logging
import socket
import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.keys.keyring import Keyring, MissingKeyError
from app.session.server_links import ServerLinks
from app.system.background import Background
from app.values.session_types import ServerEntry
from network.connection import Closed, LoggedIn
from network.name_book import NameBook
from network.qt_link import QtLink

log = logging.getLogger("brigade.client")

TICK_MS = 1000
#: Look-ups at a time: one that hangs must not hold up the others.
LOOK_UPS = 4

LookUp = Callable[[str, int], Sequence[str]]


def look_up(name: str, port: int) -> tuple[str, ...]:
    """Return the numeric addresses of a name; blocks, for seconds at times.

    A link-local address comes with the interface that it belongs to (`fe80::1%eth0`).

    Raises:
        OSError: the name is not known.
    """
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))


class NameWatch(QObject):
    """The names among a session's rows.

    Args:
        links: tells which address a row has reached.
        keyring: as for the rows themselves.
        client_name: what servers' logs call us.
        find: looks a name up; called in threads.
        parent: Qt's owner.

    Signals:
        arrived(QtLink, LoggedIn, ServerEntry): a server behind another address is logged in; the
            receiver owns the link and tells by `released` when it is over.
    """

    arrived = Signal(object, object, object)

    def __init__(
        self,
        links: ServerLinks,
        keyring: Keyring,
        client_name: str,
        find: LookUp = look_up,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._links_of_rows, self._keyring, self._client_name = links, keyring, client_name
        self._find = find
        self._book = NameBook()
        self._rows: dict[str, ServerEntry] = {}
        self._asked: set[str] = set()  # rows whose look-up is under way
        self._dialling: dict[tuple[str, str], QtLink] = {}
        self._background = Background(threads=LOOK_UPS, parent=self)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def set_rows(self, entries: Sequence[ServerEntry]) -> None:
        """Watch the names among these rows."""
        names = [e for e in entries if not e.local and not is_numeric(e.address)]
        before, self._rows = self._rows, {e.uid: e for e in names if e.all_addresses}
        same = [uid for uid, e in self._rows.items() if uid in before and e.is_at(before[uid])]
        self._book.set_rows(same, time.monotonic())  # what was behind another name is forgotten
        self._book.set_rows(list(self._rows), time.monotonic())
        for row, address in [key for key in self._dialling if key[0] not in same]:
            self._drop(row, address)
        if self._rows and not self._timer.isActive():
            self._timer.start()
        elif not self._rows:
            self._timer.stop()

    def released(self, row: str, address: str, *, rest: bool) -> None:
        """The link to an address is over; with `rest` because it is of no use."""
        self._book.ended(row, address, time.monotonic(), rest=rest)

    def close(self) -> None:
        """Watch nothing more."""
        self.set_rows(())
        self._background.close()

    @Slot()
    def _tick(self) -> None:
        """Look up what is due, no name twice at once: where nobody answers, they would pile up."""
        for uid in self._book.due(time.monotonic()):
            if uid in self._asked:
                continue
            self._asked.add(uid)
            entry = self._rows[uid]
            self._background.run(
                partial(self._find, entry.address, entry.port),
                partial(self._on_found, entry),
                partial(self._on_unknown, entry),
            )

    def _on_unknown(self, entry: ServerEntry, error: Exception) -> None:
        self._asked.discard(entry.uid)
        log.debug("the name %s is not known now: %s", entry.address, error)

    def _on_found(self, entry: ServerEntry, addresses: Sequence[str]) -> None:
        self._asked.discard(entry.uid)
        row = self._rows.get(entry.uid)
        if row is None or not row.is_at(entry):
            return  # gone, or another name, whose own look-up is under way
        reached = self._links_of_rows.peer_address(entry.uid)
        for address in self._book.found(entry.uid, addresses, reached, time.monotonic()):
            self._dial(entry, address)

    def _dial(self, entry: ServerEntry, address: str) -> None:
        try:
            keys = self._keyring.client_keys(entry.address, entry.port)
        except MissingKeyError as error:
            log.warning("%s: %s", entry.address, error)
            self.released(entry.uid, address, rest=True)
            return
        log.info("%s has one more address, %s: connecting", entry.address, address)
        link = QtLink.client(key=keys, client_name=self._client_name, parent=self)
        self._dialling[entry.uid, address] = link
        link.logged_in.connect(partial(self._on_logged_in, entry, address))
        link.closed.connect(partial(self._on_closed, entry.uid, address))
        link.connect_to(address, entry.port)

    def _on_logged_in(self, entry: ServerEntry, address: str, event: LoggedIn) -> None:
        link = self._dialling.pop((entry.uid, address), None)
        if link is not None:
            link.logged_in.disconnect()
            link.closed.disconnect()
            guest = ServerEntry(f"{entry.uid}/{address}", address, entry.port, guest=True)
            self.arrived.emit(link, event, guest)

    def _on_closed(self, row: str, address: str, event: Closed) -> None:
        log.info("%s: %s", address, event.text or event.code)
        self._drop(row, address)
        self.released(row, address, rest=True)

    def _drop(self, row: str, address: str) -> None:
        link = self._dialling.pop((row, address), None)
        if link is not None:
            link.logged_in.disconnect()
            link.closed.disconnect()
            link.close("done", "")
            link.deleteLater()


@lru_cache(maxsize=8192)  # the list is read again at each change of one row
def is_numeric(host: str) -> bool:
    """Whether this is an address, not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
