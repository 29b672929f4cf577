"""Servers that are found on the network and come into the list by themselves, once."""

import pytest

from app.servers.server_file import load_server_list
from network.discovery import FoundServer

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ATTIC = FoundServer("attic", ("10.0.0.7", "fe80::7"), 20727, "ABCDEFGH", 1)
MOVED = FoundServer("attic", ("10.0.0.99",), 20727, "ABCDEFGH", 1)
CELLAR = FoundServer("cellar", ("10.0.0.8",), 4000, "", 1)
SILENT = FoundServer("nowhere", (), 4000, "", 1)


def addresses(session) -> list[str]:
    return [e.address for e in session.entries[1:]]


@pytest.fixture
def automatic(window):
    window.server_pane.found.automatic.click()
    return window


def test_found_servers_are_only_shown_unless_the_artist_wants_more(window, session, world):
    assert not world.finder.running
    window.server_pane.find_button.setChecked(True)
    world.finder.changed.emit((ATTIC, CELLAR))

    assert addresses(session) == []
    assert not window.server_pane.found.automatic.isChecked()


def test_found_servers_come_into_the_list_and_undo_takes_them_back(automatic, session, world):
    assert world.finder.running  # with the pane closed too
    world.finder.changed.emit((ATTIC, CELLAR, SILENT))

    assert [(e.name, e.address, e.port) for e in session.entries[1:]] == [
        ("attic", "10.0.0.7", 20727),
        ("cellar", "10.0.0.8", 4000),
    ]
    strip = automatic.strips.messages
    assert strip.text.text() == "Added 2 servers that appeared on this network."

    strip.action_requested.emit("undo")
    world.finder.changed.emit((ATTIC, CELLAR))
    assert addresses(session) == []


def test_server_that_was_removed_is_not_added_again(automatic, session, world):
    world.finder.changed.emit((ATTIC,))
    assert automatic.strips.messages.text.text() == "Added attic, which appeared on this network."

    automatic.servers.remove([session.entries[1].uid])
    world.finder.changed.emit(())
    world.finder.changed.emit((MOVED,))
    assert addresses(session) == []

    automatic.server_pane.found.add_all_button.click()  # by hand it comes
    assert addresses(session) == ["10.0.0.99"]


def test_server_of_the_list_that_is_removed_by_hand_is_not_added_either(window, session, world):
    window.servers.exchange.paste("10.0.0.8:4000")
    window.server_pane.find_button.setChecked(True)
    world.finder.changed.emit((CELLAR,))
    window.servers.remove([session.entries[1].uid])

    window.server_pane.found.automatic.click()
    world.finder.changed.emit((CELLAR,))

    assert addresses(session) == []


def test_wish_and_what_was_met_outlast_the_window(automatic, session, world, open_window):
    world.finder.changed.emit((ATTIC,))
    automatic.servers.remove([session.entries[1].uid])
    automatic.close_now()
    assert not world.finder.running

    kept = load_server_list(world.paths.servers)
    assert kept.settings.add_found
    assert kept.met == ("ABCDEFGH",)
    again = open_window()
    assert world.finder.running
    assert again.server_pane.found.automatic.isChecked()
    world.finder.changed.emit((ATTIC, CELLAR))
    assert addresses(session) == ["10.0.0.8"]


def test_looking_ends_when_it_is_wanted_no_more(automatic, session, world):
    automatic.server_pane.find_button.setChecked(True)
    automatic.server_pane.found.automatic.click()
    assert world.finder.running
    automatic.server_pane.find_button.setChecked(False)
    assert not world.finder.running

    automatic.servers.undo()  # the box
    assert world.finder.running
    assert automatic.server_pane.found.automatic.isChecked()


def test_full_list_says_so_and_loses_nothing(qtbot, automatic, session, world):
    automatic.servers.exchange.paste("\n".join(f"node-{n}" for n in range(4095)))
    qtbot.waitUntil(lambda: len(session.entries) == 4096)

    world.finder.changed.emit((ATTIC,))

    assert len(session.entries) == 4096
    assert "at most 4096" in automatic.strips.messages.text.text()
