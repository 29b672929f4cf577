"""Buckets rendered again elsewhere and compared: whoever differs from two others is out.

Pure bookkeeping of digests: who delivered which unit, who said the same about it, who did not.
What follows (a third opinion, a server out, its buckets again) is `client_core`'s business.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from network.work import ServerId

#: 2^-64 for two different buckets with one digest: no accident, and nobody gains by a lie.
DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known after another opinion.

    Attributes:
        agreed: nobody differs.
        liars: who differs from two that agree; empty while it is one word against another.
        witnesses: who gave an opinion, the one whose pixels are in the picture first.
    """

    agreed: bool
    liars: tuple[ServerId, ...]
    witnesses: tuple[ServerId, ...]


class Audits:
    """Digests of the units of one job.

    Args:
        rate: share of the units that are compared, 0 to 1.
        job: the choice differs from job to job, and nobody can guess it from the unit alone.
    """

    def __init__(self, rate: float, job: str) -> None:
        self._rate = rate
        self._salt = job.encode()
        self._votes: dict[int, dict[ServerId, bytes]] = {}
        self.compared = 0
        self.differed = 0

    def note(self, unit: int, server: ServerId, payload: bytes) -> bool:
        """A unit's pixels are in the picture; returns whether to have it rendered again."""
        if self._rate <= 0.0:
            return False
        self._votes[unit] = {server: _digest(payload)}
        return zlib.crc32(b"%d " % unit + self._salt) < self._rate * 2.0**32

    def vote(self, unit: int, server: ServerId, payload: bytes) -> Verdict:
        """Another server rendered the unit too."""
        votes = self._votes[unit]
        votes[server] = _digest(payload)
        self.compared += 1
        counts = Counter(votes.values())
        ((most, agreeing),) = counts.most_common(1)
        agreed = len(counts) == 1
        self.differed += not agreed
        clear = not agreed and agreeing > 1
        liars = tuple(x for x, digest in votes.items() if clear and digest != most)
        return Verdict(agreed, liars, tuple(votes))

    def witnesses(self, unit: int) -> tuple[ServerId, ...]:
        """Who rendered the unit, whose pixels are in the picture first."""
        return tuple(self._votes.get(unit, ()))

    def revoke(self, server: ServerId) -> None:
        """Forget what a server said, and all about units whose pixels are its own."""
        own = [unit for unit, votes in self._votes.items() if next(iter(votes)) == server]
        for unit in own:
            del self._votes[unit]
        for votes in self._votes.values():
            votes.pop(server, None)


def _digest(payload: bytes) -> bytes:
    return blake2b(payload, digest_size=DIGEST_BYTES).digest()
