"""What the artist sets in the window: plain values that panels show and that are stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from app.values.session_types import RenderRequest
from app.values.srgb import parse_hex
from renderer.bucket_size import DEFAULT_BUCKET_SIZE, BucketSize, check_bucket_size
from renderer.buckets import parse_order
from renderer.settings import MAX_DEPTH, RenderSettings
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings
from renderer.sun_position import parse_place_and_time

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
        clamp_indirect, diffuse_depth, glossy_depth, transmission_depth, transparent_depth,
        noise_threshold, min_samples, channels: as in `renderer.settings`.
        bucket_width, bucket_height: largest bucket, pixels.
        bucket_square: its sides stay equal while one is changed; never true of unlike ones.
        order: name of the bucket order.
        reverse: the order is turned round.
        percent: share of width and height that is rendered: a test resolution.
        animated: show the scene at `time_s` of its animations; else as it stands.
        clip_near_m, clip_far_m: 0 for the camera's own, as `camera_clip` says.
        background_color: "#rrggbb", as the screen shows it.
        plate: file of the background plate, "" for none yet.
        projection, shift_x, shift_y, camera_clip, fstop, focal_length_mm, sensor_height_mm,
        focus_distance_m, focus_x, focus_y, aperture_blades, pixel_filter, filter_width_px,
        background, plate_fit, plate_strength: as in `renderer.shot_settings`.
        sky: the physical sky is the environment, instead of the map.
        sun_when_and_where: as `renderer.sun_position` reads it; "": the sun stands at
            `sun_elevation_deg`, `sun_azimuth_deg`.
        sun_elevation_deg, sun_azimuth_deg, turbidity, sun_size_deg: as in
            `renderer.sky_settings`.
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
    clamp_indirect: float = 0.0
    diffuse_depth: int = MAX_DEPTH
    glossy_depth: int = MAX_DEPTH
    transmission_depth: int = MAX_DEPTH
    transparent_depth: int = 128
    noise_threshold: float = 0.0
    min_samples: int = 32
    channels: tuple[str, ...] = ()
    bucket_width: int = DEFAULT_BUCKET_SIZE.width_px
    bucket_height: int = DEFAULT_BUCKET_SIZE.height_px
    bucket_square: bool = True
    order: str = "spiral"
    reverse: bool = False
    animated: bool = False
    time_s: float = 0.0
    projection: str = "camera"
    shift_x: float = 0.0
    shift_y: float = 0.0
    camera_clip: str = "near"
    clip_near_m: float = 0.0
    clip_far_m: float = 0.0
    fstop: float = 0.0
    focal_length_mm: float = 0.0
    sensor_height_mm: float = 24.0
    focus_distance_m: float = 0.0
    focus_x: float = 0.5
    focus_y: float = 0.5
    aperture_blades: int = 0
    aperture_rotation_deg: float = 0.0
    pixel_filter: str = "blackman-harris"
    filter_width_px: float = 0.0
    background: str = "environment"
    background_color: str = "#000000"
    plate: str = ""
    plate_fit: str = "cover"
    plate_strength: float = 1.0
    sky: bool = False
    sun_when_and_where: str = ""
    sun_elevation_deg: float = 40.0
    sun_azimuth_deg: float = 220.0
    turbidity: float = 2.2
    sun_size_deg: float = 0.533

    def __post_init__(self) -> None:
        if self.bucket_width != self.bucket_height:
            object.__setattr__(self, "bucket_square", False)

    @property
    def full_size_px(self) -> tuple[int, int]:
        """Width and height of the frame, also while a test resolution is rendered."""
        return self.width, self.height

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the frame that is rendered."""
        return _scale(self.width, self.percent), _scale(self.height, self.percent)

    def to_request(self, scene: Path) -> RenderRequest:
        """Return the request to render this scene with these options.

        Raises:
            ValueError: a value is out of range; the text names the field.
        """
        bucket_size = BucketSize(self.bucket_width, self.bucket_height)
        check_bucket_size(bucket_size)
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
            clamp_indirect=self.clamp_indirect,
            diffuse_depth=self.diffuse_depth,
            glossy_depth=self.glossy_depth,
            transmission_depth=self.transmission_depth,
            transparent_depth=self.transparent_depth,
            noise_threshold=self.noise_threshold,
            min_samples=self.min_samples,
            channels=self.channels,
            time_s=self.time_s if self.animated else None,
            shot=self.to_shot(),
            sky=self.to_sky(),
        )
        return RenderRequest(
            scene=scene,
            settings=settings,
            bucket_size=bucket_size,
            order=parse_order(self.order),
            reverse=self.reverse,
            environment=Path(self.environment) if self.environment and not self.sky else None,
            plate=Path(self.plate) if self.plate else None,
        )

    def to_sky(self) -> SkySettings | None:
        """Return the physical sky, if the options want it.

        Raises:
            ValueError: a value is out of range, or time and place cannot be read.
        """
        if not self.sky:
            return None
        elevation, azimuth = self.sun_elevation_deg, self.sun_azimuth_deg
        if self.sun_when_and_where:
            sun = parse_place_and_time(self.sun_when_and_where)
            elevation, azimuth = sun.elevation_deg, sun.azimuth_deg
        return SkySettings(
            sun_elevation_deg=elevation,
            sun_azimuth_deg=azimuth,
            turbidity=self.turbidity,
            sun_size_deg=self.sun_size_deg,
        )

    def to_shot(self) -> ShotSettings:
        """Return what the options say of camera, film and background.

        Raises:
            ValueError: a value is out of range; the text names the field.
        """
        return ShotSettings(
            projection=self.projection,
            shift_x=self.shift_x,
            shift_y=self.shift_y,
            camera_clip=self.camera_clip,
            clip_near_m=self.clip_near_m or None,
            clip_far_m=self.clip_far_m or None,
            fstop=self.fstop,
            focal_length_mm=self.focal_length_mm,
            sensor_height_mm=self.sensor_height_mm,
            focus_distance_m=self.focus_distance_m,
            focus_x=self.focus_x,
            focus_y=self.focus_y,
            aperture_blades=self.aperture_blades,
            aperture_rotation=math.radians(self.aperture_rotation_deg),
            pixel_filter=self.pixel_filter,
            filter_width_px=self.filter_width_px,
            background=self.background,
            background_color=parse_hex(self.background_color),
            plate_fit=self.plate_fit,
            plate_strength=self.plate_strength,
        )


def _scale(side: int, percent: int) -> int:
    """A share of a side, at least a pixel of a side that has one."""
    return min(side, max(1, round(side * percent / 100)))
