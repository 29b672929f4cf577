"""An X server of the tests' own, hands on it (xdotool), and what the window's eyes report."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import OpenEXR

from tests.end_to_end.farm import START_TIMEOUT_S, command, environment, wait_until

KEY_S = 10.0
#: Between two keys of a text: a busy program loses none of them.
TYPE_DELAY_MS = "20"
#: A drag goes in so many moves: the program that is dragged from answers each.
DRAG_STEPS = 20
DRAGS = 5
DROP_S = 3.0


def is_here() -> bool:
    """Whether this computer has what a screen needs."""
    return bool(shutil.which("Xvfb") and shutil.which("xdotool"))


class Screen:
    """An X server, and somebody who types and clicks. There is no window manager."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24"],
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

    def find(self, title: str) -> list[str]:
        return self.xdotool("search", "--onlyvisible", "--name", title).split()

    def focus(self, title: str) -> None:
        """Give the keyboard to a window; there is no window manager that would."""
        wait_until(lambda: self.find(title), START_TIMEOUT_S, f"a window titled {title}")
        self.xdotool("windowfocus", "--sync", self.find(title)[-1])

    def key(self, *keys: str) -> None:
        self.xdotool("key", "--delay", TYPE_DELAY_MS, *keys)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", TYPE_DELAY_MS, text)

    def click(self, seen: dict, button: str = "1") -> None:
        """Click into the middle of what was seen."""
        x, y, width, height = seen["place"]
        self.xdotool("mousemove", str(x + width // 2), str(y + height // 2), "click", button)

    def drag(
        self, seen: dict, to: tuple[int, int], until: Callable[[], object], held: str = ""
    ) -> None:
        """Drag from the middle of what was seen to a place of the screen, perhaps with a key held.

        The button is let go again and again until what was dragged has arrived: the program makes
        a file first, and no hand knows when it is ready.
        """
        x, y, width, height = seen["place"]
        start = (x + width // 2, y + height // 2)
        for _ in range(DRAGS):
            hold, release = (("keydown", held), ("keyup", held)) if held else ((), ())
            self.xdotool("mousemove", *map(str, start), *hold, "mousedown", "1")
            for step in range(1, DRAG_STEPS + 1):
                at = [
                    round(a + (b - a) * step / DRAG_STEPS) for a, b in zip(start, to, strict=True)
                ]
                self.xdotool("mousemove", *map(str, at))
            self.xdotool("mouseup", "1", *release)
            with contextlib.suppress(AssertionError):
                wait_until(until, DROP_S, "what was dropped")
                return
        raise AssertionError(f"nothing arrived at {to} by {DRAGS} drags")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class SeenWindow:
    """A `brigade` process on a screen; what it shows is read from its eyes' file."""

    def __init__(self, screen: Screen, folder: Path, home: Path, *arguments: str) -> None:
        self._sight = folder / "sight.json"
        self.process = subprocess.Popen(
            command(str(self._sight), *arguments, module="tests.end_to_end.eyes"),
            env={**screen.environment, "BRIGADE_HOME": str(home)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def seen(self) -> list[dict]:
        with contextlib.suppress(FileNotFoundError):
            return json.loads(self._sight.read_text(encoding="utf-8"))
        return []

    def find(self, wanted: Callable[[dict], bool], timeout_s: float, what: str) -> dict:
        """Return the first thing on the screen that is wanted, as soon as it is there."""
        found: list[dict] = []

        def search() -> bool:
            assert self.process.poll() is None, self.process.stderr.read()
            found[:] = [thing for thing in self.seen() if wanted(thing)]
            return bool(found)

        wait_until(search, timeout_s, what)
        return found[0]

    def button(self, name: str, window: str = "Bucket Brigade") -> dict:
        """Return a button that can be pressed, by its accessible name or its text."""

        def is_it(thing: dict) -> bool:
            named = name in (thing["name"], thing["text"].rstrip("…"))
            pressable = thing["kind"].endswith("Button") and thing["enabled"]
            return named and pressable and window in thing["window"]

        return self.find(is_it, START_TIMEOUT_S, f"the button {name}")

    def table(self, window: str, rows: Callable[[list[list[str]]], bool], what: str) -> list:
        """Return the rows of the first table of a window that answers `rows`."""

        def is_it(thing: dict) -> bool:
            return window in thing["window"] and rows(thing.get("rows", []))

        return self.find(is_it, START_TIMEOUT_S, what)["rows"]

    def finish(self) -> None:
        """Wait for its end; the exit status must be 0."""
        assert self.process.wait(START_TIMEOUT_S) == 0, self.process.stderr.read()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.process.stderr.close()


def read_exr_sha256(path: Path) -> str:
    """Return the hash of the picture in a file, as a report's `frame_sha256`."""
    with OpenEXR.File(str(path)) as file:
        channels = file.channels()
        beauty = channels["RGBA"] if "RGBA" in channels else channels["RGB"]
        rgb = np.ascontiguousarray(beauty.pixels[..., :3], dtype="<f4")
    return hashlib.sha256(rgb.tobytes()).hexdigest()
