"""The window on a real X server, driven from outside by an artist's mouse and keyboard."""

import re
import shutil
import signal

import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import FRAME_TIMEOUT_S, Server, wait_until
from tests.end_to_end.hands import TITLE, keep_options, read_reference, save_picture
from tests.end_to_end.screen import Screen, SeenWindow, is_here, read_exr_sha256

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(not is_here(), reason="needs Xvfb and xdotool"),
]

DIALOG = "Render servers"


def add_server(screen: Screen, window: SeenWindow, server: Server) -> None:
    screen.focus(TITLE)
    screen.click(window.button("Add"))
    screen.focus("Add server")
    screen.type(server.address)
    screen.key("Tab", "Tab")  # over the port, which the address has
    screen.type(server.name)
    screen.key("Return")
    window.table(
        TITLE, lambda rows: any(server.name in row for row in rows), f"{server.name} in the list"
    )


def states_of(name: str, state: str):
    return lambda rows: any(name in row and state in " ".join(row) for row in rows)


def test_window_saves_the_reference_bits_when_a_server_that_was_added_by_hand_is_killed(
    stack, screen, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    monkeypatch.setenv("BRIGADE_HOME", str(home))
    options = keep_options(home, samples=256)
    servers = []
    for name in ("studio-a", "studio-b"):
        servers.append(Server(name))
        stack.callback(servers[-1].stop)
    scene = tmp_path / "room.glb"
    shutil.copy(benchmark_scene(), scene)
    log = home / "log" / "client.log"
    window = SeenWindow(screen, tmp_path, home)
    stack.callback(window.stop)

    screen.focus(TITLE)
    screen.key("ctrl+o")
    screen.focus("Open scene")
    screen.type(str(scene))
    screen.key("Return")
    screen.focus(f"room.glb — {TITLE}")
    for server in servers:
        add_server(screen, window, server)
    screen.click(window.button("Resolve"))
    for server in servers:
        window.table(TITLE, states_of(server.name, "Idle"), f"{server.name} is idle")

    screen.click(window.button("Render"))
    window.table(TITLE, states_of("studio-b", "Rendering"), "studio-b renders")
    servers[1].send_signal(signal.SIGKILL)
    told = window.table(DIALOG, lambda rows: bool(rows), "the dialog")
    assert screen.find(DIALOG), "the dialog is a window of the X server"
    assert [row[0] for row in told] == ["studio-b"], told
    assert int(told[0][3]) >= 1, f"buckets were given back: {told}"
    screen.click(window.button("Close", DIALOG))

    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    save_picture(screen, tmp_path / "picture.exr")
    screen.focus(TITLE)
    screen.key("ctrl+q")
    window.finish()
    assert re.search(r"studio-b.*lost", log.read_text(), re.IGNORECASE)
    assert read_exr_sha256(tmp_path / "picture.exr") == read_reference(
        stack, scene, tmp_path, options
    )


def test_window_renders_and_saves_the_reference_bits_when_keys_are_pressed(stack, screen, tmp_path):
    home = tmp_path / "home"
    options = keep_options(home, samples=8)
    log = home / "log" / "client.log"
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)

    screen.focus(f"cornell.glb — {TITLE}")
    screen.key("F12")
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    save_picture(screen, tmp_path / "picture.exr")
    screen.focus(TITLE)
    screen.key("ctrl+q")

    window.finish()
    assert read_exr_sha256(tmp_path / "picture.exr") == read_reference(
        stack, benchmark_scene(), tmp_path, options
    )
