"""A server's own window and tray icon on a real X server, by keyboard and mouse."""

import contextlib
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.farm import START_TIMEOUT_S, command, wait_until
from tests.end_to_end.screen import Screen, is_here
from tests.end_to_end.tray_host import ICON_PX

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(not is_here(), reason="needs Xvfb and xdotool"),
]

#: The icon's first clicks may come before it listens.
CLICKS, MENU_S = 5, 3.0


def test_server_is_paused_and_resumed_again_and_again_by_ctrl_p(stack, screen: Screen, tmp_path):
    _, log = start_server(stack, screen, tmp_path / "home")
    screen.focus("render server")

    for turn in (1, 2):
        for said in ("paused: ", "clients may have "):
            screen.key("ctrl+p")
            wait_until(
                lambda said=said, turn=turn: log.read_text().count(said) == turn,
                START_TIMEOUT_S,
                f"{said!r} for the {turn}. time",
            )


def test_server_is_paused_and_stopped_by_the_menu_of_its_tray_icon(stack, screen: Screen, tmp_path):
    corner = (1500, 900)
    tray = subprocess.Popen(
        command(*map(str, corner), module="tests.end_to_end.tray_host"),
        env=screen.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(tray.stdout.close)
    stack.callback(tray.wait, START_TIMEOUT_S)
    stack.callback(tray.kill)
    assert tray.stdout.readline() == "tray\n"
    server, log = start_server(stack, screen, tmp_path / "home")
    assert tray.stdout.readline() == "docked\n"
    wait_until(lambda: "is ready" in log.read_text(), START_TIMEOUT_S, "the server")
    screen.focus("render server")
    icon = {"place": [*corner, ICON_PX, ICON_PX]}

    choose(screen, icon, "Down")  # Pause
    wait_until(lambda: "paused: " in log.read_text(), START_TIMEOUT_S, "the pause")
    choose(screen, icon, "Down")  # Resume
    wait_until(lambda: "clients may have " in log.read_text(), START_TIMEOUT_S, "the end of it")
    choose(screen, icon, "Up")  # Stop server, the last

    assert server.wait(START_TIMEOUT_S) == 0


def start_server(stack, screen: Screen, home: Path) -> tuple[subprocess.Popen, Path]:
    """Start a server with its tray window; return its process and where its log is."""
    server = subprocess.Popen(
        command("server", "--tray", "--port", "0"),
        env={**screen.environment, "BRIGADE_HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    stack.callback(server.wait, START_TIMEOUT_S)
    stack.callback(server.kill)
    return server, home / "log" / "server.log"


def choose(screen: Screen, icon: dict, key: str) -> None:
    """Open the icon's menu by the right button, and choose by a key from above or below."""
    before = len(screen.find(""))
    for _ in range(CLICKS):
        screen.xdotool("mousemove", "700", "500")  # else a second click is none
        screen.click(icon, button="3")
        with contextlib.suppress(AssertionError):
            wait_until(lambda: len(screen.find("")) > before, MENU_S, "the menu")
            break
    screen.key(key, "Return")
    wait_until(lambda: len(screen.find("")) <= before, START_TIMEOUT_S, "the menu to go")
