"""A small DNS server: names with any number of IPv4 addresses, which may change while it runs."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping, Sequence

PORT = 53
#: Without EDNS an answer over UDP is no longer.
MAX_BYTES = 512
_HEAD = struct.Struct("!6H")
_QUESTION = struct.Struct("!2H")
_A, _IN, _ANSWER, _UNKNOWN = 1, 1, 0x8180, 0x8183
#: The question's name, by its place in the answer.
_SAME_NAME = 0xC00C
TTL_S = 1


class NameServer:
    """Answers on UDP until it is closed.

    Attributes:
        names: addresses by lower-case name; may be exchanged at any time.
        asked: the names that were asked for, in order.
    """

    def __init__(self, names: Mapping[str, Sequence[str]], address: str = "127.0.0.1") -> None:
        self.names = names
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, PORT))
        threading.Thread(target=self._serve, name="dns", daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                query, who = self._socket.recvfrom(4096)
                self._socket.sendto(self._answer(query), who)
            except OSError:
                return

    def _answer(self, query: bytes) -> bytes:
        number = _HEAD.unpack_from(query)[0]
        name, end = read_name(query, _HEAD.size)
        kind, _ = _QUESTION.unpack_from(query, end)
        self.asked.append(name)
        addresses = self.names.get(name)
        flags = _ANSWER if addresses is not None else _UNKNOWN
        found = list(addresses or ()) if kind == _A else []
        head = _HEAD.pack(number, flags, 1, len(found), 0, 0)
        answer = head + query[_HEAD.size : end + _QUESTION.size]
        for address in found:
            packed = socket.inet_aton(address)
            answer += struct.pack("!3HIH", _SAME_NAME, _A, _IN, TTL_S, len(packed)) + packed
        assert len(answer) <= MAX_BYTES, f"{name} has more addresses than an answer holds"
        return answer


def read_name(query: bytes, start: int) -> tuple[str, int]:
    """Return the name that begins there, in lower case, and where it ends."""
    labels = []
    while length := query[start]:
        labels.append(query[start + 1 : start + 1 + length].decode("ascii").lower())
        start += 1 + length
    return ".".join(labels), start + 1
