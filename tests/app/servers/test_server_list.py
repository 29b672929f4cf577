import pytest

from app.servers import server_list
from app.servers.server_list import (
    LOCAL_UID,
    ServerList,
    ServerListError,
    make_local_entry,
    make_uid,
)
from app.values.session_types import DistributedSettings, ServerEntry


def entry(address: str, port: int = 20727, **more) -> ServerEntry:
    return ServerEntry(uid=make_uid(), address=address, port=port, **more)


def test_list_has_this_computer_first_when_it_starts_empty():
    servers = ServerList()

    assert [e.uid for e in servers.entries] == [LOCAL_UID]
    assert servers.entries[0].enabled


def test_list_leaves_out_an_address_that_it_has_when_rows_are_added():
    servers = ServerList([entry("studio-1")])

    added = servers.add([entry("STUDIO-1"), entry("studio-1", 20728), entry("studio-1", 20728)])

    assert added == 1
    assert [(e.address, e.port) for e in servers.entries[1:]] == [
        ("studio-1", 20727),
        ("studio-1", 20728),
    ]


def test_list_refuses_a_row_of_another_ones_address_when_it_is_edited():
    first, second = entry("a"), entry("b")
    servers = ServerList([first, second])

    with pytest.raises(ServerListError, match="a:20727 is in the list already"):
        servers.change(ServerEntry(uid=second.uid, address="a"))


def test_list_keeps_this_computer_when_everything_is_removed():
    rows = [entry("a"), entry("b")]
    servers = ServerList(rows)

    gone = servers.remove([LOCAL_UID, rows[0].uid, rows[1].uid])

    assert gone == tuple(rows)
    assert [e.uid for e in servers.entries] == [LOCAL_UID]


def test_list_returns_to_every_earlier_state_when_edits_are_undone():
    servers = ServerList()
    states = [servers.entries]
    one = entry("one")
    servers.add([one])
    states.append(servers.entries)
    servers.set_enabled([one.uid], False)
    states.append(servers.entries)
    servers.remove([one.uid])

    texts = []
    for state in reversed(states):
        texts.append(servers.undo())
        assert servers.entries == state
    assert texts == ["Remove one", "Disable servers", "Add one"]
    assert servers.undo() == ""
    assert servers.redo() == "Add one"
    assert servers.entries == states[1]


def test_list_forgets_what_could_be_redone_when_another_edit_is_made():
    servers = ServerList()
    servers.add([entry("one")])
    servers.undo()
    servers.add([entry("two")])

    assert servers.redo_text == ""
    assert servers.redo() == ""


def test_local_row_and_setting_stay_equal_when_either_is_changed():
    servers = ServerList()

    servers.set_enabled([LOCAL_UID], False)
    assert not servers.settings.use_local
    servers.set_settings(DistributedSettings(use_local=True, max_servers=3))
    assert servers.entries[0].enabled
    servers.undo()
    assert not servers.entries[0].enabled
    assert not servers.settings.use_local


def test_list_refuses_more_rows_when_it_is_full(monkeypatch):
    monkeypatch.setattr(server_list, "MAX_SERVERS", 3)
    servers = ServerList([entry("a")])

    with pytest.raises(ServerListError, match="at most 3"):
        servers.add([entry("b"), entry("c")])
    assert len(servers.entries) == 2


def test_list_has_one_local_row_when_a_file_has_two():
    rows = [make_local_entry(), entry("a"), make_local_entry(enabled=False)]

    servers = ServerList(rows)

    assert [e.local for e in servers.entries] == [True, False]
