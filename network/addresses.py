"""Addresses as people type and paste them: `host`, `host:port`, `[::1]:port`, lists of them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from network.messages import DEFAULT_PORT

#: Interfaces to listen on: this machine only, or every network it is in.
LOOPBACK = ("127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")

#: DNS: 253 characters in all, 63 in a label.
_MAX_HOST_CHARS = 253
_MAX_LABEL_BYTES = 63
#: A farm's whole list, with room for comments.
_MAX_LIST_CHARS = 1 << 20
_MAX_LIST_ENTRIES = 10_000
_SEPARATORS = re.compile(r"[;,\s]+")
_SCOPE = re.compile(r"[A-Za-z0-9_.~-]{1,64}")


class AddressError(ValueError):
    """An address that cannot be understood; the text quotes the part and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host (name or IP address, no brackets) and a port."""

    host: str
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str, default_port: int = DEFAULT_PORT) -> Address:
    """Return the address that a person typed.

    Names may be international and may end in `.local` (mDNS); IPv6 addresses may have a scope
    (`fe80::1%eth0`) and need brackets only when a port follows.

    Raises:
        AddressError: it is none.
    """
    part = text.strip()
    if not part:
        raise AddressError("the address is empty")
    host, port = _split(part)
    return Address(_check_host(part, host), _check_port(part, port, default_port))


def parse_address_list(text: str, default_port: int = DEFAULT_PORT) -> list[Address]:
    """Return the addresses of a pasted list.

    Separators are semicolon, comma, blank and line end; `#` starts a comment. An address that
    comes twice is returned once.

    Raises:
        AddressError: names every part that is no address, with its line.
    """
    if len(text) > _MAX_LIST_CHARS:
        raise AddressError(f"the list has over {_MAX_LIST_CHARS} characters: is it the right one?")
    found: dict[Address, None] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for part in _SEPARATORS.split(line.partition("#")[0]):
            if not part:
                continue
            try:
                found[parse_address(part, default_port)] = None
            except AddressError as error:
                problems.append(f"line {number}: {error}")
    if problems:
        more = f" (and {len(problems) - 10} more)" if len(problems) > 10 else ""
        raise AddressError("; ".join(problems[:10]) + more)
    if len(found) > _MAX_LIST_ENTRIES:
        raise AddressError(f"the list has over {_MAX_LIST_ENTRIES} addresses")
    return list(found)


def parse_listen(text: str, default_port: int) -> tuple[tuple[str, ...], int]:
    """Return the numeric addresses and the port to listen on that a person typed.

    `*` means all networks, `:0` any free port on them; else a numeric address, `[::1]:0` with
    a port.

    Raises:
        AddressError: it is none.
    """
    part = text.strip()
    if part in ("*", ""):
        return EVERYWHERE, default_port
    host, port = _split(part)
    number = 0 if port == "0" else _check_port(part, port, default_port)
    if host in ("", "*"):
        return EVERYWHERE, number
    if host == "localhost":
        return LOOPBACK, number
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise AddressError(f"{part!r}: listen on an IP address of this computer, or on *") from None
    return (host,), number


def is_loopback(host: str) -> bool:
    """Tell whether a host means this machine, as far as its text shows."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _split(part: str) -> tuple[str, str | None]:
    if part.startswith("["):
        host, bracket, rest = part[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise AddressError(f"{part!r}: write an IPv6 address with port as [::1]:20727")
        if ":" not in host:
            raise AddressError(f"{part!r}: brackets are for IPv6 addresses only")
        return host, rest[1:] if rest else None
    if part.count(":") > 1:
        return part, None
    host, colon, port = part.partition(":")
    return host, port if colon else None


def _check_port(part: str, port: str | None, default_port: int) -> int:
    if port is None:
        return default_port
    if not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
        raise AddressError(f"{part!r}: the port must be a number from 1 to 65535, not {port!r}")
    return int(port)


def _check_host(part: str, host: str) -> str:
    if not host:
        raise AddressError(f"{part!r}: the host name is missing")
    if ":" in host:
        return _check_ipv6(part, host)
    labels = host.lower().removesuffix(".").split(".")
    if labels[-1].isdigit():
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise AddressError(
                f"{part!r}: an IPv4 address has four numbers from 0 to 255"
            ) from None
    for label in labels:
        _check_label(part, label)
    if len(host) > _MAX_HOST_CHARS:
        raise AddressError(f"{part[:40]!r}…: a host name has at most {_MAX_HOST_CHARS} characters")
    return ".".join(labels)


def _check_label(part: str, label: str) -> None:
    if not label:
        raise AddressError(f"{part!r}: the host name has an empty part between its dots")
    if not all(char.isalnum() or char in "-_" for char in label):
        raise AddressError(f"{part!r}: a host name has letters, digits, '-', '_' and '.' only")
    if label.startswith("-") or label.endswith("-"):
        raise AddressError(f"{part!r}: no part of a host name starts or ends with '-'")
    try:
        encoded = label.encode("ascii") if label.isascii() else label.encode("idna")
    except UnicodeError:
        raise AddressError(f"{part!r}: the host name cannot be written in DNS") from None
    if len(encoded) > _MAX_LABEL_BYTES:
        raise AddressError(f"{part[:40]!r}…: a part of a host name has at most 63 characters")


def _check_ipv6(part: str, host: str) -> str:
    bare, percent, scope = host.partition("%")
    try:
        address = str(ipaddress.IPv6Address(bare))
    except ValueError:
        raise AddressError(
            f"{part!r}: not an IPv6 address (a port follows a single colon, or [address]:port)"
        ) from None
    if percent and not _SCOPE.fullmatch(scope):
        raise AddressError(f"{part!r}: the part after % must name a network interface")
    return address + percent + scope


def realm_of(address: str) -> str:
    """Return what two servers must have in common for one to dial the other's address.

    Args:
        address: numeric, as seen by the client.

    Returns:
        "loopback" (of the client's computer, so that both run there), "network", or "" for an
        address that means something else on every computer.
    """
    if is_loopback(address):
        return "loopback"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return "" if ip.is_link_local or ip.is_unspecified or ip.is_multicast else "network"
