"""The server list and its settings on a real X server: by the mouse, and by the keyboard alone."""

import subprocess

import pytest

from app.servers.server_file import load_server_list, save_server_list
from app.servers.server_list import ServerList
from app.system.demo import benchmark_scene
from app.values.session_types import DistributedSettings, ServerEntry
from tests.end_to_end.drag_source import SIDE_PX
from tests.end_to_end.drag_source import TITLE as SOURCE
from tests.end_to_end.farm import FRAME_TIMEOUT_S, START_TIMEOUT_S, Server, command, wait_until
from tests.end_to_end.hands import TITLE, keep_options, read_reference, save_picture
from tests.end_to_end.screen import Screen, SeenWindow, is_here, read_exr_sha256

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(not is_here(), reason="needs Xvfb and xdotool"),
]

WINDOW = f"cornell.glb — {TITLE}"
DIALOG = "Distributed rendering settings"
MOST_TABS = 80
MOST_NOTCHES = 60


def start_servers(stack, home, *names: str) -> list[Server]:
    """Start servers and have them in the window's list, without this computer."""
    servers = []
    for name in names:
        servers.append(Server(name))
        stack.callback(servers[-1].stop)
    rows = [ServerEntry(s.name, "127.0.0.1", s.port, name=s.name) for s in servers]
    settings = DistributedSettings(use_local=False)
    save_server_list(home / "config" / "servers.toml", ServerList(rows, settings))
    return servers


def list_of(window: SeenWindow) -> dict:
    """Return the table of servers in the window."""
    is_it = lambda t: t["name"] == "Render servers" and WINDOW in t["window"]  # noqa: E731
    return window.find(is_it, START_TIMEOUT_S, "the list")


def names_in(window: SeenWindow) -> list[str]:
    return [row[0] for row in list_of(window)["rows"]]


def row(window: SeenWindow, name: str) -> dict:
    table = list_of(window)
    place = [cells[0] for cells in table["rows"]].index(name)
    return {"place": table["row_places"][place]}


def is_idle(window: SeenWindow, *names: str) -> None:
    for name in names:
        window.table(
            TITLE,
            lambda rows, name=name: any(name == r[0] and "Idle" in " ".join(r) for r in rows),
            f"{name} is idle",
        )


def scrolled_to(screen: Screen, window: SeenWindow, name: str) -> dict:
    """Turn the wheel over the settings until a button of theirs is seen."""
    panel = window.find(lambda t: t["kind"] == "SettingsPanel", START_TIMEOUT_S, "the settings")
    x, y, width, height = panel["place"]
    screen.xdotool("mousemove", str(x + width // 2), str(y + height // 2))
    for _ in range(MOST_NOTCHES):
        button = window.button(name, WINDOW)
        if button["place"][1] + button["place"][3] < y + height:
            return button
        screen.xdotool("click", "5")
        wait_until(lambda at=button["place"]: window.button(name, WINDOW)["place"] != at, 5.0, name)
    raise AssertionError(f"{name} is not reached by {MOST_NOTCHES} notches")


def tab_to(screen: Screen, window: SeenWindow, name: str) -> None:
    """Press Tab until a button has the keyboard."""

    def has_focus() -> bool:
        seen = [t for t in window.seen() if t["focus"]]
        return any(name in (t["name"], t["text"].rstrip("…")) for t in seen)

    for _ in range(MOST_TABS):
        screen.key("Tab")
        try:
            wait_until(has_focus, 0.5, name)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{name} is not reached by {MOST_TABS} times Tab")


def test_row_that_is_dragged_up_renders_alone_when_one_server_may(
    stack, screen, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    monkeypatch.setenv("BRIGADE_HOME", str(home))
    keep_options(home, samples=16)
    start_servers(stack, home, "studio-a", "studio-b")
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)
    screen.focus(WINDOW)
    is_idle(window, "studio-a", "studio-b")

    screen.click(scrolled_to(screen, window, "Settings"))  # of the rollout *System*
    field = window.find(
        lambda t: t["name"] == "Max servers" and DIALOG in t["window"], START_TIMEOUT_S, "the field"
    )
    screen.focus(DIALOG)
    screen.click(field)
    screen.key("ctrl+a")
    screen.type("1")
    screen.key("Tab")
    screen.click(window.button("Close", DIALOG))
    path = home / "config" / "servers.toml"
    wait_until(lambda: load_server_list(path).settings.max_servers == 1, START_TIMEOUT_S, "one")

    screen.focus(WINDOW)
    first = row(window, "This computer")["place"]
    screen.drag(
        row(window, "studio-b"),
        (first[0] + 30, first[1] + 3),
        until=lambda: names_in(window)[0] == "studio-b",
    )
    assert names_in(window) == ["studio-b", "This computer", "studio-a"]
    wait_until(
        lambda: load_server_list(path).entries[0].name == "studio-b", START_TIMEOUT_S, "the file"
    )
    log = home / "log" / "client.log"
    screen.click(window.button("Render"))
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")

    offered = [line for line in log.read_text().splitlines() if "studio-a" in line]
    assert not [line for line in offered if "sending the scene" in line or "rendering" in line]
    assert "60 of 60 buckets" in log.read_text()


def test_list_that_is_dropped_from_another_program_comes_in(stack, screen, tmp_path):
    home = tmp_path / "home"
    keep_options(home, samples=2)
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)
    screen.focus(WINDOW)
    shared = tmp_path / "farm.txt"
    shared.write_text("10.99.0.1:20727\n10.99.0.2:4000\n")
    source = subprocess.Popen(
        command(str(shared), "1450", "40", module="tests.end_to_end.drag_source"),
        env=screen.environment,
    )
    stack.callback(source.wait, 10)
    stack.callback(source.kill)
    wait_until(lambda: screen.find(SOURCE), START_TIMEOUT_S, "the other program")

    x, y, width, height = list_of(window)["place"]
    screen.drag(
        {"place": [1450, 40, SIDE_PX, SIDE_PX]},
        (x + width // 2, y + height - 20),
        until=lambda: len(names_in(window)) == 3,
    )

    assert names_in(window)[1:] == ["10.99.0.1", "10.99.0.2:4000"]


def test_server_is_added_and_the_picture_saved_by_tab_space_and_letters(
    stack, screen, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    monkeypatch.setenv("BRIGADE_HOME", str(home))
    options = keep_options(home, samples=4)
    server = Server("studio-a")
    stack.callback(server.stop)
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)
    screen.focus(WINDOW)

    tab_to(screen, window, "Add")
    screen.key("space")
    screen.focus("Add server")
    screen.type(server.address)
    screen.key("Return")
    screen.focus(WINDOW)
    window.table(TITLE, lambda rows: any("Idle" in " ".join(r) for r in rows[1:]), "it is idle")
    tab_to(screen, window, "Render")
    screen.key("space")
    log = home / "log" / "client.log"
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    save_picture(screen, tmp_path / "picture.exr")

    assert read_exr_sha256(tmp_path / "picture.exr") == read_reference(
        stack, benchmark_scene(), tmp_path, options
    )
