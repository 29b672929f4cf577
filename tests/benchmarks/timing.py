"""What a rendering cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from renderer.scene import Floats


@dataclass(frozen=True)
class Run:
    """A picture and its price.

    Attributes:
        picture: (H, W, 3) float32, linear.
        wall_s: seconds of the clock.
        core_s: seconds of the processor, of all threads together.
    """

    picture: Floats
    wall_s: float
    core_s: float


def time_run(render: Callable[[], Floats]) -> Run:
    """Call `render` in this process and measure it."""
    started, core_started = time.perf_counter(), time.process_time()
    picture = render()
    return Run(picture, time.perf_counter() - started, time.process_time() - core_started)
