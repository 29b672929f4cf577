"""Lines of a large text as arrays: where each begins, and the numbers in many of them at once.

A Python loop takes a microsecond for every token; here numpy finds the lines of one kind, cuts
them out as one text, and parses all their numbers in one call.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.scene import Doubles, SceneError

Indices = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_NEWLINE, _BLANK, _HASH = 10, 32, 35
#: Bytes behind the text, so that the first letters of every line can be looked at.
_PADDING = b"\n" * 16


@dataclass(frozen=True)
class Numbers:
    """The numbers of many lines.

    Attributes:
        values: all of them, in order.
        first: (L + 1,) where those of each line begin; the last is their number.
        lines: (L,) the lines' places in the `TextLines`.
    """

    values: Doubles | Indices
    first: Indices
    lines: Indices

    @property
    def counts(self) -> Indices:
        """(L,) how many numbers each line has."""
        return np.diff(self.first)

    def columns(self, count: int) -> Doubles:
        """(L, count) the first numbers of each line; all lines must have as many."""
        values = self.values.astype(np.float64, copy=False)
        if len(values) == len(self.lines) * count:
            return values.reshape(-1, count)
        rows: Doubles = values[self.first[:-1, None] + np.arange(count)]
        return rows


class TextLines:
    """A text cut into lines.

    Lines may end in LF, CR LF or CR; a backslash at the end of a line continues it in the next.

    Args:
        data: the text.
        label: the file, for messages.

    Attributes:
        starts: (L,) where each line's first visible letter is.
        ends: (L,) where its line end is.
    """

    def __init__(self, data: bytes, label: str) -> None:
        if b"\r" in data and b"\n" not in data:
            data = data.replace(b"\r", b"\n")
        self._original = data
        if b"\\" in data:  # blanks of the same length: places stay what they are in the file
            data = data.replace(b"\\\r\n", b"   ").replace(b"\\\n", b"  ")
        self._data = data + _PADDING
        self.label = label
        self.bytes: Bytes = np.frombuffer(self._data, np.uint8)
        self.ends: Indices = np.flatnonzero(self.bytes[: len(data) + 1] == _NEWLINE)
        self._begins = np.concatenate([np.zeros(1, np.int64), self.ends[:-1] + 1])
        self.starts = _skip_blanks(self.bytes, self._begins)

    def keyed(self, keyword: bytes) -> Indices:
        """The places of the lines whose first word is `keyword`."""
        # The first letter leaves few lines to look at more closely.
        lines = np.flatnonzero(self.bytes[self.starts] == keyword[0])
        for offset in range(1, len(keyword)):
            lines = lines[self.bytes[self.starts[lines] + offset] == keyword[offset]]
        behind = self.bytes[self.starts[lines] + len(keyword)]
        found: Indices = lines[behind <= 32]
        return found

    def text(self, line: int, keyword: bytes = b"") -> str:
        """A line's text behind its keyword, trimmed."""
        start = int(self.starts[line]) + len(keyword)
        return self._data[start : int(self.ends[line])].decode("utf-8", "replace").strip()

    def number(self, line: int) -> int:
        """What an editor calls the line."""
        return self._original.count(b"\n", 0, int(self.starts[line])) + 1

    def error(self, line: int, why: str) -> SceneError:
        """An error that names file and line, to be raised by the caller."""
        return SceneError(f"{self.label}: line {self.number(line)}: {why}")

    def cut(self, lines: Indices, keyword: bytes) -> bytes:
        """The text of some lines behind their keyword, without comments, one line each."""
        if not len(lines):
            return b""
        begins, ends = self._begins[lines], self.ends[lines] + 1
        # Whole runs of lines are copied at once; most files have one run of each kind.
        breaks = np.flatnonzero(np.diff(lines) != 1) + 1
        firsts = begins[np.concatenate([[0], breaks])].tolist()
        lasts = ends[np.concatenate([breaks - 1, [-1]])].tolist()
        runs = [self.bytes[i:j] for i, j in zip(firsts, lasts, strict=True)]
        text = np.concatenate(runs)
        keywords = np.cumsum(ends - begins) - (ends - self.starts[lines])
        for offset in range(len(keyword)):
            text[keywords + offset] = _BLANK
        return _without_comments(text).tobytes()

    def numbers(self, lines: Indices, keyword: bytes) -> Numbers:
        """The numbers in some lines.

        Args:
            lines: places of lines.
            keyword: their first word, which is passed over.

        Raises:
            SceneError: names the line where something else stands.
        """
        return self.parse(self.cut(lines, keyword), lines)

    def parse(self, text: bytes, lines: Indices, *, whole: bool = False) -> Numbers:
        """The numbers of a text that has one line for each of `lines`.

        Args:
            text: from `cut`.
            lines: what was cut.
            whole: True where all numbers must be integers.

        Raises:
            SceneError: names the line where something else stands.
        """
        first = count_tokens(text)
        values = parse_numbers(text, whole=whole)
        if len(values) < first[-1]:
            line = int(np.searchsorted(first, len(values), side="right")) - 1
            word = self.text(int(lines[line]))
            raise self.error(int(lines[line]), f"{word[:80]!r} holds something that is no number")
        return Numbers(values, first, lines)


def parse_numbers(text: bytes, *, whole: bool = False) -> Doubles | Indices:
    """The numbers of a text up to its end or up to the first word that is none.

    Integers (`whole`) are three times as quick.
    """
    if not text.strip():
        return np.empty(0)
    with warnings.catch_warnings():
        # numpy before 2.3 warned of a word that is no number, and gave what stands before it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            if whole:
                return np.fromstring(text, np.int64, sep=" ")
            return np.fromstring(text, np.float64, sep=" ")
        except ValueError:
            return _parse_slowly(text, int if whole else float)


def count_tokens(text: bytes) -> Indices:
    """(L + 1,) how many words stand before each line of the text, and in all of it."""
    letters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE)
    return np.concatenate([np.zeros(1, np.int64), np.searchsorted(find_words(letters), ends)])


def find_words(letters: Bytes) -> Indices:
    """Where words begin."""
    visible = letters > _BLANK
    begins = visible.copy()
    begins[1:] &= ~visible[:-1]
    return np.flatnonzero(begins)


def _parse_slowly(text: bytes, kind: type[int] | type[float]) -> Doubles:
    """What stands before the first wrong word: only how much it is will be of use."""
    values: list[float] = []
    for word in text.split():
        try:
            values.append(float(kind(word)))
        except ValueError:
            break
    return np.array(values)


def _skip_blanks(text: Bytes, starts: Indices) -> Indices:
    """Moves the starts of lines behind their indentation."""
    blank = (text[starts] == 32) | (text[starts] == 9)
    while blank.any():
        starts = starts + blank
        blank = (text[starts] == 32) | (text[starts] == 9)
    return starts


def _without_comments(text: Bytes) -> Bytes:
    """Removes what stands behind a # in each line."""
    hashes = np.flatnonzero(text == _HASH)
    if not len(hashes):
        return text
    ends = np.flatnonzero(text == _NEWLINE)
    result = text.copy()
    for place in hashes.tolist():
        result[place : ends[np.searchsorted(ends, place)]] = _BLANK
    return result
