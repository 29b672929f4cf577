"""What the matrix does to servers in the middle of a frame, each with real processes.

Every fault hurts the last of a row's servers; where that is the only one, it comes back, or
nobody would be left to end the frame.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.end_to_end.farm import Client, Server
from tests.end_to_end.proxy import Proxy

#: So long a dead server is away before it is started again.
AWAY_S = 1.0
#: Longer than a silence that is forgiven (5 s).
BLACK_HOLE_S = 7.0
DELAY_S = 0.1
#: A journal may lose the last second.
JOURNAL_S = 1.5
#: In the middle of the pixels of a bucket, whatever came before.
TRUNCATED_BYTES = 20_000


@dataclass
class Row:
    """One frame's servers, and what stands between them and the client.

    Attributes:
        servers: the last one is the one that is hurt.
        proxy: in front of the last one, if the fault wants it.
        stop_s: how long a stopped server stays stopped.
        begin: starts the row's client, with further options.
    """

    servers: list[Server]
    proxy: Proxy | None
    stop_s: float
    stack: contextlib.ExitStack
    begin: Callable[..., Client]
    client: Client | None = None

    @property
    def last(self) -> Server:
        """The server that is hurt."""
        return self.servers[-1]

    def start_again(self) -> None:
        """Put another process where the last server was."""
        name, port = self.last.name, self.last.port
        self.servers[-1] = Server(name, 1, "--port", str(port))
        self.stack.callback(self.servers[-1].stop)

    def link(self) -> Proxy:
        """Return the proxy of the last server."""
        assert self.proxy is not None
        return self.proxy

    def is_over(self) -> bool:
        """Whether the client has ended."""
        assert self.client is not None
        return self.client.process.poll() is not None

    def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the frame."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s and not self.is_over():
            time.sleep(0.05)


Hurt = Callable[[Row], None]


@dataclass(frozen=True)
class Fault:
    """One column of the matrix.

    Attributes:
        hurt: called when some buckets are done; None: nothing happens then.
        client: options of `brigade render`.
        server: options of the last server; it is a process of its own then.
        module: the program of the last server.
        proxied: the client reaches the last server through a proxy.
        late: the last server is not there at first; `hurt` starts it.
        least: servers that it takes to see it at all, with the reason.
    """

    name: str
    hurt: Hurt | None = None
    client: tuple[str, ...] = ()
    server: tuple[str, ...] = ()
    module: str = "app.cli"
    proxied: bool = False
    late: bool = False
    least: tuple[int, str] = field(default=(1, ""))

    @property
    def spoils(self) -> bool:
        """Whether the last server is of no use for other rows."""
        return bool(self.server) or self.module != "app.cli" or self.late


def _kill(row: Row) -> None:
    row.last.process.kill()
    if len(row.servers) == 1:
        row.last.process.wait()
        time.sleep(AWAY_S)
        row.start_again()


def _restart(row: Row) -> None:
    row.last.send_signal(signal.SIGTERM)
    row.last.process.wait(15)
    row.start_again()


def _stop(row: Row) -> None:
    row.last.send_signal(signal.SIGSTOP)
    row.wait(row.stop_s)
    row.last.send_signal(signal.SIGCONT)


def _join(row: Row) -> None:
    time.sleep(AWAY_S)
    row.start_again()


def _resume(row: Row) -> None:
    """Kill the client as soon as its journal knows something, and let another one go on."""
    row.wait(JOURNAL_S)
    assert row.client is not None
    row.client.stop()
    row.client = row.begin("--resume")


def _reset(row: Row) -> None:
    row.link().reset()


def _drop(row: Row) -> None:
    row.link().drop()


def _truncate(row: Row) -> None:
    for _ in range(3):
        row.link().truncate(TRUNCATED_BYTES)
        row.wait(2.0)


def _black_hole(row: Row) -> None:
    row.link().pause()
    row.wait(BLACK_HOLE_S)
    row.link().resume()


def _delay(row: Row) -> None:
    row.link().delay_s = DELAY_S


SMALL = ("--bucket-size", "32")
COMPARED = (3, "two honest ones are needed to tell who lies")


def all_faults(chaos: Sequence[str]) -> list[Fault]:
    """Return every column; `chaos` are modes of `brigade server --chaos` with their rates."""
    return [
        Fault("none"),
        Fault("bucket size 16", client=("--bucket-size", "16")),
        Fault("bucket size 200", client=("--bucket-size", "200")),
        Fault("buckets of 64x16", client=("--bucket-size", "64x16")),
        Fault("buckets of 13x47", client=("--bucket-size", "13x47")),
        Fault("SIGKILL", _kill, SMALL),
        Fault("SIGSTOP", _stop, SMALL),
        Fault("restart", _restart, SMALL),
        Fault("late join", _join, SMALL, late=True),
        Fault("client killed, resumed", _resume, SMALL),
        Fault("cut by RST", _reset, SMALL, proxied=True),
        Fault("cut by FIN", _drop, SMALL, proxied=True),
        Fault("cut inside a result", _truncate, SMALL, proxied=True),
        Fault("black hole", _black_hole, SMALL, proxied=True),
        Fault("delay of 100 ms", _delay, SMALL, proxied=True),
        Fault("every result twice", client=SMALL, module="tests.end_to_end.twice"),
        *(_chaos(mode) for mode in chaos),
    ]


def _chaos(mode: str) -> Fault:
    options = ("--chaos", mode)
    if mode.startswith("corrupt"):
        return Fault(mode, client=(*SMALL, "--audit", "100"), server=options, least=COMPARED)
    return Fault(mode, client=SMALL, server=options)
