"""Dials in to one client again and again with `QtLink`s, as `Redial` says when.

Looks to its owner like a `QtListener` on which only that one client ever calls.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from network.addresses import Address
from network.connection import ServerInfo
from network.credentials import ServerKeys
from network.errors import CloseCode
from network.events import Closed, LoggedIn
from network.qt_link import QtLink
from network.redial import Redial


class QtDialler(QObject):
    """A server's way to a client that lets servers dial in.

    Args:
        key: the shared key, 32 bytes, or all keys.
        info: what Welcome tells.
        address: the client's.
        parent: Qt's owner.

    Signals:
        peer_joined(QtLink, LoggedIn): the client is reached. The receiver owns the link from here
            on and must `deleteLater()` it after its `closed`; then it is dialled again.
        refused(str, str): address, reason: no connection came about; it is tried again.
    """

    peer_joined = Signal(object, object)
    refused = Signal(str, str)

    def __init__(
        self,
        *,
        key: bytes | ServerKeys,
        info: ServerInfo,
        address: Address,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._key, self._info, self._address = key, info, address
        self._redial = Redial(f"{info.instance}/{address}")
        self._link: QtLink | None = None
        self._over = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dial)

    def start(self) -> None:
        """Dial for the first time."""
        self._timer.start(0)

    def set_info(self, info: ServerInfo) -> None:
        """Tell this from the next connection on."""
        self._info = info

    def close(self) -> None:
        """Dial no more; a connection that stands stays."""
        self._over = True
        self._timer.stop()
        link, self._link = self._link, None
        if link is not None:
            link.logged_in.disconnect(self._on_logged_in)
            link.closed.disconnect(self._on_closed)
            link.close("shutdown", "the server ends")
            link.deleteLater()

    @Slot()
    def _dial(self) -> None:
        link = QtLink(key=self._key, hello=self._info, parent=self)
        self._link = link
        link.logged_in.connect(self._on_logged_in)
        link.closed.connect(self._on_closed)
        link.connect_to(self._address.host, self._address.port)

    @Slot(object)
    def _on_logged_in(self, event: LoggedIn) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        link.logged_in.disconnect(self._on_logged_in)
        link.closed.disconnect(self._on_closed)
        # Its new owner may cut all signals but this one.
        link.destroyed.connect(self._on_gone)
        self._clock.start()
        self.peer_joined.emit(link, event)

    @Slot(object)
    def _on_closed(self, event: Closed) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        link.deleteLater()
        delay_s = self._redial.failed(event.code)
        self._timer.start(int(delay_s * 1000))
        where = str(self._address)
        self.refused.emit(where, f"{explain(event, where)}; dialling again in {delay_s:.0f} s")

    @Slot()
    def _on_gone(self) -> None:
        if not self._over:
            delay_s = self._redial.ended(self._clock.nsecsElapsed() / 1e9)
            self._timer.start(int(delay_s * 1000))


def explain(event: Closed, where: str) -> str:
    """Return why a client could not be dialled; it is a client, and no server, that is away."""
    if event.code != CloseCode.REFUSED:
        return event.text
    return f"no client accepts servers at {where}: is `brigade render --accept`, or its window, up?"
