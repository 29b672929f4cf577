"""What an artist may choose about an image file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Bits = Literal[8, 16, 32]
BITS: tuple[Bits, ...] = get_args(Bits)
#: Of EXR. The last two lose a little, and only in colours.
Compression = Literal["none", "rle", "zips", "zip", "piz", "dwaa", "dwab"]
COMPRESSIONS: tuple[Compression, ...] = get_args(Compression)
EXR = ".exr"
#: Bits per component that each format can hold.
BITS_OF_FORMAT: dict[str, tuple[Bits, ...]] = {
    ".png": (8, 16),
    ".tif": (8, 16, 32),
    ".tiff": (8, 16, 32),
}


@dataclass(frozen=True)
class OutputOptions:
    """How pixels are stored; each format takes what concerns it.

    Attributes:
        bits: per component, of PNG (8, 16) and TIFF (8, 16; 32: linear floats, no view).
        alpha: PNG and TIFF show what is transparent as such, instead of on black.
        half: EXR colours as half floats: 11 bits of precision, up to 65504, half the size.
        compression: of EXR.
        multi_part: EXR layers in parts of their own, so that a reader may load one alone.
        jpeg_quality: 1 to 100.

    Raises:
        ValueError: a value is out of range; the text names it.
    """

    bits: Bits = 8
    alpha: bool = False
    half: bool = False
    compression: Compression = "zip"
    multi_part: bool = False
    jpeg_quality: int = 95

    def __post_init__(self) -> None:
        if self.bits not in BITS:
            raise ValueError(f"bits must be one of {', '.join(map(str, BITS))}, not {self.bits}")
        if self.compression not in COMPRESSIONS:
            known = ", ".join(COMPRESSIONS)
            raise ValueError(f"there is no compression {self.compression!r}; choose one of {known}")
        if not 1 <= self.jpeg_quality <= 100:
            raise ValueError(f"JPEG quality must be from 1 to 100, not {self.jpeg_quality}")
