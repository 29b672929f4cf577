"""Light from infinitely far away: environment maps from files, and the neutral sky."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from renderer.radiance_files import read_radiance
from renderer.scene import Environment

#: A 16K panorama; as float32 RGB it takes 1.5 GiB.
MAX_ENVIRONMENT_PX = 16384 * 8192


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
    radiance = read_radiance(path, label or path.name, MAX_ENVIRONMENT_PX)
    return Environment(np.ascontiguousarray(radiance[:, :, :3]), rotation, strength)


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
