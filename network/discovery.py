"""Announces a server on the local network and finds others, by zeroconf (mDNS).

What is found is a hint: anybody may announce anything. The login decides who a server is; the
announced id must be the one of its certificate. Announced are a name, the port and that id;
nothing about the machine, its user, its load or its scenes.

zeroconf blocks for up to a second at several places, so each object here has a thread of its
own; callbacks come from that thread (`network.qt_finder` brings them to a Qt thread). No
exception leaves it: a network without multicast costs the list, never the program.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from network.messages import PROTOCOL_VERSION
from network.text import clean, clip_bytes, clip_name

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, ServiceStateChange, Zeroconf

SERVICE_TYPE = "_bkt-brigade._tcp.local."
#: A window can show no more in a useful way; a flood of fakes ends here.
MAX_FOUND = 256
_MAX_ADDRESSES = 8
#: DNS: an instance name is one label.
_MAX_INSTANCE_BYTES = 63
_DETAILS_TIMEOUT_MS = 500
_CLOSE_S = 3.0
_ID = re.compile(r"[A-Z2-7]{8}")


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that somebody announced.

    Attributes:
        name: as announced, made printable.
        addresses: numeric, IPv4 first.
        short_id: `Identity.short_id`, to be compared after the login; empty if none came.
        version: protocol version as announced, 0 if none came.
    """

    name: str
    addresses: tuple[str, ...]
    port: int
    short_id: str
    version: int


class _Discovery:
    """A thread that has zeroconf open from `start` to `close`.

    Args:
        interfaces: numeric addresses of the interfaces to use; None for all.
        on_problem: called once, with a sentence for the log, when zeroconf does not work.
    """

    def __init__(
        self, interfaces: Sequence[str] | None, on_problem: Callable[[str], None] | None
    ) -> None:
        self._interfaces = list(interfaces) if interfaces is not None else None
        self._on_problem = on_problem
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)
        self.problem = ""

    def start(self) -> None:
        """Start; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Say goodbye to the network and stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        try:
            from zeroconf import InterfaceChoice, Zeroconf

            zeroconf = Zeroconf(interfaces=self._interfaces or InterfaceChoice.All)
            try:
                self._work(zeroconf)
            finally:
                zeroconf.close()
        except Exception as error:  # the library raises OSError, its own, asyncio's, ...
            reason = str(error) or type(error).__name__
            self.problem = f"servers on the local network cannot be announced or found: {reason}"
            if self._on_problem is not None:
                self._on_problem(self.problem)

    def _work(self, zeroconf: Zeroconf) -> None:
        raise NotImplementedError


class Announcer(_Discovery):
    """Makes a server known on the local network, from `start` to `close`.

    Args:
        name: the server's name; a number is added when another server has it.
        port: where it listens.
        short_id: `Identity.short_id`.
        interfaces: numeric addresses of the interfaces to use; None for all.
        on_problem: called once, from the thread, when zeroconf does not work.
    """

    def __init__(
        self,
        name: str,
        port: int,
        short_id: str,
        *,
        interfaces: Sequence[str] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(interfaces, on_problem)
        self._name, self._port, self._short_id = name, port, short_id

    def _work(self, zeroconf: Zeroconf) -> None:
        info = self._info()
        zeroconf.register_service(info, allow_name_change=True)
        self._stop.wait()
        zeroconf.unregister_service(info)

    def _info(self) -> ServiceInfo:
        from zeroconf import ServiceInfo

        instance = clip_bytes(clean(self._name).strip() or "server", _MAX_INSTANCE_BYTES - 4)
        return ServiceInfo(
            SERVICE_TYPE,
            f"{instance}.{SERVICE_TYPE}",
            port=self._port,
            properties={"v": str(PROTOCOL_VERSION), "id": self._short_id},
            server=f"brigade-{self._short_id.lower()}.local.",
            parsed_addresses=self._interfaces or _own_addresses(),
        )


def _own_addresses() -> list[str]:
    """Return this machine's addresses that others can reach, not what its name resolves to.

    On many systems the own name means 127.0.1.1, an address that helps nobody else; and a
    link-local IPv6 address is nothing without the other machine's name for its interface.
    """
    from PySide6.QtNetwork import QNetworkInterface

    addresses = QNetworkInterface.allAddresses()
    return [a.toString() for a in addresses if not (a.isLoopback() or a.isLinkLocal())]


class Finder(_Discovery):
    """Keeps a list of the servers on the local network, from `start` to `close`.

    Args:
        on_change: called from the thread with the whole list whenever it changes.
        interfaces: numeric addresses of the interfaces to use; None for all.
        on_problem: called once, from the thread, when zeroconf does not work.
    """

    def __init__(
        self,
        on_change: Callable[[tuple[FoundServer, ...]], None],
        *,
        interfaces: Sequence[str] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(interfaces, on_problem)
        self._on_change = on_change
        self._found: dict[str, FoundServer] = {}

    def _work(self, zeroconf: Zeroconf) -> None:
        from zeroconf import ServiceBrowser

        browser = ServiceBrowser(zeroconf, SERVICE_TYPE, handlers=[self._on_state])
        self._stop.wait()
        browser.cancel()

    def _on_state(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        from zeroconf import ServiceInfo, ServiceStateChange

        if state_change is ServiceStateChange.Removed:
            changed = self._found.pop(name, None) is not None
        elif len(self._found) >= MAX_FOUND and name not in self._found:
            return
        else:
            info = ServiceInfo(service_type, name)
            if not info.load_from_cache(zeroconf):
                info.request(zeroconf, _DETAILS_TIMEOUT_MS)
            changed = self._update(name, read_announcement(info))
        if changed and not self._stop.is_set():
            self._on_change(tuple(self._found[key] for key in sorted(self._found)))

    def _update(self, name: str, server: FoundServer | None) -> bool:
        if server is None or self._found.get(name) == server:
            return False
        self._found[name] = server
        return True


def read_announcement(info: ServiceInfo) -> FoundServer | None:
    """Return what a service's records say, or None when they say nothing usable.

    Everything in them was written by a stranger.
    """
    addresses = tuple(info.parsed_scoped_addresses()[:_MAX_ADDRESSES])
    if not addresses or not info.port or not 1 <= info.port <= 65535:
        return None
    properties = {key: (value or b"")[:16] for key, value in info.properties.items()}
    short_id = properties.get(b"id", b"").decode("ascii", "replace")
    version = properties.get(b"v", b"").decode("ascii", "replace")
    name = info.name.removesuffix("." + info.type)
    return FoundServer(
        name=clip_name(name).strip() or addresses[0],
        addresses=addresses,
        port=info.port,
        short_id=short_id if _ID.fullmatch(short_id) else "",
        version=int(version) if version.isascii() and version.isdigit() else 0,
    )


def find_servers(
    seconds: float, *, interfaces: Sequence[str] | None = None
) -> tuple[tuple[FoundServer, ...], str]:
    """Look around for some seconds (blocks).

    Returns:
        The servers, and the problem in words when zeroconf does not work.
    """
    found: list[tuple[FoundServer, ...]] = [()]
    failed = threading.Event()
    finder = Finder(
        lambda servers: found.__setitem__(0, servers),
        interfaces=interfaces,
        on_problem=lambda _text: failed.set(),
    )
    finder.start()
    failed.wait(seconds)
    finder.close()
    return found[0], finder.problem
