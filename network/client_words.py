"""The client core's sentences: what people read in the server list and the failure dialog."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from network.instructions import Phase

#: A link's closing code while it was never up, as a phase; other codes mean LOST.
PHASE_OF_CODE = {
    "refused": Phase.REFUSED,
    "timeout": Phase.TIMED_OUT,
    "name": Phase.NAME_NOT_FOUND,
    "version": Phase.WRONG_VERSION,
    "key": Phase.WRONG_KEY,
    "unpaired": Phase.NOT_PAIRED,
    "identity": Phase.OTHER_IDENTITY,
    "same": Phase.SAME,
}

#: Why a link that was up is gone, for codes that say it better than their text.
WORDS_OF_CODE = {
    "silent": "no sign of life for 5 s",
    "shutdown": "the server was shut down",
}

#: More names would not fit a dialog's line.
MAX_NAMES = 3


def describe_loss(code: str, text: str) -> str:
    """Return why the link is gone, in words."""
    words = WORDS_OF_CODE.get(code)
    if words is not None:
        return words
    return f"connection lost ({text})" if text else "connection lost"


def describe_retry(text: str, delay_s: float) -> str:
    """Return the detail of a server that is tried again later."""
    again = f"trying again in {ceil(delay_s)} s"
    return f"{text}; {again}" if text else again


def describe_outcome(given_back: int, poisoned: int, going_on: Sequence[str]) -> str:
    """Return where the buckets of a failed server went and who renders on."""
    parts: list[str] = []
    if given_back - poisoned > 0:
        parts.append(f"{count_buckets(given_back - poisoned)} went back to the queue")
    if poisoned:
        parts.append(f"{count_buckets(poisoned)} failed too often and will stay empty")
    if not parts:
        parts.append("no bucket was lost")
    parts.append(f"{join_names(going_on)} on" if going_on else "waiting for a server")
    return "; ".join(parts)


def count_buckets(number: int) -> str:
    """Return "1 bucket" or "n buckets"."""
    return "1 bucket" if number == 1 else f"{number} buckets"


def join_names(names: Sequence[str]) -> str:
    """Return "a goes", "a and b go" or "a, b, c and 4 others go"."""
    if len(names) == 1:
        return f"{names[0]} goes"
    shown = list(names[:MAX_NAMES])
    more = len(names) - len(shown)
    others = "1 other" if more == 1 else f"{more} others"
    last = others if more else shown.pop()
    return f"{', '.join(shown)} and {last} go"
