"""The kinds of image files that the save dialog offers, and the options that each means."""

from __future__ import annotations

from dataclasses import dataclass, replace

from renderer.output_options import BITS, COMPRESSIONS, Bits, OutputOptions


@dataclass(frozen=True)
class ImageKind:
    """A row of the file dialog's list of types.

    Attributes:
        title: as people read it.
        extension: with its dot.
        bits: of PNG and TIFF.
        half: of EXR.
    """

    title: str
    extension: str
    bits: Bits = 8
    half: bool = False

    @property
    def name_filter(self) -> str:
        """As Qt's file dialog wants it."""
        return f"{self.title} (*{self.extension})"


IMAGE_KINDS = (
    ImageKind("PNG, 8 bit", ".png"),
    ImageKind("PNG, 16 bit", ".png", bits=16),
    ImageKind("OpenEXR, float", ".exr"),
    ImageKind("OpenEXR, half float", ".exr", half=True),
    ImageKind("JPEG", ".jpg"),
    ImageKind("TIFF, 8 bit", ".tif"),
    ImageKind("TIFF, 16 bit", ".tif", bits=16),
    ImageKind("TIFF, 32 bit linear float", ".tif", bits=32),
)


def find_kind(name_filter: str) -> ImageKind:
    """Return the kind of this row; the first one for a row that there is not."""
    return next((kind for kind in IMAGE_KINDS if kind.name_filter == name_filter), IMAGE_KINDS[0])


def apply_kind(options: OutputOptions, kind: ImageKind, extension: str) -> OutputOptions:
    """Return the options for a file of this kind.

    Whoever types another extension than the row's wants that format, as it usually is.
    """
    if extension.lower() != kind.extension:
        return replace(options, bits=8, half=False)
    return replace(options, bits=kind.bits, half=kind.half)


def restore_options(
    alpha: bool, compression: str, multi_part: bool, jpeg_quality: int
) -> OutputOptions:
    """Return the options that were stored; defaults for what does not exist any more."""
    usual = OutputOptions()
    known = next((name for name in COMPRESSIONS if name == compression), usual.compression)
    quality = jpeg_quality if 1 <= jpeg_quality <= 100 else usual.jpeg_quality
    return OutputOptions(
        bits=BITS[0],
        alpha=alpha,
        compression=known,
        multi_part=multi_part,
        jpeg_quality=quality,
    )
