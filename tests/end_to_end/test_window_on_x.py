"""The window on a real X server, driven from outside by keys as an artist's hands would."""

import contextlib
import hashlib
import os
import shutil
import subprocess

import numpy as np
import OpenEXR
import pytest

from app.demo import benchmark_scene
from app.preferences import Preferences, save_preferences
from app.render_options import RenderOptions
from tests.end_to_end.farm import (
    FRAME_TIMEOUT_S,
    START_TIMEOUT_S,
    Client,
    command,
    environment,
    wait_until,
)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.xserver,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool"
    ),
]

OPTIONS = RenderOptions(width=160, height=96, samples=8, seed=5, bucket_size=32)
KEY_S = 10.0


class Screen:
    """An X server of its own, and somebody who types."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x900x24"],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as number:
            self.display = f":{number.readline().strip()}"
        self.environment = {
            **environment(),
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
        }

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=KEY_S,
            check=False,
        )
        return done.stdout.strip()

    def focus(self, title: str) -> None:
        """Give the keyboard to a window; there is no window manager that would."""
        found: list[str] = []

        def search() -> bool:
            found[:] = self.xdotool("search", "--onlyvisible", "--name", title).split()
            return bool(found)

        wait_until(search, START_TIMEOUT_S, f"a window titled {title}")
        self.xdotool("windowfocus", "--sync", found[-1])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def stack():
    with contextlib.ExitStack() as stack:
        yield stack


def read_exr_sha256(path) -> str:
    with OpenEXR.File(str(path)) as file:
        channels = file.channels()
        beauty = channels["RGBA"] if "RGBA" in channels else channels["RGB"]
        rgb = np.ascontiguousarray(beauty.pixels[..., :3], dtype="<f4")
    return hashlib.sha256(rgb.tobytes()).hexdigest()


def test_window_renders_and_saves_the_reference_bits_when_keys_are_pressed(stack, tmp_path):
    screen = Screen()
    stack.callback(screen.stop)
    home = tmp_path / "home"
    save_preferences(home / "config" / "settings.toml", Preferences(options=OPTIONS))
    image = tmp_path / "picture.exr"
    log = home / "log" / "client.log"
    window = subprocess.Popen(
        command(str(benchmark_scene())),
        env={**screen.environment, "BRIGADE_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    stack.callback(window.stderr.close)
    stack.callback(window.wait, 10)
    stack.callback(window.kill)

    screen.focus("cornell.glb — Bucket Brigade")
    screen.xdotool("key", "F12")
    wait_until(lambda: "frame complete" in log.read_text(), FRAME_TIMEOUT_S, "the frame")
    screen.xdotool("key", "ctrl+s")
    screen.focus("Save image")
    screen.xdotool("key", "ctrl+a")
    screen.xdotool("type", str(image))
    screen.xdotool("key", "Return")
    wait_until(image.exists, FRAME_TIMEOUT_S, "the picture")
    screen.focus("cornell.glb — Bucket Brigade")
    screen.xdotool("key", "ctrl+q")

    assert window.wait(KEY_S) == 0, window.stderr.read()
    options = ["--width", "160", "--height", "96", "--samples", "8", "--seed", "5"]
    client = Client(benchmark_scene(), tmp_path / "report.json", "--in-process", *options)
    stack.callback(client.stop)
    assert read_exr_sha256(image) == client.finish()["frame_sha256"]
