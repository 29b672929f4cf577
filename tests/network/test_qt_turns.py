import time

from PySide6.QtCore import QObject

from network import limits
from network.qt_turns import SLOTS, Turns, turns_of_this_thread


class Link(QObject):
    """Notes its turns and ticks in a list that all share."""

    def __init__(self, log, name, work_s=0.0, again=0):
        super().__init__()
        self.log, self.name, self.work_s, self.again = log, name, work_s, again
        self.ticks = 0

    def take_turn(self):
        self.log.append(self.name)
        until_s = time.monotonic() + self.work_s
        while time.monotonic() < until_s:
            pass
        if self.again:
            self.again -= 1
            turns_of_this_thread().ask(self)

    def tick(self):
        self.ticks += 1


def test_turns_are_the_same_for_all_of_a_thread(qapp):
    assert turns_of_this_thread() is turns_of_this_thread()


def test_links_get_one_turn_each_in_the_order_of_asking(qtbot):
    log, turns = [], Turns()
    links = [Link(log, name) for name in "abc"]
    for link in (*links, links[0]):
        turns.ask(link)

    qtbot.waitUntil(lambda: len(log) == 3)

    assert log == ["a", "b", "c"]


def test_others_come_between_turns_that_take_long(qtbot):
    log = []
    turns = turns_of_this_thread()
    slow = [Link(log, number, work_s=0.005) for number in range(8)]
    for link in slow:
        turns.ask(link)
    other = Turns()
    other.ask(Link(log, "other"))
    keep = list(other._asked.values())

    qtbot.waitUntil(lambda: len(log) == 9)

    assert keep
    assert log.index("other") < 8


def test_link_that_asks_again_waits_for_the_others(qtbot):
    log = []
    turns = turns_of_this_thread()
    links = [Link(log, "greedy", again=2), Link(log, "modest")]
    for link in links:
        turns.ask(link)

    qtbot.waitUntil(lambda: len(log) == 4)

    assert log == ["greedy", "modest", "greedy", "greedy"]


def test_links_tick_until_they_leave_or_are_gone(qtbot):
    turns = Turns()
    stays, leaves, dies = (Link([], name) for name in ("stays", "leaves", "dies"))
    for link in (stays, leaves, dies):
        turns.join(link)
    turns.leave(leaves)
    del dies, link

    qtbot.waitUntil(lambda: stays.ticks >= 2, timeout=4000)

    assert leaves.ticks == 0
    assert turns._ticker.isActive()
    turns.leave(stays)
    assert not turns._ticker.isActive()


def test_ticks_of_many_links_are_spread_evenly(qapp):
    turns = Turns()
    links = [Link([], number) for number in range(4 * SLOTS)]

    for link in links:
        turns.join(link)

    assert {len(slot) for slot in turns._slots} == {4}
    turns._begin_slots()
    assert turns._ticker.interval() * SLOTS <= limits.TICK_S * 1000


def test_lone_link_wakes_the_thread_for_its_own_ticks_only(qapp):
    turns, link = Turns(), Link([], "lone")
    turns.join(link)
    turns._due_s = time.monotonic()

    turns._begin_slots()

    assert list(turns._due) == [id(link)]
    assert turns._ticker.interval() > 0.9 * limits.TICK_S * 1000


def test_link_that_joins_is_not_forgotten_behind_the_next_one(qtbot):
    turns = Turns()
    links = [Link([], "first")]
    turns.join(links[0])
    qtbot.waitUntil(lambda: links[0].ticks == 1)

    links.append(Link([], "second"))  # its slot comes right after the first one's
    turns.join(links[1])

    assert turns._ticker.interval() < limits.TICK_S * 1000 / 2


def test_ticks_that_take_long_let_others_come_between(qtbot, monkeypatch):
    class Slow(Link):
        def tick(self):
            super().tick()
            until_s = time.monotonic() + 0.005
            while time.monotonic() < until_s:
                pass
            self.log.append("tick")

    log, turns = [], Turns()
    links = [Slow(log, number) for number in range(6)]
    for link in links:
        turns.join(link)
    turns._due.update(dict.fromkeys(map(id, links)))
    turns.ask(Link(log, "turn"))
    keep = list(turns._asked.values())

    turns._give_turns()
    assert log == ["tick", "turn"]
    assert keep
    for _ in range(5):
        turns._give_turns()
    assert {link.ticks for link in links} == {1}
    for link in links:
        turns.leave(link)


def test_ticks_after_a_pause_are_made_up_for_once(qapp):
    turns = Turns()
    links = [Link([], number) for number in range(2 * SLOTS)]
    for link in links:
        turns.join(link)
    turns._due_s -= 100.0

    turns._begin_slots()
    assert len(turns._due) == 2 * SLOTS
    for link in links:
        turns.leave(link)
    assert not turns._due
