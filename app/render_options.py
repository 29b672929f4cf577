"""What the artist sets in the window: plain values that panels show and that are stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from app.session_types import RenderRequest
from renderer.buckets import parse_order
from renderer.settings import RenderSettings

#: Name, width and height in pixels of what the size list offers.
SIZE_PRESETS: tuple[tuple[str, int, int], ...] = (
    ("Preview 480 × 270", 480, 270),
    ("Quarter HD 960 × 540", 960, 540),
    ("HD 1280 × 720", 1280, 720),
    ("Full HD 1920 × 1080", 1920, 1080),
    ("WQHD 2560 × 1440", 2560, 1440),
    ("4K 3840 × 2160", 3840, 2160),
    ("8K 7680 × 4320", 7680, 4320),
    ("Square 1024 × 1024", 1024, 1024),
    ("Portrait 1080 × 1350", 1080, 1350),
)


@dataclass(frozen=True)
class RenderOptions:
    """All fields of the render settings panel, in the units that the panel shows.

    Attributes:
        camera: name, "" for the scene's first one.
        environment: file of the environment map, "" for the scene's own light.
        environment_rotation_deg: turn about the vertical axis, degrees.
        clamp: largest value that one sample may add, 0 for no limit.
        order: name of the bucket order.
        percent: share of width and height that is rendered: a test resolution.
    """

    width: int = 960
    height: int = 540
    percent: int = 100
    samples: int = 64
    seed: int = 0
    camera: str = ""
    environment: str = ""
    environment_strength: float = 1.0
    environment_rotation_deg: float = 0.0
    max_depth: int = 8
    roulette_depth: int = 5
    clamp: float = 0.0
    bucket_size: int = 64
    order: str = "spiral"

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the frame that is rendered."""
        return _scale(self.width, self.percent), _scale(self.height, self.percent)

    def to_request(self, scene: Path) -> RenderRequest:
        """Return the request to render this scene with these options.

        Raises:
            ValueError: a value is out of range; the text names the field.
        """
        width, height = self.size_px
        settings = RenderSettings(
            width=width,
            height=height,
            samples=self.samples,
            seed=self.seed,
            max_depth=self.max_depth,
            roulette_depth=self.roulette_depth,
            camera=self.camera,
            environment_strength=self.environment_strength,
            environment_rotation=math.radians(self.environment_rotation_deg),
            clamp=self.clamp,
        )
        return RenderRequest(
            scene=scene,
            settings=settings,
            bucket_size=self.bucket_size,
            order=parse_order(self.order),
            environment=Path(self.environment) if self.environment else None,
        )


def _scale(side: int, percent: int) -> int:
    """A share of a side, at least a pixel of a side that has one."""
    return min(side, max(1, round(side * percent / 100)))
