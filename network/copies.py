"""Done units that are rendered again elsewhere, to be compared: who may render which copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from network.leases import Share, UnitState
from network.unit_queue import UnitQueue
from network.unit_tree import UnitTree
from network.work import ServerId


class Copies:
    """The copies of one job.

    Args:
        tree: the job's units; copies are added to them.
        queue: where copies wait.
        shares: of the servers that take part, as they change.
    """

    def __init__(self, tree: UnitTree, queue: UnitQueue, shares: Mapping[ServerId, Share]) -> None:
        self._tree = tree
        self._queue = queue
        self._shares = shares
        self._copies: dict[int, tuple[int, tuple[ServerId, ...]]] = {}  # original, witnesses

    def __contains__(self, unit: int) -> bool:
        return unit in self._copies

    def original(self, unit: int) -> int | None:
        """The unit that this one is a copy of; None if it is none."""
        return self._copies[unit][0] if unit in self._copies else None

    def add(self, unit: int, witnesses: Iterable[ServerId]) -> None:
        """Have a done unit rendered again by somebody who did not render it yet."""
        copy = self._tree.add_copy(unit)
        self._copies[copy] = unit, tuple(witnesses)
        self._queue.put_last(copy)

    def may_get(self, share: Share, unit: int) -> bool:
        """Whether the server may render the unit; of copies, only who can tell something new."""
        if unit not in self._copies:
            return True
        witnesses = self._copies[unit][1]
        kinds = {x.kind for x in self._shares.values() if x.server in witnesses}
        return share.server not in witnesses and kinds <= {share.kind}

    def drop_hopeless(self) -> list[int]:
        """Give up copies if nothing else is left and nobody at work may render them.

        Returns the units that they are of.
        """
        if self._tree.count(UnitState.LEASED):
            return []
        waiting = [copy for copy in self._copies if self._tree.state(copy) is UnitState.TODO]
        if len(waiting) != self._tree.count(UnitState.TODO):
            return []
        ready = [share for share in self._shares.values() if share.ready]
        hopeless = [x for x in waiting if not any(self.may_get(share, x) for share in ready)]
        for copy in hopeless:
            self._queue.remove(copy)
            self._tree.move(copy, UnitState.DONE)
        return [self._copies[copy][0] for copy in hopeless]
