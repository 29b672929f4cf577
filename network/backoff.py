"""When to try a server again: 1, 2, 4 .. 60 s, spread so that not all are tried at once."""

from __future__ import annotations

from zlib import crc32

FIRST_S = 1.0
LONGEST_S = 60.0
#: Up to this part of the delay is added, another part for every server and attempt.
SPREAD = 0.25


def retry_delay_s(server: str, attempt: int) -> float:
    """Return the seconds to wait after failed attempt number `attempt` (0 is the first)."""
    delay_s = min(FIRST_S * 2.0 ** min(attempt, 16), LONGEST_S)
    spread = crc32(f"{server}/{attempt}".encode()) / 2**32
    return delay_s * (1.0 + SPREAD * spread)
