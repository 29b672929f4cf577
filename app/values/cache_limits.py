"""How much a server's cache may keep, and for how long, as people write it: `20GB`, `30d`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

#: Ten large scenes, and a small part of any disk of today.
DEFAULT_SIZE = "20GB"
#: A scene that nobody has rendered for a month will hardly come back tomorrow.
DEFAULT_AGE = "30d"
#: Smaller than this no scene fits, and the cache would only be in the way.
MIN_SIZE_BYTES = 1 << 20
#: More than any disk; also what "none" means in bytes.
MAX_SIZE_BYTES = 1 << 60
MAX_AGE_S = 100 * 365 * 86400.0

_SIZES = {"": 30, "kb": 10, "mb": 20, "gb": 30, "tb": 40}
_AGES = {"": 3600.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_NUMBER = re.compile(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]*)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class CacheLimits:
    """What a cache may keep; files of running jobs stay whatever the limits are.

    Attributes:
        size_bytes: of all complete files together.
        age_s: since a file was last used; infinite for no limit.
    """

    size_bytes: int = MAX_SIZE_BYTES
    age_s: float = math.inf


def parse_size(text: str) -> int:
    """Return the bytes of `20GB`, `500MB`, `20` (GB) or `none`.

    Raises:
        ValueError: it is nothing of the kind, or out of range; the text says what fits.
    """
    if text.strip().lower() == "none":
        return MAX_SIZE_BYTES
    amount, unit = _split(text, _SIZES, "a size like 20GB, 500MB or none")
    size = int(amount * (1 << _SIZES[unit]))
    if not MIN_SIZE_BYTES <= size <= MAX_SIZE_BYTES:
        raise ValueError(f"{text!r} is not between 1MB and {MAX_SIZE_BYTES >> 40}TB")
    return size


def parse_age(text: str) -> float:
    """Return the seconds of `30d`, `12h`, `2w`, `12` (hours) or `none`.

    Raises:
        ValueError: it is nothing of the kind, or out of range; the text says what fits.
    """
    if text.strip().lower() == "none":
        return math.inf
    amount, unit = _split(text, _AGES, "an age like 30d, 12h or none")
    age_s = amount * _AGES[unit]
    if not 0.0 < age_s <= MAX_AGE_S:
        raise ValueError(f"{text!r} is not between one hour and a hundred years")
    return age_s


def format_size(size_bytes: int) -> str:
    """Return a size for people, with its unit."""
    if size_bytes < 1 << 10:
        return f"{size_bytes} bytes"
    size = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= 1024
        if size < 1024:
            return f"{size:.1f} {unit}"
    return f"{size / 1024:.1f} TB"


def _split(text: str, units: dict[str, int] | dict[str, float], wanted: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(text)
    if match is None or match[2].lower() not in units:
        raise ValueError(f"{text!r} is not {wanted}")
    return float(match[1]), match[2].lower()
