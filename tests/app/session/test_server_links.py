import pytest
from PySide6.QtCore import QObject, Signal

from app.keys.keyring import Keyring
from app.session.server_links import ServerLinks
from app.session.status_board import TELL_AT_ONCE, TELL_MS
from app.values.session_types import ServerEntry, ServerState
from network.events import Closed
from network.instructions import Introduce
from network.messages import PeerServe

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


class FakeLink(QObject):
    """Notes what is asked of it; speaks to nobody."""

    logged_in, received, closed, drained = Signal(), Signal(), Signal(), Signal()
    peer_address, peer_port, writable, is_ready = "10.0.0.9", 20800, True, True
    bytes_sent, bytes_received = 300, 40

    def __init__(self):
        super().__init__()
        self.asked = []
        for signal in (self.logged_in, self.received, self.closed, self.drained):
            signal.connect(lambda: None)

    def send(self, message, payload=b""):
        self.asked.append(message)

    def set_result_cap(self, payload_bytes):
        self.asked.append(payload_bytes)

    def close(self, code, text):
        self.asked.append(code)


@pytest.fixture
def linked(links):
    """Two rows with links."""
    made = {}
    for uid in "ab":
        links.add(ServerEntry(uid, f"studio-{uid}"), enabled=True)
        made[uid] = links._peers[uid].link = FakeLink()
    return made


def test_results_are_taken_up_to_the_size_that_was_set(links, linked):
    links.set_result_cap("a", 4096)

    assert (linked["a"].asked, linked["b"].asked) == ([4096], [])


def test_holder_of_the_files_is_told_where_the_taker_is(links, linked):
    links.introduce(Introduce("1" * 32, 7, holder="a", taker="b", key=b"k" * 32))

    assert linked["a"].asked == [PeerServe("1" * 32, 7, "10.0.0.9", 20800, b"k" * 32)]
    assert linked["b"].asked == []


def test_link_that_ends_by_itself_frees_its_server_for_another_row(links, linked, qtbot):
    links._live.claim("a", "process")
    assert links._live.claim("b", "process") == "a"
    freed, downs = [], []
    links.freed.connect(freed.append)
    links.down.connect(lambda *what: downs.append(what))

    links._on_closed("a", linked["a"], Closed("lost", "cable", remote=True))

    assert freed == ["b"]
    assert downs == [("a", "lost", "cable")]
    assert links.bytes_of("a") == (300, 40)
    assert not links.is_linked("a")


def test_end_of_the_local_servers_process_is_the_end_of_its_link(links, linked):
    links.add(ServerEntry("local", "", local=True), enabled=True)
    links._peers["local"].link = FakeLink()
    downs = []
    links.down.connect(lambda *what: downs.append(what))

    links._on_local_exited("it was killed by signal 9")

    assert downs == [("local", "network", "it was killed by signal 9")]
    assert links.is_linked("a")


def test_counters_that_were_told_with_a_state_are_not_told_again(links, qtbot):
    links.add(ServerEntry("a", "studio-1"), enabled=True)
    told = []
    links.status_changed.connect(told.append)

    links.set_status("a", leases=3)
    links.set_status("a", state=ServerState.IDLE)
    qtbot.wait(2 * TELL_MS)

    assert [(status.state, status.leases) for status in told] == [(ServerState.IDLE, 3)]


def test_many_rows_are_told_a_few_at_a_time(links):
    for number in range(3 * TELL_AT_ONCE):
        links.add(ServerEntry(str(number), f"studio-{number}"), enabled=True)
    told = []
    links.status_changed.connect(told.append)
    for number in range(3 * TELL_AT_ONCE):
        links.set_status(str(number), leases=1)

    links._board._tell()

    assert len(told) == TELL_AT_ONCE
