"""What Qt's socket errors mean while a link is made, in words that say what to look at."""

from __future__ import annotations

from PySide6.QtNetwork import QAbstractSocket

from network.errors import CloseCode
from network.events import Closed

_SocketError = QAbstractSocket.SocketError
_FAILURES = {
    _SocketError.ConnectionRefusedError: (
        CloseCode.REFUSED,
        "nothing listens at {where}: is the server started, and is this its port?",
    ),
    _SocketError.HostNotFoundError: (CloseCode.NAME, "the name {host} is not known here"),
    _SocketError.SocketTimeoutError: (CloseCode.TIMEOUT, "no answer from {where}"),
    _SocketError.NetworkError: (CloseCode.TIMEOUT, "nobody is at {where}: is it switched on?"),
}


def describe_failure(error: _SocketError, reason: str, host: str, where: str) -> Closed:
    """Return how a link ended that never was up.

    Args:
        error: Qt's kind of error.
        reason: Qt's text, for the kinds that have no better one.
        host: the name or address that was dialled.
        where: the same with its port, as people write it.
    """
    code, text = _FAILURES.get(error, (CloseCode.NETWORK, reason + " ({where})"))
    # Not str.format: the reason is the system's and may hold braces.
    text = text.replace("{where}", where).replace("{host}", host)
    return Closed(str(code), text, remote=False)
