"""What hands do with a picture on a real X server: pause its render, drag it out, walk over it."""

import json
import re
import subprocess

import pytest
from PySide6.QtGui import QImage

from app.system.demo import benchmark_scene
from tests.end_to_end.drop_target import SIDE_PX
from tests.end_to_end.drop_target import TITLE as TARGET
from tests.end_to_end.farm import (
    FRAME_TIMEOUT_S,
    START_TIMEOUT_S,
    command,
    wait_until,
)
from tests.end_to_end.hands import keep_options, read_reference, save_picture
from tests.end_to_end.screen import SeenWindow, is_here, read_exr_sha256

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(not is_here(), reason="needs Xvfb and xdotool"),
]
WINDOW = "cornell.glb — Bucket Brigade"


def label(window: SeenWindow, pattern: str, what: str) -> str:
    """Wait until a label of the window says so."""
    seen = window.find(
        lambda thing: thing["kind"] == "QLabel" and re.search(pattern, thing["text"]),
        FRAME_TIMEOUT_S,
        what,
    )
    return seen["text"]


def test_frame_that_was_paused_has_the_reference_bits(stack, screen, tmp_path):
    home = tmp_path / "home"
    options = keep_options(home, samples=512)
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)
    log = home / "log" / "client.log"

    screen.focus(WINDOW)
    screen.key("F12")
    label(window, r"[1-9]\d* of \d+ buckets", "some buckets are there")
    screen.key("p")
    paused = label(window, r"^Paused at \d+ of", "servers have finished what they had")
    done, total = map(int, re.findall(r"\d+", paused)[:2])
    assert done < total, "the frame was over before it could be paused"
    screen.key("p")
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    save_picture(screen, tmp_path / "picture.exr")

    assert read_exr_sha256(tmp_path / "picture.exr") == read_reference(
        stack, benchmark_scene(), tmp_path, options
    )


def test_picture_is_dragged_into_another_program(stack, screen, tmp_path):
    home = tmp_path / "home"
    keep_options(home, samples=2)
    window = SeenWindow(screen, tmp_path, home, str(benchmark_scene()))
    stack.callback(window.stop)
    log, dropped = home / "log" / "client.log", tmp_path / "dropped.json"
    screen.focus(WINDOW)
    screen.key("F12")
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    corner = (1400, 40)  # beside the window
    target = subprocess.Popen(
        command(str(dropped), *map(str, corner), module="tests.end_to_end.drop_target"),
        env=screen.environment,
    )
    stack.callback(target.wait, 10)
    stack.callback(target.kill)
    wait_until(lambda: screen.find(TARGET), START_TIMEOUT_S, "the other program")

    picture = window.find(lambda t: t["kind"] == "FrameBuffer", START_TIMEOUT_S, "the picture")
    middle = tuple(corner[i] + SIDE_PX // 2 for i in (0, 1))
    screen.drag(picture, middle, until=dropped.exists, held="ctrl")

    told = json.loads(dropped.read_text())
    assert told["image"]
    assert [name.rsplit("/", 1)[1] for name in told["files"]] == ["cornell.png"]
    image = QImage(told["files"][0])
    assert (image.width(), image.height()) == (320, 192)
