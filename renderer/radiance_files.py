"""Pictures of light from files: Radiance `.hdr`, OpenEXR, and 8- or 16-bit images (sRGB).

Files are told apart by content; their sizes are checked before anything is decoded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR

from renderer.images import EncodedImage, decode_image
from renderer.radiance_hdr import HDR_MAGICS, read_radiance_hdr
from renderer.scene import Floats, SceneError

#: The largest half float; infinite texels (the sun, overflowed) become this.
MAX_RADIANCE = 65504.0
MAX_FILE_BYTES = 2 << 30

_EXR_MAGIC = b"\x76\x2f\x31\x01"


def read_radiance(path: Path, name: str, max_px: int) -> Floats:
    """Reads a picture as linear light.

    Args:
        path: the file; its name does not matter.
        name: what messages call it.
        max_px: a larger picture is refused.

    Returns:
        (H, W, 3 or 4) float32: linear red, green, blue, and alpha where the file has it. NaN and
        negative texels are 0, infinite ones `MAX_RADIANCE`; white of an image file is 1.
        Colours are multiplied by alpha.

    Raises:
        SceneError: missing, damaged, too large, or of another format.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(16)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SceneError(f"{name}: larger than {MAX_FILE_BYTES >> 30} GiB; make it smaller")
        if magic.startswith(_EXR_MAGIC):
            radiance = _read_exr(path, name, max_px)
        elif magic.startswith(HDR_MAGICS):
            radiance = read_radiance_hdr(path.read_bytes(), name, max_px)
        else:
            radiance = _read_display_image(path, name)
    except FileNotFoundError as error:
        raise SceneError(f"{name}: there is no such file ({path})") from error
    except OSError as error:
        raise SceneError(f"{name}: cannot be read: {error.strerror} ({path})") from error
    return _clean(radiance)


def _clean(radiance: Floats) -> Floats:
    finite = np.nan_to_num(radiance, nan=0.0, posinf=MAX_RADIANCE, neginf=0.0)
    return np.ascontiguousarray(np.clip(finite, 0.0, 1e9), dtype=np.float32)


def _read_exr(path: Path, name: str, max_px: int) -> Floats:
    """The R, G, B (or Y) and A channels of a file's first part, whatever its compression."""
    try:
        _check_exr_size(path, name, max_px)
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = {key: channel.pixels for key, channel in file.channels().items()}
    except SceneError:
        raise
    except Exception as error:  # the binding raises RuntimeError and what its C++ core throws
        raise SceneError(f"{name}: the OpenEXR file is damaged ({error})") from error
    for names in (("R", "G", "B"), ("Y", "Y", "Y")):
        if all(n in channels for n in names):
            wanted = (*names, "A") if "A" in channels else names
            picked = [np.asarray(channels[n], dtype=np.float32) for n in wanted]
            if len({p.shape for p in picked}) == 1 and picked[0].ndim == 2:
                return np.stack(picked, axis=2)
    raise SceneError(f"{name}: has no R, G, B or Y channels ({', '.join(sorted(channels))[:200]})")


def _check_exr_size(path: Path, name: str, max_px: int) -> None:
    """Checks the sizes in the header: a forged one would ask for gigabytes before decoding.

    All channels of all parts count, because the library decodes them all.
    """
    total = 0
    with OpenEXR.File(str(path), header_only=True) as file:
        for part in file.parts:
            low, high = part.header["dataWindow"]
            width, height = (int(b) - int(a) + 1 for a, b in zip(low, high, strict=True))
            if min(width, height) < 1:
                raise SceneError(f"{name}: {width} × {height} pixels are no picture")
            total += width * height * len(part.header["channels"])
    if total > 4 * max_px:
        raise SceneError(
            f"{name}: {total} samples in all channels exceed the limit of "
            f"{4 * max_px}; make it smaller or save only R, G and B"
        )


def _read_display_image(path: Path, name: str) -> Floats:
    """A PNG, JPEG or WebP as radiance: sRGB decoded (IEC 61966-2-1), white is 1."""
    texels = decode_image(EncodedImage(name, path.read_bytes())).texels
    largest = np.float32(65535.0 if texels.dtype == np.uint16 else 255.0)
    values = texels.astype(np.float32) / largest
    colors = 1 if values.shape[2] < 3 else 3
    encoded = values[:, :, :colors]
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    rgb = np.repeat(linear, 3, axis=2) if colors == 1 else linear
    if values.shape[2] == colors:
        return rgb.astype(np.float32)
    alpha = values[:, :, colors:]
    return np.concatenate([rgb * alpha, alpha], axis=2).astype(np.float32)
