"""The `[[server]]` tables of a list file as text: thousands are rewritten in milliseconds.

A TOML library that keeps comments takes seconds for them, of the interpreter that the window needs
meanwhile. What it would understand and this does not is left to it: `split` gives no tables then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import tomlkit

HEADER = "[[server]]"
Value = str | int | bool

_COMMENT = r"#[^\x00-\x08\x0a-\x1f\x7f]*"
_HEAD_LINE = re.compile(rf"[ \t]*\[\[[ \t]*server[ \t]*\]\][ \t]*({_COMMENT})?")
#: A key with a text of one line, a whole number, or yes or no: what rows have.
_PAIR_LINE = re.compile(
    r"""([ \t]*)([A-Za-z0-9_-]+)([ \t]*=[ \t]*)"""
    r"""("(?!"")(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\["\\bfnrt])*\""""
    r"""|'(?!'')[^'\x00-\x08\x0a-\x1f\x7f]*'|true|false|0|-?[1-9][0-9]*)"""
    rf"""([ \t]*(?:{_COMMENT})?)"""
)
_EMPTY_LINE = re.compile(rf"[ \t]*({_COMMENT})?")


@dataclass
class _Line:
    """`key` is "" for comments and empty lines, which are all in `before`."""

    before: str
    key: str = ""
    value: str = ""
    after: str = ""

    def text(self) -> str:
        return self.before + self.value + self.after


class Block:
    """One table, with its comments and what else people wrote into it."""

    def __init__(self, head: str = HEADER) -> None:
        self._head = head
        self._lines: list[_Line] = []

    def take(self, line: str) -> bool:
        """Add a line of the file; False if it is none of a simple table."""
        pair = _PAIR_LINE.fullmatch(line)
        if pair is not None:
            indent, key, equals, value, after = pair.groups()
            if self.get(key) is not None:
                return False  # no TOML
            self._lines.append(_Line(indent + key + equals, key, value, after))
        elif _EMPTY_LINE.fullmatch(line):
            self._lines.append(_Line(line))
        else:
            return False
        return True

    def get(self, key: str) -> object:
        """Return the value of a key, None if it has none."""
        return next((_read(line.value) for line in self._lines if line.key == key), None)

    def set(self, values: Mapping[str, Value | None]) -> None:
        """Have these values; None for a key that shall not be there. Others stay."""
        places = {line.key: line for line in self._lines if line.key}
        gone = {key for key, value in values.items() if value is None}
        if gone & places.keys():
            self._lines = [line for line in self._lines if line.key not in gone]
        for key, value in values.items():
            line = places.get(key)
            if value is None:
                continue
            if line is None:
                self._add(_Line(f"{key} = ", key, format_value(value)))
            elif line.value != (text := format_value(value)) and _read(line.value) != value:
                line.value = text

    def text(self) -> str:
        """Return the table's lines."""
        return "\n".join([self._head, *(line.text() for line in self._lines)])

    def _add(self, line: _Line) -> None:
        """Behind the last pair: what follows are comments on the next table, often."""
        place = max((n + 1 for n, x in enumerate(self._lines) if x.key), default=0)
        self._lines.insert(place, line)


def split(text: str) -> tuple[str, list[Block] | None]:
    """Return what stands before the tables, and the tables; all and None if that cannot be told."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if _HEAD_LINE.fullmatch(line)), len(lines))
    blocks: list[Block] = []
    for line in lines[first:]:
        if _HEAD_LINE.fullmatch(line):
            blocks.append(Block(line))
        elif not blocks[-1].take(line):
            return text, None
    return "\n".join(lines[:first]), blocks


def join(head: str, blocks: Iterable[Block]) -> str:
    """Return the text of a file."""
    parts = [head.rstrip("\n"), *(block.text().rstrip("\n") for block in blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def format_value(value: Value) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if value.isprintable():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(tomlkit.item(value).as_string())


def _read(text: str) -> object:
    """Return a value, however it is written."""
    if "\\" not in text and text[0] in "\"'":
        return text[1:-1]
    return tomllib.loads(f"x = {text}")["x"]
