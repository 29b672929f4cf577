"""Colours as people name them: #rrggbb as a screen shows it, and linear light."""

from __future__ import annotations

import argparse
import re

from renderer.shot_settings import MAX_BRIGHTNESS

Color = tuple[float, float, float]
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def to_linear(encoded: float) -> float:
    """Return the linear value of an sRGB component, both 0..1 (IEC 61966-2-1)."""
    if encoded <= 0.04045:
        return encoded / 12.92
    return float(((encoded + 0.055) / 1.055) ** 2.4)


def parse_hex(text: str) -> Color:
    """Return the linear colour of "#rrggbb".

    Raises:
        ValueError: the text is not of that form.
    """
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text!r} is not a colour like #336699")
    red, green, blue = (to_linear(int(text[i : i + 2], 16) / 255.0) for i in (1, 3, 5))
    return red, green, blue


def parse_color(text: str) -> Color:
    """Argparse type of a colour: "#rrggbb", or three linear numbers with commas between."""
    try:
        if text.startswith("#"):
            return parse_hex(text)
        red, green, blue = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a colour like #336699 nor three numbers like 0.2,0.2,0.4"
        ) from None
    if not all(0.0 <= value <= MAX_BRIGHTNESS for value in (red, green, blue)):  # NaN too
        raise argparse.ArgumentTypeError(f"{text}: numbers are between 0 and {MAX_BRIGHTNESS:g}")
    return red, green, blue


def to_encoded(linear: float) -> float:
    """Return the sRGB component of a linear value, both 0..1: the way back of `to_linear`."""
    if linear <= 0.0031308:
        return linear * 12.92
    return float(1.055 * linear ** (1.0 / 2.4) - 0.055)


def format_hex(color: Color) -> str:
    """Return the nearest "#rrggbb" of a linear colour; what is brighter than white is white."""
    parts = (round(255.0 * to_encoded(min(max(value, 0.0), 1.0))) for value in color)
    return "#" + "".join(f"{part:02x}" for part in parts)
