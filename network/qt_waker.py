"""Sends wake-up packets as broadcasts; a thin shell around `network.wake`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QNetworkInterface, QUdpSocket

from network.wake import WAKE_PORT, make_magic_packet

#: A packet may get lost, and nobody answers.
TIMES = 3


def broadcast_addresses() -> list[QHostAddress]:
    """Return where all computers of each of our networks listen (IPv4)."""
    found = [QHostAddress(QHostAddress.SpecialAddress.Broadcast)]
    flags = QNetworkInterface.InterfaceFlag
    for interface in QNetworkInterface.allInterfaces():
        if interface.flags() & flags.IsUp and interface.flags() & flags.CanBroadcast:
            found += [
                entry.broadcast()
                for entry in interface.addressEntries()
                if not entry.broadcast().isNull()
            ]
    return found


class QtWaker(QObject):
    """Wakes computers.

    Args:
        targets: returns where the packets go.
        port: they go to.
        parent: Qt's owner.
    """

    def __init__(
        self,
        targets: Callable[[], Sequence[QHostAddress]] = broadcast_addresses,
        port: int = WAKE_PORT,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._targets, self._port = targets, port

    def wake(self, mac: str) -> str:
        """Send the packet for a hardware address. Returns "", or why none could be sent.

        Raises:
            MacError: it is no hardware address.
        """
        packet = make_magic_packet(mac)
        socket = QUdpSocket(self)
        try:
            # Bound for IPv4: a socket for both kinds may not broadcast on some systems.
            socket.bind(QHostAddress(QHostAddress.SpecialAddress.AnyIPv4), 0)
            sent = [
                socket.writeDatagram(packet, target, self._port) == len(packet)
                for target in self._targets()
                for _ in range(TIMES)
                if target.protocol() == QAbstractSocket.NetworkLayerProtocol.IPv4Protocol
            ]
            return "" if any(sent) else socket.errorString() or "there is no network"
        finally:
            socket.close()
            socket.deleteLater()
