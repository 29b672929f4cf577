"""Ends a TCP connection so that our last message, the `Bye`, arrives.

Closing a socket while bytes of the peer are unread makes the kernel send a reset, and a reset
throws away what the peer has not read yet: our Bye. So whoever has said Bye goes on reading,
into the void, until the peer has closed (or `limits.GOODBYE_S` is over, or it goes on sending more
than was on its way: who floods us need not hear why it is cut off).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtNetwork import QAbstractSocket

from network import limits

# They outlive the links that made them, and nobody else keeps them.
_under_way: set[_Goodbye] = set()


def say_goodbye(socket: QAbstractSocket) -> None:
    """Take a socket over whose last bytes are written, and end it well."""
    # What the kernel takes now gets out even if this process ends before its event loop runs.
    socket.flush()
    if socket.state() == QAbstractSocket.SocketState.UnconnectedState:
        return
    goodbye = _Goodbye(socket)
    _under_way.add(goodbye)
    goodbye.start()


class _Goodbye(QObject):
    def __init__(self, socket: QAbstractSocket) -> None:
        super().__init__()
        self._socket = socket
        self._discarded = 0
        socket.setParent(self)
        socket.readyRead.connect(self._discard)
        socket.disconnected.connect(self._end)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end)

    def start(self) -> None:
        """Begin to read into the void; may be over when this returns."""
        self._timer.start(int(limits.GOODBYE_S * 1000))
        self._discard()

    @Slot()
    def _discard(self) -> None:
        self._discarded += self._socket.readAll().size()
        if self._discarded > limits.GOODBYE_BYTES:
            self._end()

    @Slot()
    def _end(self) -> None:
        if self not in _under_way:
            return
        self._timer.stop()
        _under_way.discard(self)
        self._socket.disconnected.disconnect(self._end)
        self._socket.abort()
        self.deleteLater()
