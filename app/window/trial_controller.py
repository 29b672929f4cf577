"""Tests the connections of rows: the dialog, and a few trials at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.values.ladder import Step
from app.values.session_types import ServerEntry
from app.widgets.trial_dialog import TrialDialog
from app.window.connection_trial import ConnectionTrial

#: Handshakes at a time: a thousand at once would stall a render in hand.
MAX_AT_ONCE = 8


class TrialController(QObject):
    """One dialog per window.

    Args:
        make_trial: makes an attempt that has not begun.
        parent: Qt's owner.
    """

    def __init__(
        self,
        make_trial: Callable[[ServerEntry], ConnectionTrial],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_trial = make_trial
        self._entries: tuple[ServerEntry, ...] = ()
        self._waiting: deque[ServerEntry] = deque()
        self._running: dict[str, ConnectionTrial] = {}
        self._passed = 0
        self._over = True
        self.dialog: TrialDialog | None = None

    def open(self, entries: Sequence[ServerEntry], parent: QWidget) -> TrialDialog:
        """Test these; a test under way ends."""
        if self.dialog is None:
            self.dialog = TrialDialog(parent.window())
            self.dialog.again_requested.connect(self._begin)
            self.dialog.stop_requested.connect(self.stop)
        self._entries = tuple(entries)
        self._begin()
        self.dialog.show()
        self.dialog.raise_()
        return self.dialog

    def stop(self) -> None:
        """Give up what is under way."""
        self._waiting.clear()
        for uid in list(self._running):
            self._drop(uid)
        self._end()

    def _begin(self) -> None:
        self.stop()
        assert self.dialog is not None
        self._over, self._passed = False, 0
        self.dialog.begin([(entry.uid, entry.label) for entry in self._entries])
        self._waiting.extend(self._entries)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and len(self._running) < MAX_AT_ONCE:
            self._start(self._waiting.popleft())
        if not self._running:
            self._end()

    def _start(self, entry: ServerEntry) -> None:
        assert self.dialog is not None
        trial = self._make_trial(entry)
        self._running[entry.uid] = trial
        trial.stepped.connect(lambda step: self._on_step(entry.uid, step))
        trial.finished.connect(lambda ok: self._on_finished(entry.uid, ok))
        self.dialog.set_running(entry.uid)
        trial.start()

    def _on_step(self, uid: str, step: Step) -> None:
        if self.dialog is not None:
            self.dialog.add_step(uid, step)

    def _on_finished(self, uid: str, ok: bool) -> None:
        self._passed += ok
        self._drop(uid)
        if self.dialog is not None:
            self.dialog.end_server(uid, ok)
        self._go_on()

    def _drop(self, uid: str) -> None:
        trial = self._running.pop(uid)
        trial.close()
        trial.deleteLater()

    def _end(self) -> None:
        if not self._over and self.dialog is not None:
            self._over = True
            self.dialog.end(self._passed)
