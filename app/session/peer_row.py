"""What the session keeps for one row of the server list: its link, and what outlives links."""

from __future__ import annotations

from dataclasses import dataclass

from app.values.session_types import ServerEntry
from network.addresses import realm_of
from network.qt_link import QtLink

LOOPBACK = "127.0.0.1"


@dataclass
class PeerRow:
    """One row.

    Attributes:
        entry: as the list has it.
        enabled: whether it is to be used.
        link: the present one, None while there is none.
        link_number: of the present link, another one after each reconnect.
        waits_for_local: for the local server's process to listen.
        sent_before, received_before: bytes of links that are gone.
        engine_class: that the server announced, "" before it did.
    """

    entry: ServerEntry
    enabled: bool
    link: QtLink | None = None
    link_number: int = 0
    waits_for_local: bool = False
    sent_before: int = 0
    received_before: int = 0
    engine_class: str = ""

    def is_at(self, entry: ServerEntry) -> bool:
        """Whether another entry names the same place."""
        return self.entry.is_at(entry)

    @property
    def address(self) -> str:
        """`host:port`, for reports."""
        entry = self.entry
        if entry.local:
            return LOOPBACK
        return f"{entry.address}:{entry.port}" if entry.port else f"{entry.address} (dialled in)"

    @property
    def ready_address(self) -> str:
        """The numeric address that it is logged in at, "" for none."""
        link = self.link
        return link.peer_address if link is not None and link.is_ready else ""

    @property
    def realm(self) -> str:
        """Servers of one realm can dial each other; "" for one that nobody can dial."""
        return realm_of(self.link.peer_address) if self.link is not None else ""

    @property
    def writable(self) -> bool:
        """Whether its server has read most of what was sent."""
        return self.link is not None and self.link.writable

    @property
    def bytes_moved(self) -> tuple[int, int]:
        """Bytes sent to and received from the server over all links of the row."""
        sent, received = self.sent_before, self.received_before
        if self.link is not None:
            sent += self.link.bytes_sent
            received += self.link.bytes_received
        return sent, received

    def close_link(self, code: str, text: str) -> bool:
        """Close the link, of which nobody hears any more; False if there is none."""
        self.waits_for_local = False
        link, self.link = self.link, None
        if link is None:
            return False
        for signal in (link.logged_in, link.received, link.closed, link.drained):
            # They hold their owner: a link that dies later must not take it along.
            signal.disconnect()
        link.close(code, text)
        self.sent_before += link.bytes_sent
        self.received_before += link.bytes_received
        link.deleteLater()
        return True
