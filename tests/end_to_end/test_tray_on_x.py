"""A server's own window on a real X server, paused and resumed by the keyboard."""

import subprocess

import pytest

from tests.end_to_end.farm import START_TIMEOUT_S, command, wait_until
from tests.end_to_end.screen import Screen, is_here

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(not is_here(), reason="needs Xvfb and xdotool"),
]


def test_server_is_paused_and_resumed_again_and_again_by_ctrl_p(stack, screen: Screen, tmp_path):
    home = tmp_path / "home"
    server = subprocess.Popen(
        command("server", "--tray", "--port", "0"),
        env={**screen.environment, "BRIGADE_HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    stack.callback(server.wait, START_TIMEOUT_S)
    stack.callback(server.terminate)
    log = home / "log" / "server.log"
    screen.focus("render server")

    for turn in (1, 2):
        for said in ("paused: ", "clients may have "):
            screen.key("ctrl+p")
            wait_until(
                lambda said=said, turn=turn: log.read_text().count(said) == turn,
                START_TIMEOUT_S,
                f"{said!r} for the {turn}. time",
            )
