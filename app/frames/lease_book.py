"""Who renders which bucket right now: what views draw and the list counts."""

from __future__ import annotations

from collections import Counter

from app.values.session_types import BucketInFlight


class LeaseBook:
    """Leases in flight by bucket; a bucket may have several near the end of a frame."""

    def __init__(self) -> None:
        self._holders: dict[int, list[BucketInFlight]] = {}  # latest lease last
        self._counts: Counter[str] = Counter()

    def clear(self) -> None:
        """Forget all: the frame is over."""
        self._holders.clear()
        self._counts.clear()

    def count(self, uid: str) -> int:
        """Return how many buckets a server has."""
        return self._counts[uid]

    @property
    def servers_working(self) -> int:
        """How many servers have buckets."""
        return sum(count > 0 for count in self._counts.values())

    def add(self, bucket: BucketInFlight) -> None:
        """A server got a bucket."""
        self._holders.setdefault(bucket.unit, []).append(bucket)
        self._counts[bucket.uid] += 1

    def drop(self, unit: int, uid: str) -> bool:
        """A server gave a bucket back. Returns False if it did not have it."""
        holders = self._holders.get(unit, [])
        left = [bucket for bucket in holders if bucket.uid != uid]
        if len(left) == len(holders):
            return False
        self._counts[uid] -= 1
        if left:
            self._holders[unit] = left
        else:
            del self._holders[unit]
        return True

    def drop_all(self, unit: int) -> list[str]:
        """The bucket is done. Returns who had it."""
        uids = [bucket.uid for bucket in self._holders.pop(unit, [])]
        self._counts.subtract(uids)
        return uids

    def holder(self, unit: int) -> BucketInFlight | None:
        """Return who got the bucket last and still has it."""
        holders = self._holders.get(unit)
        return holders[-1] if holders else None
