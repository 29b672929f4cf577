"""The flags of `brigade render` about the light from all around: a map, or sun and sky."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.flags.common import decimal
from renderer.sky_settings import SkySettings
from renderer.sun_position import SunPosition, parse_place_and_time

_DEFAULTS = SkySettings()
MAX_STRENGTH = 1e6


def add_sky_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    group = parser.add_argument_group(
        "environment",
        "a map, or a physical sky: --sky or --sun-elevation turns it on. North is -Z, east +X.",
    )
    group.add_argument("--env", type=Path, metavar="FILE", help="environment map, .hdr or .exr")
    group.add_argument(
        "--env-strength", type=decimal(0.0, MAX_STRENGTH), default=1.0, metavar="X",
        help="multiplies the light of map or sky (1)",
    )  # fmt: skip
    group.add_argument(
        "--env-rotation", type=decimal(-360.0, 360.0), default=0.0, metavar="DEG",
        help="turn of map or sky about the vertical axis (0)",
    )  # fmt: skip
    group.add_argument(
        "--sky", type=_sun, metavar="TIME@LAT,LON",
        help="sun and sky at a time and place: 2026-06-21T15:30+02:00@48.2,16.4",
    )  # fmt: skip
    group.add_argument(
        "--sun-elevation", type=decimal(-90.0, 90.0), metavar="DEG",
        help="sun and sky with the sun so high above the horizon; below -18 it is night",
    )  # fmt: skip
    group.add_argument(
        "--sun-azimuth", type=decimal(-360.0, 360.0), metavar="DEG",
        help=f"clockwise from north ({_DEFAULTS.sun_azimuth_deg:g})",
    )  # fmt: skip
    group.add_argument(
        "--turbidity", type=decimal(1.0, 10.0), metavar="T", default=_DEFAULTS.turbidity,
        help=f"haze: 1 pure air, 10 thick ({_DEFAULTS.turbidity:g})",
    )  # fmt: skip
    group.add_argument(
        "--ground-albedo", type=decimal(0.0, 1.0), metavar="A", default=_DEFAULTS.ground_albedo,
        help=f"what the ground below the horizon sends back ({_DEFAULTS.ground_albedo:g})",
    )  # fmt: skip
    group.add_argument(
        "--sun-size", type=decimal(0.05, 90.0), metavar="DEG", default=_DEFAULTS.sun_size_deg,
        help=f"width of the disc: soft shadows ({_DEFAULTS.sun_size_deg:g})",
    )  # fmt: skip
    group.add_argument(
        "--sun-strength", type=decimal(0.0, MAX_STRENGTH), metavar="X", default=1.0,
        help="multiplies the disc's light alone (1)",
    )  # fmt: skip


def read_sky(arguments: argparse.Namespace) -> SkySettings | None:
    """Return the sky that the flags ask for, None where they ask for none.

    Raises:
        ValueError: flags exclude each other.
    """
    if arguments.sky is None and arguments.sun_elevation is None:
        if arguments.sun_azimuth is not None:
            raise ValueError("--sun-azimuth needs --sun-elevation: together they place the sun")
        return None
    if arguments.env is not None:
        raise ValueError("--env and a physical sky exclude each other: choose one")
    sun = arguments.sky
    if sun is None:
        azimuth = arguments.sun_azimuth
        azimuth = _DEFAULTS.sun_azimuth_deg if azimuth is None else azimuth
        sun = SunPosition(arguments.sun_elevation, azimuth)
    elif arguments.sun_elevation is not None or arguments.sun_azimuth is not None:
        raise ValueError("--sky places the sun itself: drop --sun-elevation and --sun-azimuth")
    return SkySettings(
        sun_elevation_deg=sun.elevation_deg,
        sun_azimuth_deg=sun.azimuth_deg,
        turbidity=arguments.turbidity,
        ground_albedo=arguments.ground_albedo,
        sun_size_deg=arguments.sun_size,
        sun_strength=arguments.sun_strength,
    )


def _sun(text: str) -> SunPosition:
    try:
        return parse_place_and_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
