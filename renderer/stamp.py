"""A line of text at the bottom of a saved picture: what it is and how it came about."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

#: Height of the letters as a share of the frame's; never too small to be read.
LETTER_SHARE = 0.022
MIN_LETTER_PX = 11
#: How much of the picture shines through behind the text.
SHINE_THROUGH = 0.35
MAX_CHARACTERS = 1_000
CUT = "..."
#: Of Linux, Windows and macOS, with the letters of most of Europe.
SYSTEM_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "arial.ttf", "Arial Unicode.ttf")


def burn_stamp(codes: npt.NDArray[Any], text: str) -> npt.NDArray[Any]:
    """Return a copy of the picture with white text on a darkened strip at its bottom.

    Text that is too long for the picture is cut.

    Args:
        codes: (H, W, 3 or 4) uint8 or uint16; alpha becomes solid under the strip.
        text: one line.
    """
    height, width = codes.shape[:2]
    size = max(MIN_LETTER_PX, round(height * LETTER_SHARE))
    strip = min(height, round(size * 1.6))
    text = "".join(c if c.isprintable() else " " for c in text[:MAX_CHARACTERS])
    font, text = _find_font(text, size)
    mask = Image.new("L", (width, strip), 0)
    margin = size // 2
    line = _cut(text, font, width - 2 * margin)
    ImageDraw.Draw(mask).text((margin, strip / 2), line, fill=255, font=font, anchor="lm")
    letters = (np.asarray(mask, dtype=np.float32) / 255.0)[:, :, np.newaxis]
    white = np.float32(np.iinfo(codes.dtype).max)
    stamped = codes.copy()
    below = codes[height - strip :, :, :3].astype(np.float32) * np.float32(SHINE_THROUGH)
    mixed = below * (1.0 - letters) + white * letters
    stamped[height - strip :, :, :3] = mixed + np.float32(0.5)
    stamped[height - strip :, :, 3:] = np.iinfo(codes.dtype).max
    return stamped


def _find_font(text: str, size: int) -> tuple[Any, str]:
    """A font and what it can show: Pillow's own has no letters beyond ASCII."""
    if not text.isascii():
        for name in SYSTEM_FONTS:
            with contextlib.suppress(OSError):
                return ImageFont.truetype(name, size), text
        plain = unicodedata.normalize("NFKD", text.replace("×", "x"))
        text = "".join(c for c in plain if not unicodedata.combining(c))
        text = text.encode("ascii", "replace").decode()
    return ImageFont.load_default(size), text


def _cut(text: str, font: Any, width: int) -> str:
    """The longest beginning that fits."""
    if font.getlength(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle] + CUT) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low] + CUT
