"""What several tests do by mouse and keyboard on a real X server, and what they compare with."""

from __future__ import annotations

import contextlib
from pathlib import Path

from app.settings.preferences import Preferences, save_preferences
from app.values.render_options import RenderOptions
from tests.end_to_end.farm import FRAME_TIMEOUT_S, Client, wait_until
from tests.end_to_end.screen import Screen

TITLE = "Bucket Brigade"


def keep_options(home: Path, **options) -> list[str]:
    """Start the window with these settings; return them as options of `brigade render`."""
    size = {"width": 320, "height": 192, "bucket_width": 32, "bucket_height": 32}
    kept = RenderOptions(seed=5, **size, **options)
    save_preferences(home / "config" / "settings.toml", Preferences(options=kept))
    size = ["--width", str(kept.width), "--height", str(kept.height)]
    return [*size, "--samples", str(kept.samples), "--seed", "5"]


def read_reference(
    stack: contextlib.ExitStack, scene: Path, folder: Path, options: list[str]
) -> str:
    """Return the hash of the frame that one process renders alone."""
    client = Client(scene, folder / "report.json", "--in-process", *options)
    stack.callback(client.stop)
    return client.finish()["frame_sha256"]


def save_picture(screen: Screen, path: Path) -> None:
    """By the keyboard, through the save dialog."""
    screen.focus(TITLE)
    screen.key("ctrl+s")
    screen.focus("Save image")
    screen.key("ctrl+a")
    screen.type(str(path))
    screen.key("Return")
    wait_until(path.exists, FRAME_TIMEOUT_S, "the picture")
