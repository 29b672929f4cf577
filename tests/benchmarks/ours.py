"""Our tracer, called in this process with a warm engine."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.paths import kernel_dir
from renderer import kernel_cache
from renderer.buckets import BucketOrder, make_buckets
from renderer.film import Film
from renderer.scene import Floats, Scene
from renderer.settings import RenderSettings

BUCKET_PX = 32


class Ours:
    """An engine whose kernels are compiled, rendering on a fixed number of threads."""

    def __init__(self, threads: int) -> None:
        """Compile or load the kernels.

        Args:
            threads: at least 1.
        """
        kernel_cache.configure(kernel_dir())
        from renderer.engine import TracerEngine  # Numba: after the cache folder is set

        self.threads = threads
        self.engine = TracerEngine(threads_hint=threads)
        self.engine.warm_up()

    def render(self, scene: Scene, settings: RenderSettings) -> tuple[Floats, float]:
        """Return (beauty (H, W, 3), seconds of rendering without the opening)."""
        self.engine.open_scene(scene, settings)
        try:
            return self.render_open(settings)
        finally:
            self.engine.close()

    def render_open(self, settings: RenderSettings) -> tuple[Floats, float]:
        """Like `render`, for the scene that is open."""
        from renderer.pool import RenderPool

        done: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def put(*result: Any) -> None:
            done.put(result)

        regions = make_buckets(settings.width, settings.height, BUCKET_PX, BucketOrder.HILBERT)
        film = Film(settings.width, settings.height, self.engine.components)
        pool = RenderPool(self.engine, self.threads, put)
        try:
            started = time.perf_counter()
            for key, region in enumerate(regions):
                pool.submit(key, region, 0, settings.samples)
            for _ in regions:
                key, pixels, _, error = done.get()
                if pixels is None:
                    raise RuntimeError(error)
                film.put(regions[key], pixels)
            wall_s = time.perf_counter() - started
        finally:
            pool.close()
        return film.pixels[..., :3].copy(), wall_s


@contextmanager
def box_filter() -> Iterator[None]:
    """Let the tracer weigh a pixel's own square evenly, as the judge does."""
    from renderer.layout import shot

    kept = shot.make_filter_table
    table = np.linspace(-0.5, 0.5, 257).astype(np.float32)
    shot.make_filter_table = lambda: table
    try:
        yield
    finally:
        shot.make_filter_table = kept
