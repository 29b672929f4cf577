"""docs/protocol.md says what the code does: messages, fields, states, codes and limits."""

import re
from pathlib import Path

import pytest

from network import limits
from network.connection import Role, State
from network.errors import CloseCode
from network.framing import MESSAGE_TYPES, encode_frame
from network.messages import DEFAULT_PORT, Pong
from network.states import RECEIVES

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in TEXT.splitlines() if "|" in line
]
MESSAGES = {row[1]: row for row in ROWS if len(row) == 5 and row[0].isdigit()}


def test_every_message_is_listed_with_its_number():
    listed = {int(row[0]): name for name, row in MESSAGES.items()}

    assert listed == {number: cls.__name__ for number, cls in MESSAGE_TYPES.items()}


@pytest.mark.parametrize("cls", MESSAGE_TYPES.values(), ids=lambda cls: cls.__name__)
def test_every_field_is_listed_in_order(cls):
    words = re.findall(r"[a-z_]+", MESSAGES[cls.__name__][3])
    fields = [word for word in words if word in cls.__struct_fields__]

    assert tuple(dict.fromkeys(fields)) == cls.__struct_fields__


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_listed_with_what_it_accepts(state):
    [row] = [row for row in ROWS if len(row) == 3 and row[0].split(" ")[0] == state.name]

    for cell, role in ((row[1], Role.SERVER), (row[2], Role.CLIENT)):
        listed = set() if cell == "nothing" else {item.split(" ")[0] for item in cell.split(", ")}
        assert listed == {cls.__name__ for cls in RECEIVES[role][state]}


def test_every_code_is_named():
    for code in CloseCode:
        assert f"`{code}`" in TEXT


def test_example_frame_is_right():
    assert encode_frame(Pong(5)).hex(" ").upper() in TEXT


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (f"default port {DEFAULT_PORT}", True),
        ("| TCP connect | 5 s |", limits.CONNECT_S == 5),
        ("| handshake of TLS | 2 s |", limits.TLS_S == 2),
        ("| login | 3 s |", limits.LOGIN_S == 3),
        ("| silence | 5 s |", limits.SILENCE_S == 5),
        ("| 30 s + size / 64 KiB/s |", limits.FRAME_S == 30),
        ("| 30 s + size / 64 KiB/s |", limits.SLOWEST_BYTES_PER_S == 64 << 10),
        ("| no byte of ours read | 30 s |", limits.SEND_STALL_S == 30),
        ("| 200/s, 400 at once |", (limits.CONTROL_PER_S, limits.CONTROL_BURST) == (200, 400)),
        ("| asset chunk | 1 MiB |", limits.ASSET_CHUNK_BYTES == 1 << 20),
        ("| manifest | 8 MiB |", limits.MANIFEST_BYTES == 8 << 20),
        ("| 64; 8 per address |", limits.UNFINISHED_TOTAL == 64),
        ("| 10/s, 20 at once |", (limits.CONNECTIONS_PER_S, limits.CONNECTIONS_BURST) == (10, 20)),
        ("8 times as high", limits.LOOPBACK_FACTOR == 8),
        ("| 256 B |", limits.LOGIN_FRAME_BYTES == 256),
        ("| 64 KiB |", limits.LOGIN_TOTAL_BYTES == 64 << 10),
    ],
)
def test_limits_are_those_of_the_code(words, value):
    assert words in TEXT
    assert value
