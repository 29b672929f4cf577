"""The flags of `brigade render` about pictures: how they are seen and how they are stored."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.flags.common import decimal, number, stops

#: As `app.saving.frame_stamp.DEFAULT_STAMP` and `STAMP_WORDS`, which need more to load.
STAMP = "%scene   %size   %samples samples   %time on %servers   Bucket Brigade %version"
STAMP_WORDS = (
    "scene", "camera", "size", "samples", "seed", "time", "servers", "host", "date", "hash",
    "version",
)  # fmt: skip
#: As `renderer.display.VIEWS` and the like; a test compares them: help must not load numpy.
VIEWS = ("agx", "aces", "reinhard", "srgb", "linear", "false-colour")
COMPRESSIONS = ("none", "rle", "zips", "zip", "piz", "dwaa", "dwab")
TEMPERATURE_K = (1700.0, 25000.0)
TINT = (-150.0, 150.0)
GAMMA = (0.1, 10.0)
#: As `renderer.grading.FILE_INPUTS`.
LUT_INPUTS = ("display", "log", "linear")


def add_image_options(parser: argparse.ArgumentParser) -> None:
    """Add both groups of flags."""
    _add_look_options(parser.add_argument_group("look of .png .jpg .tif"))
    _add_file_options(parser.add_argument_group("image files"))


def _add_look_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--view", choices=VIEWS, default="agx", help="view transform (agx)")
    group.add_argument(
        "--exposure", type=stops, default=0.0, metavar="EV", help="stops; +1 doubles the light (0)"
    )
    group.add_argument(
        "--temperature", type=decimal(*TEMPERATURE_K), default=6500.0, metavar="K",
        help="white balance: the light of this colour is shown white (6500: unchanged)",
    )  # fmt: skip
    group.add_argument(
        "--tint", type=decimal(*TINT), default=0.0, metavar="N",
        help="white balance: above 0 towards magenta, below towards green (0)",
    )  # fmt: skip
    group.add_argument(
        "--gamma", type=decimal(*GAMMA), default=1.0, metavar="G",
        help="above 1 brightens the middle of the finished picture (1)",
    )  # fmt: skip
    _add_lut_options(group)


def _add_lut_options(group: argparse._ArgumentGroup) -> None:
    table = group.add_mutually_exclusive_group()
    table.add_argument("--lut", type=Path, metavar="FILE", help="a .cube file upon the picture")
    table.add_argument(
        "--ocio", nargs="?", const="", metavar="CONFIG",
        help="OpenColorIO in the view's place: a file, $OCIO or the built-in configuration",
    )  # fmt: skip
    group.add_argument(
        "--lut-input", choices=LUT_INPUTS, default="display",
        help="what the LUT takes: the view's picture, or Cineon codes or light in the view's "
        "place (display)",
    )  # fmt: skip
    group.add_argument(
        "--lut-strength", type=decimal(0, 100), default=100.0, metavar="%%",
        help="0 shows the picture without LUT or OpenColorIO (100)",
    )  # fmt: skip
    group.add_argument("--ocio-display", default="", metavar="NAME", help="(the usual one)")
    group.add_argument("--ocio-view", default="", metavar="NAME", help="(the usual one)")


def _add_file_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--denoise", action="store_true",
        help="take the noise out; .exr keeps the noisy picture too, as a layer",
    )  # fmt: skip
    group.add_argument(
        "--bits", type=int, choices=(8, 16, 32), default=8,
        help="per component of .png (8, 16) and .tif (8, 16; 32: linear floats); 8",
    )  # fmt: skip
    group.add_argument(
        "--alpha", action="store_true",
        help="transparency in .png and .tif instead of a black background",
    )  # fmt: skip
    words = " ".join(f"%%{word}" for word in STAMP_WORDS)  # argparse makes one % of two
    group.add_argument(
        "--stamp", nargs="?", const=STAMP, default="", metavar="TEXT",
        help=f"a line about the frame at the bottom of .png .jpg .tif; {words} stand for facts",
    )  # fmt: skip
    group.add_argument(
        "--quality", type=number(1, 100), default=95, metavar="N", help="of .jpg, 1 to 100 (95)"
    )
    group.add_argument("--half", action="store_true", help="colours of .exr as half floats")
    group.add_argument(
        "--compression", choices=COMPRESSIONS, default="zip",
        help="of .exr; dwaa and dwab lose a little, in colours only (zip)",
    )  # fmt: skip
    group.add_argument(
        "--multi-part", action="store_true", help="each layer of .exr in a part of its own"
    )
