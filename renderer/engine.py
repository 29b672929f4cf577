"""The built-in engine: opens a scene and renders samples of regions.

The contract of every engine is `open(scene)` once per job, then `render(region, sample range)`
from any number of threads. A pixel's bits depend on scene and settings only, never on regions,
threads or order.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable
from dataclasses import dataclass

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

from renderer import embree, kernel_cache, kernel_helper
from renderer.assets import AssetSource
from renderer.buckets import Region
from renderer.channels import (
    Channel,
    channel_offsets,
    count_components,
    engine_channels,
)
from renderer.framing import select_camera
from renderer.machine_code import BoundKernel, Kernel
from renderer.prepare import prepare_scene
from renderer.scene import Scene, SceneError
from renderer.settings import RenderSettings
from renderer.tracer import TracerScene, open_tracer_scene
from renderer.warm_up import make_warm_up_scene

#: Counts up when any picture gets other bits: servers of two counts never share a frame.
ENGINE_VERSION = "2"
MAX_CLASS_LENGTH = 64
Progress = Callable[[str, float], None]
_RENDER = Kernel("renderer.kernels.render", kernel_helper.KERNEL, kernel_helper.PARTS)


def _ignore_progress(_text: str, _fraction: float) -> None:
    pass


@dataclass(frozen=True)
class SceneSummary:
    """What was opened.

    Attributes:
        triangles: all instances counted.
        text: one line for the log.
    """

    triangles: int
    text: str


class TracerEngine:
    """Path tracer over Numba kernels and Embree.

    `open` (or `open_scene`) first, then `render` from any thread, then `open` again or `close`.

    Attributes:
        components: floats per pixel of the open scene's results.
        seconds_component, least_samples: see `pool.RegionRenderer`.
        channels: of the open scene's results, in order.
    """

    def __init__(self, threads_hint: int = 0, *, ray_backend: str | None = None) -> None:
        """Make an engine without a scene.

        Args:
            threads_hint: how many threads will call `render`; 0 when unknown.
            ray_backend: "embree" or "bvh", which then trace the smallest scenes too; None for the
                best that this computer has.
        """
        self.threads_hint = threads_hint
        self._may_skip_tree = ray_backend is None
        self._backend = ray_backend or ("embree" if embree.is_available() else "bvh")
        if self._backend not in ("embree", "bvh"):
            raise ValueError(f"ray_backend must be 'embree' or 'bvh', not {self._backend!r}")
        self._scene: TracerScene | None = None
        self._thread = threading.local()
        self._lock = threading.Condition()
        self._rendering = 0
        self._bad_samples = 0
        self._all_samples = 0  # that each unit must have; 0: any part of them
        self.least_samples = 0
        self._set_channels(engine_channels(()))

    def _set_channels(self, channels: tuple[Channel, ...]) -> None:
        self.channels = channels
        self.components = count_components(channels)
        self.seconds_component = channel_offsets(channels).get("time", -1)

    def open(
        self,
        source: AssetSource,
        label: str,
        settings: RenderSettings,
        progress: Progress = _ignore_progress,
    ) -> SceneSummary:
        """Load a scene file and make it ready.

        Raises:
            SceneError: the scene cannot be used; the message names file, place and way out.
        """
        progress("loading the scene", 0.0)
        scene = prepare_scene(source, label, settings)
        progress("building the ray tree", 0.6)
        summary = self.open_scene(scene, settings)
        progress("ready", 1.0)
        return summary

    def open_scene(self, scene: Scene, settings: RenderSettings) -> SceneSummary:
        """Make a scene that is in memory ready; it must be complete, camera included.

        Raises:
            SceneError: the scene cannot be used.
        """
        camera = select_camera(scene, settings.camera)
        opened = open_tracer_scene(
            scene,
            camera,
            settings,
            ray_backend=self._backend,
            may_skip_tree=self._may_skip_tree,
        )
        self.close()
        with self._lock:
            self._scene = opened
            self._set_channels(engine_channels(settings.channels))
            adapts = settings.noise_threshold > 0.0
            self._all_samples = settings.samples if adapts else 0
            self.least_samples = settings.min_samples if adapts else 0
            self._thread = threading.local()
        text = (
            f"{opened.triangles} triangles, {len(scene.materials)} materials, "
            f"{len(scene.images)} images, {len(opened.data.lights.table)} lights"
        )
        return SceneSummary(opened.triangles, text)

    def render(
        self, region: Region, first_sample: int, samples: int, out: npt.NDArray[np.float32]
    ) -> None:
        """Write what samples first_sample ... of each pixel of a region give.

        Releases the GIL while it works.

        Args:
            region: any rectangle of the frame.
            first_sample: index of the first sample.
            samples: how many, at least 1.
            out: (height, width, components) float32, C-contiguous rows: linear RGB, alpha and
                the chosen channels. Channel `time` is left 0: who has a clock fills it in.

        Raises:
            SceneError: no scene is open.
            ValueError: `out` has another shape; or only a part of the samples is wanted where a
                noise threshold decides how many a pixel gets.
        """
        if out.shape != (region.height, region.width, self.components):
            raise ValueError(f"out has shape {out.shape}, which is not the region's")
        if self._all_samples and (first_sample, samples) != (0, self._all_samples):
            raise ValueError("with a noise threshold a unit must have all samples of its pixels")
        if self.seconds_component >= 0:
            out[:, :, self.seconds_component] = 0.0
        kernel = self._enter()
        bad = 0
        try:
            bad = kernel(region.x, region.y, first_sample, samples, out)
        finally:
            self._leave(bad)

    def _enter(self) -> BoundKernel:
        """Count this thread in; return the kernel for the scene and the thread's own memory."""
        with self._lock:
            scene = self._scene
            if scene is None:
                raise SceneError("no scene is open")
            self._rendering += 1
            thread = self._thread
        if not hasattr(thread, "kernel"):
            example = (0, 0, 0, 1, np.empty((1, 1, self.components), np.float32))
            thread.kernel = _RENDER.bind(scene.data, scene.make_scratch(), example=example)
        kernel: BoundKernel = thread.kernel
        return kernel

    def _leave(self, bad_samples: int) -> None:
        with self._lock:
            self._bad_samples += bad_samples
            self._rendering -= 1
            if not self._rendering:
                self._lock.notify_all()

    def close(self) -> None:
        """Forget the open scene; waits for the tiles that are being rendered."""
        with self._lock:
            scene, self._scene = self._scene, None
            self._lock.wait_for(lambda: not self._rendering)
        if scene is not None:
            scene.close()

    @property
    def bad_samples(self) -> int:
        """Samples that were not finite and were left out so far; more than 0 is a bug."""
        return self._bad_samples

    def warm_up(self, progress: Progress = _ignore_progress) -> None:
        """Compile or load all kernels, so that the first real region does not wait for it."""
        progress("compiling kernels 1 of 1", 0.0)
        kernel_helper.start()
        try:
            warm = TracerEngine(ray_backend=self._backend)
            settings = RenderSettings(width=8, height=8, samples=1)
            warm.open_scene(make_warm_up_scene(), settings)
            warm.render(Region(0, 0, 8, 8), 0, 1, np.empty((8, 8, 4), np.float32))
            warm.close()
        finally:
            kernel_helper.stop()
        progress("kernels are ready", 1.0)

    def engine_class(self) -> str:
        """Return what decides the bits: engines of equal class give equal pixels."""
        rays = f"embree{embree.embree_version()}" if self._backend == "embree" else "bvh"
        llvm_version = ".".join(str(part) for part in llvm.llvm_version_info[:2])
        name = (
            f"tracer{ENGINE_VERSION} numba{kernel_cache.numba_version()} llvm{llvm_version} {rays} "
            f"{platform.machine().lower()}-{_vector_level()}"
        )
        return name[:MAX_CLASS_LENGTH]


def _vector_level() -> str:
    """Return the instruction set that Embree picks its code by."""
    features = llvm.get_host_cpu_features()
    for name in ("avx512vl", "avx2", "avx", "sse4.2", "neon"):
        if features.get(name):
            return name
    return "base"
