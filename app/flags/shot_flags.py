"""The flags of `brigade render` about the shot: projection, lens, pixel filter and background."""

from __future__ import annotations

import argparse
import math
from dataclasses import fields
from pathlib import Path

from app.flags.common import decimal, number
from app.values.srgb import parse_color
from renderer.shot_settings import (
    BACKGROUNDS,
    CAMERA_CLIPS,
    FILTER_WIDTHS_PX,
    MAX_BLADES,
    MAX_BRIGHTNESS,
    MAX_DISTANCE_M,
    MAX_FILTER_WIDTH_PX,
    MAX_FOCAL_LENGTH_MM,
    MAX_FSTOP,
    MAX_SENSOR_HEIGHT_MM,
    MAX_SHIFT,
    PLATE_FITS,
    PROJECTIONS,
    ShotSettings,
)

_DEFAULTS = ShotSettings()
#: Flags whose name is not the setting's.
_RENAMED = {
    "camera_clip": "clip",
    "clip_near_m": "clip_near",
    "clip_far_m": "clip_far",
    "focal_length_mm": "focal_length",
    "sensor_height_mm": "sensor_height",
    "focus_distance_m": "focus",
    "aperture_blades": "blades",
    "pixel_filter": "filter",
    "filter_width_px": "filter_width",
}


def add_shot_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    _add_camera_options(parser.add_argument_group("camera"))
    _add_background_options(parser.add_argument_group("background"))


def read_shot(arguments: argparse.Namespace) -> ShotSettings:
    """Return the settings that the flags ask for; the plate's label is the job's business.

    Raises:
        ValueError: flags that do not go together, in words.
    """
    chosen = {entry.name: _RENAMED.get(entry.name, entry.name) for entry in fields(ShotSettings)}
    for name in ("plate", "shift_x", "shift_y", "focus_x", "focus_y", "aperture_rotation"):
        del chosen[name]
    values = {name: getattr(arguments, flag) for name, flag in chosen.items()}
    values["background"] = _choose_background(arguments)
    values["background_color"] = arguments.background_color or _DEFAULTS.background_color
    return ShotSettings(
        **values,
        shift_x=arguments.shift[0],
        shift_y=arguments.shift[1],
        focus_x=arguments.focus_point[0],
        focus_y=arguments.focus_point[1],
        aperture_rotation=math.radians(arguments.blade_rotation),
    )


def _choose_background(arguments: argparse.Namespace) -> str:
    """Return the background: who names a plate or a colour wants to see it."""
    implied = "environment"
    if arguments.plate is not None:
        implied = "plate"
    elif arguments.background_color is not None:
        implied = "color"
    background: str = arguments.background or implied
    if background == "plate" and arguments.plate is None:
        raise ValueError("--background plate needs its image: add --plate FILE")
    return background


def _add_camera_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--camera", default="", metavar="NAME", help="default: the first one")
    group.add_argument(
        "--list-cameras", action="store_true", help="print the names of the scene's cameras"
    )
    group.add_argument(
        "--projection", choices=PROJECTIONS, default=_DEFAULTS.projection,
        help="panorama: all around the camera, level, equirectangular; width = 2 x height",
    )  # fmt: skip
    group.add_argument(
        "--shift", nargs=2, type=decimal(-MAX_SHIFT, MAX_SHIFT), default=(0.0, 0.0),
        metavar=("X", "Y"), help="move the frame right and up, in widths and heights (0 0)",
    )  # fmt: skip
    group.add_argument(
        "--clip", choices=CAMERA_CLIPS, default=_DEFAULTS.camera_clip,
        help="which of the camera's own clip planes cut (near)",
    )  # fmt: skip
    distance = decimal(0.0, MAX_DISTANCE_M)
    group.add_argument("--clip-near", type=distance, metavar="M", help="instead of the camera's")
    group.add_argument("--clip-far", type=distance, metavar="M", help="instead of the camera's")
    group.add_argument(
        "--focal-length", type=decimal(0.0, MAX_FOCAL_LENGTH_MM), default=0.0, metavar="MM",
        help="angle of view of this lens; default: the camera's",
    )  # fmt: skip
    group.add_argument(
        "--sensor-height", type=decimal(0.1, MAX_SENSOR_HEIGHT_MM), metavar="MM",
        default=_DEFAULTS.sensor_height_mm, help="what focal lengths refer to (24, full frame)",
    )  # fmt: skip
    _add_lens_options(group)
    group.add_argument(
        "--filter", choices=tuple(FILTER_WIDTHS_PX), default=_DEFAULTS.pixel_filter,
        help="pixel filter (blackman-harris)",
    )  # fmt: skip
    usual = ", ".join(f"{name} {width:g}" for name, width in FILTER_WIDTHS_PX.items())
    group.add_argument(
        "--filter-width", type=decimal(0.0, MAX_FILTER_WIDTH_PX), default=0.0, metavar="PX",
        help=f"its whole width; usual: {usual}",
    )  # fmt: skip


def _add_lens_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fstop", type=decimal(0.0, MAX_FSTOP), default=0.0, metavar="N",
        help="depth of field of this aperture; 0: the camera's own lens (glTF: all sharp)",
    )  # fmt: skip
    group.add_argument(
        "--focus", type=decimal(0.0, MAX_DISTANCE_M), default=0.0, metavar="M",
        help="distance of what is sharp; default: what the focus point shows",
    )  # fmt: skip
    group.add_argument(
        "--focus-point", nargs=2, type=decimal(0.0, 1.0), default=(0.5, 0.5),
        metavar=("X", "Y"), help="from the frame's left and top edge, 0 to 1 (0.5 0.5)",
    )  # fmt: skip
    group.add_argument(
        "--blades", type=number(0, MAX_BLADES), default=0, metavar="N",
        help="corners of the aperture, 3 or more; 0: round (0)",
    )  # fmt: skip
    group.add_argument(
        "--blade-rotation", type=decimal(-360.0, 360.0), default=0.0, metavar="DEG",
        help="turn of the aperture, counter-clockwise (0)",
    )  # fmt: skip


def _add_background_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--background", choices=BACKGROUNDS, default=None,
        help="what the camera sees behind the scene; light and reflections keep the environment",
    )  # fmt: skip
    group.add_argument(
        "--background-color", type=parse_color, metavar="COLOUR",
        help="#rrggbb as on the screen, or three linear numbers: 0.2,0.2,0.4",
    )  # fmt: skip
    group.add_argument(
        "--plate", type=Path, metavar="FILE", help="image behind the scene, .png .jpg .exr .hdr"
    )
    group.add_argument(
        "--plate-fit", choices=PLATE_FITS, default=_DEFAULTS.plate_fit,
        help="fill the frame and crop, show all of it, or distort it (cover)",
    )  # fmt: skip
    group.add_argument(
        "--plate-strength", type=decimal(0.0, MAX_BRIGHTNESS), default=1.0, metavar="X",
        help="multiplies the plate's colours (1)",
    )  # fmt: skip
