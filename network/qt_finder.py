"""`discovery.Finder` for Qt: its news as signals in the thread that the object lives in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot

from network.discovery import Finder, FoundServer


class QtFinder(QObject):
    """Keeps a list of the servers on the local network, from `start` to `stop`.

    Args:
        interfaces: numeric addresses of the interfaces to use; None for all.
        parent: Qt's owner.

    Signals:
        changed(tuple[FoundServer, ...]): the whole list, whenever it changes.
        failed(str): finding does not work here, and why.
    """

    changed = Signal(object)
    failed = Signal(str)
    _found = Signal(object)
    _problem = Signal(str)

    def __init__(
        self, interfaces: Sequence[str] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._interfaces = interfaces
        self._finder: Finder | None = None
        # The finder's thread emits; queued, the slots run in ours.
        self._found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)
        self._problem.connect(self._on_problem, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start looking; does nothing when it looks already."""
        if self._finder is None:
            self._finder = Finder(
                self._found.emit, interfaces=self._interfaces, on_problem=self._problem.emit
            )
            self._finder.start()

    def stop(self) -> None:
        """Stop looking; the list as last told stays what it is."""
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    @Slot(object)
    def _on_found(self, servers: tuple[FoundServer, ...]) -> None:
        if self._finder is not None:
            self.changed.emit(servers)

    @Slot(str)
    def _on_problem(self, text: str) -> None:
        self.failed.emit(text)
