"""Looks a name up and races `QTcpSocket`s to its addresses, as `AddressRace` says."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtNetwork import QAbstractSocket, QHostInfo, QTcpSocket

from network.address_race import AddressRace

_SocketError = QAbstractSocket.SocketError
#: How often it looks whether the next address is due.
_TICK_MS = 50
#: What tells most about a name of which every address failed, first.
_TELLING = (_SocketError.ConnectionRefusedError, _SocketError.SocketTimeoutError)


# A look-up's thread answers to its object, so that it must outlive who asked.
_under_way: set[_Lookup] = set()


class _Lookup(QObject):
    found = Signal(QHostInfo)

    def start(self, host: str) -> None:
        _under_way.add(self)
        # PySide's stub lists this overload with a wrong first argument.
        cast("Any", QHostInfo.lookupHost)(host, self._answer)

    @Slot(QHostInfo)
    def _answer(self, info: QHostInfo) -> None:
        _under_way.discard(self)
        self.found.emit(info)
        self.deleteLater()


class QtRace(QObject):
    """One connection to one name; ends with one of its signals.

    Signals:
        won(QTcpSocket): connected, without parent; the receiver owns it.
        lost(SocketError, str): no address answered, or the name is not known.
    """

    won = Signal(object)
    lost = Signal(object, str)

    def __init__(self, host: str, port: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._race: AddressRace | None = None
        self._sockets: dict[str, QTcpSocket] = {}
        self._errors: list[tuple[QAbstractSocket.SocketError, str]] = []
        self._over = False
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._go_on)
        self._lookup = _Lookup()
        self._lookup.found.connect(self._on_found)
        self._lookup.start(host)

    def stop(self) -> None:
        """Give up without a signal."""
        self._over = True
        self._timer.stop()
        for address in list(self._sockets):
            self._drop(address)

    @Slot(QHostInfo)
    def _on_found(self, info: QHostInfo) -> None:
        if self._over:
            return
        if info.error() != QHostInfo.HostInfoError.NoError:
            self._lose(_SocketError.HostNotFoundError, info.errorString())
            return
        if not info.addresses():
            self._lose(_SocketError.HostNotFoundError, "the name has no address")
            return
        self._race = AddressRace(address.toString() for address in info.addresses())
        self._timer.start()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._over or self._race is None:
            return
        address = self._race.due(self._clock.nsecsElapsed() / 1e9)
        if address is not None:
            self._try(address)
        elif self._race.is_lost:
            by_meaning = [e for kind in _TELLING for e in self._errors if e[0] == kind]
            self._lose(*(by_meaning or self._errors)[0])

    def _try(self, address: str) -> None:
        socket = QTcpSocket(self)
        self._sockets[address] = socket
        queued = Qt.ConnectionType.QueuedConnection
        socket.connected.connect(partial(self._on_connected, address))
        socket.errorOccurred.connect(partial(self._on_error, address), queued)
        socket.connectToHost(address, self._port)

    def _on_connected(self, address: str) -> None:
        socket = self._sockets.pop(address, None)
        if socket is None or self._over:
            return
        socket.connected.disconnect()
        socket.errorOccurred.disconnect()
        self.stop()
        socket.setParent(cast("QObject", None))
        self.won.emit(socket)

    def _on_error(self, address: str, error: QAbstractSocket.SocketError) -> None:
        socket = self._sockets.get(address)
        if socket is None or self._over or self._race is None:
            return
        self._errors.append((error, socket.errorString()))
        self._drop(address)
        self._race.failed(address)
        self._go_on()

    def _drop(self, address: str) -> None:
        socket = self._sockets.pop(address)
        socket.connected.disconnect()
        socket.errorOccurred.disconnect()
        socket.abort()
        socket.deleteLater()

    def _lose(self, error: QAbstractSocket.SocketError, text: str) -> None:
        self.stop()
        self.lost.emit(error, text)
