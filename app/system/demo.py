"""Where the scenes that come with the program are."""

from __future__ import annotations

import atexit
import contextlib
import functools
from importlib import resources
from pathlib import Path

_extracted = contextlib.ExitStack()
atexit.register(_extracted.close)


def demo_scene() -> Path:
    """Return the demo scene: a still life by a window."""
    return _resource("demo/demo.glb")


def benchmark_scene() -> Path:
    """Return the scene of which `brigade test` renders a bucket: the Cornell box."""
    return _resource("benchmark/cornell.glb")


@functools.cache
def _resource(name: str) -> Path:
    """Return a file of `resources/`; one inside a zip is unpacked, once, until the program ends."""
    found = resources.files("resources").joinpath(name)
    return _extracted.enter_context(resources.as_file(found))
