"""Who may open a connection: rates and counts per address. Pure rules, `now_s` is an argument."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from network import limits


class TokenBucket:
    """Allows `burst` at once and `rate_per_s` in the long run."""

    def __init__(self, rate_per_s: float, burst: float, now_s: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._tokens = burst
        self._filled_s = now_s

    def take(self, now_s: float) -> bool:
        """Take one token if there is one."""
        grown = self._tokens + (now_s - self._filled_s) * self._rate_per_s
        self._tokens = min(self._burst, grown)
        self._filled_s = now_s
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


@dataclass
class _Visitor:
    bucket: TokenBucket
    failures_s: list[float] = field(default_factory=list)
    banned_until_s: float = float("-inf")


@dataclass(frozen=True)
class Decision:
    """What to do with a new connection.

    Attributes:
        refused: empty to let it in, else the reason to close it at once.
        evict: an older unfinished connection that has to make room, or None.
    """

    refused: str = ""
    evict: int | None = None


class Gate:
    """Counts connections that have not logged in yet, failed logins and offenders, per address.

    An honest login takes milliseconds, a hostile one waits; so when there are too many
    unfinished ones, the one that has come least far makes room, the oldest of those first.
    Strangers who sit silently lock nobody out.
    """

    def __init__(self) -> None:
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._unfinished: OrderedDict[int, str] = OrderedDict()  # oldest first

    @property
    def unfinished(self) -> int:
        """Number of connections that have not logged in yet."""
        return len(self._unfinished)

    def arrived(
        self,
        connection: int,
        address: str,
        now_s: float,
        progress: Callable[[int], int] = lambda _connection: 0,
    ) -> Decision:
        """Judge a new connection.

        Args:
            connection: any number of the caller's.
            address: the peer's.
            now_s: the time.
            progress: tells how far an unfinished connection has come; 0 means silent.
        """
        group, factor = _group(address)
        visitor = self._visitor(group, factor, now_s)
        if now_s < visitor.banned_until_s:
            return Decision(refused="too many failed logins or broken rules from this address")
        if not visitor.bucket.take(now_s):
            return Decision(refused="too many connections per second from this address")
        evict = self._least(group, factor, progress)
        if evict is not None:
            del self._unfinished[evict]
        self._unfinished[connection] = group
        return Decision(evict=evict)

    def finished(self, connection: int) -> None:
        """The connection has logged in or has ended."""
        self._unfinished.pop(connection, None)

    def failed(self, address: str, now_s: float) -> None:
        """Count a login that failed, or a peer that was cut off for breaking the rules.

        Too many of them silence the address for a while; links that it has stay.
        """
        group, factor = _group(address)
        visitor = self._visitor(group, factor, now_s)
        recent = [t for t in visitor.failures_s if now_s - t < limits.FAILURE_WINDOW_S]
        visitor.failures_s = [*recent, now_s]
        if len(visitor.failures_s) >= limits.FAILED_LOGINS * factor:
            visitor.failures_s = []
            visitor.banned_until_s = now_s + limits.FAILURE_BAN_S

    def _least(self, group: str, factor: int, progress: Callable[[int], int]) -> int | None:
        """Return the unfinished connection that must make room for one of this group."""
        own = [number for number, other in self._unfinished.items() if other == group]
        if len(own) >= limits.UNFINISHED_PER_ADDRESS * factor:
            return min(own, key=progress)  # the first of equals is the oldest
        if len(self._unfinished) >= limits.UNFINISHED_TOTAL:
            return min(self._unfinished, key=progress)
        return None

    def _visitor(self, group: str, factor: int, now_s: float) -> _Visitor:
        visitor = self._visitors.get(group)
        if visitor is None:
            rate, burst = limits.CONNECTIONS_PER_S, limits.CONNECTIONS_BURST
            visitor = _Visitor(TokenBucket(rate * factor, burst * factor, now_s))
            self._visitors[group] = visitor
            if len(self._visitors) > limits.GATE_ADDRESSES:
                self._visitors.popitem(last=False)
        self._visitors.move_to_end(group)
        return visitor


def _group(address: str) -> tuple[str, int]:
    """Return what counts as one address, and how much more generous its limits are.

    An IPv6 host owns a whole /64; an IPv4 peer of a dual-stack socket looks like ::ffff:a.b.c.d.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            if ip.is_loopback:
                return str(ip), limits.LOOPBACK_FACTOR
            return str(ipaddress.ip_network((ip, 64), strict=False)), 1
        ip = ip.ipv4_mapped
    return str(ip), limits.LOOPBACK_FACTOR if ip.is_loopback else 1
