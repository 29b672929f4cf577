import pytest

from app.keys.keyring import Keyring
from app.session.server_links import ServerLinks
from app.values.session_types import ServerEntry, ServerState

A = ServerEntry("a", "studio-1.invalid", name="studio-1")


@pytest.fixture
def links(qtbot, tmp_path):
    made = ServerLinks(Keyring(tmp_path), "test", threads=1)
    yield made
    made.close()


def test_counters_are_told_together_and_states_at_once(links, qtbot):
    told = []
    links.status_changed.connect(told.append)
    links.add(A, enabled=True)

    for count in range(1, 101):
        links.set_status("a", buckets_done=count)
    assert [status.state for status in told] == [ServerState.CONNECTING]
    links.set_status("a", state=ServerState.RENDERING)
    assert (told[1].state, told[1].buckets_done) == (ServerState.RENDERING, 100)
    links.set_status("a", buckets_done=101)
    qtbot.waitUntil(lambda: len(told) == 3)

    assert told[2].buckets_done == 101
    assert links.status("a").buckets_done == 101


def test_a_row_that_is_removed_is_told_no_more(links, qtbot):
    told = []
    links.add(A, enabled=True)
    links.status_changed.connect(told.append)
    links.set_status("a", buckets_done=1)

    links.remove("a")
    qtbot.wait(150)

    assert told == []


def test_a_key_file_that_is_missing_is_told_at_once_and_is_no_wrong_key(qtbot, tmp_path):
    links = ServerLinks(Keyring(tmp_path, tmp_path / "farm.key"), "test", threads=1)
    down = []
    links.down.connect(lambda *values: down.append(values))
    links.add(A, enabled=True)

    links.connect_server("a")

    links.close()
    assert down[0][:2] == ("a", "unpaired")
    assert "brigade new-key" in down[0][2]


def test_a_new_name_keeps_the_row_and_a_new_port_does_not(links):
    links.add(A, enabled=True)
    renamed = ServerEntry("a", "studio-1.invalid", name="big one")
    moved = ServerEntry("a", "studio-1.invalid", port=4000)

    assert links.is_same(renamed, True)
    assert not links.is_same(moved, True)
    assert not links.is_same(A, False)
    links.rename(renamed)
    assert links.name("a") == "big one"
