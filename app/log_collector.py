"""Fetches the logs of render servers, each over a connection of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.keyring import Keyring, MissingKeyError
from app.session_types import ServerEntry
from network.connection import Closed, LoggedIn
from network.messages import LogRequest, LogText, Message
from network.qt_link import QtLink

#: A server that has not sent its log by then is left out.
PATIENCE_MS = 10_000
#: Connections at a time: a bundle is no race.
AT_ONCE = 16


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
    ) -> None:
        super().__init__(parent)
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

    @Slot()
    def _go_on(self) -> None:
        if self._cancelled:
            return
        while self._to_ask and len(self._links) < AT_ONCE:
            self._ask(self._to_ask.popleft())
        self.progressed.emit(len(self._logs), self._of)
        if not self._to_ask and not self._links:
            self._cancelled = True  # told once, however many turns were asked for
            self.collected.emit(self._logs)

    def _ask(self, entry: ServerEntry) -> None:
        if entry.guest:
            self._logs[entry.uid] = "no log: it dialled in, nobody can connect to it\n"
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
