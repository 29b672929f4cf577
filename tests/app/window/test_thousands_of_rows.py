"""What a wish about the list costs does not grow with the rows: told once, stored once."""

import pytest
from PySide6.QtCore import Qt

from app.servers.server_list import MAX_SERVERS
from app.widgets import server_columns as columns

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Counts:
    """How often views, session and file hear of a wish."""

    def __init__(self, window, session, monkeypatch):
        self.resets = self.changes = self.sessions = self.saves = self.layouts = 0
        model = window.servers.model
        model.modelReset.connect(lambda: self.add("resets"))
        model.dataChanged.connect(lambda *_: self.add("changes"))
        model.layoutChanged.connect(lambda *_: self.add("layouts"))
        told = session.set_servers
        monkeypatch.setattr(session, "set_servers", lambda *x: (self.add("sessions"), told(*x))[1])
        saver = window.servers._saver
        save = saver.save
        monkeypatch.setattr(saver, "save", lambda: (self.add("saves"), save())[1])

    def add(self, name):
        setattr(self, name, getattr(self, name) + 1)

    def take(self):
        """Return what was counted since the last time: resets, layouts, session, file."""
        counted = (self.resets, self.layouts, self.sessions, self.saves)
        changes, self.changes = self.changes, 0
        self.resets = self.layouts = self.sessions = self.saves = 0
        assert changes <= 3
        return counted


@pytest.mark.parametrize("count", [3, 700])
def test_views_session_and_file_hear_once_of_a_wish_about_many_rows(
    window, session, monkeypatch, count
):
    servers = window.servers
    counts = Counts(window, session, monkeypatch)

    servers.exchange.paste(" ".join(f"a{n}" for n in range(count)))
    assert counts.take() == (1, 0, 1, 1)
    uids = [entry.uid for entry in session.entries]
    servers.reorder(uids[::-1])
    assert counts.take() == (0, 1, 1, 1)
    servers.set_enabled(uids, False)
    assert counts.take() == (0, 0, 1, 1)
    servers.remove(uids)
    assert counts.take() == (1, 0, 1, 1)
    assert len(session.entries) == 1
    servers.undo()
    assert counts.take() == (1, 0, 1, 1)
    assert [entry.uid for entry in session.entries] == uids[::-1]


def test_long_text_is_read_off_the_gui_thread_and_comes_in(qtbot, window, session):
    text = "\n".join(f"10.0.{n // 250}.{n % 250}:{4000 + n}" for n in range(MAX_SERVERS - 1))

    with qtbot.waitSignal(window.servers.exchange.added):
        window.servers.exchange.paste(text)
        assert len(session.entries) == 1

    assert len(session.entries) == MAX_SERVERS


@pytest.mark.parametrize(
    ("more", "told"), [("not/fine", "not/fine"), ("one-more.local", "at most 4096 servers")]
)
def test_long_text_that_cannot_be_taken_says_why(qtbot, window, session, more, told):
    text = "\n".join([*(f"10.0.{n // 250}.{n % 250}" for n in range(MAX_SERVERS - 1)), more])

    with qtbot.waitSignal(window.servers.exchange.failed) as caught:
        window.servers.exchange.paste(text)

    assert told in caught.args[0]
    assert len(session.entries) == 1


def test_selection_and_place_stay_when_thousands_are_put_into_another_order(window, session):
    window.servers.exchange.paste(" ".join(f"a{n}" for n in range(300)))
    table, model = window.server_pane.table, window.servers.model
    uids = [entry.uid for entry in session.entries]
    table.select_uids(uids[100:200])
    table.setCurrentIndex(model.index(model.row(uids[150]), columns.STATE))
    table.select_uids(uids[100:200])
    held = []
    model.layoutAboutToBeChanged.connect(lambda *_: held.append(len(model.persistentIndexList())))
    table.verticalScrollBar().setValue(40)

    window.servers.reorder(uids[::-1])

    assert table.selected_uids() == uids[100:200][::-1]
    current = table.currentIndex()
    assert model.entry(current.row()).uid == uids[150]
    assert current.column() == columns.STATE
    assert table.verticalScrollBar().value() == 40
    assert held[0] < 20  # Qt keeps no place for each of the selected cells


def test_order_of_the_list_is_asked_for_once_by_alt_and_an_arrow(qtbot, window, session):
    window.servers.exchange.paste(" ".join(f"a{n}" for n in range(300)))
    table = window.server_pane.table
    uids = [entry.uid for entry in session.entries]
    table.select_uids(uids[200:])

    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)

    assert [e.uid for e in session.entries] == [*uids[:199], *uids[200:], uids[199]]
