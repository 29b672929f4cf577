"""Pairing this client with a server by the code that the server shows.

Two connections: the first only sees the server's certificate, with which the code is stretched
off the event loop; the second logs in with it. For the command line and the window alike.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from app.keys.pairings import PairedServer, PairedServers
from app.system.background import Background
from app.system.private_file import PrivateFileError
from network.addresses import Address
from network.credentials import ClientKeys, short_id
from network.errors import CloseCode
from network.events import Closed, LoggedIn
from network.pairing import code_key
from network.qt_link import QtLink


class PairingClient(QObject):
    """One attempt to pair; make another one for the next.

    Args:
        paired: where the new pairing is kept.
        client_name: that the server shows in its list.
        address: of the server.
        code: as `network.pairing.parse_code` returns it.
        parent: Qt's owner.

    Signals:
        paired(PairedServer): both sides keep the key.
        failed(text): what went wrong and the way out.
    """

    paired = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        paired: PairedServers,
        client_name: str,
        address: Address,
        code: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._client_name = paired, client_name
        self._address, self._code = address, code
        self._link: QtLink | None = None
        self._fingerprint = b""
        self._background = Background(threads=1, parent=self)

    def start(self) -> None:
        """Begin; `paired` or `failed` follows once."""
        self._open(ClientKeys(), self._on_seen)

    def close(self) -> None:
        """Give up; nothing is told any more."""
        self._drop_link()
        self._background.close()

    def _open(self, keys: ClientKeys, on_closed: Callable[[Closed], None]) -> None:
        link = QtLink.client(key=keys, client_name=self._client_name, parent=self)
        link.logged_in.connect(self._on_logged_in)
        link.closed.connect(on_closed)
        self._link = link
        link.connect_to(self._address.host, self._address.port)

    def _drop_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.logged_in.disconnect()
            link.closed.disconnect()
            link.close(CloseCode.DONE, "paired")
            link.deleteLater()

    @Slot(object)
    def _on_seen(self, event: Closed) -> None:
        """The first connection has ended, as wanted when no key was the reason."""
        assert self._link is not None
        self._fingerprint = self._link.fingerprint
        self._drop_link()
        if event.code != CloseCode.UNPAIRED:
            self._fail(event.text or f"no connection ({event.code})")
            return
        self._background.run(
            lambda: code_key(self._code, self._fingerprint), self._log_in, self._on_no_key
        )

    def _log_in(self, key: bytes) -> None:
        keys = ClientKeys(pinned=self._fingerprint, code_key=key)
        self._open(keys, self._on_refused)

    def _on_no_key(self, error: Exception) -> None:
        self._fail(f"the code cannot be used on this computer: {error}")

    @Slot(object)
    def _on_logged_in(self, event: LoggedIn) -> None:
        assert event.welcome is not None
        entry = PairedServer(
            fingerprint=event.fingerprint,
            key=event.pair_key,
            name=event.welcome.server_name,
            address=str(self._address),
            paired=datetime.date.today().isoformat(),
        )
        self._drop_link()
        try:
            self._servers.put(entry)
        except PrivateFileError as error:
            self._fail(f"the pairing cannot be kept: {error}")
            return
        self.close()
        self.paired.emit(entry)

    @Slot(object)
    def _on_refused(self, event: Closed) -> None:
        self._drop_link()
        self._fail(event.text or f"{short_id(self._fingerprint)} ended the login ({event.code})")

    def _fail(self, text: str) -> None:
        self.close()
        self.failed.emit(text)
