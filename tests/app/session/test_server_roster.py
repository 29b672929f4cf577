"""Which rows a session has, as its core and its links are told of them."""

from dataclasses import replace

import pytest

from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.values.session_types import DistributedSettings, ServerEntry, ServerState
from tests.app.fake_links import FakeLinks, make_welcome

A = ServerEntry("a", "studio-1", name="studio-1")
DIALLED_IN = ServerEntry("guest-1", "10.0.0.7", port=0, name="node", guest=True)
BEHIND_A_NAME = replace(DIALLED_IN, port=20727)


@pytest.fixture
def links(qtbot):
    return FakeLinks()


@pytest.fixture
def session(links, tmp_path):
    made = RenderSession(keyring=Keyring(tmp_path), client_name="test", links=links)
    yield made
    made.shutdown()


def let_in(session: RenderSession, links: FakeLinks, entry: ServerEntry) -> None:
    """What `Guests` does when a server is there."""
    guests = session._roster._guests
    links.add(entry, enabled=True)
    guests._entries[entry.uid] = entry
    guests.arrived.emit(entry, make_welcome("node"))


def test_guests_stay_when_the_list_is_set_anew(session, links):
    let_in(session, links, DIALLED_IN)
    session._roster._guests.set_wanted = lambda *_: None  # the door stays as it is

    session.set_servers([A], DistributedSettings())

    assert set(links.uids) == {"a", "guest-1"}


@pytest.mark.parametrize(("entry", "realm"), [(DIALLED_IN, ""), (BEHIND_A_NAME, "network")])
def test_only_servers_that_can_be_dialled_feed_others(session, links, entry, realm):
    links.realm = lambda _uid: "network"

    let_in(session, links, entry)

    (record,) = session._core.servers()
    assert record.realm == realm


def test_guest_that_was_drained_does_not_come_back_by_itself(session, links):
    links.disable = lambda uid: setattr(links.servers[uid], "enabled", False)
    let_in(session, links, DIALLED_IN)

    session.drain("guest-1")

    assert "guest-1" in session._roster._guests._barred


def test_row_that_is_renamed_keeps_its_link_and_gets_the_name(session, links, qtbot):
    links.is_same = lambda entry, _enabled: entry.uid in links.servers
    session.set_servers([A], DistributedSettings())
    qtbot.waitUntil(lambda: links.status("a").state is ServerState.IDLE)
    server = links.servers["a"]

    session.set_servers([replace(A, name="loft")], DistributedSettings())

    assert links.servers["a"] is server
    assert session.name_of("a") == "loft"
