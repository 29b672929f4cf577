import sys

import pytest

from app.system import neighbours
from app.system.neighbours import ask_command, find_in_linux_table, find_in_output, find_mac

LINUX = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         00:1b:63:84:45:e6     *        eth0
192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.2      0x1         0x2         00:1b:63:84:45:02     *        eth0
"""
WINDOWS = """
Interface: 192.168.1.5 --- 0x4
  Internet Address      Physical Address      Type
  192.168.1.20          00-1b-63-84-45-e6     dynamic
"""
MACOS = "studio-2 (192.168.1.20) at 0:1b:63:84:45:e6 on en0 ifscope [ethernet]\n"
LINUX_V6 = "fe80::21b:63ff:fe84:45e6 dev eth0 lladdr 00:1b:63:84:45:e6 REACHABLE\n"


def test_neighbour_is_found_in_the_table_of_linux():
    assert find_in_linux_table(LINUX, "192.168.1.20") == "00:1b:63:84:45:e6"
    assert find_in_linux_table(LINUX, "192.168.1.2") == "00:1b:63:84:45:02"


def test_neighbour_that_does_not_answer_has_no_address():
    assert find_in_linux_table(LINUX, "192.168.1.21") == ""
    assert find_in_linux_table(LINUX, "192.168.1.99") == ""


@pytest.mark.parametrize(
    ("output", "address"),
    [
        (WINDOWS, "192.168.1.20"),
        (MACOS, "192.168.1.20"),
        (LINUX_V6, "fe80::21b:63ff:fe84:45e6"),
    ],
)
def test_neighbour_is_found_in_what_the_tools_print(output, address):
    assert find_in_output(output, address) == "00:1b:63:84:45:e6"


def test_other_lines_of_the_tools_count_for_nobody():
    assert find_in_output(WINDOWS, "192.168.1.2") == ""
    assert find_in_output("192.168.1.20 (192.168.1.20) -- no entry", "192.168.1.20") == ""


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "studio-1", "", "192.168.1.20; reboot"])
def test_nobody_is_asked_for_what_is_no_neighbour(text, monkeypatch):
    monkeypatch.setattr(neighbours, "_run", lambda command: pytest.fail(str(command)))

    assert find_mac(text) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the table is Linux's")
def test_linux_reads_its_table_and_starts_no_tool(monkeypatch, tmp_path):
    table = tmp_path / "arp"
    table.write_text(LINUX)
    monkeypatch.setattr(neighbours, "ARP_TABLE", table)
    monkeypatch.setattr(neighbours, "_run", lambda command: pytest.fail(str(command)))

    assert find_mac("192.168.1.20") == "00:1b:63:84:45:e6"
    assert find_mac("::ffff:192.168.1.20") == "00:1b:63:84:45:e6"


@pytest.mark.parametrize(
    ("system", "version", "tool"),
    [
        ("linux", 6, ["ip"]),
        ("win32", 4, ["arp"]),
        ("darwin", 4, ["arp"]),
        ("darwin", 6, ["ndp"]),
        ("win32", 6, []),
    ],
)
def test_each_system_has_its_tool(system, version, tool):
    assert ask_command(system, "x", version)[:1] == tool
