"""Writing image files: 8-bit ones as the screen shows them, EXR as the light itself.

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

import numpy as np
import numpy.typing as npt
import OpenEXR
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from renderer.display import DEFAULT_VIEW, View, to_display

Floats = npt.NDArray[np.float32]
Metadata = Mapping[str, str | float | int]

#: Goes before each metadata name, so that ours never clash with a format's own.
METADATA_PREFIX = "brigade:"
#: EXIF has room for 64 KiB in all; a PNG reader may refuse a text chunk over 1 MiB.
MAX_METADATA_CHARACTERS = 8_000
JPEG_QUALITY = 95
EXIF_SOFTWARE = 0x0131
EXIF_IMAGE_DESCRIPTION = 0x010E
SOFTWARE = "Bucket Brigade"


class OutputError(Exception):
    """An image cannot be written; the message names the file and the way out."""


def known_extensions() -> tuple[str, ...]:
    """Return the extensions that `save_image` can write, with their dots."""
    return (*_ENCODERS, EXR)


def check_output_path(path: Path) -> None:
    """See whether an image could be saved there, before hours of rendering are spent on it.

    Creates nothing that stays.

    Raises:
        OutputError: unknown extension, no such folder, or no permission to write.
    """
    target = _resolve(path)
    with _explain(path), _temporary_file(target) as temporary:
        temporary.touch()


def save_image(
    path: Path,
    pixels: Floats,
    *,
    exposure_ev: float = 0.0,
    view: View = DEFAULT_VIEW,
    metadata: Metadata | None = None,
) -> None:
    """Write an image; its extension decides the format.

    `.png`, `.jpg`, `.jpeg`, `.tif` and `.tiff` hold 8-bit RGB as the view shows it, on black.
    `.exr` holds the linear float32 components themselves: neither exposure nor view touch it.

    Args:
        path: of the file; an older one is replaced.
        pixels: (H, W, 3 or more) float32, linear Rec. 709 RGB and alpha (premultiplied).
        exposure_ev: stops, for 8-bit files.
        view: tone mapping, for 8-bit files.
        metadata: goes into PNG text, EXIF and TIFF description, or EXR attributes.

    Raises:
        OutputError: the file could not be written; an older file is as it was.
    """
    target = _resolve(path)
    entries = _clean(metadata or {})
    encode = _ENCODERS.get(target.suffix.lower())
    with _explain(path), _temporary_file(target) as temporary:
        if encode is None:
            _write_exr(temporary, pixels, entries)
        else:
            picture = PillowImage.fromarray(to_display(pixels, exposure_ev, view))
            temporary.write_bytes(encode(picture, entries))
        _flush_to_disk(temporary)
        os.replace(temporary, target)


# 8-bit images are encoded in memory: the libraries' own writing loses the system's reason.


def _encode_png(picture: PillowImage.Image, metadata: Metadata) -> bytes:
    info = PngInfo()
    info.add(b"sRGB", b"\x00")  # perceptual intent: tells viewers that the bytes are sRGB
    info.add_text("Software", SOFTWARE)
    for name, value in metadata.items():
        info.add_itxt(name, str(value))
    encoded = io.BytesIO()
    picture.save(encoded, format="PNG", pnginfo=info)
    return encoded.getvalue()


def _encode_jpeg(picture: PillowImage.Image, metadata: Metadata) -> bytes:
    exif = PillowImage.Exif()
    exif[EXIF_SOFTWARE] = SOFTWARE
    exif[EXIF_IMAGE_DESCRIPTION] = _describe(metadata)
    encoded = io.BytesIO()
    # Without chroma subsampling: renders have sharp coloured edges.
    picture.save(encoded, format="JPEG", quality=JPEG_QUALITY, subsampling=0, exif=exif)
    return encoded.getvalue()


def _encode_tiff(picture: PillowImage.Image, metadata: Metadata) -> bytes:
    tags = {EXIF_SOFTWARE: SOFTWARE, EXIF_IMAGE_DESCRIPTION: _describe(metadata)}
    encoded = io.BytesIO()
    picture.save(encoded, format="TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)
    return encoded.getvalue()


_Encoder = Callable[[PillowImage.Image, Metadata], bytes]
_ENCODERS: dict[str, _Encoder] = {
    ".png": _encode_png,
    ".jpg": _encode_jpeg,
    ".jpeg": _encode_jpeg,
    ".tif": _encode_tiff,
    ".tiff": _encode_tiff,
}
EXR = ".exr"


def _write_exr(path: Path, pixels: Floats, metadata: Metadata) -> None:
    header: dict[str, object] = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "software": SOFTWARE,
    }
    for name, value in metadata.items():
        # An EXR int attribute has 32 bits; OpenEXR writes 0 for what does not fit.
        fits = not isinstance(value, int) or -(2**31) <= value < 2**31
        header[name] = value if fits else str(value)
    planes = pixels.shape[2]
    name = "RGBA" if planes >= 4 else "RGB"
    beauty = np.ascontiguousarray(pixels[:, :, : len(name)], dtype=np.float32)
    OpenEXR.File(header, {name: beauty}).write(str(path))
    _read_back(path, beauty[-1])


def _read_back(path: Path, last_row: Floats) -> None:
    """See that the file is whole: OpenEXR reports no error of the last, buffered bytes."""
    try:
        (channel,) = OpenEXR.File(str(path)).channels().values()
        whole = np.array_equal(channel.pixels[-1], last_row)
    except RuntimeError:
        whole = False
    if not whole:
        raise OSError(errno.ENOSPC, "written only in part")


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


def _resolve(path: Path) -> Path:
    """The file itself behind symbolic links, so that the link stays one."""
    if path.suffix.lower() not in known_extensions():
        known = " ".join(known_extensions())
        what = f"extension {path.suffix!r}" if path.suffix else "a name without extension"
        raise OutputError(f"cannot save {path}: {what} says no image format; use one of {known}")
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
