"""Makes the strings of messages that people will read printable, whatever a peer wrote."""

from __future__ import annotations

import msgspec

from network.framing import MESSAGE_TYPES
from network.messages import Message
from network.text import clean

_READABLE = {
    cls: tuple(f for f, kind in cls.__annotations__.items() if kind in ("Name", "Text"))
    for cls in MESSAGE_TYPES.values()
}


def make_printable(message: Message) -> Message:
    """Return the message with control and bidi characters of names and texts made blanks."""
    changes = {
        field: clean(value)
        for field in _READABLE[type(message)]
        if not (value := getattr(message, field)).isprintable()
    }
    return msgspec.structs.replace(message, **changes) if changes else message
