"""Looks up the names of the list, a few at a time: of thousands no row waits for all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from app.session.name_watch import is_numeric
from app.values.session_types import ServerEntry
from app.widgets.server_cells import NameLookup
from app.window.window_services import Resolver

#: As many as Qt has threads for them; a name that does not exist may take one for ten seconds.
AT_ONCE = 20


class NameLookups(QObject):
    """One per window.

    Args:
        resolver: looks a name up.
        tell: is given a row's uid and what is known of its name.
        is_same: whether a row is in the list still, with this address; else nobody asks any more.
        parent: Qt's owner.
    """

    def __init__(
        self,
        resolver: Resolver,
        tell: Callable[[str, NameLookup], None],
        is_same: Callable[[ServerEntry], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._resolver, self._tell, self._is_same = resolver, tell, is_same
        self._waiting: dict[str, ServerEntry] = {}  # by uid, in order
        self._running = 0
        self._starting = False

    def look_up(self, entries: Iterable[ServerEntry]) -> None:
        """Look these rows' names up, as soon as there is a turn; numbers stand for themselves."""
        for entry in entries:
            if is_numeric(entry.address):
                self._waiting.pop(entry.uid, None)
                self._tell(entry.uid, NameLookup((entry.address,)))
            else:
                self._waiting[entry.uid] = entry
                self._tell(entry.uid, NameLookup(running=True))
        self._start()

    def stop(self) -> None:
        """Begin no other look-up."""
        self._waiting.clear()

    def _start(self) -> None:
        if self._starting:  # a resolver may answer before it returns
            return
        self._starting = True
        while self._waiting and self._running < AT_ONCE:
            entry = self._waiting.pop(next(iter(self._waiting)))
            if self._is_same(entry):
                self._running += 1
                self._ask(entry)
        self._starting = False

    def _ask(self, entry: ServerEntry) -> None:
        def done(addresses: tuple[str, ...], problem: str) -> None:
            self._running -= 1
            if self._is_same(entry):  # else this is an older address's answer
                self._tell(entry.uid, NameLookup(addresses, problem))
            self._start()

        self._resolver.resolve(entry.address, done)
