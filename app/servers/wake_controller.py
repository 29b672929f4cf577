"""Wakes sleeping servers, and learns meanwhile how: their hardware addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.servers.server_list import ServerList
from app.system.background import Background
from app.system.neighbours import find_mac
from app.values.session_types import ServerState, ServerStatus
from network.qt_waker import QtWaker
from network.wake import MacError

#: A computer takes so long to wake, and its server to start; then it is tried again at once.
RETRIES_MS = (5_000, 15_000, 30_000, 60_000, 120_000)
#: States in which a server answered from a numeric address.
_THERE = frozenset({ServerState.IDLE, ServerState.RENDERING})


class WakeController(QObject):
    """One per window.

    Args:
        servers: the list; learned addresses go into it.
        retry: tries to reach these rows now.
        parent: Qt's owner.
        find: returns the hardware address of a numeric one; called in a thread.
        waker: sends the packets.

    Signals:
        learned(): the list has a hardware address that it had not.
        said(str): what was sent; failed(str): why nothing was.
    """

    learned = Signal()
    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        retry: Callable[[Sequence[str]], None],
        parent: QObject | None = None,
        find: Callable[[str], str] = find_mac,
        waker: QtWaker | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._retry, self._find = servers, retry, find
        self._waker = waker or QtWaker(parent=self)
        self._looked_up: set[tuple[str, str]] = set()
        self._background = Background(threads=1, parent=self)

    def stop(self) -> None:
        """Learn nothing more."""
        self._background.close()

    def note(self, status: ServerStatus) -> None:
        """A row's state: a server that is there can be asked for its hardware address."""
        if status.state not in _THERE or not status.resolved:
            return
        key = (status.uid, status.resolved[0])
        entry = self._servers.entry(status.uid)
        if key in self._looked_up or entry is None or entry.local or entry.mac:
            return
        self._looked_up.add(key)
        self._background.run(
            partial(self._find, status.resolved[0]),
            partial(self._learn, status.uid),
            lambda _error: None,  # it cannot be woken then, which its row says
        )

    def wake(self, uids: Sequence[str]) -> None:
        """Send each of these rows its packet, and try to reach it for some minutes."""
        names = []
        for uid in uids:
            entry = self._servers.entry(uid)
            if entry is None or not entry.mac:
                continue
            try:
                problem = self._waker.wake(entry.mac)
            except MacError as error:
                problem = str(error)
            if problem:
                self.failed.emit(self.tr("{} cannot be woken: {}").format(entry.label, problem))
                continue
            names.append(entry.label)
            for delay_ms in RETRIES_MS:
                QTimer.singleShot(delay_ms, self, partial(self._retry, [uid]))
        if names:
            text = self.tr("Waking {}: this may take a minute or two")
            self.said.emit(text.format(", ".join(names)))

    def _learn(self, uid: str, mac: str) -> None:
        if mac and self._servers.note_mac(uid, mac):
            self.learned.emit()
