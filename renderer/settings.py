"""What to render and how: the settings that a job carries to every server."""

from __future__ import annotations

from dataclasses import dataclass, field

from renderer.channels import check_channels
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings

#: An 8K frame is 7680 pixels wide; twice that leaves room for panoramas.
MAX_SIDE_PX = 16384
MAX_SAMPLES = 1 << 20
#: A day of animation; the keys' float32 times tell no frames apart beyond it.
MAX_TIME_S = 86400.0
#: Segments of a path: roulette ends nearly all long before.
MAX_DEPTH = 1024
#: Brighter than any light: beyond it a clamp would do nothing.
MAX_CLAMP = 1e9


@dataclass(frozen=True)
class RenderSettings:
    """Everything besides the scene files that decides a pixel's value.

    Attributes:
        width, height: frame size, pixels.
        samples: camera samples per pixel.
        seed: another seed gives another noise with the same mean.
        max_depth: path segments from the camera; 1 shows only lights and sky.
        roulette_depth: the first segment at which a path may end by Russian roulette.
        camera: a camera's name, or "" for the scene's first camera (or the automatic one).
        environment: label of the environment map among the job's assets, "" for none.
        environment_strength, environment_rotation: as in `scene.Environment`.
        clamp: largest value a sample may add per channel, 0 for no limit (it biases).
        time_s: the moment of the scene's animations, seconds; None: the scene as it stands.
        channels: names of channels besides beauty and alpha, in the film's order; see
            `renderer.channels`.
        noise_threshold: a pixel whose estimated error is below it gets no more samples (see
            `renderer.kernels.noise` for the measure); 0: every pixel gets `samples`.
        min_samples: so many samples a pixel gets in any case.
        clamp_indirect: as `clamp`, for the light after more than one bounce only.
        diffuse_depth, glossy_depth, transmission_depth: most bounces of this kind along a
            path; `max_depth` limits their sum.
        transparent_depth: most holes and clear panes that a ray passes straight through.
        shot: projection, lens, clip planes, pixel filter and background.
        sky: sun and air of the physical sky, which then is the environment; None: no such sky.
    """

    width: int = 960
    height: int = 540
    samples: int = 64
    seed: int = 0
    max_depth: int = 8
    roulette_depth: int = 5
    camera: str = ""
    environment: str = ""
    environment_strength: float = 1.0
    environment_rotation: float = 0.0
    clamp: float = 0.0
    time_s: float | None = None
    channels: tuple[str, ...] = ()
    noise_threshold: float = 0.0
    min_samples: int = 32
    clamp_indirect: float = 0.0
    diffuse_depth: int = MAX_DEPTH
    glossy_depth: int = MAX_DEPTH
    transmission_depth: int = MAX_DEPTH
    transparent_depth: int = 128
    shot: ShotSettings = field(default_factory=ShotSettings)
    sky: SkySettings | None = None

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("width", self.width, 1, MAX_SIDE_PX),
            ("height", self.height, 1, MAX_SIDE_PX),
            ("samples", self.samples, 1, MAX_SAMPLES),
            ("seed", self.seed, 0, 2**32 - 1),
            ("max_depth", self.max_depth, 1, MAX_DEPTH),
            ("roulette_depth", self.roulette_depth, 1, MAX_DEPTH),
            ("noise_threshold", self.noise_threshold, 0.0, 1.0),
            ("min_samples", self.min_samples, 1, MAX_SAMPLES),
            ("clamp_indirect", self.clamp_indirect, 0.0, MAX_CLAMP),
            ("diffuse_depth", self.diffuse_depth, 0, MAX_DEPTH),
            ("glossy_depth", self.glossy_depth, 0, MAX_DEPTH),
            ("transmission_depth", self.transmission_depth, 0, MAX_DEPTH),
            ("transparent_depth", self.transparent_depth, 0, MAX_DEPTH),
        ):
            if not low <= value <= high:
                raise ValueError(f"{name} must be between {low} and {high}, not {value}")
        check_channels(self.channels)
        if self.sky is not None and self.environment:
            raise ValueError(
                "the physical sky and an environment map exclude each other: choose one"
            )
        if self.time_s is not None and not abs(self.time_s) <= MAX_TIME_S:
            raise ValueError(f"time_s must be within {MAX_TIME_S} seconds, not {self.time_s}")
