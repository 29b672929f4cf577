"""Writing image files: pictures as the screen shows them, EXR and float TIFF as the light itself.

A file appears whole or not at all: it is written under a temporary name in the same folder,
brought to the disk and only then moved over the old one.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from renderer.display import NEUTRAL, Look, to_display, to_display_16
from renderer.icc import make_profile
from renderer.layers import Layer, Placement
from renderer.output_exr import BEAUTY, write_exr
from renderer.output_options import BITS, BITS_OF_FORMAT, OutputOptions
from renderer.output_options import EXR as EXR
from renderer.output_png import encode_png
from renderer.output_tiff import DESCRIPTION, SOFTWARE, encode_tiff
from renderer.stamp import burn_stamp

Floats = npt.NDArray[np.float32]
Metadata = Mapping[str, str | float | int]
#: (H, W, 3 or 4) uint8, uint16 or float32.
Codes = npt.NDArray[Any]

#: Goes before each metadata name, so that ours never clash with a format's own.
METADATA_PREFIX = "brigade:"
#: EXIF has room for 64 KiB in all; a PNG reader may refuse a text chunk over 1 MiB.
MAX_METADATA_CHARACTERS = 8_000
PRODUCT = "Bucket Brigade"
DEFAULT_OPTIONS = OutputOptions()


class OutputError(Exception):
    """An image cannot be written; the message names the file and the way out."""


def known_extensions() -> tuple[str, ...]:
    """Return the extensions that `save_image` can write, with their dots."""
    return (*_ENCODERS, EXR)


def check_output_path(path: Path, options: OutputOptions = DEFAULT_OPTIONS) -> None:
    """See whether an image could be saved there, before hours of rendering are spent on it.

    Creates nothing that stays.

    Raises:
        OutputError: unknown extension, bits that the format has not, no such folder, or no
            permission to write.
    """
    target = _resolve(path, options)
    with _explain(path), _temporary_file(target) as temporary:
        temporary.touch()


def save_image(
    path: Path,
    pixels: Floats,
    *,
    look: Look = NEUTRAL,
    options: OutputOptions = DEFAULT_OPTIONS,
    metadata: Metadata | None = None,
    layers: Mapping[str, Layer] | None = None,
    placement: Placement | None = None,
    stamp: str = "",
    threads: int = 1,
) -> None:
    """Write an image; its extension decides the format.

    `.png`, `.jpg`, `.jpeg`, `.tif` and `.tiff` hold RGB as the look shows it, on black or with
    straight alpha. `.exr`, and `.tif` of 32 bits, hold the linear components themselves, alpha
    premultiplied: no look touches them.

    Args:
        path: of the file; an older one is replaced.
        pixels: (H, W, 3 or more) float32, linear Rec. 709 RGB and alpha (premultiplied).
        look: exposure, white balance and view, for formats that show.
        options: precision, compression, transparency.
        metadata: goes into PNG text, EXIF and TIFF description, or EXR attributes.
        layers: more channels by name, for EXR.
        placement: of the pixels in the frame, for EXR; None where they are all of it.
        stamp: a line burnt into the bottom of formats that show; metadata of all.
        threads: for the look.

    Raises:
        OutputError: the file could not be written; an older file is as it was.
    """
    target = _resolve(path, options)
    entries = _clean({**(metadata or {}), **({"stamp": stamp} if stamp else {})})
    encode = _ENCODERS.get(target.suffix.lower())
    with _explain(path), _temporary_file(target) as temporary:
        if encode is None:
            beauty = _make_beauty(pixels)
            attributes = {"software": PRODUCT, **entries}
            write_exr(temporary, {BEAUTY: beauty, **(layers or {})}, options, attributes, placement)
        else:
            linear, codes = _show(pixels, look, options, target.suffix.lower(), threads)
            if stamp and codes.dtype.kind == "u":
                codes = burn_stamp(codes, stamp)
            temporary.write_bytes(encode(codes, entries, linear, options))
        _flush_to_disk(temporary)
        os.replace(temporary, target)


def _make_beauty(pixels: Floats) -> Layer:
    components = ("R", "G", "B", "A")[: min(4, pixels.shape[2])]
    return Layer(pixels[:, :, : len(components)], components, half_ok=True)


def _show(
    pixels: Floats, look: Look, options: OutputOptions, extension: str, threads: int
) -> tuple[bool, Codes]:
    """Return whether the codes are proportional to light, and the codes."""
    formats = BITS_OF_FORMAT.get(extension)
    bits = options.bits if formats else 8
    transparent = options.alpha and formats is not None and pixels.shape[2] >= 4
    if bits == 32:
        return True, np.ascontiguousarray(pixels[:, :, : 4 if transparent else 3], np.float32)
    light = pixels[:, :, :3]
    if transparent:
        alpha = np.clip(np.nan_to_num(pixels[:, :, 3:4]), np.float32(0.0), np.float32(1.0))
        # Glow without cover (alpha 0) keeps its colour, though a straight alpha hides it.
        light = np.divide(light, np.where(alpha > 0.0, alpha, np.float32(1.0)))
    to_codes = to_display if bits == 8 else to_display_16
    shown: Codes = to_codes(light, look, threads)
    if transparent:
        white = np.iinfo(shown.dtype).max
        codes = (alpha * np.float32(white) + np.float32(0.5)).astype(shown.dtype)
        shown = np.concatenate((shown, codes), axis=2)
    # What a LUT makes of linear codes is a picture for a screen.
    return look.view == "linear" and look.grade is None, shown


# Files are encoded in memory: the libraries' own writing loses the system's reason.


def _encode_png(codes: Codes, metadata: Metadata, linear: bool, _options: OutputOptions) -> bytes:
    texts = {"Software": PRODUCT, **{name: str(value) for name, value in metadata.items()}}
    return encode_png(codes, texts, linear=linear)


def _encode_jpeg(codes: Codes, metadata: Metadata, linear: bool, options: OutputOptions) -> bytes:
    exif = PillowImage.Exif()
    exif[SOFTWARE] = PRODUCT
    exif[DESCRIPTION] = _describe(metadata)
    encoded = io.BytesIO()
    PillowImage.fromarray(codes).save(
        encoded,
        format="JPEG",
        quality=options.jpeg_quality,
        subsampling=0,  # of chroma: renders have sharp coloured edges
        exif=exif,
        icc_profile=make_profile(linear=linear),
    )
    return encoded.getvalue()


def _encode_tiff(codes: Codes, metadata: Metadata, linear: bool, _options: OutputOptions) -> bytes:
    texts = {SOFTWARE: PRODUCT, DESCRIPTION: _describe(metadata)}
    return encode_tiff(codes, texts, linear=linear)


_Encoder = Callable[[Codes, Metadata, bool, OutputOptions], bytes]
_ENCODERS: dict[str, _Encoder] = {
    ".png": _encode_png,
    ".jpg": _encode_jpeg,
    ".jpeg": _encode_jpeg,
    ".tif": _encode_tiff,
    ".tiff": _encode_tiff,
}


def _clean(metadata: Metadata) -> dict[str, str | float | int]:
    """Prefix the names and bound the texts; server names among them came over the network."""
    cleaned: dict[str, str | float | int] = {}
    for name, value in metadata.items():
        if isinstance(value, str):
            printable = "".join(c if c.isprintable() else " " for c in value)
            value = printable[:MAX_METADATA_CHARACTERS]
        cleaned[METADATA_PREFIX + name] = value
    return cleaned


def _describe(metadata: Metadata) -> str:
    """All metadata as lines of ASCII, which is all that these tags may hold."""
    lines = "\n".join(f"{name}={value}" for name, value in metadata.items())
    return lines[: 4 * MAX_METADATA_CHARACTERS].encode("ascii", "backslashreplace").decode()


def _resolve(path: Path, options: OutputOptions) -> Path:
    """The file itself behind symbolic links, so that the link stays one."""
    extension = path.suffix.lower()
    if extension not in known_extensions():
        known = " ".join(known_extensions())
        what = f"extension {path.suffix!r}" if path.suffix else "a name without extension"
        raise OutputError(f"cannot save {path}: {what} says no image format; use one of {known}")
    held = BITS_OF_FORMAT.get(extension, BITS)
    if options.bits not in held:
        known = " or ".join(map(str, held))
        raise OutputError(
            f"cannot save {path} with {options.bits} bits: {extension} holds {known}; "
            "use .tif or .exr for more"
        )
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(f"cannot save {path}: it is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise OutputError(
            f"cannot save {path}: there is no folder {target.parent}; create it or choose another"
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise OutputError(f"cannot save {path}: the file is write-protected; choose another name")
    return target


@contextlib.contextmanager
def _temporary_file(target: Path) -> Iterator[Path]:
    """A free name beside the target; whatever is left there at the end is removed."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.partial{target.suffix}")
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def _explain(path: Path) -> Iterator[None]:
    """Turn what the operating system and the libraries raise into an `OutputError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot save {path}: {_way_out(error)}") from error
    except RuntimeError as error:  # OpenEXR's own, with the system's words at its end
        full = os.strerror(errno.ENOSPC) in str(error)
        reason = _way_out(OSError(errno.ENOSPC, "")) if full else str(error)
        raise OutputError(f"cannot save {path}: {reason}") from error


def _way_out(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space or save to another disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "no permission to write in that folder; choose another"
    return error.strerror or str(error)
