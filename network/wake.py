"""Wake-on-LAN: hardware addresses and the packet that wakes their computers. No I/O.

References:
    AMD, "Magic Packet Technology", white paper 20213, 1995: six bytes of ones, then the hardware
    address sixteen times.
"""

from __future__ import annotations

import re

#: The discard service's: nobody answers there, and switches let it through.
WAKE_PORT = 9
MAC_BYTES = 6
REPEATS = 16

_SEPARATED = re.compile(r"[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){5}")
_PLAIN = re.compile(r"[0-9a-fA-F]{12}|[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2}")


class MacError(ValueError):
    """Raised for what is no hardware address; the text says what one looks like."""


def parse_mac(text: str) -> str:
    """Return a hardware address as `aa:bb:cc:dd:ee:ff`.

    Args:
        text: with colons, hyphens (`AA-BB-CC-DD-EE-FF`), dots (`aabb.ccdd.eeff`) or nothing.

    Raises:
        MacError: it is none, or one of nobody or of many.
    """
    text = text.strip()
    if _SEPARATED.fullmatch(text):
        parts = [part.zfill(2) for part in re.split("[:-]", text.lower())]
    elif _PLAIN.fullmatch(text):
        digits = text.lower().replace(".", "")
        parts = [digits[place : place + 2] for place in range(0, 2 * MAC_BYTES, 2)]
    else:
        raise MacError(f"{text!r} is not a hardware address like 00:1b:63:84:45:e6")
    if int(parts[0], 16) & 1 or not any(int(part, 16) for part in parts):
        raise MacError(f"{text!r} is not the address of one network card")
    return ":".join(parts)


def make_magic_packet(mac: str) -> bytes:
    """Return the bytes of the packet that wakes this card's computer.

    Raises:
        MacError: it is no hardware address.
    """
    return b"\xff" * MAC_BYTES + bytes.fromhex(parse_mac(mac).replace(":", "")) * REPEATS
