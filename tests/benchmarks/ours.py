"""Our tracer, called in this process with a warm engine."""

from __future__ import annotations

import queue
from typing import Any

from app.system.paths import kernel_dir
from renderer import kernel_cache
from renderer.bucket_size import square
from renderer.buckets import BucketOrder, make_buckets
from renderer.film import Film
from renderer.scene import Floats, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.timing import Run, time_run

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

    def render(self, scene: Scene, settings: RenderSettings) -> Run:
        """Return beauty (H, W, 3) and its price without the opening."""
        self.engine.open_scene(scene, settings)
        try:
            return self.render_open(settings)
        finally:
            self.engine.close()

    def render_open(self, settings: RenderSettings) -> Run:
        """Like `render`, for the scene that is open, with the seed it was opened with."""
        return time_run(lambda: self._render(settings)[..., :3].copy())

    def render_film(self, scene: Scene, settings: RenderSettings) -> Floats:
        """Return all components of the settings' channels, (H, W, components)."""
        self.engine.open_scene(scene, settings)
        try:
            return self._render(settings)
        finally:
            self.engine.close()

    def _render(self, settings: RenderSettings) -> Floats:
        from renderer.pool import RenderPool

        done: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def put(*result: Any) -> None:
            done.put(result)

        regions = make_buckets(
            settings.width, settings.height, square(BUCKET_PX), BucketOrder.HILBERT
        )
        film = Film(settings.width, settings.height, self.engine.components)
        pool = RenderPool(self.engine, self.threads, put)
        try:
            for key, region in enumerate(regions):
                pool.submit(key, region, 0, settings.samples)
            for _ in regions:
                key, pixels, _, error = done.get()
                if pixels is None:
                    raise RuntimeError(error)
                film.put(regions[key], pixels)
        finally:
            pool.close()
        return film.pixels
