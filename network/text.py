"""Names and notices as they may be sent, shown and logged: short and printable."""

from __future__ import annotations

from network import limits


def clean(text: str) -> str:
    """Replace what is not printable (control and bidi characters, lone surrogates) by blanks.

    A text from another machine goes to logs, terminals and list rows: it must not be able to
    break a line, colour a terminal or turn the reading direction.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)


def clip_bytes(text: str, limit: int) -> str:
    """Return the longest start of the text that has at most `limit` bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def clip_name(text: str) -> str:
    """Return the text as a `messages.Name`: printable, at most 64 characters."""
    return clean(text)[: limits.NAME_CHARS]


def clip_text(text: str) -> str:
    """Return the text as a `messages.Text`: printable, at most 2000 characters."""
    return clean(text)[: limits.TEXT_CHARS]
