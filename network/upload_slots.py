"""How many servers the client sends files to at once.

Few, because the first that has the whole scene feeds the others, and many at once make all of
them late. But a slow one must not keep fast ones waiting, and nobody tells how fast links are: so
one more is tried now and then, and kept if more bytes flow.
"""

from __future__ import annotations

#: Two, so that the client's link is busy while one of them writes or hashes.
FEWEST = 2
#: Enough for any mix of slow links; the reading thread shares itself between them.
MOST = 32
#: How long a number is tried: long enough for windows and disks to settle.
TRIAL_S = 3.0
#: One slot more must bring this factor in bytes per second, or it goes again, ...
WORTH = 1.1
#: ... and is not tried again so soon.
REST_S = 20.0


class UploadSlots:
    """Finds the number; `limit` tells it.

    Attributes:
        limit: servers that may be fed at once.
    """

    def __init__(self) -> None:
        self.limit = FEWEST
        self._bytes = 0
        self._since_s: float | None = None
        self._rate = 0.0  # bytes per second with one slot less
        self._rest_until_s = 0.0

    def count(self, byte_count: int) -> None:
        """So many bytes were asked for and go out."""
        self._bytes += byte_count

    def tick(self, now_s: float, waiting: bool) -> None:
        """Let time pass; `waiting` tells whether anybody waits for a slot."""
        if not waiting or self._since_s is None:
            self._since_s, self._bytes = now_s, 0
            return
        took_s = now_s - self._since_s
        if took_s < TRIAL_S:
            return
        rate = self._bytes / took_s
        self._since_s, self._bytes = now_s, 0
        if now_s < self._rest_until_s:
            self._rate = rate
        elif self.limit == FEWEST or rate > WORTH * self._rate:
            self._rate = rate
            self.limit = min(self.limit + 1, MOST)
        else:
            self.limit -= 1
            self._rest_until_s = now_s + REST_S
