"""How the shot is taken: projection, lens, clip planes, pixel filter and background.

All of it is chosen by the artist on top of what the scene's camera says; the defaults leave the
camera and the picture as the scene has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: "panorama" is the whole sphere around the camera, equirectangular, with a level horizon.
PROJECTIONS = ("camera", "panorama")
#: Which of the scene camera's own clip planes cut.
CAMERA_CLIPS = ("none", "near", "far", "both")
#: Every filter with its usual width in pixels. None of them is negative anywhere: each sample
#: is placed by the filter and counts once, so that no pixel needs another one's samples.
#: Filters with negative lobes (Mitchell, Lanczos) cannot be placed so; they would need signed
#: weights, whose noise and negative pixels beside bright edges cost more than their crispness
#: gains.
FILTER_WIDTHS_PX = {"blackman-harris": 1.5, "box": 1.0, "triangle": 2.0, "gaussian": 3.0}
#: What camera rays see behind the scene; light and reflections always have the environment.
BACKGROUNDS = ("environment", "transparent", "color", "plate")
PLATE_FITS = ("cover", "contain", "stretch")

#: Beyond some frames' width a shifted lens shows nothing but stretched corners.
MAX_SHIFT = 10.0
MAX_FSTOP = 1024.0
MAX_FOCAL_LENGTH_MM = 10_000.0
MAX_SENSOR_HEIGHT_MM = 1000.0
#: Scenes in millimetres and in light years alike.
MAX_DISTANCE_M = 1e30
MAX_BLADES = 16
#: A wider filter blurs like a lens out of focus; a narrower one is a point.
MAX_FILTER_WIDTH_PX = 16.0
MAX_BRIGHTNESS = 1e6


@dataclass(frozen=True)
class ShotSettings:
    """Everything about camera, film and background that the artist may override.

    Attributes:
        projection: of `PROJECTIONS`.
        shift_x, shift_y: the frame moved to the right and up, in frame widths and heights; the
            view direction, and with it every vertical, stays. Turns a panorama.
        camera_clip: of `CAMERA_CLIPS`. Far planes of files often are a rasteriser's guess.
        clip_near_m, clip_far_m: planes in front of the camera (of a panorama: distances), metres
            of the scene, instead of the camera's; None: as `camera_clip` says.
        fstop: focal length over the diameter of the lens; 0: the camera's own lens, which is a
            pinhole in glTF.
        focal_length_mm: instead of the camera's angle of view; 0: as the camera has it.
        sensor_height_mm: what angles of view and focal lengths are converted with.
        focus_distance_m: of what is sharp, along the view axis, metres of the scene; 0: what
            the frame shows at the focus point.
        focus_x, focus_y: the focus point, from the frame's left and top edge, 0..1.
        aperture_blades: corners of the aperture; 0: round.
        aperture_rotation: its turn, radians, counter-clockwise.
        pixel_filter: of `FILTER_WIDTHS_PX`.
        filter_width_px: the filter's whole width; 0: its usual one.
        background: of `BACKGROUNDS`. "transparent", and the uncovered part of a plate, has
            alpha 0.
        background_color: linear Rec. 709 radiance.
        plate: label of the background plate among the job's assets, "" for none.
        plate_fit: of `PLATE_FITS`: fill the frame and crop, show all of it, or distort it.
        plate_strength: multiplies the plate's colours.
    """

    projection: str = "camera"
    shift_x: float = 0.0
    shift_y: float = 0.0
    camera_clip: str = "near"
    clip_near_m: float | None = None
    clip_far_m: float | None = None
    fstop: float = 0.0
    focal_length_mm: float = 0.0
    sensor_height_mm: float = 24.0
    focus_distance_m: float = 0.0
    focus_x: float = 0.5
    focus_y: float = 0.5
    aperture_blades: int = 0
    aperture_rotation: float = 0.0
    pixel_filter: str = "blackman-harris"
    filter_width_px: float = 0.0
    background: str = "environment"
    background_color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    plate: str = ""
    plate_fit: str = "cover"
    plate_strength: float = 1.0

    def __post_init__(self) -> None:
        self._check_choices()
        self._check_numbers()
        near = self.clip_near_m if self.clip_near_m is not None else 0.0
        if self.clip_far_m is not None and not self.clip_far_m > near:
            raise ValueError(f"clip_far_m ({self.clip_far_m}) must lie beyond clip_near_m ({near})")

    def _check_choices(self) -> None:
        for name, value, choices in (
            ("projection", self.projection, PROJECTIONS),
            ("camera_clip", self.camera_clip, CAMERA_CLIPS),
            ("pixel_filter", self.pixel_filter, tuple(FILTER_WIDTHS_PX)),
            ("background", self.background, BACKGROUNDS),
            ("plate_fit", self.plate_fit, PLATE_FITS),
        ):
            if value not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")

    def _check_numbers(self) -> None:
        red, green, blue = self.background_color
        for name, value, low, high in (
            ("shift_x", self.shift_x, -MAX_SHIFT, MAX_SHIFT),
            ("shift_y", self.shift_y, -MAX_SHIFT, MAX_SHIFT),
            ("clip_near_m", self.clip_near_m, 0.0, MAX_DISTANCE_M),
            ("clip_far_m", self.clip_far_m, 0.0, MAX_DISTANCE_M),
            ("fstop", self.fstop, 0.0, MAX_FSTOP),
            ("focal_length_mm", self.focal_length_mm, 0.0, MAX_FOCAL_LENGTH_MM),
            ("sensor_height_mm", self.sensor_height_mm, 0.1, MAX_SENSOR_HEIGHT_MM),
            ("focus_distance_m", self.focus_distance_m, 0.0, MAX_DISTANCE_M),
            ("focus_x", self.focus_x, 0.0, 1.0),
            ("focus_y", self.focus_y, 0.0, 1.0),
            ("aperture_blades", self.aperture_blades, 0, MAX_BLADES),
            ("aperture_rotation", self.aperture_rotation, -2.0 * math.pi, 2.0 * math.pi),
            ("filter_width_px", self.filter_width_px, 0.0, MAX_FILTER_WIDTH_PX),
            ("background_color red", red, 0.0, MAX_BRIGHTNESS),
            ("background_color green", green, 0.0, MAX_BRIGHTNESS),
            ("background_color blue", blue, 0.0, MAX_BRIGHTNESS),
            ("plate_strength", self.plate_strength, 0.0, MAX_BRIGHTNESS),
        ):
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} must be between {low} and {high}, not {value}")
        if self.aperture_blades in (1, 2):
            raise ValueError("aperture_blades must be 0 (round) or at least 3")
