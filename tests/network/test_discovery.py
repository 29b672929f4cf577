import threading

import pytest
from zeroconf import ServiceInfo, ServiceStateChange

from network.discovery import (
    SERVICE_TYPE,
    Announcer,
    Finder,
    FoundServer,
    find_servers,
    read_announcement,
)
from network.qt_finder import QtFinder

LOOPBACK = ["127.0.0.1"]
PATIENCE_S = 15.0


@pytest.fixture
def no_multicast(monkeypatch):
    def fail(interfaces):
        raise OSError(19, "No such device")

    monkeypatch.setattr("zeroconf.Zeroconf", fail)


class FakeInfo:
    """A service whose records are known already."""

    def __init__(self, service_type: str, name: str) -> None:
        self.name = name

    def load_from_cache(self, zeroconf) -> bool:
        return True


def announcement(name="studio-2", port=20727, addresses=("192.0.2.1",), **properties):
    return ServiceInfo(
        SERVICE_TYPE,
        f"{name}.{SERVICE_TYPE}",
        port=port,
        properties={"v": "1", "id": "ABCDEFGH"} | properties,
        parsed_addresses=list(addresses),
        server="host.local.",
    )


def test_announcement_is_read():
    found = read_announcement(announcement(addresses=("192.0.2.1", "2001:db8::1")))

    assert found == FoundServer("studio-2", ("192.0.2.1", "2001:db8::1"), 20727, "ABCDEFGH", 1)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"name": "a\x9b31m\u202eb"}, "name", "a 31m b"),
        ({"name": " "}, "name", "192.0.2.1"),
        ({"id": "abc"}, "short_id", ""),
        ({"id": "A" * 200}, "short_id", ""),
        ({"id": b"\xff\xfe"}, "short_id", ""),
        ({"v": "x"}, "version", 0),
        ({"v": None}, "version", 0),
        ({"addresses": [f"192.0.2.{i}" for i in range(1, 101)]}, "addresses", 8),
    ],
)
def test_strange_announcement_is_tamed(changes, field, value):
    found = read_announcement(announcement(**changes))

    got = getattr(found, field)
    assert (len(got) if field == "addresses" else got) == value


@pytest.mark.parametrize("changes", [{"port": 0}, {"addresses": ()}, {"port": None}])
def test_announcement_that_leads_nowhere_is_dropped(changes):
    assert read_announcement(announcement(**changes)) is None


def test_announcement_tells_nothing_but_port_and_id(monkeypatch):
    monkeypatch.setattr("network.discovery._own_addresses", lambda: ["192.0.2.1"])

    info = Announcer("studio.2 \n", 20727, "ABCDEFGH")._info()

    assert info.name == f"studio.2.{SERVICE_TYPE}"
    assert info.server == "brigade-abcdefgh.local."
    assert info.properties == {b"v": b"1", b"id": b"ABCDEFGH"}
    assert info.parsed_addresses() == ["192.0.2.1"]


@pytest.mark.slow
def test_announced_server_is_found_and_lost_again():
    lists: list[tuple[FoundServer, ...]] = []
    changed = threading.Condition()

    def on_change(servers: tuple[FoundServer, ...]) -> None:
        with changed:
            lists.append(servers)
            changed.notify()

    announcer = Announcer("wire-test", 20999, "ABCDEFGH", interfaces=LOOPBACK)
    finder = Finder(on_change, interfaces=LOOPBACK)
    server = FoundServer("wire-test", ("127.0.0.1",), 20999, "ABCDEFGH", 1)
    announcer.start()
    finder.start()
    with changed:
        assert changed.wait_for(lambda: lists and server in lists[-1], PATIENCE_S), finder.problem

    announcer.close()
    with changed:
        assert changed.wait_for(lambda: server not in lists[-1], PATIENCE_S)
    finder.close()

    assert announcer.problem == finder.problem == ""


def test_missing_network_costs_one_sentence(no_multicast):
    problems: list[str] = []
    announcer = Announcer("x", 1, "ABCDEFGH", on_problem=problems.append)

    announcer.start()
    announcer._thread.join(PATIENCE_S)
    announcer.close()

    assert len(problems) == 1
    assert "cannot be announced or found" in problems[0]
    assert announcer.problem == problems[0]


def test_looking_around_without_network_ends_at_once_with_the_reason(no_multicast):
    found, problem = find_servers(PATIENCE_S)

    assert found == ()
    assert "cannot be announced or found" in problem


def test_flood_of_announcements_is_cut(monkeypatch):
    lists: list[tuple[FoundServer, ...]] = []
    finder = Finder(lists.append)
    monkeypatch.setattr("zeroconf.ServiceInfo", FakeInfo)
    monkeypatch.setattr(
        "network.discovery.read_announcement",
        lambda info: FoundServer(info.name, ("192.0.2.1",), 1, "", 1),
    )
    for i in range(1000):
        name = f"fake-{i}.{SERVICE_TYPE}"
        finder._on_state(None, SERVICE_TYPE, name, ServiceStateChange.Added)
    finder._on_state(None, SERVICE_TYPE, f"fake-0.{SERVICE_TYPE}", ServiceStateChange.Updated)

    assert len(lists) == len(lists[-1]) == 256


def test_qt_finder_tells_its_own_thread(qtbot, no_multicast):
    finder = QtFinder()
    threads = []
    finder.failed.connect(lambda _text: threads.append(threading.current_thread()))

    with qtbot.waitSignal(finder.failed, timeout=int(PATIENCE_S * 1000)):
        finder.start()
        finder.start()
    finder.stop()
    finder.stop()

    assert threads == [threading.main_thread()]


def test_qt_finder_passes_the_list_on_and_nothing_after_its_end(qtbot, no_multicast):
    finder = QtFinder()
    servers = (FoundServer("a", ("192.0.2.1",), 1, "", 1),)
    got = []
    finder.changed.connect(got.append)
    finder.start()

    with qtbot.waitSignal(finder.changed, timeout=int(PATIENCE_S * 1000)):
        finder._found.emit(servers)
    finder.stop()
    finder._found.emit(())
    qtbot.wait(20)

    assert got == [servers]
