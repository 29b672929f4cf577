"""Carries the wishes of the person at a server's computer to its front; no widgets here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.servers.server_file import ServerFileError
from app.serving.lending_file import save_wish
from app.serving.server_front import ServerFront
from app.system.idle_time import IdleClock, NoIdleClockError
from app.values.lending_rules import LendingWish, describe_idle, why_paused

log = logging.getLogger("brigade.server")

#: Who comes back has the computer within so long.
WATCH_MS = 1000
#: Fields are turned step by step: the render process restarts when they rest.
SETTLE_MS = 800


class Lending(QObject):
    """One per server with a tray window.

    Args:
        front: of the server.
        wish: to begin with.
        path: where it is remembered.
        clock: tells how long nobody has touched this computer.
        parent: as always in Qt.

    Signals:
        changed(LendingWish, str, str): the wish; why nothing is lent, "" if it is; how that ends.
        serving_changed(str): for whom this server renders now, in words.
        problem(str): what does not work here.
    """

    changed = Signal(object, str, str)
    serving_changed = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        front: ServerFront,
        wish: LendingWish,
        path: Path,
        make_clock: Callable[[], IdleClock],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._front, self._path, self._make_clock = front, path, make_clock
        self._wish = wish
        self._clock: IdleClock | None = None
        self._told: tuple[str, str] | None = None
        self._serving = ""
        self._timer = QTimer(self)
        self._timer.setInterval(WATCH_MS)
        self._timer.timeout.connect(self.look)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._apply)

    @property
    def wish(self) -> LendingWish:
        """The settings as they are."""
        return self._wish

    def start(self) -> None:
        """Begin to watch, and lend what is wished."""
        self._timer.start()
        self._apply()
        self.look()

    def set_wish(self, wish: LendingWish) -> None:
        """The person wants it so; pauses count at once, the rest when the fields rest."""
        before, self._wish = self._wish, wish
        if (wish.threads, wish.priority) != (before.threads, before.priority):
            self._settle.start()
        self._save(before)
        self._told = None
        self.look()

    def set_paused(self, paused: bool) -> None:
        """Pause, or go on."""
        self.set_wish(replace(self._wish, paused=paused))

    def look(self) -> None:
        """See whether somebody works here, and for whom this server renders."""
        idle_s = self._read_idle()
        why = why_paused(self._wish, idle_s)
        state = (why, describe_idle(self._wish, idle_s))
        if self._told is None or self._told[0] != why:
            self._lend(why)
        if state != self._told:
            self._told = state
            self.changed.emit(self._wish, *state)
        serving = self._front.serving
        if serving != self._serving:
            self._serving = serving
            self.serving_changed.emit(serving)

    def _read_idle(self) -> float | None:
        if not self._wish.pause_while_used:
            return None
        try:
            if self._clock is None:
                self._clock = self._make_clock()
            return self._clock()
        except NoIdleClockError as error:
            self._wish = replace(self._wish, pause_while_used=False)
            self._told = None
            log.warning("%s", error)
            self.problem.emit(str(error))
            return None

    def _apply(self) -> None:
        """Lend as many threads as wished, as politely as wished."""
        self._front.set_worker(threads=self._wish.threads, priority=self._wish.priority)

    def _lend(self, why: str) -> None:
        self._front.lend(paused=bool(why), why=why)

    def _save(self, before: LendingWish) -> None:
        if replace(before, paused=self._wish.paused) == self._wish:
            return
        try:
            save_wish(self._path, self._wish)
        except ServerFileError as error:
            self.problem.emit(str(error))
