"""Reading `.cube` files: Adobe's Cube LUT Specification 1.0, and Resolve's curves before a cube.

Everything that a reader could take for something else is refused, with the file and the line:
a LUT that is read wrongly looks like a picture that was lit wrongly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from renderer.lut import BLACK, WHITE, Domain, Lut, Triple, make_cube

#: The specification's.
MAX_CURVE_SIZE = 65_536
#: Two million colours, 26 MB: the largest that grading programs write. The specification's 256
#: would be half a gigabyte of text.
MAX_CUBE_SIZE = 129
#: A cube of the largest size with 16 digits per number, and its comments.
MAX_FILE_BYTES = 128 << 20
MAX_NAME = 200
#: Lines turned into numbers at a time.
BLOCK_LINES = 4096
_SIZES = {"LUT_1D_SIZE": MAX_CURVE_SIZE, "LUT_3D_SIZE": MAX_CUBE_SIZE}
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")
_DOMAINS = ("DOMAIN_MIN", "DOMAIN_MAX")


class LutError(Exception):
    """A LUT cannot be used; the message names the file, the line and the way out."""


@dataclass
class _Header:
    """What stands before the colours.

    Attributes:
        title: "" if there is none.
        numbers: what keywords say.
        line: of the first colour, from 1.
    """

    title: str = ""
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    line: int = 1

    def size(self, key: str) -> int:
        return int(self.numbers.get(key, (0,))[0])


def read_cube(path: Path) -> tuple[Lut, str]:
    """Return the LUT of a file, and the SHA-256 of its bytes.

    Raises:
        LutError: there is no such file, or it is not a `.cube` file that can be used.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise LutError(f"{path}: the file is over {MAX_FILE_BYTES >> 20} MB, no LUT is")
        data = path.read_bytes()
    except FileNotFoundError:
        raise LutError(f"there is no LUT {path}; it was moved or its disk is away") from None
    except OSError as error:
        raise LutError(f"cannot read the LUT {path}: {error.strerror or error}") from error
    # Titles and comments may be of any encoding; what matters is ASCII.
    text = data.decode("utf-8-sig", errors="replace")
    return parse_cube(text, str(path), path.stem), hashlib.sha256(data).hexdigest()


def parse_cube(text: str, place: str, name: str) -> Lut:
    """Return the LUT of a text.

    Args:
        text: of the file.
        place: names the file in errors.
        name: of the LUT, if its title says none.

    Raises:
        LutError: the text is no LUT that can be used.
    """
    lines = text.splitlines()
    header = _read_header(lines, place)
    curve_size, cube_size = header.size("LUT_1D_SIZE"), header.size("LUT_3D_SIZE")
    if not curve_size and not cube_size:
        raise LutError(f"{place}: neither LUT_1D_SIZE nor LUT_3D_SIZE: this is no .cube file")
    wanted = curve_size + cube_size**3
    colors = _read_colors(lines, header.line, wanted, place)
    curves = colors[:curve_size] if curve_size else None
    cube = make_cube(colors[curve_size:].reshape((cube_size,) * 3 + (3,))) if cube_size else None
    both = bool(curve_size and cube_size)
    return Lut(
        (header.title or name)[:MAX_NAME],
        curves,
        cube,
        _find_domain(header, "LUT_1D_INPUT_RANGE", place),
        # Resolve's: DOMAIN is of what comes in, which is the curves' if there are some.
        _find_domain(header, "LUT_3D_INPUT_RANGE", place, with_domain=not both),
    )


def _read_header(lines: Sequence[str], place: str) -> _Header:
    header = _Header()
    for number, line in enumerate(lines, start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        header.line = number
        if words[0][0] in "+-.0123456789":
            return header
        key = words[0].upper()
        where = f"{place}, line {number}"
        if key == "TITLE":
            header.title = line.strip()[len(key) :].strip().strip('"').strip()
            header.title = "".join(c for c in header.title if c.isprintable())
            continue
        if key in header.numbers:
            raise LutError(f"{where}: {key} stands there a second time")
        header.numbers[key] = _read_keyword(key, words[1:], where)
    header.line = len(lines) + 1
    return header


def _read_keyword(key: str, words: Sequence[str], where: str) -> tuple[float, ...]:
    if key in _SIZES:
        if len(words) != 1 or not words[0].isascii() or not words[0].isdigit():
            raise LutError(f"{where}: {key} needs one whole number")
        size = int(words[0][:9])
        if not 2 <= size <= _SIZES[key]:
            raise LutError(f"{where}: {key} must be from 2 to {_SIZES[key]}, not {words[0][:20]}")
        return (size,)
    count = 3 if key in _DOMAINS else 2 if key in _RANGES else 0
    if not count:
        raise LutError(
            f"{where}: {key[:40]!r} is not known; bake the LUT again without it, "
            "as full-range .cube"
        )
    if len(words) != count:
        raise LutError(f"{where}: {key} needs {count} numbers, not {len(words)}")
    return tuple(_read_number(word, where) for word in words)


def _read_number(word: str, where: str) -> float:
    """Return a number as every locale's programs must write it: with a point."""
    try:
        value = float(word) if word.isascii() and "_" not in word else float("nan")
    except ValueError:
        value = float("nan")
    if not np.isfinite(np.float32(value) if abs(value) < 1e38 else np.float32("inf")):
        hint = "; numbers have a decimal point, not a comma" if "," in word else ""
        raise LutError(f"{where}: {word[:40]!r} is no number{hint}")
    return value


def _read_colors(
    lines: Sequence[str], first: int, wanted: int, place: str
) -> npt.NDArray[np.float32]:
    """Return (wanted, 3) float32.

    Args:
        lines: all of the file.
        first: line of the first colour, from 1.
        wanted: colours that the sizes ask for.
        place: names the file in errors.
    """
    colors = np.empty((wanted, 3), dtype=np.float32)
    filled = 0
    for start in range(first - 1, len(lines), BLOCK_LINES):
        block = lines[start : start + BLOCK_LINES]
        numbers = _read_block(block)
        if numbers is None:
            numbers = _read_lines(block, start + 1, place)
        if filled + len(numbers) > wanted:
            raise LutError(f"{place}: more than the {wanted} colours that its sizes ask for")
        colors[filled : filled + len(numbers)] = numbers
        filled += len(numbers)
    if filled < wanted:
        raise LutError(f"{place}: ends after {filled} of {wanted} colours; it was not copied whole")
    return colors


def _read_block(block: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Return (lines, 3), the quick way; None if a line is anything but three finite numbers."""
    rows = [line.split() for line in block]
    text = "".join(block)
    if any(len(row) != 3 for row in rows) or not text.isascii() or "_" in text:
        return None
    try:
        numbers = np.array([float(word) for row in rows for word in row]).reshape(-1, 3)
    except ValueError:
        return None
    return numbers if (np.abs(numbers) < 1e38).all() else None  # NaN is not below either


def _read_lines(block: Sequence[str], first: int, place: str) -> npt.NDArray[np.float64]:
    """Return (colours, 3), line by line, skipping comments.

    Raises:
        LutError: a line is no colour.
    """
    rows = []
    for number, line in enumerate(block, start=first):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        where = f"{place}, line {number}"
        if len(words) != 3:
            raise LutError(f"{where}: a colour is three numbers, not {len(words)}")
        rows.append([_read_number(word, where) for word in words])
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _find_domain(header: _Header, key: str, place: str, *, with_domain: bool = True) -> Domain:
    low, high = BLACK, WHITE
    if with_domain:
        low = _as_triple(header.numbers.get("DOMAIN_MIN", low))
        high = _as_triple(header.numbers.get("DOMAIN_MAX", high))
    if key in header.numbers:
        begin, end = header.numbers[key]
        low, high = (begin,) * 3, (end,) * 3
    try:
        return Domain(low, high)
    except ValueError as error:
        raise LutError(f"{place}: {error}") from error


def _as_triple(numbers: Sequence[float]) -> Triple:
    red, green, blue = numbers
    return red, green, blue
