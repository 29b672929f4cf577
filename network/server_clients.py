"""The clients that are connected to a server: their names, and how their links end."""

from __future__ import annotations

from collections.abc import Iterator

from network.instructions import CloseClient, Level, Log, SendTo, ServerInstruction
from network.messages import Message
from network.strays import Strays
from network.work import ClientId

#: A workgroup; each connected client costs a link with its buffers.
MAX_CLIENTS = 16


class ServerClients:
    """See the module. Instructions go to the list given.

    Attributes:
        strays: what they send that no job of theirs wants.
    """

    def __init__(self, out: list[ServerInstruction]) -> None:
        self.strays = Strays()
        self._out = out
        self._names: dict[ClientId, str] = {}

    def __contains__(self, client: object) -> bool:
        return client in self._names

    def __iter__(self) -> Iterator[ClientId]:
        """Their links, in the order in which they came; links may be closed meanwhile."""
        return iter(tuple(self._names))

    def name(self, client: ClientId) -> str:
        """What people call a client."""
        return self._names[client]

    def joined(self, client: ClientId, name: str) -> bool:
        """One logged in; False if it has to go because there are enough."""
        if len(self._names) >= MAX_CLIENTS:
            text = f"the server already has {MAX_CLIENTS} clients; try again later"
            self._out.append(CloseClient(client, "busy", text))
            return False
        self._names[client] = name
        self._out.append(Log(Level.INFO, f"client {name} is connected"))
        return True

    def left(self, client: ClientId) -> bool:
        """A link ended by itself; False if it was no client's, or closed before."""
        self.strays.left(client)
        name = self._names.pop(client, None)
        if name is not None:
            self._out.append(Log(Level.INFO, f"client {name} is gone"))
        return name is not None

    def close(self, client: ClientId, code: str, text: str) -> None:
        """End a link, and tell why."""
        self.strays.left(client)
        del self._names[client]
        self._out.append(CloseClient(client, code, text))

    def tell(self, message: Message, payload: bytes = b"") -> None:
        """Say something to all of them."""
        self._out += [SendTo(client, message, payload) for client in self._names]
