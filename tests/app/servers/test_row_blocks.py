"""Rows of a list file as text: as the TOML library would have them, and what is left to it."""

import tomllib

import pytest

from app.servers.row_blocks import Block, format_value, join, split
from app.servers.server_file import load_server_list, save_server_list
from app.servers.server_list import ServerList
from app.values.session_types import ServerEntry

FILE = """\
# my farm
[distributed]
max_servers = 3  # of ten

# upstairs
[[server]]  # by the window
name = 'Studio "1"'
address = "studio-1" # the loud one
room = "201"
id = "a"
# downstairs
[[ server ]]
address = 'studio-2'
port = 0
id = "b"
"""


def test_text_is_the_same_when_nothing_is_set():
    head, blocks = split(FILE)

    assert join(head, blocks).replace("\n\n", "\n") == FILE.replace("\n\n", "\n")


def test_values_change_and_comments_stay():
    head, (first, second) = split(FILE)

    first.set({"name": 'Studio "1"', "address": "10.0.0.1", "mac": "00:11:22:33:44:55"})
    second.set({"port": 20727, "enabled": False, "address": None})

    text = join(head, [first, second])
    assert tomllib.loads(text)["server"] == [
        {
            "name": 'Studio "1"',
            "address": "10.0.0.1",
            "room": "201",
            "id": "a",
            "mac": "00:11:22:33:44:55",
        },
        {"port": 20727, "id": "b", "enabled": False},
    ]
    assert "name = 'Studio \"1\"'\n" in text  # as it was written
    assert 'address = "10.0.0.1" # the loud one\n' in text
    for comment in ("# my farm", "# of ten", "# upstairs", "# by the window", "# downstairs"):
        assert comment in text


@pytest.mark.parametrize("text", ["", "plain", 'a "b" \\ c', "büro 日本", "tab\there", "\x7f", "'"])
def test_texts_are_read_as_they_were_written(text):
    block = Block()
    block.set({"name": text})

    assert tomllib.loads(block.text())["server"] == [{"name": text}]
    assert block.get("name") == text
    assert tomllib.loads(f"x = {format_value(text)}")["x"] == text


@pytest.mark.parametrize(
    "rest",
    [
        "tags = ['a']",
        "[server.more]\nx = 1",
        "[other]\nx = 1",
        'note = """\n[[server]]\n"""',
        "started = 2026-01-01",
        "port = 007",
        'name = "\\q"',
        'id = "again"',
        "[[server]",
    ],
)
def test_what_is_no_simple_row_is_left_to_the_library(rest):
    text = f'[[server]]\nid = "a"\naddress = "x"\n{rest}\n'

    assert split(text) == (text, None)


@pytest.mark.parametrize(
    "more", ["[server.more]\nx = 1\n", "tags = ['a']\n", "[other] # kept\nx = 1\n"]
)
def test_unusual_file_keeps_what_people_wrote(tmp_path, more):
    path = tmp_path / "servers.toml"
    path.write_text(f"[[server]]\nid = 'a'\naddress = 'x' # loud\n{more}")
    servers = load_server_list(path)
    servers.add([ServerEntry("b", "y")])

    save_server_list(path, servers)

    assert more.splitlines()[0] in path.read_text()
    assert "# loud" in path.read_text()
    assert load_server_list(path).entries == servers.entries


def test_rows_of_one_line_become_tables(tmp_path):
    path = tmp_path / "servers.toml"
    path.write_text("server = [{address = 'x', id = 'a'}]\n")
    servers = load_server_list(path)
    servers.add([ServerEntry("b", "y")])

    save_server_list(path, servers)

    assert load_server_list(path).entries == servers.entries


def test_broken_file_is_written_anew(tmp_path):
    path = tmp_path / "servers.toml"
    path.write_text("[[server]]\nid = 'a'\nid = 'a'\n")
    servers = ServerList([ServerEntry("b", "y")])

    save_server_list(path, servers)

    assert load_server_list(path).entries == servers.entries
