"""Where a client lets render servers dial in; closed unless the artist opens it.

For servers that nobody can reach from outside: those of a batch system, in containers, behind a
router. A key is required, always.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.keys.keyring import Keyring, MissingKeyError
from app.system.background import Background
from app.system.paths import FolderError, config_dir
from network.addresses import AddressError, parse_listen
from network.connection import ClientInfo
from network.identity import IdentityError, load_identity
from network.messages import ACCEPT_PORT
from network.qt_listener import ListenError, QtListener
from network.tls import Identity

log = logging.getLogger("brigade.client")

IDENTITY_FOLDER = "client-identity"


class AcceptDoor(QObject):
    """A listening socket for servers, opened and closed as the settings say.

    Signals:
        arrived(QtLink, LoggedIn): a server has dialled in; the receiver owns the link.
        listening(str): where servers can dial in now, in words.
        failed(str): it cannot be opened, and the way out.
    """

    arrived = Signal(object, object)
    listening = Signal(str)
    failed = Signal(str)

    def __init__(self, keyring: Keyring, client_name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keyring = keyring
        self._client_name = client_name
        self._wanted: tuple[str, Path | None] = ("", None)
        self._listener: QtListener | None = None
        self._background = Background(threads=1, parent=self)

    @property
    def port(self) -> int:
        """Port in use, 0 while it is closed."""
        return self._listener.port if self._listener is not None else 0

    def set_wanted(self, accept: str) -> None:
        """Open the door where this says (`addresses.parse_listen`), or close it for ""."""
        wanted = (accept, self._keyring.farm_key_file)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._shut()
        if accept:
            # Making the identity, once in a life, takes longer than a window may stand still.
            self._background.run(
                lambda: load_identity(config_dir() / IDENTITY_FOLDER),
                lambda identity: self._open(wanted, identity),
                self._fail,
            )

    def close(self) -> None:
        """Let nobody in any more; servers that are in stay."""
        self._wanted = ("", None)
        self._shut()
        self._background.close()

    def _open(self, wanted: tuple[str, Path | None], identity: Identity) -> None:
        if wanted != self._wanted:
            return  # the artist has changed it meanwhile
        listener: QtListener | None = None
        try:
            addresses, port = parse_listen(wanted[0], ACCEPT_PORT)
            key = self._keyring.farm_key()
            listener = QtListener(
                key=key, identity=identity, info=ClientInfo(self._client_name), parent=self
            )
            listener.listen(addresses, port)
        except (AddressError, MissingKeyError, ListenError) as error:
            if listener is not None:
                listener.deleteLater()
            self._fail(error)
            return
        listener.peer_joined.connect(self.arrived)
        listener.refused.connect(self._on_refused)
        self._listener = listener
        where = " and ".join(listener.addresses)
        self.listening.emit(f"servers may dial in: {where}, port {listener.port}")

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, AddressError | MissingKeyError | OSError):
            raise error
        kind = (IdentityError, ListenError, FolderError, MissingKeyError, AddressError)
        text = str(error) if isinstance(error, kind) else f"{type(error).__name__}: {error}"
        self.failed.emit(f"no server can dial in: {text}")

    def _shut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            listener.deleteLater()

    @Slot(str, str)
    def _on_refused(self, address: str, reason: str) -> None:
        log.warning("a server at %s did not get in: %s", address, reason)
