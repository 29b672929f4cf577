"""Light from infinitely far away: environment maps from files, and the neutral sky.

Files are told apart by content: Radiance `.hdr`, OpenEXR, and 8- or 16-bit images (sRGB).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR

from renderer.images import EncodedImage, decode_image
from renderer.radiance_hdr import HDR_MAGICS, read_radiance_hdr
from renderer.scene import Environment, Floats, SceneError

#: A 16K panorama; as float32 RGB it takes 1.5 GiB.
MAX_ENVIRONMENT_PX = 16384 * 8192
#: The largest half float; infinite texels (the sun, overflowed) become this.
MAX_RADIANCE = 65504.0
MAX_FILE_BYTES = 2 << 30

_EXR_MAGIC = b"\x76\x2f\x31\x01"


def load_environment(
    path: Path, strength: float = 1.0, rotation: float = 0.0, label: str = ""
) -> Environment:
    """Reads an equirectangular map: its middle looks to -Z, its top to +Y.

    Args:
        path: the file; its name does not matter.
        strength: multiplies the radiance.
        rotation: turn about +Y, radians.
        label: what messages call it; else the file's name.

    Returns:
        The map as linear float32; NaN and negative texels are 0, infinite ones `MAX_RADIANCE`.

    Raises:
        SceneError: missing, damaged, too large, or of another format.
    """
    name = label or path.name
    try:
        with path.open("rb") as file:
            magic = file.read(16)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SceneError(f"{name}: larger than {MAX_FILE_BYTES >> 30} GiB; make it smaller")
        if magic.startswith(_EXR_MAGIC):
            radiance = _read_exr(path, name)
        elif magic.startswith(HDR_MAGICS):
            radiance = read_radiance_hdr(path.read_bytes(), name, MAX_ENVIRONMENT_PX)
        else:
            radiance = _read_display_image(path, name)
    except FileNotFoundError as error:
        raise SceneError(f"{name}: there is no such file ({path})") from error
    except OSError as error:
        raise SceneError(f"{name}: cannot be read: {error.strerror} ({path})") from error
    return Environment(_clean(radiance), rotation, strength)


def neutral_sky() -> Environment:
    """An overcast studio for scenes without light: bright above, dim below, one soft key light.

    The key stands behind the viewer's left shoulder, as seen from the automatic camera, so that
    forms are modelled; a light grey surface (albedo 0.9) facing up comes out just below white.
    """
    height, width = 64, 128
    polar = (np.arange(height) + 0.5) * np.pi / height
    azimuth = (np.arange(width) + 0.5) * 2.0 * np.pi / width - np.pi  # 0 looks to -Z
    up = np.cos(polar)[:, None] * np.ones(width)
    toward_x = np.sin(polar)[:, None] * np.sin(azimuth)
    toward_z = -np.sin(polar)[:, None] * np.cos(azimuth)
    sky = np.where(up >= 0.0, 0.55 + 0.35 * np.sqrt(np.abs(up)), 0.55 - 0.35 * np.abs(up) ** 0.4)
    key_direction = np.array([-0.45, 0.75, 0.6]) / np.linalg.norm([-0.45, 0.75, 0.6])
    cosine = toward_x * key_direction[0] + up * key_direction[1] + toward_z * key_direction[2]
    key = 3.0 * np.exp((cosine - 1.0) / 0.06)
    grey = (sky + key)[:, :, None]
    return Environment((grey * np.array([0.985, 1.0, 1.02])).astype(np.float32))


def _clean(radiance: Floats) -> Floats:
    finite = np.nan_to_num(radiance, nan=0.0, posinf=MAX_RADIANCE, neginf=0.0)
    return np.ascontiguousarray(np.clip(finite, 0.0, 1e9), dtype=np.float32)


def _read_exr(path: Path, name: str) -> Floats:
    """The R, G, B (or Y) channels of a file's first part, whatever its compression."""
    try:
        _check_exr_size(path, name)
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = {key: channel.pixels for key, channel in file.channels().items()}
    except SceneError:
        raise
    except Exception as error:  # the binding raises RuntimeError and what its C++ core throws
        raise SceneError(f"{name}: the OpenEXR file is damaged ({error})") from error
    for names in (("R", "G", "B"), ("Y", "Y", "Y")):
        if all(n in channels for n in names):
            picked = [np.asarray(channels[n], dtype=np.float32) for n in names]
            if len({p.shape for p in picked}) == 1 and picked[0].ndim == 2:
                return np.stack(picked, axis=2)
    raise SceneError(f"{name}: has no R, G, B or Y channels ({', '.join(sorted(channels))[:200]})")


def _check_exr_size(path: Path, name: str) -> None:
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
    if total > 4 * MAX_ENVIRONMENT_PX:
        raise SceneError(
            f"{name}: {total} samples in all channels exceed the limit of "
            f"{4 * MAX_ENVIRONMENT_PX}; make it smaller or save only R, G and B"
        )


def _read_display_image(path: Path, name: str) -> Floats:
    """A PNG, JPEG or WebP as radiance: sRGB decoded (IEC 61966-2-1), white is 1."""
    texels = decode_image(EncodedImage(name, path.read_bytes())).texels
    largest = 65535.0 if texels.dtype == np.uint16 else 255.0
    encoded = texels[:, :, :3].astype(np.float32) / np.float32(largest)
    if encoded.shape[2] < 3:
        encoded = np.repeat(encoded[:, :, :1], 3, axis=2)
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)
