"""Mitsuba's variants as contenders: `scalar_rgb` and `llvm_ad_rgb`.

Mitsuba counts depth and roulette as the tracer does: max_depth 1 shows emission only, 2 direct
light; roulette begins behind surface number rr_depth, with a survival of at most 0.95.
"""

from __future__ import annotations

from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from renderer.scene import Floats, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.mitsuba_scene import Conversion, convert_scene

#: A wavefront of 4 M paths, as 512² × 16: enough for full speed, and it fits in memory.
PASS_PATHS = 1 << 22


class Mitsuba:
    """A scene in one variant, ready to be rendered again and again."""

    def __init__(self, variant: str, scene: Scene, settings: RenderSettings, threads: int) -> None:
        """Convert the scene and compile what the variant compiles.

        Args:
            variant: a variant's name.
            scene: complete.
            settings: frame and depths; samples are given to `render`.
            threads: as many as everybody has.
        """
        self.name = f"Mitsuba {variant}"
        self._variant = variant
        mi.set_variant(variant)
        dr.set_thread_count(threads)
        self._scene = convert_scene(
            scene, settings, Conversion(native=True, both_sides_shine=False)
        )
        self._seed = 0
        self._pass_samples = max(1, PASS_PATHS // (settings.width * settings.height))
        self.render(self._pass_samples)

    def render(self, samples: int) -> Floats:
        """Return the mean of as many passes as the samples need."""
        mi.set_variant(self._variant)
        total: Any = 0.0
        for first in range(0, samples, self._pass_samples):
            count = min(self._pass_samples, samples - first)
            self._seed += 1
            image = mi.render(self._scene, spp=count, seed=self._seed)
            total = total + np.asarray(image, np.float32)[..., :3] * np.float32(count / samples)
        result: Floats = total
        return result
