"""Units that failed: who failed at them, where they may be tried again, when to give up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from network.leases import Share
from network.unit_tree import UnitTree
from network.work import ServerId

#: A unit that ended this many workers is not handed out again ...
POISON_FAILURES = 3
#: ... and after so many it does not matter any more on how many servers.
POISON_FAILURES_ANYWHERE = 6


class Suspects:
    """Failures by bucket, whichever part of it it was.

    Args:
        tree: the job's units.
        shares: of the servers that take part, as they change.
    """

    def __init__(self, tree: UnitTree, shares: Mapping[ServerId, Share]) -> None:
        self._tree = tree
        self._shares = shares
        self._failures: dict[int, list[ServerId]] = {}

    def has_failed(self, unit: int) -> bool:
        """Whether a worker died over the unit's bucket, or could not render it."""
        return bool(self._failures) and self._tree.units[unit].bucket in self._failures

    def fail(self, unit: int, server: ServerId) -> bool:
        """A server failed at the unit. Returns whether it failed too often."""
        failures = self._failures.setdefault(self._tree.units[unit].bucket, [])
        failures.append(server)
        others = any(x.ready for x in self._shares.values() if x.server != server)
        sure = len(set(failures)) > 1 or not others
        return len(failures) >= (POISON_FAILURES if sure else POISON_FAILURES_ANYWHERE)

    def may_try(self, share: Share, unit: int, may_get: Callable[[Share], bool]) -> bool:
        """Whether the server may get the unit: once failed, alone, and elsewhere if possible.

        Args:
            share: of the server.
            unit: that waits.
            may_get: who else could take it at all.
        """
        failures = self._failures.get(self._tree.units[unit].bucket, ())
        if failures and share.leases:
            return False  # it is rendered alone
        if share.server not in failures:
            return True
        return not any(
            other.ready and (other.credit or other.leases) and other.server not in failures
            for other in self._shares.values()
            if may_get(other)
        )
