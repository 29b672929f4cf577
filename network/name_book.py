"""Which addresses of a name are dialled beside the one that its row has reached.

A name may stand for many servers: a headless Service, a round robin. Its row connects to one of
them; the others are guests, dialled by address, and found again at the next look-up when they
were not there. Two addresses of one server (IPv4 and IPv6) are told apart by the login alone.
No clock and no sockets here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Names are looked up again so often: pods come and go within seconds.
LOOK_UP_S = 10.0
#: Of one name; what is longer is no farm but a mistake.
MAX_ADDRESSES = 1024
#: After an address turned out to be a server that is reached already, or did not answer.
REST_S = 60.0


@dataclass
class _Name:
    next_look_up_s: float
    addresses: tuple[str, ...] = ()
    busy: set[str] = field(default_factory=set)  # dialled, or with a link
    rests: dict[str, float] = field(default_factory=dict)  # not before


class NameBook:
    """Names of rows and what is behind them. Keys are the rows' uids."""

    def __init__(self) -> None:
        self._names: dict[str, _Name] = {}

    def set_rows(self, uids: Sequence[str], now_s: float) -> None:
        """These rows have names and are enabled; others are forgotten."""
        self._names = {uid: self._names.get(uid) or _Name(now_s) for uid in uids}

    def due(self, now_s: float) -> list[str]:
        """Return the rows whose names are to be looked up now."""
        due = [uid for uid, name in self._names.items() if now_s >= name.next_look_up_s]
        for uid in due:
            self._names[uid].next_look_up_s = now_s + LOOK_UP_S
        return due

    def found(
        self, uid: str, addresses: Sequence[str], reached: str, now_s: float
    ) -> tuple[str, ...]:
        """A look-up has answered; return the addresses to dial now.

        Args:
            uid: the row.
            addresses: all of the name, numeric; none when the look-up failed.
            reached: the one that the row itself is connected to, "" for none.
            now_s: the time.
        """
        name = self._names.get(uid)
        if name is None:
            return ()
        name.addresses = tuple(dict.fromkeys(addresses))[:MAX_ADDRESSES]
        if len(name.addresses) < 2 or not reached:
            return ()  # the row itself finds it, or goes on trying
        free = [a for a in name.addresses if a != reached and a not in name.busy]
        to_dial = tuple(a for a in free if name.rests.get(a, now_s) <= now_s)
        name.busy.update(to_dial)
        return to_dial

    def ended(self, uid: str, address: str, now_s: float, *, rest: bool) -> None:
        """An address is not dialled or linked any more; with `rest` it is left alone a while."""
        name = self._names.get(uid)
        if name is None:
            return
        name.busy.discard(address)
        if rest:
            name.rests[address] = now_s + REST_S

    def addresses(self, uid: str) -> tuple[str, ...]:
        """Return what the last look-up of a row gave."""
        name = self._names.get(uid)
        return name.addresses if name is not None else ()
