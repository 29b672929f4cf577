"""Fetches the logs of render servers, each over a connection of its own.

Who dialled in can only be asked over the link that there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from app.keys.keyring import Keyring, MissingKeyError
from app.values.session_types import ServerEntry
from network.connection import Closed, LoggedIn
from network.messages import LogRequest, LogText, Message
from network.qt_link import QtLink

#: A server that has not sent its log by then is left out.
PATIENCE_MS = 10_000
#: Connections at a time: a bundle is no race.
AT_ONCE = 16


class GuestLogs(Protocol):
    """Asks servers over the links that they made themselves (a `RenderSession`)."""

    @property
    def log_received(self) -> SignalInstance:
        """(uid, text)."""

    def ask_log(self, uid: str) -> bool:
        """Ask; False if there is no link."""


class LogCollector(QObject):
    """Asks servers for the ends of their logs; made for one collection.

    Signals:
        progressed(int, int): so many have answered or failed, of so many.
        collected(dict): text by server entry's uid; of those that could not be asked the reason,
            as a line that begins with "no log: ".
    """

    progressed = Signal(int, int)
    collected = Signal(dict)

    def __init__(
        self,
        entries: Sequence[ServerEntry],
        keyring: Keyring,
        client_name: str,
        parent: QObject | None = None,
        guests: GuestLogs | None = None,
    ) -> None:
        super().__init__(parent)
        self._guests = guests
        self._guests_asked: set[str] = set()
        if guests is not None:
            guests.log_received.connect(self._end_guest)
        self._keyring, self._client_name = keyring, client_name
        self._to_ask = deque(entries)
        self._of = len(self._to_ask)
        self._links: dict[str, QtLink] = {}
        self._logs: dict[str, str] = {}
        self._cancelled = False

    def start(self) -> None:
        """Begin; `collected` follows, never before this returns."""
        QTimer.singleShot(0, self, self._go_on)

    def cancel(self) -> None:
        """Ask nobody any more; nothing is told from now on."""
        self._cancelled = True
        self._to_ask.clear()
        for link in self._links.values():
            _let_go(link)
        self._links.clear()
        self._guests_asked.clear()

    @Slot()
    def _go_on(self) -> None:
        if self._cancelled:
            return
        while self._to_ask and len(self._links) < AT_ONCE:
            self._ask(self._to_ask.popleft())
        self.progressed.emit(len(self._logs), self._of)
        if not (self._to_ask or self._links or self._guests_asked):
            self._cancelled = True  # told once, however many turns were asked for
            self.collected.emit(self._logs)

    def _ask(self, entry: ServerEntry) -> None:
        if entry.guest and self._guests is not None and self._guests.ask_log(entry.uid):
            self._guests_asked.add(entry.uid)
            late = f"no log: none came within {PATIENCE_MS / 1000:g} s\n"
            QTimer.singleShot(PATIENCE_MS, self, partial(self._end_guest, entry.uid, late))
            return
        if entry.guest:
            self._logs[entry.uid] = "no log: it dialled in, and is not there now\n"
            return
        try:
            keys = self._keyring.client_keys(entry.address, entry.port)
        except MissingKeyError as error:
            self._logs[entry.uid] = f"no log: {error}\n"
            return
        link = QtLink.client(key=keys, client_name=self._client_name, parent=self)
        self._links[entry.uid] = link
        link.logged_in.connect(partial(self._on_logged_in, link))
        link.received.connect(partial(self._on_received, entry.uid))
        link.closed.connect(partial(self._on_closed, entry.uid))
        QTimer.singleShot(PATIENCE_MS, link, partial(self._on_late, entry.uid))
        link.connect_to(entry.address, entry.port)

    def _on_logged_in(self, link: QtLink, _event: LoggedIn) -> None:
        link.send(LogRequest())

    def _on_received(self, uid: str, message: Message, payload: bytes) -> None:
        if isinstance(message, LogText):
            self._end(uid, payload.decode("utf-8", "replace"))

    def _on_closed(self, uid: str, event: Closed) -> None:
        self._end(uid, f"no log: {event.text or event.code}\n")

    def _on_late(self, uid: str) -> None:
        self._end(uid, f"no log: none came within {PATIENCE_MS / 1000:g} s\n")

    def _end_guest(self, uid: str, text: str) -> None:
        if uid in self._guests_asked:
            self._guests_asked.discard(uid)
            self._logs[uid] = text
            QTimer.singleShot(0, self, self._go_on)

    def _end(self, uid: str, text: str) -> None:
        link = self._links.pop(uid, None)
        if link is None:
            return
        self._logs[uid] = text
        _let_go(link)
        QTimer.singleShot(0, self, self._go_on)


def _let_go(link: QtLink) -> None:
    for signal in (link.logged_in, link.received, link.closed):
        signal.disconnect()
    link.close("done", "the log is here")
    link.deleteLater()
