"""How much of its computer a server lends: the person who sits at it decides, at any time."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from network.instructions import Level, Log, SendTo, ServerInstruction
from network.messages import Availability
from network.work import ClientId


class Lending:
    """What clients are told of it. Instructions go to the list given.

    Attributes:
        now: what clients may have.
    """

    def __init__(self, threads: int, out: list[ServerInstruction]) -> None:
        self.now = self._usual = Availability(False, threads, "")
        self._out = out

    def greet(self, client: ClientId) -> None:
        """Tell a client that has come if things are not as its `Welcome` says."""
        if self.now != self._usual:
            self._out.append(SendTo(client, self.now))

    def take_away(self, wanted: Availability, clients: Iterable[ClientId]) -> None:
        """Tell all that they have nothing any more, if they had."""
        if wanted.paused:
            self._out.append(Log(Level.INFO, f"paused: {wanted.text}"))
        if wanted.paused or not self.now.paused:
            away = msgspec.structs.replace(wanted, paused=True)
            self._out += [SendTo(client, away) for client in clients]

    def give(self, wanted: Availability, clients: Iterable[ClientId]) -> None:
        """It holds from now on; tell all who may have something of it."""
        self.now = wanted
        if not wanted.paused:
            self._out.append(Log(Level.INFO, f"clients may have {wanted.threads} threads"))
            self._out += [SendTo(client, wanted) for client in clients]
