"""A TCP relay in this process that hurts what goes through it: pause, delay, cut, reset, truncate.

It stands between a client and a server and knows nothing of what they say. The relay runs in a
thread of its own; every method may be called from any other and acts at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

READ_BYTES = 1 << 16
#: What waits in the relay for a slow side: then the other side is not read any more.
QUEUE_BYTES = 1 << 20
JOIN_S = 5.0
HOST = "127.0.0.1"
#: SO_LINGER on, for 0 s: closing throws away what is unsent and sends RST instead of FIN.
LINGER_0 = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class _Pair:
    """One connection: its two writers, towards the client and towards the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def close(self, *, reset: bool) -> None:
        for writer in (self.client, self.server):
            if reset:
                with contextlib.suppress(OSError):  # closed already
                    found = writer.get_extra_info("socket")
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
                writer.transport.abort()
            else:
                writer.close()


class Proxy:
    """Relays a free port of loopback to another one, until `close`.

    Args:
        target: port of the server on loopback; may be set to another one for new connections.

    Attributes:
        port: where it listens.
        delay_s: each piece is held back for so long, both ways.
        refusing: new connections are reset at once.
        relayed_bytes: in both directions, over all connections.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay_s = 0.0
        self.refusing = False
        self.relayed_bytes = 0
        self._left: int | None = None  # bytes until everything is reset; None: no limit
        self._pairs: set[_Pair] = set()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()
        self._listening.wait()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where clients are to connect."""
        return f"{HOST}:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections go through it now."""
        return len(self._pairs)

    # -- how it hurts -------------------------------------------------------------------------

    def pause(self) -> None:
        """A black hole: connections stay open and not a byte goes on, as with a pulled cable."""
        self._call(self._flows.clear)

    def resume(self) -> None:
        """End a pause; what waited goes on."""
        self._call(self._flows.set)

    def drop(self) -> None:
        """End all connections properly (FIN), in the middle of whatever they said."""
        self._call(lambda: self._end_all(reset=False))

    def reset(self) -> None:
        """End all connections with RST."""
        self._call(lambda: self._end_all(reset=True))

    def truncate(self, count: int) -> None:
        """Relay so many bytes more, of both directions, and then reset all connections once."""

        def arm() -> None:
            self._left = count

        self._call(arm)

    def close(self) -> None:
        """End everything; returns when the thread is gone."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(JOIN_S)

    # -- the relay's thread -------------------------------------------------------------------

    def _call(self, action: Callable[[], None]) -> None:
        """Do it in the relay's thread; returns when it is done."""
        done = threading.Event()

        def act() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(act)
        done.wait(JOIN_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        started = self._loop.run_until_complete(asyncio.start_server(self._accept, HOST, 0))
        self.port = started.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        started.close()
        self._end_all(reset=True)
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _end_all(self, *, reset: bool) -> None:
        for pair in list(self._pairs):
            pair.close(reset=reset)
        self._pairs.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            _Pair(writer, writer).close(reset=True)
            return
        try:
            from_server, to_server = await asyncio.open_connection(HOST, self.target)
        except OSError:  # nobody is there: the client gets what it would get without us
            _Pair(writer, writer).close(reset=True)
            return
        pair = _Pair(writer, to_server)
        self._pairs.add(pair)
        for side in (writer, to_server):
            side.transport.set_write_buffer_limits(high=QUEUE_BYTES)
        with contextlib.suppress(asyncio.CancelledError):  # the proxy ends
            await asyncio.gather(
                self._relay(pair, reader, to_server), self._relay(pair, from_server, writer)
            )
        self._pairs.discard(pair)

    async def _relay(
        self, pair: _Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(READ_BYTES):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                await self._flows.wait()
                if not self._pass_on(data, writer):
                    return
                await writer.drain()
            pair.close(reset=False)
        except OSError:
            pair.close(reset=True)

    def _pass_on(self, data: bytes, writer: asyncio.StreamWriter) -> bool:
        """Relay a piece; False when that was the last one."""
        if self._left is None:
            self.relayed_bytes += len(data)
            writer.write(data)
            return True
        head = data[: self._left]
        self._left -= len(head)
        self.relayed_bytes += len(head)
        writer.write(head)
        if self._left > 0:
            return True
        self._left = None
        self._end_all(reset=True)
        return False
