import pytest

from app.servers.server_file import (
    ServerFileError,
    format_lines,
    load_server_list,
    save_server_list,
    set_aside,
)
from app.servers.server_list import ServerList
from app.values.session_types import DistributedSettings, ServerEntry
from network.addresses import parse_address_list

ROWS = (
    ServerEntry(uid="0a", address="studio-1", name="Studio 1"),
    ServerEntry(uid="0b", address="fe80::1%eth0", port=1234, enabled=False),
    ServerEntry(uid="0c", address="büro.local", name='he said "hi" \\ #'),
)


def test_list_is_the_same_when_it_was_saved_and_loaded(tmp_path):
    path = tmp_path / "config" / "servers.toml"
    servers = ServerList(ROWS, DistributedSettings(False, 7, False, "/keys/farm.key"))

    save_server_list(path, servers)
    loaded = load_server_list(path)

    assert loaded.entries == servers.entries
    assert loaded.settings == servers.settings


def test_file_keeps_its_comments_when_the_list_is_saved_again(tmp_path):
    path = tmp_path / "servers.toml"
    path.write_text(
        "# my farm\n[[server]]\nid = 'x'\naddress = 'a'  # the loud one\n"
        "[[server]]\nid = 'y'\naddress = 'b'\n"
    )
    servers = load_server_list(path)
    servers.remove(["y"])
    servers.add([ServerEntry(uid="z", address="c")])

    save_server_list(path, servers)

    text = path.read_text()
    assert "# my farm" in text
    assert "# the loud one" in text
    assert [e.address for e in load_server_list(path).entries[1:]] == ["a", "c"]


def test_list_is_only_this_computer_when_there_is_no_file(tmp_path):
    assert len(load_server_list(tmp_path / "none.toml").entries) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[server]", "not a TOML file"),
        ("server = 3", "server must be a list"),
        ("[[server]]\nname = 'x'", "server 1: address is missing"),
        ("[[server]]\naddress = ' '", "address is empty"),
        ("[[server]]\naddress = 'a'\n[[server]]\naddress = 'b'\nport = 70000", "server 2: port"),
        ("[[server]]\naddress = 'a'\nport = true", "port must be a number"),
        ("[[server]]\naddress = 'a\\u001b[2J'", "server 1: address must be a text"),
        ("[[server]]\naddress = 'a'\nname = '" + "n" * 65 + "'", "at most 64 characters"),
        ("distributed = 1", "distributed must be a table"),
        ("[distributed]\nmax_servers = -1", "max_servers must be a number from 0"),
        ("[distributed]\nuse_local = 'yes'", "use_local must be true or false"),
    ],
)
def test_file_error_names_file_and_field_when_a_value_is_wrong(tmp_path, text, message):
    path = tmp_path / "servers.toml"
    path.write_text(text.replace("'a\\u001b[2J'", '"a\\u001b[2J"'))

    with pytest.raises(ServerFileError, match=message) as caught:
        load_server_list(path)
    assert "servers.toml" in str(caught.value)


def test_file_is_as_it_was_when_it_cannot_be_written(tmp_path):
    folder = tmp_path / "is-a-file"
    folder.write_text("")

    with pytest.raises(ServerFileError, match="cannot write"):
        save_server_list(folder / "servers.toml", ServerList(ROWS))
    assert [p.name for p in tmp_path.iterdir()] == ["is-a-file"]


def test_unreadable_file_is_kept_under_another_name_when_it_is_set_aside(tmp_path):
    path = tmp_path / "servers.toml"
    path.write_text("broken")

    kept = set_aside(path)

    assert kept.read_text() == "broken"
    assert not path.exists()


def test_exported_lines_can_be_pasted_again():
    lines = format_lines(ROWS)

    pasted = parse_address_list(lines)

    assert [(a.host, a.port) for a in pasted] == [(e.address, e.port) for e in ROWS]


def test_removed_rows_leave_no_gaps_in_the_file(tmp_path):
    path = tmp_path / "servers.toml"
    entries = [ServerEntry(uid=f"u{i}", address=f"studio-{i}") for i in range(3)]
    save_server_list(path, ServerList(entries))
    for left in (entries[1:], entries[2:]):
        save_server_list(path, ServerList(left))

    assert "\n\n\n" not in path.read_text()
    assert [e.address for e in load_server_list(path).entries if not e.local] == ["studio-2"]
