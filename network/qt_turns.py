"""Turns of an event loop for its links: few at a time, so that nobody else waits long.

When a thousand peers speak at once, Qt would call all their slots before anything else gets its
turn: a click, a timer, a repaint. So links only ask for a turn, and get turns for a few
milliseconds at a time. Their ticks are spread evenly over `limits.TICK_S` for the same reason.
"""

from __future__ import annotations

import math
import time
import weakref
from typing import Protocol

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer
from shiboken6 import isValid

from network import limits

#: Half of the 16 ms after which a picture stutters; the other half is for the picture.
BUDGET_S = 0.004
#: The parts of `limits.TICK_S` over which ticks are spread.
SLOTS = 25
STEP_S = limits.TICK_S / SLOTS


class Turner(Protocol):
    """Who takes turns: a QObject."""

    def take_turn(self) -> None:
        """Do what there is to do, a little of it; ask again if something is left."""

    def tick(self) -> None:
        """Let time pass."""


class Turns(QObject):
    """The turns of one thread's event loop; see `turns_of_this_thread`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: dict[int, Turner] = {}  # by id, first come, first served
        self._due: dict[int, None] = {}  # whose tick is due, likewise
        self._slots: list[dict[int, weakref.ref[Turner]]] = [{} for _ in range(SLOTS)]
        self._slot_of: dict[int, int] = {}
        self._next_slot = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._give_turns)
        self._ticker = QTimer(self)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.setSingleShot(True)
        self._ticker.timeout.connect(self._begin_slots)
        self._due_s = 0.0  # of the next slot

    def ask(self, who: Turner) -> None:
        """Call its `take_turn` once, soon; asking twice makes no second turn."""
        self._asked[id(who)] = who
        if not self._soon.isActive():
            self._soon.start()

    def join(self, who: Turner) -> None:
        """Call its `tick` every `limits.TICK_S` from now on, for as long as it lives."""
        if id(who) in self._slot_of:
            return
        slot = min(range(SLOTS), key=lambda index: len(self._slots[index]))
        self._slots[slot][id(who)] = weakref.ref(who)
        self._slot_of[id(who)] = slot
        now_s = time.monotonic()
        if not self._ticker.isActive():
            self._due_s = now_s + STEP_S
        self._sleep(now_s)

    def leave(self, who: Turner) -> None:
        """Neither tick nor turn any more."""
        self._asked.pop(id(who), None)
        self._forget(id(who))

    def _forget(self, number: int) -> None:
        self._due.pop(number, None)
        slot = self._slot_of.pop(number, None)
        if slot is not None:
            del self._slots[slot][number]
        if not self._slot_of:
            self._ticker.stop()

    def _give_turns(self) -> None:
        """Serve whose tick is due, then who has asked until now: as many as the budgets allow."""
        now_s = time.monotonic()
        for number in list(self._due):
            if self._due.pop(number, self) is None:  # a tick may end others
                self._tick(number)
            if time.monotonic() >= now_s + BUDGET_S / 2:
                break
        for number in list(self._asked):
            who = self._asked.pop(number, None)
            if who is not None and isValid(who):
                who.take_turn()
            if time.monotonic() >= now_s + BUDGET_S:
                break
        if self._asked or self._due:
            self._soon.start()

    def _begin_slots(self) -> None:
        """Ticks whose time has come are due; late ones are made up for, but for one round only."""
        now_s = time.monotonic()
        self._due_s = max(self._due_s, now_s - limits.TICK_S)
        while now_s >= self._due_s:
            self._due.update(dict.fromkeys(self._slots[self._next_slot]))
            self._due_s += STEP_S
            self._next_slot = (self._next_slot + 1) % SLOTS
        if self._due and not self._soon.isActive():
            self._soon.start()
        self._sleep(now_s)

    def _sleep(self, now_s: float) -> None:
        """Wake up for the next slot that has links.

        Not for each slot: a hundred times a second for a lone link took a percent of a core from
        the renderer, on both sides.
        """
        for ahead in range(SLOTS):
            if self._slots[(self._next_slot + ahead) % SLOTS]:
                rest_s = self._due_s + ahead * STEP_S - now_s
                self._ticker.start(max(0, math.ceil(rest_s * 1000)))
                return
        self._ticker.stop()

    def _tick(self, number: int) -> None:
        slot = self._slot_of.get(number)
        if slot is None:
            return
        who = self._slots[slot][number]()
        if who is None or not isValid(who):
            self._forget(number)
        else:
            who.tick()


def turns_of_this_thread() -> Turns:
    """Return the turns of the calling thread's event loop, which lives and dies with it."""
    loop = QAbstractEventDispatcher.instance()
    found = loop.findChild(Turns)
    return found if isinstance(found, Turns) else Turns(loop)
