"""All keys by which clients may enter a server: shared ones, paired clients', a pairing code."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence

from app.keys.pairing_code import PairingCode
from app.keys.pairings import PairedClients
from app.system.private_file import PrivateFileError
from network.credentials import CODE_ID, SharedKeys

log = logging.getLogger("brigade.server")


class FrontKeys:
    """What a server's front answers when a login asks for a key (`network.credentials`).

    Args:
        shared: farm keys or the local key; may be empty.
        clients: the paired ones.
        code: of pairing.

    Attributes:
        shared: farm keys or the local key alone, for clients that the server dials.
    """

    def __init__(self, shared: Sequence[bytes], clients: PairedClients, code: PairingCode) -> None:
        self.shared = SharedKeys(*shared) if shared else None
        self._clients = clients
        self._code = code

    def find(self, key_id: bytes) -> bytes | None:
        """Return the key of this id; a forgotten client's is gone at once."""
        if key_id == CODE_ID:
            return self._code.take()
        known = self.shared.find(key_id) if self.shared is not None else None
        if known is not None:
            return known
        try:
            return self._clients.find(key_id)
        except PrivateFileError as error:
            log.warning("no paired client can log in: %s", error)
            return None

    def paired(self, key: bytes, client_name: str) -> str:
        """Keep a client's new key and burn the code."""
        try:
            self._clients.add(key, client_name, datetime.date.today().isoformat())
        except PrivateFileError as error:
            log.error("a pairing cannot be kept: %s", error)
            return "the server cannot keep the pairing: see its log"
        self._code.burn()
        log.info("paired with %s; `brigade pair --forget` takes it back", client_name)
        return ""
