"""What servers delivered in the last minute, second by second, for the little graph in the row."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

#: A minute: longer than a hiccup, short enough to show the one that is now.
KEPT = 60


class RateHistory:
    """Samples per second of all rows; one reading a second each."""

    def __init__(self) -> None:
        self._rates: dict[str, deque[float]] = {}

    def add(self, rates: Mapping[str, float]) -> list[str]:
        """Take a reading of all rows, 0 for those at rest. Returns whose graph looks different."""
        for uid in [uid for uid in self._rates if uid not in rates]:
            del self._rates[uid]
        changed = []
        for uid, rate in rates.items():
            known = self._rates.get(uid)
            if known is None:
                if rate <= 0.0:
                    continue  # nothing to draw yet: most rows of a long list at rest
                known = self._rates[uid] = deque(maxlen=KEPT)
            known.append(rate)
            changed.append(uid)
            if not any(known):
                del self._rates[uid]
        return changed

    def of(self, uid: str) -> tuple[float, ...]:
        """Return a row's readings, the oldest first; none if it rested all the time."""
        return tuple(self._rates.get(uid, ()))
