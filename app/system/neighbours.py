"""Hardware addresses of computers on this network, as the operating system knows them.

The systems keep them for as long as they talk to each other; reading them sends nothing. There
is one way for each system, and none anywhere else: then the artist may type the address.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import sys
from pathlib import Path

from network.wake import MacError, parse_mac

ARP_TABLE = Path("/proc/net/arp")
#: The tools answer at once, or something is wrong.
PATIENCE_S = 5.0
#: Of a table with thousands of neighbours.
MAX_OUTPUT = 1 << 20

_MAC = re.compile(r"\b[0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5}\b")


def find_mac(address: str) -> str:
    """Return the hardware address of a neighbour, "" if it is none or not known; may block.

    Args:
        address: numeric, without zone.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if ip.is_loopback:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if sys.platform == "linux" and ip.version == 4:
        return _find_in_linux_table(str(ip))
    return find_in_output(_run(ask_command(sys.platform, str(ip), ip.version)), str(ip))


def find_in_linux_table(table: str, address: str) -> str:
    """Return the hardware address of a line of `/proc/net/arp`, "" for none."""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 4 and fields[0] == address:
            return _checked(fields[3])
    return ""


def find_in_output(output: str, address: str) -> str:
    """Return the hardware address beside a numeric one in what `arp` or `ip` printed."""
    for line in output[:MAX_OUTPUT].splitlines():
        words = [word.strip("()") for word in line.split()]
        found = _MAC.search(line)
        if found is not None and address in words:
            return _checked(found[0])
    return ""


def _find_in_linux_table(address: str) -> str:
    try:
        return find_in_linux_table(ARP_TABLE.read_text(encoding="ascii", errors="replace"), address)
    except OSError:
        return ""


def ask_command(system: str, address: str, version: int) -> list[str]:
    """Return what prints a neighbour's line on a system (of `sys.platform`); none: nothing does."""
    if system == "linux":
        return ["ip", "-6", "neigh", "show", address]
    if system == "win32":
        return ["arp", "-a", address] if version == 4 else []
    return ["arp", "-n", address] if version == 4 else ["ndp", "-n", address]


def _run(command: list[str]) -> str:
    tool = shutil.which(command[0]) if command else None
    if tool is None:
        return ""
    try:
        ended = subprocess.run(  # a fixed command; the address is a parsed one
            [tool, *command[1:]],
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout.decode("utf-8", "replace")


def _checked(text: str) -> str:
    try:
        return parse_mac(text)
    except MacError:
        return ""  # incomplete entries are all zero
